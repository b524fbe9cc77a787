import { sql } from 'kysely'
import { type Notice, noticeName } from '../../contracts/events/notices.ts'
import { dayInZone } from '../../contracts/primitives/calendar-date.ts'
import { binaryArray } from '../../platform/db/binary-array.ts'
import { prepared } from '../../platform/db/prepared.ts'
import type { JobHandlers } from '../../platform/outbox/handlers.ts'
import type { Db } from '../database.ts'
import type { IntakePorts } from './intake.ports.ts'

export type IntakeJobs = JobHandlers<'intake'>

/** `dueOn`: the day on the region's clock. */
type Entered = { proposalId: string; fullName: string; isHeld: boolean; dueOn: string | null }

/** Who was proposed in each intake, in the order they were entered; `isHeld`: still without a NIK. */
async function listEntered(
  db: Db,
  intakeIds: readonly string[],
  timeZoneOf: (regionCode: string) => string,
): Promise<Map<string, Entered[]>> {
  const rows = await db
    .selectFrom('proposal as p')
    .modifyFront(prepared)
    .innerJoin('proposal_status as s', 's.proposal_id', 'p.id')
    .select(['p.id', 'p.intake_id', 'p.full_name', 's.state', 's.flags', 's.correction_due_at', 's.region_code'])
    .where('p.intake_id', '=', sql<string>`ANY(${binaryArray('uuid', intakeIds)}::uuid[])`)
    .orderBy('p.id')
    .execute()
  const entered = new Map<string, Entered[]>()
  for (const row of rows) {
    const member: Entered = {
      proposalId: row.id,
      fullName: row.full_name,
      isHeld: row.state === 'needs_correction' && row.flags.includes('awaiting_nik'),
      dueOn: row.correction_due_at && dayInZone(row.correction_due_at, timeZoneOf(row.region_code)),
    }
    entered.set(row.intake_id, [...(entered.get(row.intake_id) ?? []), member])
  }
  return entered
}

function noticesOf(intakeId: string, entered: readonly Entered[]): Notice[] {
  if (entered.length === 0) return []
  const names = entered.map((member) => noticeName(member.fullName))
  const received: Notice = {
    intakeId,
    proposalId: null,
    version: 1,
    sequence: 0,
    template: 'received',
    variables: { names },
  }
  const held = entered
    .filter((member) => member.isHeld)
    .map((member): Notice => {
      const { fullName, dueOn } = member
      const variables = { name: noticeName(fullName), reasons: ['NIK_BELUM_ADA' as const], ...(dueOn && { dueOn }) }
      const { proposalId } = member
      return { intakeId, proposalId, version: 1, sequence: 0, template: 'needs_correction', variables }
    })
  return [received, ...held]
}

/** Tells each household that its papers have arrived, and whose NIK is still missing. */
export function createIntakeJobs(deps: { db: Db; ports: Pick<IntakePorts, 'notices' | 'regions'> }): IntakeJobs {
  const { db, ports } = deps
  return {
    'intake.received': async (items, context) => {
      await db.transaction().execute(async (tx) => {
        const intakeIds = items.map((item) => item.payload.intakeId)
        const entered = await listEntered(tx, intakeIds, ports.regions.timeZoneOf)
        await ports.notices.record(
          tx,
          intakeIds.flatMap((intakeId) => noticesOf(intakeId, entered.get(intakeId) ?? [])),
        )
        await context.settle(
          tx,
          items.map((item) => item.id),
        )
      })
    },
  }
}
