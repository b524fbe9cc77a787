import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Client } from 'pg'
import { afterAll, afterEach, beforeEach, expect, test, vi } from 'vitest'
import {
  type EmbeddedPostgres,
  findEmbeddedPostgresUrls,
  startEmbeddedPostgres,
} from '../../../src/platform/embedded/embedded-postgres.ts'
import { findPostmasterFile, isAlive } from '../../../src/platform/embedded/postmaster.ts'

let home: string
let running: EmbeddedPostgres[] = []
let lines: string[] = []

const start = async (): Promise<EmbeddedPostgres> => {
  const server = await startEmbeddedPostgres({
    home,
    durable: true,
    maxConnections: 20,
    log: (line) => lines.push(line),
    onLost: (error) => {
      throw error
    },
  })
  running.push(server)
  return server
}

const ask = async (url: string, sql: string): Promise<unknown> => {
  const client = new Client({ connectionString: url })
  client.on('error', () => undefined)
  await client.connect()
  try {
    const { rows } = await client.query<Record<string, unknown>>(sql)
    return rows[0] && Object.values(rows[0])[0]
  } finally {
    await client.end()
  }
}

const postmaster = (): number => findPostmasterFile(path.join(home, 'cluster'))?.pid ?? 0

// One cluster for all: making it takes longer than most of what is done to it.
const place = mkdtempSync(path.join(tmpdir(), 'puntadewa-embedded-'))
afterAll(() => rm(place, { recursive: true, force: true }))

beforeEach(() => {
  home = path.join(place, 'postgres')
  lines = []
})

afterEach(async () => {
  await Promise.all(running.map((server) => server.stop()))
  running = []
})

test('keeps what was committed, its port and its passwords over a restart', async () => {
  const first = await start()
  await ask(first.ownerUrl, 'CREATE TABLE kept AS SELECT 7 AS n')
  await first.stop()
  const second = await start()
  expect(second.appUrl).toBe(first.appUrl)
  expect(await findEmbeddedPostgresUrls(home)).toMatchObject({ appUrl: second.appUrl })
  expect(await ask(second.ownerUrl, 'SELECT n FROM kept')).toBe(7)
})

test('lets nobody in without the password, and the product only as the app role', async () => {
  const server = await start()
  const guess = new URL(server.superuserUrl)
  guess.password = 'guess'
  await expect(ask(guess.href, 'SELECT 1')).rejects.toThrow(/password authentication failed/)
  await ask(server.ownerUrl, 'CREATE TABLE guarded (n int)')
  await expect(ask(server.appUrl, 'INSERT INTO guarded VALUES (1)')).rejects.toThrow(/permission denied/)
  await expect(ask(server.appUrl, 'SET ROLE puntadewa_owner')).rejects.toThrow(/permission denied/)
  expect(await ask(server.ownerUrl, "SELECT rolsuper FROM pg_roles WHERE rolname = 'puntadewa_owner'")).toBe(false)
  expect(statSync(path.join(home, 'settings.json')).mode & 0o077).toBe(0)
})

test('commits durably', async () => {
  const server = await start()
  expect(await ask(server.appUrl, 'SHOW fsync')).toBe('on')
  expect(await ask(server.appUrl, 'SHOW synchronous_commit')).toBe('on')
})

test('stops a server that outlived its owner and starts its own on the same directory', async () => {
  const script = `
    import { startEmbeddedPostgres } from ${JSON.stringify(path.resolve('src/platform/embedded/embedded-postgres.ts'))}
    const server = await startEmbeddedPostgres({
      home: ${JSON.stringify(home)}, durable: true, maxConnections: 20, log() {}, onLost() {},
    })
    console.log(server.ownerUrl)
    setInterval(() => {}, 1000)`
  const owner = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [ownerUrl] = (await once(owner.stdout, 'data')) as [Buffer]
  await ask(ownerUrl.toString().trim(), 'CREATE TABLE survived AS SELECT 1 AS n')
  owner.kill('SIGKILL')
  await once(owner, 'exit')
  const orphan = postmaster()
  expect(isAlive(orphan)).toBe(true)

  const server = await start()
  expect(isAlive(orphan)).toBe(false)
  expect(lines).toEqual([expect.stringContaining(`stopping PostgreSQL process ${orphan}`)])
  expect(await ask(server.ownerUrl, 'SELECT n FROM survived')).toBe(1)
})

test('starts although the number in postmaster.pid now belongs to a stranger', async () => {
  const first = await start()
  await first.stop()
  const stranger = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
  writeFileSync(
    path.join(home, 'cluster/postmaster.pid'),
    `${stranger.pid}\n${home}/cluster\n1\n1\n\n127.0.0.1\n1 1\nready\n`,
  )
  try {
    const second = await start()
    expect(await ask(second.appUrl, 'SELECT 1')).toBe(1)
    expect(stranger.exitCode).toBeNull()
  } finally {
    stranger.kill('SIGKILL')
  }
})

test.each(['', '\0'.repeat(80)])(
  'starts although a power cut left postmaster.pid without a number',
  async (content) => {
    const first = await start()
    await first.stop()
    writeFileSync(path.join(home, 'cluster/postmaster.pid'), content)
    const second = await start()
    expect(await ask(second.appUrl, 'SELECT 1')).toBe(1)
  },
)

test('is started again when the server itself is killed', async () => {
  const server = await start()
  const killed = postmaster()
  process.kill(killed, 'SIGKILL')
  await vi.waitFor(async () => expect(await ask(server.appUrl, 'SELECT 1')).toBe(1), { timeout: 20_000 })
  expect(postmaster()).not.toBe(killed)
  expect(lines).toContain('PostgreSQL ended unexpectedly; starting it again')
})

test('is started again although a session of the killed server goes on computing', async () => {
  const server = await start()
  const computing = ask(server.ownerUrl, "DO $$ BEGIN WHILE clock_timestamp() < now() + '2 min' LOOP END LOOP; END $$")
  const ended = computing.then(
    () => 'answered',
    () => 'cut off',
  )
  const countComputing = "SELECT count(*)::int FROM pg_stat_activity WHERE query LIKE 'DO $$ BEGIN WHILE%'"
  await vi.waitFor(async () => expect(await ask(server.superuserUrl, countComputing)).toBe(1))
  process.kill(postmaster(), 'SIGKILL')
  await vi.waitFor(async () => expect(await ask(server.appUrl, 'SELECT 1')).toBe(1), { timeout: 20_000 })
  expect(await ended).toBe('cut off')
})

test('takes another port when a stranger holds the remembered one', async () => {
  const first = await start()
  await first.stop()
  const stranger = createServer().listen(Number(new URL(first.appUrl).port), '127.0.0.1')
  await once(stranger, 'listening')
  const second = await start()
  expect(second.appUrl).not.toBe(first.appUrl)
  expect(await ask(second.appUrl, 'SELECT 1')).toBe(1)
  stranger.close()
})

test('clears away what an interrupted first start has left', async () => {
  home = path.join(place, 'interrupted')
  await mkdir(path.join(home, 'cluster.new/base'), { recursive: true })
  writeFileSync(path.join(home, 'cluster.new/PG_VERSION'), '18\n')
  const server = await start()
  expect(await ask(server.appUrl, 'SELECT 1')).toBe(1)
})

test('writes no value of a failed statement into its log', async () => {
  const server = await start()
  await ask(server.ownerUrl, 'CREATE TABLE person (nik text PRIMARY KEY)')
  await ask(server.ownerUrl, "INSERT INTO person VALUES ('3274014505900001')")
  await expect(ask(server.ownerUrl, "INSERT INTO person VALUES ('3274014505900001')")).rejects.toThrow(/duplicate key/)
  const log = readFileSync(path.join(home, 'server.log'), 'utf8')
  expect(log).toContain('duplicate key')
  expect(log).not.toContain('3274014505900001')
})
