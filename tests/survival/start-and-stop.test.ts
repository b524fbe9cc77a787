import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { findEmbeddedPostgresUrls } from '../../src/platform/embedded/embedded-postgres.ts'
import { findPostmasterFile, isAlive } from '../../src/platform/embedded/postmaster.ts'
import { type Product, startProduct } from '../support/product.ts'
import { createTemporaryDirectory } from '../support/temporary-directory.ts'

type Options = Omit<Parameters<typeof startProduct>[0], 'settings'> & { settings?: Record<string, string> }

const directories: string[] = []

function settingsOf(directory: string): Record<string, string> {
  directories.push(directory)
  return { PORT: '0', DATA_DIR: directory, DEMO: 'false' }
}

const start = (directory: string, options: Options = {}) => {
  const product = startProduct({ ...options, settings: { ...settingsOf(directory), ...options.settings } })
  onTestFinished(async () => void (await product.end('SIGTERM')))
  return product
}

/** Of the database of that directory; undefined when none is running. */
const findDatabase = (directory: string): number | undefined => {
  const pid = findPostmasterFile(path.join(directory, 'postgres/cluster'))?.pid
  return pid !== undefined && isAlive(pid) ? pid : undefined
}

const writeRow = async (directory: string, sql: string): Promise<unknown[]> => {
  const urls = await findEmbeddedPostgresUrls(path.join(directory, 'postgres'))
  const client = new Client({ connectionString: urls?.ownerUrl })
  await client.connect()
  const { rows } = await client.query<Record<string, unknown>>(sql)
  await client.end()
  return rows
}

const isReady = async (address: string): Promise<number> => (await fetch(`${address}/readyz`)).status

describe('on nothing', () => {
  const place = mkdtempSync(path.join(tmpdir(), 'puntadewa-'))
  const directory = path.join(place, 'data')
  let product: Product
  let address: string
  beforeAll(async () => {
    product = startProduct({ settings: settingsOf(directory) })
    address = await product.ready()
  })
  afterAll(async () => {
    await product?.end('SIGTERM')
    await rm(place, { recursive: true, force: true, maxRetries: 5 })
  })

  test('starts, and answers', async () => {
    expect(await isReady(address)).toBe(200)
    const figures = await (await fetch(`${address}/metrics`)).text()
    expect(figures).toContain('puntadewa_whatsapp_open_messages{state="queued"} 0')
    expect(findDatabase(directory)).toBeDefined()
  })

  test('keeps generated keys and passwords from other users of the machine', () => {
    for (const file of ['keys/data-keys', 'keys/auth-secret', 'postgres/settings.json']) {
      expect(statSync(path.join(directory, file)).mode & 0o777, file).toBe(0o600)
    }
    expect(statSync(path.join(directory, 'keys')).mode & 0o777).toBe(0o700)
    // Passing through is what the database needs when root starts it as another user; listing and reading are nobody's.
    expect(statSync(directory).mode & 0o066).toBe(0)
    expect(readFileSync(path.join(directory, 'keys/data-keys'), 'utf8')).toMatch(/^1:[\w+/]{43}=\n$/)
  })

  test('a second PuntaDewa on its data directory says so and leaves the first alone', async () => {
    const second = start(directory)
    expect(await second.exited).toBe(1)
    const [line, ...rest] = second
      .output()
      .trim()
      .split('\n')
      .filter((text) => text.startsWith('puntadewa'))
    expect(line).toContain(
      `DATA_DIR: another PuntaDewa (process ${product.child.pid}) is using ${directory}; stop it, or`,
    )
    expect(rest).toEqual([])
    expect(await isReady(address)).toBe(200)
  })

  test('leaves nothing running after SIGTERM', async () => {
    expect(await product.end('SIGTERM')).toBe(0)
    // Neither the way up nor the way down is an alarm.
    expect(product.output()).not.toMatch(/ (?:warn|error|fatal) /)
    expect(findDatabase(directory)).toBeUndefined()
    expect(existsSync(path.join(directory, 'postgres/cluster/postmaster.pid'))).toBe(false)
  })

  // What follows happens to a data directory that has been in use: making one takes longer than all of it.
  test('npm hands a signal on, waits for the drain and ends with 0; a second signal changes nothing', async () => {
    const throughNpm = start(directory, { throughNpm: true })
    await throughNpm.ready()
    throughNpm.child.kill('SIGINT')
    expect(await throughNpm.end('SIGINT')).toBe(0)
    expect(findDatabase(directory)).toBeUndefined()
  })

  test('ends by itself when npm is killed', async () => {
    const throughNpm = start(directory, { throughNpm: true })
    await throughNpm.ready()
    await throughNpm.end('SIGKILL')
    await expect.poll(() => findDatabase(directory), { timeout: 20_000 }).toBeUndefined()
  })

  test('after kill -9 the next start recovers by itself, with everything committed', async () => {
    const first = start(directory)
    await first.ready()
    await writeRow(directory, 'CREATE TABLE kept AS SELECT 7 AS n')
    await first.end('SIGKILL')
    const second = start(directory)
    expect(await isReady(await second.ready())).toBe(200)
    expect(await writeRow(directory, 'SELECT n FROM kept')).toEqual([{ n: 7 }])
  })

  test('does not make new keys beside a database whose keys are missing', async () => {
    rmSync(path.join(directory, 'keys'), { recursive: true })
    const withoutKeys = start(directory)
    expect(await withoutKeys.exited).toBe(1)
    expect(withoutKeys.output()).toContain('puntadewa: DATA_KEYS: the database exists but its key file')
  })
})

test('a signal during the first start stops cleanly, and the next start completes it', async () => {
  const directory = createTemporaryDirectory()
  const interrupted = start(directory)
  await expect.poll(() => existsSync(path.join(directory, 'postgres')), { timeout: 20_000, interval: 5 }).toBe(true)
  expect(await interrupted.end('SIGTERM')).toBe(0)
  const next = start(directory)
  expect(await isReady(await next.ready())).toBe(200)
})

test('a command joins the database of a running PuntaDewa, and starts it when none is running', async () => {
  const directory = createTemporaryDirectory()
  const alone = start(directory, { args: ['migrate'] })
  expect(await alone.exited).toBe(0)
  expect(alone.output()).toMatch(/^Ran 2026/m)
  expect(findDatabase(directory)).toBeUndefined()
  const product = start(directory)
  await product.ready()
  const joining = start(directory, { args: ['migrate'] })
  expect(await joining.exited).toBe(0)
  expect(joining.output()).toBe('The database is up to date.\n')
})

test('lists its commands, and refuses one it does not know', async () => {
  const help = start(createTemporaryDirectory(), { args: ['--help'] })
  expect(await help.exited).toBe(0)
  expect(help.output()).toMatch(/^Usage: npm run puntadewa -- <command>\n\n(?: {2}\S.*\n)+$/)
  const unknown = start(createTemporaryDirectory(), { args: ['dance'] })
  expect(await unknown.exited).toBe(1)
  expect(unknown.output()).toBe('puntadewa: there is no command "dance"; --help lists them\n')
})

test('the mock runs alone, without a database', async () => {
  const directory = path.join(createTemporaryDirectory(), 'never-made')
  const product = start(directory, { settings: { PROCESS_ROLES: 'bpjs-mock', LOG_FORMAT: 'json' } })
  await expect.poll(() => product.output(), { timeout: 20_000 }).toContain('BPJS mock is listening')
  expect(existsSync(directory)).toBe(false)
  expect(await product.end('SIGTERM')).toBe(0)
})

test('no process of these tests is left', () => {
  const processes = execFileSync('ps', ['-ww', '-e', '-o', 'args='], { encoding: 'utf8' }).split('\n')
  expect(directories.length).toBeGreaterThan(5)
  expect(processes.filter((line) => directories.some((directory) => line.includes(directory)))).toEqual([])
})
