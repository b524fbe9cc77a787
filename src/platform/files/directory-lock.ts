import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'

const SQLITE_BUSY = 5

export type DirectoryLock = { release(): void }

/**
 * Claims a directory for this process; undefined when another process holds it.
 * Node has no file locks, SQLite has: an exclusive transaction on an empty file is a lock that the kernel gives back when
 * its holder dies, so that there is no stale lock to recognise after a crash and no process number to mistake.
 */
export function tryLockDirectory(directory: string): DirectoryLock | undefined {
  const file = new DatabaseSync(path.join(directory, 'lock'), { timeout: 0 })
  try {
    file.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE')
  } catch (error) {
    file.close()
    if (error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY) return undefined
    throw error
  }
  writeFileSync(holderFile(directory), String(process.pid), { mode: 0o600 })
  return { release: () => file.close() }
}

/** The process number that last claimed the directory: for messages only. */
export function findLockHolder(directory: string): string | undefined {
  try {
    return readFileSync(holderFile(directory), 'utf8').trim()
  } catch {
    return undefined
  }
}

const holderFile = (directory: string): string => path.join(directory, 'lock.pid')
