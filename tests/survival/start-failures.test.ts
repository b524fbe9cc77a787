import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { chmodSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer, type Server } from 'node:net'
import path from 'node:path'
import { describe, expect, inject, onTestFinished, test } from 'vitest'
import { findFreePort } from '../../scripts/lib/free-port.ts'
import { createProductDatabase, onServer } from '../support/database.ts'
import { answerAsOldPostgres } from '../support/old-postgres.ts'
import { startProduct } from '../support/product.ts'
import { createTemporaryDirectory } from '../support/temporary-directory.ts'

/** Runs the program to its end and returns what it said. */
async function run(
  settings: Record<string, string>,
  under: readonly string[] = [],
): Promise<{ code: number | null; lines: string[] }> {
  const product = startProduct({ settings: { PORT: '0', DATA_DIR: createTemporaryDirectory(), ...settings }, under })
  const code = await product.exited
  return { code, lines: product.output().trim().split('\n') }
}

/** The whole output must be that one line. */
async function expectRefusal(
  settings: Record<string, string>,
  line: string | RegExp,
  under: readonly string[] = [],
): Promise<void> {
  const { code, lines } = await run(settings, under)
  const last = lines.at(-1)
  if (typeof line === 'string') expect(last).toBe(line)
  else expect(last).toMatch(line)
  expect(lines.filter((text) => text.startsWith('    at '))).toEqual([])
  expect(lines.filter((text) => text.startsWith('puntadewa: '))).toHaveLength(1)
  expect(code).toBe(1)
}

async function listen(onConnection: Parameters<typeof createServer>[1], port = 0): Promise<number> {
  const server: Server = createServer(onConnection).listen(port, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return (server.address() as AddressInfo).port
}

const SETTINGS: [string, Record<string, string>, RegExp][] = [
  ['a port that is no number', { PORT: 'http' }, /^puntadewa: PORT: write a port number/],
  [
    'an address that is none of this machine',
    { HOST: '203.0.113.1', PORT: '4999' },
    /^puntadewa: HOST: 203\.0\.113\.1 is no address/,
  ],
  ['an unknown role', { PROCESS_ROLES: 'api,cook' }, /^puntadewa: PROCESS_ROLES: write all, or a list of/],
  ['an unknown time zone', { TIME_ZONE: 'Cirebon' }, /^puntadewa: TIME_ZONE: write an IANA time zone/],
  [
    'a database address without a scheme',
    { DATABASE_URL: 'localhost/x' },
    /^puntadewa: DATABASE_URL: write an address like/,
  ],
  ['keys of the wrong length', { DATA_KEYS: '1:c2hvcnQ=' }, /^puntadewa: DATA_KEYS: write 1:<base64 of 32 bytes>/],
  ['a short secret', { AUTH_SECRET: 'short' }, /^puntadewa: AUTH_SECRET: write at least 32 characters/],
  ['PCare without credentials', { BPJS_SOURCE: 'pcare' }, /^puntadewa: BPJS_CONS_ID: BPJS_SOURCE=pcare needs it/],
  [
    'a gateway that does not exist',
    { WHATSAPP_GATEWAY: 'telegram' },
    /^puntadewa: WHATSAPP_GATEWAY: write one of simulator, web, cloud/,
  ],
  [
    'production without a gateway',
    { NODE_ENV: 'production' },
    /^puntadewa: WHATSAPP_GATEWAY: production has no default/,
  ],
  [
    'production without keys',
    { NODE_ENV: 'production', WHATSAPP_GATEWAY: 'simulator' },
    /^puntadewa: DATA_KEYS: production does not start without it/,
  ],
]

test.each(SETTINGS)('%s is told in one line', async (_what, settings, line) => {
  await expectRefusal(settings, line)
})

test('a taken port names PORT and starts nothing', async () => {
  const port = await listen(() => {})
  await expectRefusal(
    { PORT: String(port) },
    `puntadewa: PORT: ${port} is taken by another program; stop it or choose another port`,
  )
})

test('a taken port of the mock names BPJS_MOCK_PORT', async () => {
  // One that nobody is given by chance, nor the one before it.
  const port = await listen(() => {}, await findFreePort())
  const line = `puntadewa: BPJS_MOCK_PORT: ${port} is taken by another program; stop it or choose another port`
  await expectRefusal({ BPJS_MOCK_PORT: String(port) }, line)
  // Unset, it is the one after PORT.
  await expectRefusal({ PORT: String(port - 1) }, line)
})

test('a taken port for health names HEALTH_PORT', async () => {
  const port = await listen(() => {})
  await expectRefusal(
    { PROCESS_ROLES: 'worker', HEALTH_PORT: String(port) },
    `puntadewa: HEALTH_PORT: ${port} is taken by another program; stop it or choose another port`,
  )
})

test('a data directory without rights names DATA_DIR', async ({ skip }) => {
  const directory = createTemporaryDirectory()
  chmodSync(directory, 0o500)
  const isRoot = process.getuid?.() === 0
  const under = isRoot ? ['setpriv', '--bounding-set', '-dac_override,-dac_read_search'] : []
  if (isRoot && spawnSync('setpriv', ['--version']).status !== 0) {
    skip('root may write everywhere, and there is no setpriv to take that right away')
  }
  await expectRefusal(
    { DATA_DIR: path.join(directory, 'data') },
    /^puntadewa: DATA_DIR: \S+ cannot be written \(EACCES\); correct its permissions or choose another directory$/,
    under,
  )
})

test('a data directory that cannot be made names DATA_DIR', async () => {
  const file = path.join(createTemporaryDirectory(), 'file')
  writeFileSync(file, '')
  await expectRefusal(
    { DATA_DIR: path.join(file, 'data') },
    /^puntadewa: DATA_DIR: \S+ cannot be written \(ENOTDIR\); correct/,
  )
})

test('a database that does not listen names DATABASE_URL', async () => {
  await expectRefusal(
    { DATABASE_URL: 'postgres://me@127.0.0.1:9/x' },
    'puntadewa: DATABASE_URL: nothing listens at 127.0.0.1:9; start the server or correct the address',
  )
})

test('a host that does not exist names DATABASE_URL', async () => {
  await expectRefusal(
    { DATABASE_URL: 'postgres://me@no-such-host.invalid/x' },
    /DATABASE_URL: the host no-such-host\.invalid is not known/,
  )
})

test('something else than PostgreSQL names DATABASE_URL', async () => {
  const port = await listen((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
  await expectRefusal(
    { DATABASE_URL: `postgres://me@127.0.0.1:${port}/x` },
    /^puntadewa: DATABASE_URL: what answers at \S+ does not work as PostgreSQL/,
  )
})

test('a server that never answers names DATABASE_URL', async () => {
  const port = await listen((socket) => socket.resume())
  await expectRefusal(
    { DATABASE_URL: `postgres://me@127.0.0.1:${port}/x` },
    /^puntadewa: DATABASE_URL: what answers at \S+ does not work as PostgreSQL/,
  )
})

test('a database that is not there names DATABASE_URL', async () => {
  const url = new URL(inject('database').serverUrl)
  url.pathname = '/no_such_database'
  await expectRefusal(
    { DATABASE_URL: url.href },
    /^puntadewa: DATABASE_URL: the server at \S+ has no database no_such_database/,
  )
})

test('a server before PostgreSQL 15 names DATABASE_URL', async () => {
  const port = await listen(answerAsOldPostgres)
  await expectRefusal(
    { DATABASE_URL: `postgres://me@127.0.0.1:${port}/x` },
    'puntadewa: DATABASE_URL: the server is older than PostgreSQL 15; use 15 or newer',
  )
})

describe('a login of its own for migrations', () => {
  const { serverUrl } = inject('database')
  const urlOf = (changes: { username?: string; password?: string; pathname: string }): string =>
    Object.assign(new URL(serverUrl), changes).href

  test('that cannot be reached names MIGRATION_DATABASE_URL', async () => {
    const MIGRATION_DATABASE_URL = 'postgres://owner@127.0.0.1:9/x'
    await expectRefusal(
      { DATABASE_URL: urlOf({ pathname: '/postgres' }), MIGRATION_DATABASE_URL },
      'puntadewa: MIGRATION_DATABASE_URL: nothing listens at 127.0.0.1:9; start the server or correct the address',
    )
  })

  test('that may not make tables names MIGRATION_DATABASE_URL', async () => {
    const name = `pdw_poor_${randomBytes(6).toString('hex')}`
    await onServer(serverUrl, `CREATE DATABASE ${name}`)
    await onServer(serverUrl, `CREATE ROLE ${name} LOGIN PASSWORD 'poor'`)
    onTestFinished(async () => {
      await onServer(serverUrl, `DROP DATABASE ${name} WITH (FORCE)`)
      await onServer(serverUrl, `DROP ROLE ${name}`)
    })
    const pathname = `/${name}`
    await expectRefusal(
      {
        DATABASE_URL: urlOf({ pathname }),
        MIGRATION_DATABASE_URL: urlOf({ pathname, username: name, password: 'poor' }),
      },
      /^puntadewa: MIGRATION_DATABASE_URL: the database could not be migrated \(.*permission denied for schema public\); its login must own/,
    )
  })
})

test('a wrong password names DATABASE_URL and is not repeated', async ({ skip }) => {
  const url = new URL(inject('database').serverUrl)
  if (url.password === '') skip('this server asks for no password')
  url.password = 'wrong-password-4711'
  const { code, lines } = await run({ DATABASE_URL: url.href })
  expect(lines.at(-1)).toMatch(/^puntadewa: DATABASE_URL: the server at \S+ refuses the user \S+ or its password/)
  expect(lines.join()).not.toContain('wrong-password-4711')
  expect(code).toBe(1)
})

test('a Redis that does not listen names REDIS_URL, and the database started before is stopped', async () => {
  await expectRefusal(
    { REDIS_URL: 'redis://127.0.0.1:9' },
    'puntadewa: REDIS_URL: nothing listens at 127.0.0.1:9; start the server or correct the address',
  )
})

test('something else than Redis names REDIS_URL', async () => {
  const database = await createProductDatabase()
  onTestFinished(database.drop)
  const port = await listen((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
  await expectRefusal(
    { DATABASE_URL: database.url, REDIS_URL: `redis://127.0.0.1:${port}` },
    /^puntadewa: REDIS_URL: what answers at \S+ does not work as Redis/,
  )
})
