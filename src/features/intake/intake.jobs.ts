import { sql } from 'kysely'
import { type Notice, noticeName } from '../../contracts/events/notices.ts'
import { binaryArray } from '../../platform/db/binary-array.ts'
import { prepared } from '../../platform/db/prepared.ts'
import type { JobHandlers } from '../../platform/outbox/handlers.ts'
import type { Db } from '../database.ts'
import type { IntakePorts } from './intake.ports.ts'

export type IntakeJobs = JobHandlers<'intake'>

type Entered = { proposalId: string; fullName: string; isHeld: boolean; dueOn: Date | null }

/** Who was proposed in each intake, in the order they were entered; `isHeld`: still without a NIK. */
async function listEntered(db: Db, intakeIds: readonly string[]): Promise<Map<string, Entered[]>> {
  const rows = await db
    .selectFrom('proposal as p')
    .modifyFront(prepared)
    .innerJoin('proposal_status as s', 's.proposal_id', 'p.id')
    .select(['p.id', 'p.intake_id', 'p.full_name', 's.state', 's.flags', 's.correction_due_at'])
    .where('p.intake_id', '=', sql<string>`ANY(${binaryArray('uuid', intakeIds)}::uuid[])`)
    .orderBy('p.id')
    .execute()
  const entered = new Map<string, Entered[]>()
  for (const row of rows) {
    const member: Entered = {
      proposalId: row.id,
      fullName: row.full_name,
      isHeld: row.state === 'needs_correction' && row.flags.includes('awaiting_nik'),
      dueOn: row.correction_due_at,
    }
    entered.set(row.intake_id, [...(entered.get(row.intake_id) ?? []), member])
  }
  return entered
}

function noticesOf(intakeId: string, entered: readonly Entered[]): Notice[] {
  if (entered.length === 0) return []
  const names = entered.map((member) => noticeName(member.fullName))
  const received: Notice = { intakeId, proposalId: null, version: 1, template: 'received', variables: { names } }
  const held = entered
    .filter((member) => member.isHeld)
    .map((member): Notice => {
      const dueOn = member.dueOn === null ? {} : { dueOn: member.dueOn.toISOString().slice(0, 10) }
      const variables = { name: noticeName(member.fullName), reasons: ['NIK_BELUM_ADA' as const], ...dueOn }
      return { intakeId, proposalId: member.proposalId, version: 1, template: 'needs_correction', variables }
    })
  return [received, ...held]
}

/** Tells each household that its papers have arrived, and whose NIK is still missing. */
export function createIntakeJobs(deps: { db: Db; notices: IntakePorts['notices'] }): IntakeJobs {
  const { db, notices } = deps
  return {
    'intake.received': async (items, context) => {
      await db.transaction().execute(async (tx) => {
        const intakeIds = items.map((item) => item.payload.intakeId)
        const entered = await listEntered(tx, intakeIds)
        await notices.record(
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
