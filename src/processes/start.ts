import type { Logger } from 'pino'
import { systemClock } from '../platform/clock.ts'
import { uuidIds } from '../platform/ids.ts'
import type { Config } from './config.ts'
import { ensureDataDirectory } from './data-directory.ts'
import { openDatabase } from './database-access.ts'
import { migrateDatabase } from './migrate-database.ts'
import { checkPort, checkRedis, describeListenError } from './preflight.ts'
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
  return announcements
}

const API_SETTINGS = { host: 'HOST', port: 'PORT' }
const MOCK_SETTINGS = { host: 'BPJS_MOCK_HOST', port: 'BPJS_MOCK_PORT' }

/** A taken port is told before the database is started and migrated for nothing. */
async function checkPorts(config: Config): Promise<void> {
  if (config.roles.includes('api')) await checkPort(config.http, API_SETTINGS)
  if (config.roles.includes('bpjs-mock')) await checkPort(config.bpjsMock, MOCK_SETTINGS)
}

async function listening<Role>(
  start: () => Promise<Role>,
  address: { host: string; port: number },
  names: { host: string; port: string },
): Promise<Role> {
  try {
    return await start()
  } catch (error) {
    throw describeListenError(error, address, names)
  }
}

/** With `any free port` the mock's address is known only now. */
function withMockAddress(config: Config, address: string | undefined): Config {
  if (address === undefined || config.bpjs.source !== 'mock' || config.bpjsMock.port !== 0) return config
  return { ...config, bpjs: { ...config.bpjs, baseUrl: address } }
}
