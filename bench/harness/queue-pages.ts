import { encodeCursor } from '../../src/features/intake/list-cursor.ts'
import type { Load } from './load.ts'
import { type BenchServer, withClient } from './server.ts'

/** The queue of a verifikator of Kota Cirebon: the fullest of the demo. */
export const QUEUE = 'new_review'
export const REGION = '32.74'
const CONNECTIONS = 10
const DEPTHS = 1_000

/** Places all over the queue, as somebody deep in it would have them. */
async function drawDepths(server: BenchServer): Promise<{ dueAt: string; id: string }[]> {
  return await withClient(server.ownerUrl, async (client) => {
    const { rows } = await client.query<{ due_at: Date; proposal_id: string }>(
      'SELECT due_at, proposal_id FROM proposal_status WHERE queue = $1 AND region_code = $2 ORDER BY random() LIMIT $3',
      [QUEUE, REGION, DEPTHS],
    )
    return rows.map((row) => ({ dueAt: row.due_at.toISOString(), id: row.proposal_id }))
  })
}

/** Ten people who read pages of 50; `cookie` null where nobody signs in. */
export const readPages = (address: string, cookie: string | null, route: () => string): Load => ({
  address,
  connections: CONNECTIONS,
  next: () => ({ method: 'GET', path: route(), headers: cookie === null ? {} : { cookie } }),
})

/** The first page of the product's queue, and pages at a thousand random places in it, one after the other. */
export async function loadQueuePages(
  server: BenchServer,
  address: string,
  cookie: string,
): Promise<{ first: Load; deep: Load }> {
  const first = `/api/v1/proposals?queue=${QUEUE}`
  const deep = (await drawDepths(server)).map(({ dueAt, id }) => `${first}&cursor=${encodeCursor('dueAt', dueAt, id)}`)
  if (deep.length === 0) throw new Error(`the queue ${QUEUE} of ${REGION} is empty`)
  let turn = 0
  return {
    first: readPages(address, cookie, () => first),
    deep: readPages(address, cookie, () => deep[turn++ % deep.length] as string),
  }
}
