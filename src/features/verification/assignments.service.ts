import type { Actor } from '../../contracts/access.ts'
import type { AssignmentInput, Reviewer } from '../../contracts/api/assignments.ts'
import type { ErrorCode } from '../../contracts/errors.ts'
import { BULK_UNDO_MS } from '../../contracts/lifecycle/allowed.ts'
import { ASSIGNED_WORKING_HOURS } from '../../contracts/lifecycle/queues.ts'
import { addWorkingHours } from '../../contracts/lifecycle/working-time.ts'
import type { Clock } from '../../platform/clock.ts'
import { AppError } from '../../platform/errors.ts'
import type { Db, Tx } from '../database.ts'
import type { HistoryEntry, HolidayCalendar, Intake, Move, MoveResult, ProposalRow } from '../intake/index.ts'
import { type CaseAccess, caseEvent, moverOf } from './case-access.ts'
import { lockCases } from './checks.repository.ts'
import type { Case } from './decisions.service.ts'
import type { Undoing } from './undo.service.ts'
import type { Caller, VerificationPorts } from './verification.ports.ts'

export type AssignmentsDeps = {
  db: Db
  intake: Pick<Intake, 'getProposal' | 'listProposals' | 'listHistories' | 'moveMany' | 'judgeMoves'>
  access: Pick<CaseAccess, 'requireMoved'>
  clock: Clock
  holidays: HolidayCalendar
  ports: Pick<VerificationPorts, 'accounts' | 'audit' | 'regions'>
}

/** A supervisor gives cases to a reviewer: kept for them until `ASSIGNED_WORKING_HOURS` later, then open to everybody again. */
export function createAssignments({ db, intake, access, clock, holidays, ports }: AssignmentsDeps) {
  const listReviewers = async ({ actor }: Caller): Promise<Reviewer[]> =>
    ports.accounts.listReviewers(db, actor.regionCode)

  /** A person who reviews in the caller's region; `invalid_input` for anybody else. */
  const requireReviewer = async (caller: Caller, reviewerId: string): Promise<Actor> => {
    const isThere = (await listReviewers(caller)).some(({ id }) => id === reviewerId)
    const reviewer = isThere ? await ports.accounts.findActor(db, reviewerId) : null
    if (!reviewer) {
      throw new AppError('invalid_input', { issues: [{ path: 'reviewerId', code: 'reviewer_unknown' }] })
    }
    return reviewer
  }

  /** Those of the cases that the reviewer may not decide: outside their region, their own, or to be answered by somebody else. */
  const listUnfit = async (executor: Db, reviewer: Actor, cases: readonly Case[]): Promise<Set<string>> => {
    const ids = cases.map(({ row }) => row.proposalId)
    const seen = new Set((await intake.listProposals(executor, reviewer, ids)).map(({ proposalId }) => proposalId))
    const isUnfit = ({ createdBy, proposalId, snapshot }: ProposalRow): boolean =>
      !seen.has(proposalId) ||
      createdBy === reviewer.userId ||
      (snapshot.flags.includes('rejection_proposed') && snapshot.reviewerId === reviewer.userId)
    return new Set(cases.flatMap(({ row }) => (isUnfit(row) ? row.proposalId : [])))
  }

  const replacedOf = ({ reservedFor, reservedUntil }: ProposalRow) =>
    reservedFor !== null && reservedUntil !== null && reservedUntil > clock.now()
      ? { to: reservedFor, until: reservedUntil.toISOString() }
      : null

  const untilOf = async (executor: Db, { regionCode }: ProposalRow): Promise<string> => {
    const closed = await holidays.of(executor, regionCode)
    return addWorkingHours(
      clock.now(),
      ASSIGNED_WORKING_HOURS,
      ports.regions.timeZoneOf(regionCode),
      closed,
    ).toISOString()
  }

  const assignMany = async (tx: Tx, caller: Caller, reviewer: Actor, cases: readonly Case[]): Promise<MoveResult[]> => {
    const ids = cases.map(({ row }) => row.proposalId)
    await lockCases(tx, ids)
    // What they replace is read under the lock: it is what an undo puts back.
    const rows = new Map((await intake.listProposals(tx, caller.actor, ids)).map((row) => [row.proposalId, row]))
    const current = cases.map(({ row, version }) => ({ row: rows.get(row.proposalId) ?? row, version }))
    const unfit = await listUnfit(tx, reviewer, current)
    const moves: Move[] = []
    for (const { row, version } of current.filter(({ row: { proposalId } }) => !unfit.has(proposalId))) {
      const assigned = { to: reviewer.userId, until: await untilOf(tx, row) }
      const data = { assigned, replaced: replacedOf(row) }
      moves.push({ proposalId: row.proposalId, action: 'assign', mover: moverOf(caller), version, data })
    }
    const results = new Map((await intake.moveMany(tx, moves)).map((result) => [result.proposalId, result]))
    await ports.audit.record(
      tx,
      moves
        .filter(({ proposalId }) => results.get(proposalId)?.moved)
        .map(({ proposalId, data }) =>
          caseEvent(caller, 'assign', proposalId, { reviewer: reviewer.userId, until: data?.assigned?.until }),
        ),
    )
    return cases.map(
      ({ row: { proposalId } }) =>
        results.get(proposalId) ?? { proposalId, moved: false, refusal: 'reviewer_unsuitable' },
    )
  }

  /** What puts a case back to whom it was kept for, if nothing has happened since. */
  const backMove = (caller: Caller, { row, version, sequence }: Undoing, last?: HistoryEntry): Move | undefined => {
    if (last?.action !== 'assign' || last.actorId !== caller.actor.userId || last.sequence !== sequence)
      return undefined
    if (clock.now().getTime() - Date.parse(last.at) >= BULK_UNDO_MS) return undefined
    const data = { assigned: last.data.replaced ?? null }
    return { proposalId: row.proposalId, action: 'assign', mover: moverOf(caller), version, data }
  }

  return {
    /** Whom the caller can give cases to: people who review in the caller's region, by name. */
    listReviewers,

    /**
     * Gives one case to a reviewer. Repeating it lengthens the time. Throws `invalid_input` for somebody who does not review in the
     * caller's region, `reviewer_unsuitable` where they may not decide this case, `already_claimed` while somebody else is at work on it,
     * `version_conflict` and `action_not_allowed`.
     */
    async assign(caller: Caller, proposalId: string, { version, reviewerId }: AssignmentInput): Promise<void> {
      const row = await intake.getProposal(db, caller.actor, proposalId)
      const reviewer = await requireReviewer(caller, reviewerId)
      await db.transaction().execute(async (tx) => {
        const [result] = await assignMany(tx, caller, reviewer, [{ row, version }])
        await access.requireMoved(result)
      })
    },

    requireReviewer,

    /** The same on many in the caller's transaction. Refusals are results, in the order of the cases. */
    assignMany,

    /** What `assignMany` would answer now, null for a case that would be given. Changes nothing. */
    async judgeMany(cases: readonly Case[], caller: Caller, reviewer: Actor): Promise<(ErrorCode | null)[]> {
      const unfit = await listUnfit(db, reviewer, cases)
      const codes = await intake.judgeMoves(
        db,
        cases.map(({ row, version }) => ({
          proposalId: row.proposalId,
          action: 'assign',
          mover: moverOf(caller),
          version,
        })),
      )
      return cases.map(({ row }, index) => (unfit.has(row.proposalId) ? 'reviewer_unsuitable' : (codes[index] ?? null)))
    },

    /**
     * Takes back assignments of the caller that nothing has happened after, for 15 minutes: each case is kept for whom it was kept before.
     * `undo_closed` for all others.
     */
    async undoMany(tx: Tx, caller: Caller, cases: readonly Undoing[]): Promise<MoveResult[]> {
      const ids = cases.map(({ row }) => row.proposalId)
      await lockCases(tx, ids)
      const histories = await intake.listHistories(tx, ids)
      const moves = cases.flatMap((one) => backMove(caller, one, histories.get(one.row.proposalId)?.at(-1)) ?? [])
      const results = new Map((await intake.moveMany(tx, moves)).map((result) => [result.proposalId, result]))
      await ports.audit.record(
        tx,
        moves
          .filter(({ proposalId }) => results.get(proposalId)?.moved)
          .map(({ proposalId }) => caseEvent(caller, 'undo_assignment', proposalId)),
      )
      return ids.map((proposalId) => results.get(proposalId) ?? { proposalId, moved: false, refusal: 'undo_closed' })
    },
  }
}
export type Assignments = ReturnType<typeof createAssignments>
