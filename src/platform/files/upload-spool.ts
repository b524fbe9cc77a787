import { createHash, randomUUID } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, readdir, rm, statfs } from 'node:fs/promises'
import path from 'node:path'
import { type Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout as wait } from 'node:timers/promises'
import { AppError } from '../errors.ts'
import { type DirectoryLock, tryLockDirectory } from './directory-lock.ts'

const FOLDER = 'uploads'
const PRIVATE_DIRECTORY = 0o700
const PRIVATE_FILE = 0o600
const BUSY_PAUSE = 50
/** The embedded database lies on the same disk and stops when that is full. */
const RESERVE_BYTES = 256 * 1024 * 1024

export type SpooledFile = {
  path: string
  bytes: number
  /** Of the bytes, in hexadecimal. */
  sha256: string
  /** Deletes the file. May be called again. */
  remove(): Promise<void>
}

export type UploadSpool = {
  /**
   * Writes a stream into a private file (0600), no faster than the disk takes it, and hashes it on the way. Throws `body_too_large` beyond
   * `maxBytes` and `storage_full` when the disk has no room; then, and when the stream breaks off, nothing is left behind.
   */
  take(stream: Readable, maxBytes: number): Promise<SpooledFile>
  /** Deletes what is left, and gives the place up. */
  close(): Promise<void>
}

export const fileTooLarge = (maxBytes: number): AppError =>
  new AppError('body_too_large', {
    issues: [{ path: 'file', code: 'table_file_too_large', params: { max: Math.floor(maxBytes / (1024 * 1024)) } }],
  })

const isDiskFull = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT')

/** One process at a time looks for leftovers, so that none takes the place that another has just made for one. */
async function lockPatiently(directory: string): Promise<DirectoryLock> {
  for (;;) {
    const lock = tryLockDirectory(directory)
    if (lock !== undefined) return lock
    await wait(BUSY_PAUSE)
  }
}

/** Deletes the places of processes that are gone: those whose lock is free. */
async function purge(root: string): Promise<void> {
  for (const entry of await readdir(root, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue
    const directory = path.join(root, entry.name)
    const lock = tryLockDirectory(directory)
    if (lock === undefined) continue
    await rm(directory, { recursive: true, force: true })
    lock.release()
  }
}

/**
 * A place under the data directory for files that are being sent. It belongs to this process and to nobody else: its files last as long
 * as the process at most. What a killed process left behind is deleted here, before the first file comes.
 */
export async function openUploadSpool(
  dataDirectory: string,
  options: { reserveBytes?: number } = {},
): Promise<UploadSpool> {
  const reserve = options.reserveBytes ?? RESERVE_BYTES
  const root = path.join(dataDirectory, FOLDER)
  await mkdir(root, { recursive: true, mode: PRIVATE_DIRECTORY })
  const place = path.join(root, randomUUID())
  const gate = await lockPatiently(root)
  let lock: DirectoryLock | undefined
  try {
    await purge(root)
    await mkdir(place, { mode: PRIVATE_DIRECTORY })
    lock = tryLockDirectory(place)
  } finally {
    gate.release()
  }
  if (lock === undefined) throw new Error('a directory made a moment ago is locked by somebody else')
  const held = lock

  const checkRoom = async (bytes: number): Promise<void> => {
    const { bavail, bsize } = await statfs(place)
    if (bavail * bsize < bytes + reserve) throw new AppError('storage_full')
  }

  return {
    async take(stream, maxBytes) {
      const file = path.join(place, randomUUID())
      const hash = createHash('sha256')
      let bytes = 0
      const measure = new Transform({
        transform(chunk: Buffer, _encoding, done) {
          bytes += chunk.length
          if (bytes > maxBytes) {
            done(fileTooLarge(maxBytes))
            return
          }
          hash.update(chunk)
          done(null, chunk)
        },
      })
      const remove = (): Promise<void> => rm(file, { force: true })
      try {
        await checkRoom(maxBytes)
        await pipeline(stream, measure, createWriteStream(file, { flags: 'wx', mode: PRIVATE_FILE }))
      } catch (error) {
        stream.destroy()
        await remove()
        throw isDiskFull(error) ? new AppError('storage_full', { cause: error }) : error
      }
      return { path: file, bytes, sha256: hash.digest('hex'), remove }
    },
    async close() {
      await rm(place, { recursive: true, force: true })
      held.release()
    },
  }
}
