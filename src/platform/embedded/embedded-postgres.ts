import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, existsSync, openSync, readFileSync, statSync, truncateSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { createServer } from 'node:net'
import { totalmem } from 'node:os'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { findPostgresBinaries } from './binaries.ts'
import {
  type ClusterSettings,
  clusterDirectory,
  ensureCluster,
  findClusterSettings,
  saveClusterSettings,
} from './cluster.ts'
import { DATABASE, ensureDatabase, LOGIN, OWNER } from './database-setup.ts'
import {
  disownStalePostmasterFile,
  endLeftBehind,
  findLivePostmaster,
  findPostmasterFile,
  stopPostmaster,
} from './postmaster.ts'
import { chooseServerIdentity } from './server-identity.ts'

const POLL_MS = 10
// Replaying a gigabyte of WAL after a crash (max_wal_size) takes tens of seconds on a slow disk.
const START_PATIENCE_MS = 120_000
const STOP_PATIENCE_MS = 15_000
// A postmaster that was killed leaves sessions behind for a moment; PostgreSQL refuses to start beside them. On a busy disk the one
// that writes a checkpoint takes its time.
const START_ATTEMPTS = 120
const START_RETRY_MS = 250
const LOG_LIMIT_BYTES = 10_000_000
// Nothing of ours: the product's environment holds keys, and PostgreSQL reads settings of its own from there.
const SERVER_ENVIRONMENT = { LC_ALL: 'C', TZ: 'UTC', PATH: '/usr/bin:/bin:/usr/sbin:/sbin' }

export type EmbeddedPostgresUrls = {
  /** For the product: a login that can only act as the role `puntadewa_app`. */
  appUrl: string
  /** For migrations: owns the database, is no superuser. */
  ownerUrl: string
  /** For tests and maintenance: the server's superuser, connected to its `postgres` database. */
  superuserUrl: string
}

export type EmbeddedPostgres = EmbeddedPostgresUrls & {
  /** Fast shutdown: open sessions are cut, everything committed is kept. May be called again. */
  stop(): Promise<void>
}

export type EmbeddedPostgresOptions = {
  /** Holds the data directory, the remembered port and the passwords. The caller has made sure that nobody else uses it. */
  home: string
  /** False only where the data is thrown away: commits then do not wait for the disk. */
  durable: boolean
  maxConnections: number
  log(line: string): void
  /** The server died and could not be started again. */
  onLost(error: Error): void
}

/**
 * Starts PostgreSQL on a free loopback port, making the data directory on the first call. A server that outlived its
 * owner's kill -9 on the same directory is stopped first. A server that dies later is started again on its port.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { home, log } = options
  await mkdir(home, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 })
  const binaries = findPostgresBinaries()
  const identity = chooseServerIdentity([home, path.dirname(binaries.postgres)])
  const settings = await ensureCluster(home, binaries, identity)
  const directory = clusterDirectory(home)
  assertSameMajor(directory)

  const orphan = findLivePostmaster(directory)
  if (orphan !== undefined) {
    log(`stopping PostgreSQL process ${orphan}, left over from a killed run`)
    await stopPostmaster(orphan, STOP_PATIENCE_MS)
  }
  disownStalePostmasterFile(directory)

  const port = await choosePort(settings.port)
  if (port !== settings.port) await saveClusterSettings(home, { ...settings, port })

  const parameters = serverParameters(options, port)
  const logFile = path.join(home, 'server.log')
  if (existsSync(logFile) && statSync(logFile).size > LOG_LIMIT_BYTES) truncateSync(logFile)

  const spawnServer = (): ChildProcess => {
    const flags = [
      '-D',
      directory,
      ...Object.entries(parameters).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ]
    const { file, args, ...who } = identity.wrap(binaries.postgres, flags)
    const stderr = openSync(logFile, 'a', 0o600)
    try {
      // A session of its own: the terminal's Ctrl-C must reach us and not the database that our drain still needs.
      const child = spawn(file, args, {
        ...who,
        cwd: path.parse(directory).root,
        detached: true,
        stdio: ['ignore', 'ignore', stderr],
        ...(process.platform === 'win32' ? {} : { env: SERVER_ENVIRONMENT }),
      })
      child.unref()
      return child
    } finally {
      closeSync(stderr)
    }
  }

  let server: ChildProcess | undefined
  let stopping = false
  const launch = async (): Promise<void> => {
    const child = await launchUntilReady(spawnServer, directory, () => stopping)
    server = child
    const restart = (): void => {
      if (stopping) return
      log('PostgreSQL ended unexpectedly; starting it again')
      launching = launch()
      launching.catch((error: unknown) => options.onLost(error instanceof Error ? error : new Error(String(error))))
    }
    if (child.exitCode === null && child.signalCode === null) child.once('exit', restart)
    else restart()
  }
  let launching = launch()
  try {
    await launching
  } catch (cause) {
    throw new Error(`PostgreSQL did not start: ${lastLine(logFile)}`, { cause })
  }
  // Only reached by process.exit() without stop(): ask for a clean end without waiting for it.
  const onExit = (): void => void server?.kill('SIGINT')
  process.once('exit', onExit)

  const urls = describeUrls({ ...settings, port })
  await ensureDatabase(urls.superuserUrl, settings)
  return {
    ...urls,
    async stop() {
      stopping = true
      process.removeListener('exit', onExit)
      await launching.catch(() => undefined)
      if (server?.pid !== undefined) await stopPostmaster(server.pid, STOP_PATIENCE_MS)
    },
  }
}

/** Addresses of the server that another process has started on this directory; undefined when there never was one. */
export async function findEmbeddedPostgresUrls(home: string): Promise<EmbeddedPostgresUrls | undefined> {
  const settings = await findClusterSettings(home)
  return settings && settings.port > 0 ? describeUrls(settings) : undefined
}

/**
 * An eighth of the memory, from PostgreSQL's own default up to what a million cases fill: with 128 MB a page deep in such a
 * queue takes twice as long as with 1 GB.
 */
function sharedBuffersMb(memoryBytes: number): number {
  return Math.min(1024, Math.max(128, Math.floor(memoryBytes / 8 / 2 ** 20)))
}

function serverParameters(options: EmbeddedPostgresOptions, port: number): Record<string, string> {
  return {
    port: String(port),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: String(options.maxConnections),
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_min_messages: 'warning',
    log_checkpoints: 'off',
    // Details, statements and contexts quote the values of a failed row: identity data has no place in a log.
    log_error_verbosity: 'terse',
    log_min_error_statement: 'panic',
    // Compiling a plan costs more than any of our statements takes.
    jit: 'off',
    // Nobody runs this on turning disks. With the default of 4 a table that has just filled up is read whole, batch after
    // batch, until it is analysed for the first time.
    random_page_cost: '1.1',
    // As many files of the log are kept for the next round as one round fills (max_wal_size): writing a new one of 16 MB holds
    // every commit up for 20 to 60 ms.
    min_wal_size: '1GB',
    ...(options.durable ? { shared_buffers: `${sharedBuffersMb(totalmem())}MB` } : {}),
    ...(options.durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  }
}

async function launchUntilReady(
  launch: () => ChildProcess,
  directory: string,
  isStopping: () => boolean,
): Promise<ChildProcess> {
  for (let attempt = 1; !isStopping() && attempt <= START_ATTEMPTS; attempt += 1) {
    const child = launch()
    if (await isReady(child, directory)) return child
    endLeftBehind(directory)
    disownStalePostmasterFile(directory)
    await delay(START_RETRY_MS)
  }
  throw new Error('PostgreSQL does not start')
}

/** Waits for the line that PostgreSQL writes into postmaster.pid once it takes connections; false when it ends instead. */
async function isReady(child: ChildProcess, directory: string): Promise<boolean> {
  let ended = false
  child.once('exit', () => {
    ended = true
  })
  child.once('error', () => {
    ended = true
  })
  for (const end = performance.now() + START_PATIENCE_MS; performance.now() < end; await delay(POLL_MS)) {
    if (ended) return false
    const file = findPostmasterFile(directory)
    if (file?.pid === child.pid && file?.status === 'ready') return true
  }
  child.kill('SIGQUIT')
  return false
}

/** The remembered port if it is still free, else another. */
async function choosePort(remembered: number): Promise<number> {
  for (const candidate of remembered > 0 ? [remembered, 0] : [0]) {
    const port = await tryListen(candidate)
    if (port !== undefined) return port
  }
  throw new Error('no free port on 127.0.0.1')
}

async function tryListen(port: number): Promise<number | undefined> {
  return await new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(undefined))
    probe.listen({ port, host: '127.0.0.1' }, () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : undefined))
    })
  })
}

function describeUrls(settings: ClusterSettings): EmbeddedPostgresUrls {
  const url = (user: string, password: string, database: string): string =>
    `postgres://${user}:${password}@127.0.0.1:${settings.port}/${database}`
  return {
    appUrl: url(LOGIN, settings.appPassword, DATABASE),
    ownerUrl: url(OWNER, settings.ownerPassword, DATABASE),
    superuserUrl: url('postgres', settings.superuserPassword, 'postgres'),
  }
}

function assertSameMajor(directory: string): void {
  const major = readFileSync(path.join(directory, 'PG_VERSION'), 'utf8').trim()
  if (major !== '18') {
    throw new Error(
      `${directory} was made by PostgreSQL ${major}, this release runs 18; export the data with the release that made it`,
    )
  }
}

function lastLine(logFile: string): string {
  return readFileSync(logFile, 'utf8').trim().split('\n').at(-1) ?? ''
}
