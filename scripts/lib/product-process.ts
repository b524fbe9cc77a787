import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

export type RunningProduct = {
  address: string
  mockAddress: string
  output(): string
  /** Ctrl-C, then waits; the exit code. */
  stop(): Promise<number | null>
  /** After `stop`: removes the data directory. */
  remove(): Promise<void>
}

const ROOT = path.join(import.meta.dirname, '../..')
const READY_PATIENCE_MS = 120_000

async function findFreePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'))
  await Promise.all(servers.map((server) => once(server, 'listening')))
  const ports = servers.map((server) => (server.address() as { port: number }).port)
  await Promise.all(servers.map((server) => once(server.close(), 'close')))
  return ports
}

/** Starts the product as the README says (`npm start`), on a data directory and ports of its own. */
export async function startThrowAwayProduct(settings: Record<string, string> = {}): Promise<RunningProduct> {
  const directory = await mkdtemp(path.join(tmpdir(), 'puntadewa-'))
  const [port = 0, mockPort = 0] = await findFreePorts(2)
  const { DATABASE_URL: _database, REDIS_URL: _redis, ...inherited } = process.env
  const child = spawn('npm', ['start', '--silent'], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...inherited,
      DATA_DIR: path.join(directory, 'data'),
      PORT: String(port),
      BPJS_MOCK_PORT: String(mockPort),
      LOG_LEVEL: 'warn',
      ...settings,
    },
  })
  let text = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (text += chunk.toString()))
  const closed = once(child, 'close').then(([code]: (number | null)[]) => code ?? null)
  const address = `http://127.0.0.1:${port}`
  const product: RunningProduct = {
    address,
    mockAddress: `http://127.0.0.1:${mockPort}`,
    output: () => text,
    async stop() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGINT')
      return await closed
    },
    remove: () => rm(directory, { recursive: true, force: true }),
  }
  const isReady = async (): Promise<boolean> =>
    await fetch(`${address}/readyz`).then(
      (response) => response.ok,
      () => false,
    )
  for (const end = performance.now() + READY_PATIENCE_MS; performance.now() < end; await delay(100)) {
    if (await isReady()) return product
    if (child.exitCode !== null) break
  }
  await product.stop()
  await product.remove()
  throw new Error(`the product did not become ready:\n${text}`)
}
