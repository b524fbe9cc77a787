import type { Logger } from 'pino'
import { createSettingError } from '../platform/config/setting-error.ts'
import { APP_ROLE } from '../platform/db/app-role.ts'
import { listPendingMigrations, migrate } from '../platform/db/migrate.ts'
import { getLoginRights } from '../platform/db/rights.ts'
import { prepareQueueSchema } from '../platform/queue/index.ts'
import type { DatabaseAccess } from './database-access.ts'

/**
 * Runs the migrations that the database lacks, and BullMQ's own. Looks first, so that a process whose login owns nothing
 * starts on a database that somebody else has migrated. Returns the names of what it ran.
 */
export async function migrateDatabase(database: DatabaseAccess, log: Logger): Promise<string[]> {
  const { url, ownerUrl } = database
  const setting = settingOf(database)
  const pending = await telling(setting, 'cannot be used', 'start the release that migrated it', () =>
    listPendingMigrations(ownerUrl),
  )
  const other = setting === 'DATABASE_URL' ? '; MIGRATION_DATABASE_URL names another login' : ''
  const remedy = `its login must own the database and may have to create a role${other}`
  const ran = await telling(setting, 'could not be migrated', remedy, async () => {
    const names = pending.length === 0 ? [] : await migrate({ databaseUrl: ownerUrl, log: (line) => log.warn(line) })
    if ((await getLoginRights(ownerUrl)).ownsSchema) await prepareQueueSchema({ databaseUrl: ownerUrl, role: APP_ROLE })
    return names
  })
  if (ran.length > 0) log.info({ migrations: ran.length }, 'database migrated')
  const { login, mayActAsApp } = await getLoginRights(url)
  if (!mayActAsApp) {
    throw createSettingError(
      'DATABASE_URL',
      `its login may not act as ${APP_ROLE}; run: GRANT ${APP_ROLE} TO "${login}"`,
    )
  }
  return ran
}

/** Where the login that migrates comes from. */
function settingOf({ url, ownerUrl, isEmbedded }: DatabaseAccess): string {
  if (isEmbedded) return 'DATA_DIR'
  return ownerUrl === url ? 'DATABASE_URL' : 'MIGRATION_DATABASE_URL'
}

async function telling<Result>(
  setting: string,
  problem: string,
  remedy: string,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work()
  } catch (cause) {
    // node-pg-migrate writes a whole stack into its message.
    const [reason] = (cause instanceof Error ? cause.message : String(cause)).split('\n')
    throw createSettingError(setting, `the database ${problem} (${reason}); ${remedy}`, { cause })
  }
}
