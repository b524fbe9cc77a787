import type {
  PutReactivationItem,
  PutReactivationReason,
  ReactivationView,
} from '../../../contracts/api/reactivation.ts'
import type { AuditAction, AuditEvent } from '../../../contracts/audit-actions.ts'
import type { Action } from '../../../contracts/lifecycle/actions.ts'
import { refusal } from '../../../contracts/lifecycle/allowed.ts'
import { isWaiting } from '../../../contracts/lifecycle/states.ts'
import { dayInZone } from '../../../contracts/primitives/calendar-date.ts'
import type { ReactivationItem } from '../../../contracts/reactivation-terms.ts'
import type { Clock } from '../../../platform/clock.ts'
import { AppError } from '../../../platform/errors.ts'
import type { Db } from '../../database.ts'
import { type Intake, type ProposalRow, standingOf } from '../../intake/index.ts'
import { findRecordIssues, mayBeProposed, missingItems } from './path.domain.ts'
import type { Caller, ReactivationPorts } from './reactivation.ports.ts'
import { deleteRecord, putReason, putRecord } from './reactivation.repository.ts'
import type { Way, Ways } from './ways.service.ts'

type CasesDeps = {
  db: Db
  intake: Pick<Intake, 'getProposal'>
  ways: Ways
  clock: Clock
  ports: Pick<ReactivationPorts, 'regions' | 'accounts' | 'audit'>
}

const REASON_SETTERS: readonly string[] = ['verifikator', 'supervisor']
const REASON_STATES: readonly string[] = ['in_review', 'needs_reactivation']

/** The checklist of a case and the reason it follows from, as officers and reviewers see and fill it. */
export function createReactivationCases({ db, intake, ways, clock, ports }: CasesDeps) {
  const event = (
    { actor, requestId }: Caller,
    action: AuditAction,
    proposalId: string,
    details: Record<string, unknown>,
  ): AuditEvent => ({
    actorId: actor.userId,
    actorRole: actor.role,
    action,
    subjectType: 'proposal',
    subjectId: proposalId,
    requestId,
    officeId: actor.officeId,
    regionCode: actor.regionCode,
    details,
  })

  const whyNot = (caller: Caller, row: ProposalRow, action: Action) => {
    const { userId: id, role } = caller.actor
    return refusal(action, row.snapshot, standingOf({ id, role }, row, clock.now()))
  }

  const maySetReason = ({ actor }: Caller, row: ProposalRow): boolean =>
    REASON_SETTERS.includes(actor.role) &&
    REASON_STATES.includes(row.snapshot.state) &&
    !standingOf({ id: actor.userId, role: actor.role }, row, clock.now()).own

  const compose = async (executor: Db, caller: Caller, row: ProposalRow, way: Way): Promise<ReactivationView> => {
    const { path, records, set } = way
    const people = [...records.map(({ recordedBy }) => recordedBy), ...(set ? [set.by] : [])]
    const names = people.length === 0 ? new Map<string, string>() : await ports.accounts.listNames(executor, people)
    const nameOf = (id: string) => ({ id, name: names.get(id) ?? '' })
    const { state, correctionDueAt } = row.snapshot
    const zone = ports.regions.timeZoneOf(row.regionCode)
    return {
      reason: path.reason,
      correctedReason: set ? { note: set.note, by: nameOf(set.by), at: set.at.toISOString() } : null,
      route: path.route,
      outcomes: path.outcomes,
      checklist: path.items.map((item) => {
        const record = records.find((one) => one.item === item.item)
        if (!record) return { ...item, record: null }
        const { letterNumber, letterDate, decile, recordedBy, recordedAt } = record
        return {
          ...item,
          record: { letterNumber, letterDate, decile, by: nameOf(recordedBy), at: recordedAt.toISOString() },
        }
      }),
      missing: missingItems(path, records),
      mayBeProposed: mayBeProposed(path, records),
      deadline: {
        days: path.deadlineDays,
        validFrom: path.validFrom,
        dueOn: isWaiting(state) && correctionDueAt ? dayInZone(new Date(correctionDueAt), zone) : null,
      },
      counterText: path.counterText,
      mayRecord: whyNot(caller, row, 'complete_reactivation') === null,
      mayCorrectReason: maySetReason(caller, row),
    }
  }

  const describe = async (executor: Db, caller: Caller, row: ProposalRow): Promise<ReactivationView | null> => {
    const way = (await ways.listWays(executor, [row])).get(row.proposalId)
    return way ? compose(executor, caller, row, way) : null
  }

  return {
    /** The way back of a case that the caller sees; null when it has none. */
    describe,

    /**
     * Records an item of the checklist, in place of what was recorded of it, or takes it back. For whoever may send the papers, while
     * the case waits for them (`action_not_allowed`). Refuses an item that the path does not have (`not_found`) and a record that does
     * not fit its kind (`invalid_input`).
     */
    async record(
      caller: Caller,
      proposalId: string,
      item: ReactivationItem,
      input: PutReactivationItem,
    ): Promise<ReactivationView> {
      return db.transaction().execute(async (tx) => {
        const row = await intake.getProposal(tx, caller.actor, proposalId)
        const code = whyNot(caller, row, 'complete_reactivation')
        if (code) throw new AppError(code)
        const way = (await ways.listWays(tx, [row])).get(proposalId)
        const wanted = way?.path.items.find((one) => one.item === item)
        if (!wanted) throw new AppError('not_found')
        const now = clock.now()
        const { done, letterNumber, letterDate, decile } = input
        if (done) {
          const today = dayInZone(now, ports.regions.timeZoneOf(row.regionCode))
          const issues = findRecordIssues(wanted.kind, input, today)
          if (issues.length > 0) throw new AppError('invalid_input', { issues })
          await putRecord(tx, proposalId, {
            item,
            letterNumber: letterNumber ?? null,
            letterDate: letterDate ?? null,
            decile: decile === undefined || decile === 'unknown' ? null : decile,
            recordedBy: caller.actor.userId,
            recordedAt: now,
          })
        } else await deleteRecord(tx, proposalId, item)
        await ports.audit.record(tx, [event(caller, 'record_reactivation_item', proposalId, { item, done })])
        const view = await describe(tx, caller, row)
        if (!view) throw new AppError('not_found')
        return view
      })
    },

    /**
     * A reviewer sets the reason, with how they know; the path is that of the new reason, and what was recorded of items that both have
     * stays. While the case waits for its papers or is in review (`action_not_allowed`); `own_intake` for who registered it. A case whose
     * person is no inactive member has no reason to set (`not_found`).
     */
    async setReason(caller: Caller, proposalId: string, input: PutReactivationReason): Promise<ReactivationView> {
      return db.transaction().execute(async (tx) => {
        const row = await intake.getProposal(tx, caller.actor, proposalId)
        if (!REASON_STATES.includes(row.snapshot.state)) throw new AppError('action_not_allowed')
        if (!maySetReason(caller, row)) throw new AppError('own_intake')
        const former = (await ways.listWays(tx, [row])).get(proposalId)
        if (!former) throw new AppError('not_found')
        const { userId: by } = caller.actor
        await putReason(tx, proposalId, { ...input, by, at: clock.now() })
        await ports.audit.record(tx, [
          event(caller, 'correct_reactivation_reason', proposalId, { from: former.path.reason, to: input.reason }),
        ])
        const view = await describe(tx, caller, row)
        if (!view) throw new AppError('not_found')
        return view
      })
    },
  }
}
export type ReactivationCases = ReturnType<typeof createReactivationCases>
