import type { Logger } from 'pino'
import { createSettingError, isSettingError } from '../platform/config/setting-error.ts'
import { findEmbeddedPostgresUrls, startEmbeddedPostgres } from '../platform/embedded/embedded-postgres.ts'
import type { Config } from './config.ts'
import { ensureDataDirectory, findDataDirectoryLock, getDataDirectoryLock } from './data-directory.ts'
import { embeddedHome } from './embedded-home.ts'
import { checkDatabase } from './preflight.ts'
import type { Resource } from './resource-stack.ts'
import { getSecrets } from './secrets.ts'

/** Where the data is. `ownerUrl` may change tables (migrations, maintenance); the product itself uses `url`. */
export type DatabaseAccess = { url: string; ownerUrl: string; isEmbedded: boolean }

const MAX_CONNECTIONS = 100

/** The database of DATABASE_URL, checked; else the embedded one, which this process then holds for itself. */
export async function openDatabase(
  config: Config,
  log: Logger,
  onLost: (error: Error) => void,
): Promise<DatabaseAccess & Resource> {
  const { url, ownerUrl } = config.database
  if (url !== null && ownerUrl !== null) {
    await checkDatabase(url, 'DATABASE_URL')
    if (ownerUrl !== url) await checkDatabase(ownerUrl, 'MIGRATION_DATABASE_URL')
    return { url, ownerUrl, isEmbedded: false, async stop() {} }
  }
  await ensureDataDirectory(config.dataDirectory)
  const lock = await getDataDirectoryLock(config.dataDirectory)
  return await startLocked(config, log, lock, onLost)
}

/**
 * For a command: the database as it is. When a running PuntaDewa holds the embedded one, the command joins it; else the
 * command starts it for as long as it takes.
 */
export async function joinDatabase(
  config: Config,
  log: Logger,
  onLost: (error: Error) => void,
): Promise<DatabaseAccess & Resource> {
  if (config.database.url !== null) return await openDatabase(config, log, onLost)
  await ensureDataDirectory(config.dataDirectory)
  const lock = await findDataDirectoryLock(config.dataDirectory, 0)
  if (lock) return await startLocked(config, log, lock, onLost)
  const running = await findEmbeddedPostgresUrls(embeddedHome(config))
  if (!running) throw createSettingError('DATA_DIR', 'another PuntaDewa is being started on it; try again in a moment')
  await checkDatabase(running.appUrl, 'DATA_DIR')
  return { url: running.appUrl, ownerUrl: running.ownerUrl, isEmbedded: true, async stop() {} }
}

async function startLocked(
  config: Config,
  log: Logger,
  lock: { release(): void },
  onLost: (error: Error) => void,
): Promise<DatabaseAccess & Resource> {
  const home = embeddedHome(config)
  try {
    // The keys first: a database that has outlived its keys is refused, so it must never be the older of the two.
    await getSecrets(config)
    const server = await startEmbeddedPostgres({
      home,
      durable: true,
      maxConnections: MAX_CONNECTIONS,
      log: (line) => log.warn(line),
      onLost,
    })
    return {
      url: server.appUrl,
      ownerUrl: server.ownerUrl,
      isEmbedded: true,
      async stop() {
        await server.stop()
        lock.release()
      },
    }
  } catch (cause) {
    lock.release()
    if (isSettingError(cause)) throw cause
    const reason = cause instanceof Error ? cause.message : String(cause)
    const remedy = 'see server.log there, or set DATABASE_URL to a PostgreSQL of your own'
    throw createSettingError('DATA_DIR', `the embedded database in ${home} is of no use: ${reason}; ${remedy}`, {
      cause,
    })
  }
}
