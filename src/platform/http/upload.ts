import multipart, { type MultipartFile } from '@fastify/multipart'
import type { FastifyRequest, LogLevel } from 'fastify'
import { AppError } from '../errors.ts'
import { fileTooLarge, type SpooledFile, type UploadSpool } from '../files/upload-spool.ts'
import type { App } from './app.ts'
import { toFieldPath } from './zod-issues.ts'

const FILE_FIELD = 'file'
const BYTES_PER_MEGABYTE = 1024 * 1024
/** Boundaries, part headers and the few short fields beside the file. */
const AROUND_THE_FILE = 16 * 1024
const LIMITS = { fieldNameSize: 64, fieldSize: 256, fields: 8, files: 1, parts: 10, headerPairs: 16 }

const twice = (name: string): AppError =>
  new AppError('invalid_input', { issues: [{ path: toFieldPath([name]), code: 'duplicate' }] })

const tooLargeInMemory = (maxMegabytes: number): AppError =>
  new AppError('body_too_large', {
    issues: [{ path: FILE_FIELD, code: 'file_too_large', params: { max: maxMegabytes } }],
  })

type TakeFile = (request: FastifyRequest, part: MultipartFile) => Promise<unknown>

async function readForm(request: FastifyRequest, takeFile: TakeFile): Promise<Record<string, unknown>> {
  // Without a prototype, so that no name of a field means anything but itself.
  const form: Record<string, unknown> = Object.create(null)
  for await (const part of request.parts()) {
    const name = part.fieldname
    if (name in form) throw twice(name)
    // The sender's name for the file and its type are worth nothing and may hold a NIK: they are not even looked at.
    if (part.type === 'file') form[name] = await takeFile(request, part)
    else form[name] = part.value
  }
  return { ...form }
}

type UploadKind = { maxBytes: number; tooLarge: () => AppError; takeFile: TakeFile }

function toUploadError(error: unknown, kind: UploadKind): unknown {
  if (error instanceof AppError) return error
  // Our disk, not the form.
  if (error instanceof Error && 'syscall' in error) return error
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code === 'FST_REQ_FILE_TOO_LARGE') return kind.tooLarge()
  return code === 'FST_FILES_LIMIT' ? twice(FILE_FIELD) : new AppError('bad_request', { cause: error })
}

function registerKind(app: App, kind: UploadKind, register: (scope: App) => void): void {
  // The parser writes all headers of a request, keys among them, at the level trace.
  const logLevel = app.log.level === 'trace' ? 'debug' : app.log.level
  const plugin = async (scope: App): Promise<void> => {
    await scope.register(multipart, { limits: { ...LIMITS, fileSize: kind.maxBytes } })
    scope.addHook('preValidation', async (request) => {
      if (!request.isMultipart()) throw new AppError('unsupported_media_type')
      if (Number(request.headers['content-length']) > kind.maxBytes + AROUND_THE_FILE) throw kind.tooLarge()
      try {
        request.body = await readForm(request, kind.takeFile)
      } catch (error) {
        throw toUploadError(error, kind)
      }
    })
    register(scope)
  }
  app.register(plugin, { logLevel: logLevel as LogLevel })
}

/**
 * Registers routes that take one file, in the field `file` of a multipart form, with short fields beside it. The body is an object of
 * all of them, the file a `Buffer`, for the route's schema to check. A larger file is `body_too_large`.
 */
export function registerUploadRoutes(app: App, maxMegabytes: number, register: (scope: App) => void): void {
  const maxBytes = maxMegabytes * BYTES_PER_MEGABYTE
  const tooLarge = (): AppError => tooLargeInMemory(maxMegabytes)
  registerKind(app, { maxBytes, tooLarge, takeFile: (_request, part) => part.toBuffer() }, register)
}

/**
 * The same for files too large for memory: the file in the body is a `SpooledFile`, written to a private place while it came. It is gone
 * when the answer has been sent or the caller has hung up: who needs it for longer takes what is in it before answering.
 */
export function registerSpooledUploadRoutes(
  app: App,
  spool: Pick<UploadSpool, 'take'>,
  maxMegabytes: number,
  register: (scope: App) => void,
): void {
  const maxBytes = maxMegabytes * BYTES_PER_MEGABYTE
  const tooLarge = (): AppError => fileTooLarge(maxBytes)
  const calls = new WeakMap<FastifyRequest, { files: SpooledFile[]; isOver: boolean }>()
  const removeAll = async (files: readonly SpooledFile[]): Promise<void> => {
    await Promise.all(files.map((file) => file.remove()))
  }
  const takeFile = async (request: FastifyRequest, part: MultipartFile): Promise<SpooledFile> => {
    const file = await spool.take(part.file, maxBytes)
    const call = calls.get(request)
    call?.files.push(file)
    if (part.file.truncated) throw tooLarge()
    if (call?.isOver !== false) await file.remove()
    return file
  }
  registerKind(app, { maxBytes, tooLarge, takeFile }, (scope) => {
    scope.addHook('onRequest', async (request, reply) => {
      const call = { files: [] as SpooledFile[], isOver: false }
      calls.set(request, call)
      // Comes whatever becomes of the call: answered, refused, or left by its caller in the middle.
      reply.raw.once('close', () => {
        call.isOver = true
        removeAll(call.files).catch((error: unknown) => request.log.error({ err: error }, 'a sent file is not deleted'))
      })
    })
    register(scope)
  })
}
