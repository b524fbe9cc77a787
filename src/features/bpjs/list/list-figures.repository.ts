import { sql } from 'kysely'
import { columnsOf } from '../../../platform/db/binary-array.ts'
import type { Tx } from '../../database.ts'
import type { CountedRow } from '../bpjs.ports.ts'
import { PAYER_NAMES } from './payer-segment.domain.ts'

/** The members of an applied list by village and payer: one statement, whatever words the list has for payers. */
export async function countMembers(tx: Tx, listId: string): Promise<CountedRow[]> {
  const column = columnsOf(PAYER_NAMES)
  const { rows } = await sql<CountedRow>`
    WITH counted AS (
      SELECT village_code, segment, count(*) AS registered, count(*) FILTER (WHERE standing = 'active') AS active
      FROM list_member WHERE list_id = ${listId} GROUP BY village_code, segment
    ), payer AS (
      SELECT * FROM unnest(${column('text', (row) => row.name)}::text[], ${column('text', (row) => row.segment)}::text[])
        AS known (name, segment)
    )
    SELECT counted.village_code AS "villageCode", coalesce(payer.segment, 'other') AS segment,
      sum(counted.registered)::int AS registered, sum(counted.active)::int AS active
    FROM counted LEFT JOIN payer ON payer.name = regexp_replace(counted.segment, '[^A-Z0-9]', '', 'g')
    GROUP BY 1, 2 ORDER BY 1, 2`.execute(tx)
  return rows
}
