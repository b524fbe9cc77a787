import { randomBytes } from 'node:crypto'
import type { TestProject } from 'vitest/node'
import type { DB } from '../../src/features/database.ts'
import { createRegions } from '../../src/features/regions/index.ts'
import { systemClock } from '../../src/platform/clock.ts'
import { createKysely, createPool } from '../../src/platform/db/database.ts'
import { migrate } from '../../src/platform/db/migrate.ts'
import { uuidIds } from '../../src/platform/ids.ts'
import { onServer } from './database.ts'
import { startTestPostgres } from './test-postgres.ts'
import { startTestRedis } from './test-redis.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** `serverUrl` may create databases; `template` is a migrated one to clone, `regionsTemplate` one with all regions and the demo's offices. */
    database: TestTemplates
    /** A Redis of this run; null: suites that need one are left out. */
    redisUrl: string | null
  }
}

export type TestTemplates = { serverUrl: string; template: string; regionsTemplate: string }

type TestServers = { database: TestTemplates; redisUrl: string | null; stop(): Promise<void> }

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
  const regionsTemplate = `${template}_regions`
  const stop = async (): Promise<void> => {
    await onServer(serverUrl, `DROP DATABASE IF EXISTS ${regionsTemplate} WITH (FORCE)`)
    await onServer(serverUrl, `DROP DATABASE IF EXISTS ${template} WITH (FORCE)`)
    await redis.stop()
    await postgres.stop()
  }
  try {
    await onServer(serverUrl, `CREATE DATABASE ${template}`)
    const url = new URL(serverUrl)
    url.pathname = `/${template}`
    await migrate({ databaseUrl: url.href, log: console.error })
    await onServer(serverUrl, `CREATE DATABASE ${regionsTemplate} TEMPLATE ${template} STRATEGY FILE_COPY`)
    url.pathname = `/${regionsTemplate}`
    await loadRegions(url.href)
  } catch (error) {
    await stop()
    throw error
  }
  console.log(`Tests run on ${postgres.description} and ${redis.description}.`)
  return { database: { serverUrl, template, regionsTemplate }, redisUrl: redis.url, stop }
}

/** Loading 91,600 regions takes about a second: once a run, not once a test file. */
async function loadRegions(databaseUrl: string): Promise<void> {
  const options = { url: databaseUrl, role: null, poolSize: 2, applicationName: 'test-regions' }
  const db = createKysely<DB>(createPool(options, (error) => console.error(error)))
  const silent = { record: async () => {}, write: async () => {} }
  try {
    const regions = createRegions({ db, audit: silent, clock: systemClock, ids: uuidIds })
    await regions.loadReferenceData(db)
    await regions.seedDemo(db)
  } finally {
    await db.destroy()
  }
}
