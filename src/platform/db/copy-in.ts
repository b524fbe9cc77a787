import { once } from 'node:events'
import type { PoolClient } from 'pg'
import { from } from 'pg-copy-streams'

/**
 * Writes rows by COPY on a connection of the caller's, in its transaction. `rows`: in the format that the statement names, whole.
 * Throws what the database says, and then the transaction must be rolled back.
 */
export async function copyIn(client: PoolClient, statement: string, rows: Uint8Array): Promise<void> {
  const stream = client.query(from(statement))
  stream.end(rows)
  await once(stream, 'finish')
}
