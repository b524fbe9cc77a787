import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Redis } from 'ioredis'

export type BenchRedis = { url: string; stop(): Promise<void> }

const PATIENCE_MS = 10_000

/** The Redis of TEST_REDIS_URL, else a redis-server found on PATH with its append-only file on; undefined when there is none. */
export async function startBenchRedis(): Promise<BenchRedis | undefined> {
  const given = process.env['TEST_REDIS_URL']
  if (given) return { url: given, async stop() {} }
  const directory = await mkdtemp(path.join(tmpdir(), 'puntadewa-bench-redis-'))
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  const port = typeof address === 'object' && address ? address.port : 0
  probe.close()
  const flags = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', directory]
  const server = spawn('redis-server', [...flags, '--appendonly', 'yes', '--appendfsync', 'everysec'], {
    stdio: 'ignore',
  })
  const missing = once(server, 'error').then(() => true)
  const url = `redis://127.0.0.1:${port}`
  const stop = async (): Promise<void> => {
    if (server.pid !== undefined && server.exitCode === null) {
      const exited = once(server, 'exit')
      server.kill('SIGTERM')
      await exited
    }
    await rm(directory, { recursive: true, force: true })
  }
  if (await Promise.race([missing, answers(url).then((up) => !up)])) {
    await stop()
    return undefined
  }
  return { url, stop }
}

async function answers(url: string): Promise<boolean> {
  const client = new Redis(url, { retryStrategy: () => 50, maxRetriesPerRequest: null })
  client.on('error', () => undefined)
  try {
    return await Promise.race([client.ping().then(() => true), delay(PATIENCE_MS, false)])
  } finally {
    client.disconnect()
  }
}
