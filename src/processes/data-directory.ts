import { randomUUID } from 'node:crypto'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { createSettingError } from '../platform/config/setting-error.ts'
import { type DirectoryLock, findLockHolder, tryLockDirectory } from '../platform/files/directory-lock.ts'

// A run that was told to stop a moment ago gets the time to finish, so that stop and start in one breath works.
const LOCK_PATIENCE_MS = 3_000
const LOCK_RETRY_MS = 100
// Under root the database runs as another user, who must pass through; nobody but root can list or read.
const DIRECTORY_MODE = process.getuid?.() === 0 ? 0o711 : 0o700

/** Makes the data directory if it is missing, and makes sure that we can write there. */
export async function ensureDataDirectory(directory: string): Promise<void> {
  const probe = path.join(directory, `.write-${randomUUID()}`)
  try {
    await mkdir(directory, { recursive: true, mode: DIRECTORY_MODE })
    await writeFile(probe, '', { mode: 0o600 })
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown reason'
    const remedy = 'correct its permissions or choose another directory'
    throw createSettingError('DATA_DIR', `${directory} cannot be written (${reason}); ${remedy}`, { cause })
  } finally {
    await rm(probe, { force: true }).catch(() => undefined)
  }
}

/** Claims the data directory for this process until it ends; undefined when another one keeps it. */
export async function findDataDirectoryLock(directory: string, patienceMs: number): Promise<DirectoryLock | undefined> {
  for (const end = performance.now() + patienceMs; ; await delay(LOCK_RETRY_MS)) {
    const lock = tryLockDirectory(directory)
    if (lock || performance.now() >= end) return lock
  }
}

/** Like `findDataDirectoryLock`, but two PuntaDewa on one data directory are a mistake that is told. */
export async function getDataDirectoryLock(directory: string): Promise<DirectoryLock> {
  const lock = await findDataDirectoryLock(directory, LOCK_PATIENCE_MS)
  if (lock) return lock
  const holder = `another PuntaDewa (process ${findLockHolder(directory) ?? 'unknown'}) is using ${directory}`
  throw createSettingError(
    'DATA_DIR',
    `${holder}; stop it, or choose another directory, or set DATABASE_URL to share a database`,
  )
}
