import multipart from '@fastify/multipart'
import type { FastifyRequest, LogLevel } from 'fastify'
import { AppError } from '../errors.ts'
import type { App } from './app.ts'
import { toFieldPath } from './zod-issues.ts'

const FILE_FIELD = 'file'
/** Boundaries, part headers and the few short fields beside the file. */
const AROUND_THE_FILE = 16 * 1024
const LIMITS = { fieldNameSize: 64, fieldSize: 256, fields: 8, files: 1, parts: 10, headerPairs: 16 }

const twice = (name: string): AppError =>
  new AppError('invalid_input', { issues: [{ path: toFieldPath([name]), code: 'duplicate' }] })

const tooLarge = (maxMegabytes: number): AppError =>
  new AppError('body_too_large', {
    issues: [{ path: FILE_FIELD, code: 'file_too_large', params: { max: maxMegabytes } }],
  })

async function readForm(request: FastifyRequest): Promise<Record<string, unknown>> {
  // Without a prototype, so that no name of a field means anything but itself.
  const form: Record<string, unknown> = Object.create(null)
  for await (const part of request.parts()) {
    const name = part.fieldname
    if (name in form) throw twice(name)
    // The sender's name for the file and its type are worth nothing and may hold a NIK: they are not even looked at.
    if (part.type === 'file') form[name] = await part.toBuffer()
    else form[name] = part.value
  }
  return { ...form }
}

/**
 * Registers routes that take one file, in the field `file` of a multipart form, with short fields beside it. The body is an object of
 * all of them, the file a `Buffer`, for the route's schema to check. A larger file is `body_too_large`.
 */
export function registerUploadRoutes(app: App, maxMegabytes: number, register: (scope: App) => void): void {
  const maxBytes = maxMegabytes * 1024 * 1024
  // The parser writes all headers of a request, keys among them, at the level trace.
  const logLevel = app.log.level === 'trace' ? 'debug' : app.log.level
  const plugin = async (scope: App): Promise<void> => {
    await scope.register(multipart, { limits: { ...LIMITS, fileSize: maxBytes } })
    scope.addHook('preValidation', async (request) => {
      if (!request.isMultipart()) throw new AppError('unsupported_media_type')
      if (Number(request.headers['content-length']) > maxBytes + AROUND_THE_FILE) throw tooLarge(maxMegabytes)
      try {
        request.body = await readForm(request)
      } catch (error) {
        if (error instanceof AppError) throw error
        const code = error instanceof Error && 'code' in error ? String(error.code) : ''
        if (code === 'FST_REQ_FILE_TOO_LARGE') throw tooLarge(maxMegabytes)
        throw code === 'FST_FILES_LIMIT' ? twice(FILE_FIELD) : new AppError('bad_request', { cause: error })
      }
    })
    register(scope)
  }
  app.register(plugin, { logLevel: logLevel as LogLevel })
}
