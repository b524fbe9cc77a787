import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Client } from 'pg'
import { clusterDirectory } from '../../src/platform/embedded/cluster.ts'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/platform/embedded/embedded-postgres.ts'
import { findPostmasterFile } from '../../src/platform/embedded/postmaster.ts'

export type BenchServer = Omit<EmbeddedPostgres, 'stop'> & {
  version: string
  pid: number
  /** A database of its own beside the product's, as superuser. */
  createDatabase(name: string): Promise<string>
  stop(): Promise<void>
}

const MAX_CONNECTIONS = 150
/** What makes a commit durable; a figure taken without one of them is worth nothing. */
const DURABLE = ['fsync', 'synchronous_commit', 'full_page_writes'] as const

export async function withClient<Result>(url: string, work: (client: Client) => Promise<Result>): Promise<Result> {
  const client = new Client({ connectionString: url, application_name: 'bench' })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

async function assertDurable(url: string): Promise<string> {
  return await withClient(url, async (client) => {
    for (const setting of DURABLE) {
      const { rows } = await client.query<{ value: string }>('SELECT current_setting($1) AS value', [setting])
      if (rows[0]?.value !== 'on') throw new Error(`${setting} is ${rows[0]?.value}, must be on`)
    }
    const { rows } = await client.query<{ server_version: string }>('SHOW server_version')
    return rows[0]?.server_version ?? ''
  })
}

export type BenchServerOptions = {
  /** Kept when given; else a directory that is thrown away. */
  home?: string
  /** Written by ALTER SYSTEM before the server is used. */
  parameters?: Record<string, string>
}

/** The one PostgreSQL of a part: the product's own embedded server, durable as in production. */
export async function startBenchServer(options: BenchServerOptions = {}): Promise<BenchServer> {
  const home = options.home ?? (await mkdtemp(path.join(tmpdir(), 'puntadewa-bench-')))
  const start = (): Promise<EmbeddedPostgres> =>
    startEmbeddedPostgres({
      home,
      durable: true,
      maxConnections: MAX_CONNECTIONS,
      log: console.error,
      onLost: (error) => {
        throw error
      },
    })
  let server = await start()
  const parameters = Object.entries(options.parameters ?? {})
  if (parameters.length > 0) {
    await withClient(server.superuserUrl, async (client) => {
      for (const [name, value] of parameters) {
        await client.query(`ALTER SYSTEM SET ${client.escapeIdentifier(name)} = ${client.escapeLiteral(value)}`)
      }
    })
    await server.stop()
    server = await start()
  }
  const version = await assertDurable(server.superuserUrl)
  return {
    ...server,
    version,
    pid: findPostmasterFile(clusterDirectory(home))?.pid ?? 0,
    async createDatabase(name) {
      await withClient(server.superuserUrl, async (client) => {
        await client.query(`DROP DATABASE IF EXISTS ${client.escapeIdentifier(name)} WITH (FORCE)`)
        await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`)
      })
      const url = new URL(server.superuserUrl)
      url.pathname = `/${name}`
      return url.href
    },
    async stop() {
      await server.stop()
      if (options.home === undefined) await rm(home, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}
