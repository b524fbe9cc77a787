import { randomBytes } from 'node:crypto'
import type { TestProject } from 'vitest/node'
import { migrate } from '../../src/platform/db/migrate.ts'
import { onServer } from './database.ts'
import { startTestPostgres } from './test-postgres.ts'
import { startTestRedis } from './test-redis.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** `serverUrl` may create databases; `template` is a migrated one to clone. */
    database: { serverUrl: string; template: string }
    /** A Redis of this run; null: suites that need one are left out. */
    redisUrl: string | null
  }
}

type TestServers = { database: { serverUrl: string; template: string }; redisUrl: string | null; stop(): Promise<void> }

// Vitest calls this once per project, in one process: the projects share the servers, and the last to finish stops them.
const shared = globalThis as typeof globalThis & { testServers?: { started: Promise<TestServers>; users: number } }

/** One PostgreSQL server for the whole run, and in it one migrated template that every test file clones. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  shared.testServers ??= { started: startTestServers(), users: 0 }
  const servers = shared.testServers
  servers.users += 1
  const { database, redisUrl, stop } = await servers.started
  project.provide('database', database)
  project.provide('redisUrl', redisUrl)
  return async () => {
    servers.users -= 1
    if (servers.users > 0) return
    delete shared.testServers
    await stop()
  }
}

async function startTestServers(): Promise<TestServers> {
  const postgres = await startTestPostgres()
  const redis = await startTestRedis()
  const { serverUrl } = postgres
  const template = `pdw_template_${randomBytes(6).toString('hex')}`
  const stop = async (): Promise<void> => {
    await onServer(serverUrl, `DROP DATABASE IF EXISTS ${template} WITH (FORCE)`)
    await redis.stop()
    await postgres.stop()
  }
  try {
    await onServer(serverUrl, `CREATE DATABASE ${template}`)
    const url = new URL(serverUrl)
    url.pathname = `/${template}`
    await migrate({ databaseUrl: url.href, log: console.error })
  } catch (error) {
    await stop()
    throw error
  }
  console.log(`Tests run on ${postgres.description} and ${redis.description}.`)
  return { database: { serverUrl, template }, redisUrl: redis.url, stop }
}
