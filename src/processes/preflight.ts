import { createServer } from 'node:net'
import { Redis } from 'ioredis'
import { Client } from 'pg'
import { createSettingError, isSettingError, type SettingError } from '../platform/config/setting-error.ts'

const CONNECT_TIMEOUT_MS = 5_000
const OLDEST_POSTGRES = 150_000

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined

type Address = { host: string; port: number }
/** The settings that an address comes from. */
type AddressNames = { host: string; port: string }

export const API_SETTINGS: AddressNames = { host: 'HOST', port: 'PORT' }
export const HEALTH_SETTINGS: AddressNames = { host: 'HOST', port: 'HEALTH_PORT' }
export const MOCK_SETTINGS: AddressNames = { host: 'BPJS_MOCK_HOST', port: 'BPJS_MOCK_PORT' }

/** Whether a server can listen there. What it tells apart are the operator's mistakes, before anything is started. */
export async function checkPort(address: Address, names: AddressNames): Promise<void> {
  if (address.port === 0) return
  const probe = createServer()
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  probe.once('error', reject)
  probe.listen(address, () => probe.close(() => resolve()))
  await listening(() => promise, address, names)
}

/** Runs what listens there; a failure that is the operator's to mend becomes a SettingError. */
export async function listening<Role>(
  start: () => Promise<Role>,
  address: Address,
  names: AddressNames,
): Promise<Role> {
  try {
    return await start()
  } catch (error) {
    throw describeListenError(error, address, names)
  }
}

function describeListenError(error: unknown, address: Address, names: AddressNames): unknown {
  switch (codeOf(error)) {
    case 'EADDRINUSE':
      return createSettingError(
        names.port,
        `${address.port} is taken by another program; stop it or choose another port`,
      )
    case 'EACCES':
      return createSettingError(names.port, `${address.port} needs rights this user lacks; choose one above 1023`)
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return createSettingError(names.host, `${address.host} is no address of this machine; write 127.0.0.1 or 0.0.0.0`)
    default:
      return error
  }
}

/** Whether `url` leads to a PostgreSQL that lets us in and is new enough. */
export async function checkDatabase(url: string, setting: string): Promise<void> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: CONNECT_TIMEOUT_MS })
  client.on('error', () => undefined)
  try {
    await client.connect()
    const { rows } = await client.query<{ version: number }>(
      "SELECT current_setting('server_version_num')::int AS version",
    )
    if ((rows[0]?.version ?? 0) < OLDEST_POSTGRES) {
      throw createSettingError(setting, 'the server is older than PostgreSQL 15; use 15 or newer')
    }
  } catch (error) {
    throw describeDatabaseError(error, url, setting)
  } finally {
    await client.end().catch(() => undefined)
  }
}

function describeDatabaseError(error: unknown, url: string, setting: string): SettingError {
  if (isSettingError(error)) return error
  const { hostname, port, username, pathname } = new URL(url)
  const place = `${hostname}:${port || 5432}`
  const say = (problem: string): SettingError => createSettingError(setting, problem, { cause: error })
  switch (codeOf(error)) {
    case 'ECONNREFUSED':
      return say(`nothing listens at ${place}; start the server or correct the address`)
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return say(`the host ${hostname} is not known; correct the address`)
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return say(`${place} cannot be reached; correct the address or the network`)
    case '28P01':
    case '28000':
      return say(`the server at ${place} refuses the user ${username || '(none)'} or its password; correct them`)
    case '3D000':
      return say(`the server at ${place} has no database ${pathname.slice(1)}; create it or correct the name`)
    case '53300':
      return say(`the server at ${place} has no free connection; raise its max_connections`)
    default:
      return say(`what answers at ${place} does not work as PostgreSQL (${firstLine(error)}); correct the address`)
  }
}

/** Whether `url` leads to a Redis that lets us in. */
export async function checkRedis(url: string): Promise<void> {
  const client = new Redis(url, {
    lazyConnect: true,
    connectTimeout: CONNECT_TIMEOUT_MS,
    commandTimeout: CONNECT_TIMEOUT_MS,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
  })
  let lastError: unknown
  client.on('error', (error) => {
    lastError = error
  })
  try {
    await client.connect()
    await client.ping()
  } catch (error) {
    throw describeRedisError(lastError ?? error, url)
  } finally {
    client.disconnect()
  }
}

function describeRedisError(error: unknown, url: string): SettingError {
  const { hostname, port } = new URL(url)
  const place = `${hostname}:${port || 6379}`
  const say = (problem: string): SettingError => createSettingError('REDIS_URL', problem, { cause: error })
  const text = firstLine(error)
  if (/WRONGPASS|NOAUTH|NOPERM|invalid password/i.test(text)) {
    return say(`the server at ${place} refuses the user or password; correct them`)
  }
  switch (codeOf(error)) {
    case 'ECONNREFUSED':
      return say(`nothing listens at ${place}; start the server or correct the address`)
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return say(`the host ${hostname} is not known; correct the address`)
    default:
      return say(`what answers at ${place} does not work as Redis (${text}); correct the address`)
  }
}

const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n')[0]?.slice(0, 120) ?? ''
