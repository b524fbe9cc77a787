import type { Logger } from 'pino'
import { systemClock } from '../platform/clock.ts'
import { giveBackMemory } from '../platform/give-back-memory.ts'
import { uuidIds } from '../platform/ids.ts'
import type { Config } from './config.ts'
import { ensureDataDirectory } from './data-directory.ts'
import { openDatabase } from './database-access.ts'
import { migrateDatabase } from './migrate-database.ts'
import { API_SETTINGS, checkPort, checkRedis, HEALTH_SETTINGS, listening, MOCK_SETTINGS } from './preflight.ts'
import type { BaseDeps, DataRole, ProcessParts, RunningRole } from './process-parts.ts'
import type { ResourceStack } from './resource-stack.ts'
import { getSecrets } from './secrets.ts'

export type StartOptions = {
  config: Config
  log: Logger
  stack: ResourceStack
  parts: ProcessParts
  /** Something underneath is lost for good: the process must end. */
  onFatal(error: Error): void
}

// The API comes last: once it answers, everything behind it works. Stopping is the reverse.
const ROLE_ORDER: readonly DataRole[] = ['worker', 'whatsapp', 'api']

/**
 * Starts the roles of this process, and first what they stand on: data directory, database, migrations. Everything goes on
 * `stack`, also when a later step fails. Returns what to tell the operator. An operator's mistake is a SettingError.
 */
export async function startProcess(options: StartOptions): Promise<string[]> {
  const { config, log, stack, parts } = options
  const base: BaseDeps = { config, log, clock: systemClock, ids: uuidIds }
  await checkPorts(config)

  const announcements: string[] = []
  const run = async <Role extends RunningRole>(name: string, start: () => Promise<Role>): Promise<Role> => {
    const role = await stack.start(name, start)
    announcements.push(...(role.announce ?? []))
    return role
  }

  const mock = config.roles.includes('bpjs-mock')
    ? await run('bpjs-mock', () => listening(() => parts.startBpjsMock(base), config.bpjsMock, MOCK_SETTINGS))
    : undefined
  const roles = ROLE_ORDER.filter((role) => config.roles.includes(role))
  if (roles.length === 0) return announcements

  await ensureDataDirectory(config.dataDirectory)
  const database = await stack.start('database', () => openDatabase(config, log, options.onFatal))
  const secrets = await getSecrets(config)
  if (config.redisUrl !== null) await checkRedis(config.redisUrl)
  await migrateDatabase(database, log)

  const deps = { ...base, config: withMockAddress(config, mock?.address), database, ...secrets }
  await parts.prepare(deps)
  const open = await stack.start('features', () => parts.open(deps))
  for (const role of roles) {
    await run(role, () => (role === 'api' ? listening(open.roles.api, config.http, API_SETTINGS) : open.roles[role]()))
  }
  giveBackMemory()
  return announcements
}

/** A taken port is told before the database is started and migrated for nothing. */
async function checkPorts({ roles, http, bpjsMock }: Config): Promise<void> {
  if (roles.includes('api')) await checkPort(http, API_SETTINGS)
  if (http.healthPort !== null) await checkPort({ host: http.host, port: http.healthPort }, HEALTH_SETTINGS)
  if (roles.includes('bpjs-mock')) await checkPort(bpjsMock, MOCK_SETTINGS)
}

/** With `any free port` the mock's address is known only now. */
function withMockAddress(config: Config, address: string | undefined): Config {
  if (address === undefined || config.bpjs.source !== 'mock' || config.bpjsMock.port !== 0) return config
  return { ...config, bpjs: { ...config.bpjs, baseUrl: address } }
}
