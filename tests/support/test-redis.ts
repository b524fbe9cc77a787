import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { findFreePort } from '../../scripts/lib/free-port.ts'

export type TestRedis = { url: string | null; description: string; stop(): Promise<void> }

const START_PATIENCE_MS = 10_000

/** The Redis of TEST_REDIS_URL, else a redis-server found on PATH, else none. */
export async function startTestRedis(): Promise<TestRedis> {
  const given = process.env['TEST_REDIS_URL']
  if (given) return { url: given, description: 'the Redis of TEST_REDIS_URL', async stop() {} }
  const own = await startPrivateRedis()
  if (own) return { ...own, description: 'a redis-server found on PATH' }
  return {
    url: null,
    description: 'no Redis (the suites on Redis are left out: set TEST_REDIS_URL or install redis-server)',
    async stop() {},
  }
}

/** A redis-server of this run; null when none is on PATH. */
async function startPrivateRedis(): Promise<{ url: string; stop(): Promise<void> } | null> {
  const directory = await mkdtemp(path.join(tmpdir(), 'puntadewa-redis-'))
  const port = await findFreePort()
  const flags = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', directory]
  const server = spawn('redis-server', flags, { stdio: 'ignore', detached: true })
  const remove = (): Promise<void> => rm(directory, { recursive: true, force: true })
  const url = `redis://127.0.0.1:${port}`
  const missing = once(server, 'error').then(() => true)
  if (await Promise.race([missing, answers(url).then((up) => !up)])) {
    await remove()
    return null
  }
  const end = (): void => void server.kill('SIGKILL')
  process.once('exit', end)
  return {
    url,
    async stop() {
      process.removeListener('exit', end)
      const exited = once(server, 'exit')
      server.kill('SIGTERM')
      await exited
      await remove()
    },
  }
}

async function answers(url: string): Promise<boolean> {
  for (const end = performance.now() + START_PATIENCE_MS; performance.now() < end; await delay(20)) {
    const client = new Redis(url, { lazyConnect: true, retryStrategy: () => null, connectTimeout: 1_000 })
    client.on('error', () => undefined)
    try {
      await client.connect()
      await client.ping()
      return true
    } catch {
      // Not up yet.
    } finally {
      client.disconnect()
    }
  }
  return false
}
