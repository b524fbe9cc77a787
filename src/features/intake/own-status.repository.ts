import { sql } from 'kysely'
import type { Action } from '../../contracts/lifecycle/actions.ts'
import type { ClosedAs, State } from '../../contracts/lifecycle/states.ts'
import type { Db } from '../database.ts'
import type { ReasonRecord } from './journal-record.ts'

export type PhoneIntake = {
  intakeId: string
  receiptNumber: string
  officeId: string
  regionCode: string
  villageCode: string
  submittedAt: Date
}

/** Intakes with this number, the newest first. */
export async function listIntakesByPhone(
  executor: Db,
  asked: { phoneIndex: Buffer; intakeId?: string; limit: number; hold?: true },
): Promise<PhoneIntake[]> {
  let query = executor
    .selectFrom('intake')
    .select(['id', 'receipt_number', 'office_id', 'region_code', 'village_code', 'submitted_at'])
    .where('phone_index', '=', asked.phoneIndex)
  if (asked.intakeId !== undefined) query = query.where('id', '=', asked.intakeId)
  if (asked.hold) query = query.forShare()
  const rows = await query.orderBy('submitted_at', 'desc').orderBy('id', 'desc').limit(asked.limit).execute()
  return rows.map((row) => ({
    intakeId: row.id,
    receiptNumber: row.receipt_number,
    officeId: row.office_id,
    regionCode: row.region_code,
    villageCode: row.village_code,
    submittedAt: row.submitted_at,
  }))
}

export type MemberStanding = {
  fullName: string
  state: State
  closedAs: ClosedAs | null
  dueAt: Date | null
  /** Of the entry that brought it into this state; empty in states that need no reason. */
  reasons: ReasonRecord[]
}

const REASONED_STATES = ['needs_correction', 'rejected'] as const satisfies readonly State[]
const REASONED_ACTIONS = [
  'hold',
  'decide_needs_correction',
  'decide_rejected',
  'confirm_rejection',
] as const satisfies readonly Action[]

/** Everybody proposed in an intake, in the order of registration. Who was decided about so lately that it may be undone is in review. */
export async function listMemberStandings(executor: Db, intakeId: string, now: Date): Promise<MemberStanding[]> {
  const rows = await executor
    .selectFrom('proposal as p')
    .innerJoin('proposal_status as s', 's.proposal_id', 'p.id')
    .select(['p.full_name', 's.state', 's.closed_as', 's.correction_due_at', 's.undo_until'])
    .select(
      sql<ReasonRecord[] | null>`(
        SELECT j.reasons FROM journal j
        WHERE j.proposal_id = p.id AND s.state = ANY(${[...REASONED_STATES]}) AND j.action = ANY(${[...REASONED_ACTIONS]})
        ORDER BY j.sequence DESC LIMIT 1)`.as('reasons'),
    )
    .where('p.intake_id', '=', intakeId)
    .orderBy('p.id')
    .execute()
  return rows.map((row) => {
    if (row.undo_until && row.undo_until > now) {
      return { fullName: row.full_name, state: 'in_review', closedAs: null, dueAt: null, reasons: [] }
    }
    return {
      fullName: row.full_name,
      state: row.state as State,
      closedAs: row.closed_as as ClosedAs | null,
      dueAt: row.correction_due_at,
      reasons: row.reasons ?? [],
    }
  })
}
