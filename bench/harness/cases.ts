import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { Client } from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import { type CaseOptions, TABLE_NAMES, TABLES, type Table } from './case-lines.ts'
import type { ComposeWork } from './compose-worker.ts'
import { type BenchServer, withClient } from './server.ts'

const CHUNK = 20_000

async function copyInto(client: Client, table: Table, text: string): Promise<void> {
  const stream = client.query(copyFrom(`COPY ${table} (${TABLES[table]}) FROM STDIN`))
  stream.end(text)
  await once(stream, 'finish')
}

type Texts = Record<Table, string>

/** Sealing takes as long as COPY does, so the next chunk is composed in a thread of its own meanwhile: one ahead, no more. */
async function* composeChunks(options: CaseOptions): AsyncGenerator<Texts> {
  const work: ComposeWork = { options, now: Date.now(), chunk: CHUNK }
  const worker = new Worker(new URL('./compose-worker.ts', import.meta.url), { workerData: work })
  const next = (): Promise<Texts> => {
    // Rejects when the worker fails meanwhile.
    const composed = once(worker, 'message').then(([texts]) => texts as Texts)
    composed.catch(() => {})
    worker.postMessage('next')
    return composed
  }
  try {
    const chunks = Math.ceil(options.count / CHUNK)
    let ahead = next()
    for (let chunk = 1; chunk <= chunks; chunk += 1) {
      const texts = await ahead
      if (chunk < chunks) ahead = next()
      yield texts
    }
  } finally {
    await worker.terminate()
  }
}

type Index = { name: string; definition: string }

async function dropIndexes(client: Client): Promise<Index[]> {
  const { rows } = await client.query<Index>(
    `SELECT c.relname AS name, pg_get_indexdef(i.indexrelid) AS definition
     FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
     WHERE i.indrelid = ANY($1::text[]::regclass[]) AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = i.indexrelid)`,
    [TABLE_NAMES],
  )
  for (const { name } of rows) await client.query(`DROP INDEX ${client.escapeIdentifier(name)}`)
  return rows
}

/**
 * Writes cases straight into the tables, with real sealed values and blind indexes, so that the product can open, find and move
 * them. A case has one journal entry (its submission) whatever its state, and no audit or outbox rows. Triggers and foreign
 * keys are off meanwhile; indexes are made afterwards; the live counts are set to what they would be.
 */
export async function generateCases(server: BenchServer, options: CaseOptions): Promise<void> {
  const url = new URL(server.superuserUrl)
  url.pathname = new URL(server.ownerUrl).pathname
  await withClient(url.href, async (client) => {
    await client.query(`SET session_replication_role = replica; SET maintenance_work_mem = '512MB'`)
    const indexes = await dropIndexes(client)
    for await (const texts of composeChunks(options)) {
      for (const table of TABLE_NAMES) await copyInto(client, table, texts[table])
    }
    for (const { definition } of indexes) await client.query(definition)
    await client.query(`
      TRUNCATE proposal_count, proposal_count_delta;
      INSERT INTO proposal_count (region_code, office_id, state, queue, total)
      SELECT region_code, office_id, state, coalesce(queue, ''), count(*) FROM proposal_status GROUP BY 1, 2, 3, 4`)
    await client.query(`VACUUM (ANALYZE) ${TABLE_NAMES.join(', ')}`)
    await client.query('CHECKPOINT')
  })
}
