import { randomBytes } from 'node:crypto'
import type { Kysely } from 'kysely'
import { Client, type Pool } from 'pg'
import { inject } from 'vitest'
import { createKysely, createPool } from '../../src/platform/db/database.ts'

export type TestDatabase<Tables> = {
  /** As the product sees it: the app role's grants. */
  db: Kysely<Tables>
  pool: Pool
  /** As the owner of the tables: for looking underneath, and for tampering on purpose. */
  owner: Kysely<Tables>
  url: string
  close(): Promise<void>
}

/** Runs one statement on the server's maintenance database. */
export async function onServer(serverUrl: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: serverUrl })
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}

/** A database of its own for a test file, cloned from a migrated template of this run; `regions`: one that knows all regions. */
export async function createTestDatabase<Tables>(options: { regions?: boolean } = {}): Promise<TestDatabase<Tables>> {
  const { serverUrl, template: bare, regionsTemplate } = inject('database')
  const template = options.regions ? regionsTemplate : bare
  const name = `pdw_test_${randomBytes(6).toString('hex')}`
  await onServer(serverUrl, `CREATE DATABASE ${name} TEMPLATE ${template} STRATEGY FILE_COPY`)
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  const failOnIdleError = (): void => {}
  const pool = createPool(
    { url: url.href, role: 'puntadewa_app', poolSize: 10, applicationName: 'test' },
    failOnIdleError,
  )
  const ownerPool = createPool(
    { url: url.href, role: null, poolSize: 2, applicationName: 'test-owner' },
    failOnIdleError,
  )
  const db = createKysely<Tables>(pool)
  const owner = createKysely<Tables>(ownerPool)
  return {
    db,
    pool,
    owner,
    url: url.href,
    async close() {
      await db.destroy()
      await owner.destroy()
      await onServer(serverUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
    },
  }
}

/** A database for a product of its own process, cloned from one that knows all regions: without what a first start takes. */
export async function createProductDatabase(): Promise<{ url: string; drop(): Promise<void> }> {
  const { serverUrl, regionsTemplate } = inject('database')
  const name = `pdw_product_${randomBytes(6).toString('hex')}`
  await onServer(serverUrl, `CREATE DATABASE ${name} TEMPLATE ${regionsTemplate} STRATEGY FILE_COPY`)
  return {
    url: Object.assign(new URL(serverUrl), { pathname: `/${name}` }).href,
    drop: () => onServer(serverUrl, `DROP DATABASE ${name} WITH (FORCE)`),
  }
}
