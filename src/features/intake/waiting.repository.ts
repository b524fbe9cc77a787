import { sql } from 'kysely'
import { type Flag, WAITING_STATES } from '../../contracts/lifecycle/states.ts'
import type { Db } from '../database.ts'

/** A case that waits for its household; `dueAt`: when the waiting ends. */
export type WaitingCase = { proposalId: string; version: number; regionCode: string; dueAt: Date }

const REMINDED: Flag = 'reminded'

/** Cases whose waiting ends before `until`, with or without a reminder, the first to end first. */
export async function listWaiting(
  db: Db,
  wanted: { until: Date; reminded: boolean; limit: number },
): Promise<WaitingCase[]> {
  const rows = await db
    .selectFrom('proposal_status')
    .select(['proposal_id', 'version', 'region_code', 'correction_due_at'])
    .where('correction_due_at', '<', wanted.until)
    .where('state', 'in', [...WAITING_STATES])
    .where(sql<boolean>`(${REMINDED} = ANY(flags)) = ${wanted.reminded}`)
    .orderBy('correction_due_at')
    .limit(wanted.limit)
    .execute()
  return rows.flatMap((row) =>
    row.correction_due_at === null
      ? []
      : [
          {
            proposalId: row.proposal_id,
            version: row.version,
            regionCode: row.region_code,
            dueAt: row.correction_due_at,
          },
        ],
  )
}
