import { randomBytes } from 'node:crypto'
import type { TestProject } from 'vitest/node'
import { migrate } from '../../src/platform/db/migrate.ts'
import { onServer } from './database.ts'

declare module 'vitest' {
  interface ProvidedContext {
    database: { serverUrl: string; template: string }
  }
}

/** One server for the whole run, and in it one migrated template that every test file clones. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const serverUrl = process.env.TEST_DATABASE_URL ?? 'postgres://postgres@127.0.0.1:5432/test'
  const template = `pdw_template_${randomBytes(6).toString('hex')}`
  await onServer(serverUrl, `CREATE DATABASE ${template}`)
  const url = new URL(serverUrl)
  url.pathname = `/${template}`
  await migrate({ databaseUrl: url.href, log: console.error })
  project.provide('database', { serverUrl, template })
  return async () => {
    await onServer(serverUrl, `DROP DATABASE IF EXISTS ${template} WITH (FORCE)`)
  }
}
