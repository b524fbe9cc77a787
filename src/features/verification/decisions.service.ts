import type { DecisionInput } from '../../contracts/api/proposals.ts'
import type { ErrorCode } from '../../contracts/errors.ts'
import type { Notice } from '../../contracts/events/notices.ts'
import { ACTIONS, type Action, DECISIONS, rejectionAction } from '../../contracts/lifecycle/actions.ts'
import { BULK_UNDO_MS, UNDO_MARGIN_MS, UNDO_MS } from '../../contracts/lifecycle/allowed.ts'
import type { JournalData } from '../../contracts/lifecycle/journal.ts'
import { closesAs, type ReasonCode } from '../../contracts/lifecycle/reasons.ts'
import type { Snapshot } from '../../contracts/lifecycle/snapshot.ts'
import type { State } from '../../contracts/lifecycle/states.ts'
import {
  addWorkingHours,
  CORRECTION_WORKING_HOURS,
  REACTIVATION_WORKING_HOURS,
} from '../../contracts/lifecycle/working-time.ts'
import { dayInZone } from '../../contracts/primitives/calendar-date.ts'
import type { Clock } from '../../platform/clock.ts'
import { AppError } from '../../platform/errors.ts'
import type { Db, Tx } from '../database.ts'
import type { HolidayCalendar, Intake, Move, MoveResult, ProposalRow } from '../intake/index.ts'
import { type CaseAccess, caseEvent, moverOf } from './case-access.ts'
import { isCheckWanted } from './check-plan.domain.ts'
import { findNewestMembership, lockCases } from './checks.repository.ts'
import { decisionNotices, withdrawnNotice } from './decision-notice.domain.ts'
import { findReasonIssues, toReasonRecords } from './decision-reasons.domain.ts'
import { createDuplicateLinks } from './duplicate-links.ts'
import { confirmPair, listWithOpenPair, pairOf } from './duplicates.repository.ts'
import type { Caller, VerificationPorts } from './verification.ports.ts'

export type DecisionsDeps = {
  db: Db
  intake: Pick<Intake, 'getProposal' | 'recordLikeness' | 'addCheck' | 'moveMany' | 'judgeMoves'>
  access: CaseAccess
  clock: Clock
  holidays: HolidayCalendar
  ports: Pick<VerificationPorts, 'audit' | 'notices' | 'regions' | 'reactivation'>
}

/** A case and the content version that was looked at. */
export type Case = { row: ProposalRow; version: number }
export type ManyInput = Pick<DecisionInput, 'decision' | 'reasons' | 'duplicateOf'>
type Deciding = { input: ManyInput; undoMs: number | null; claims?: true; others?: readonly Move[] }

export type Reversal = { version: number; note: string }

export function createDecisions({ db, intake, access, clock, holidays, ports }: DecisionsDeps) {
  const links = createDuplicateLinks({ intake, clock })

  const dataOf = async (
    tx: Tx,
    { decision, reasons }: ManyInput,
    row: ProposalRow,
    now: Date,
  ): Promise<JournalData> => {
    if (decision === 'duplicate_of') return { closedAs: 'duplicate_of' }
    const closedAs = decision === 'rejected' ? reasons.flatMap(({ code }) => closesAs(code) ?? [])[0] : undefined
    if (closedAs) return { closedAs }
    if (decision !== 'needs_correction' && decision !== 'needs_reactivation') return {}
    if (decision === 'needs_reactivation') {
      const found = await findNewestMembership(tx, row.proposalId, row.snapshot.version)
      const configured = await ports.reactivation.endOf(tx, row, found)
      if (configured) return { correctionDueAt: configured.toISOString() }
    }
    const zone = ports.regions.timeZoneOf(row.regionCode)
    const hours = decision === 'needs_correction' ? CORRECTION_WORKING_HOURS : REACTIVATION_WORKING_HOURS
    const closed = await holidays.of(tx, row.regionCode)
    return { correctionDueAt: addWorkingHours(now, hours, zone, closed).toISOString() }
  }

  /** The proposal that a case is to be linked to: seen by the caller, another one, and not linked back. */
  const requireOther = async (tx: Tx, caller: Caller, proposalId: string, otherId: string): Promise<void> => {
    const refuse = (code: string): AppError =>
      new AppError('invalid_input', { issues: [{ path: 'duplicateOf', code }] })
    if (otherId === proposalId) throw refuse('duplicate_of_itself')
    const other = await intake.getProposal(tx, caller.actor, otherId).catch((error: unknown) => {
      throw error instanceof AppError && error.code === 'not_found' ? refuse('proposal_unknown') : error
    })
    if (other.duplicateOf === proposalId) throw refuse('duplicate_of_circle')
  }

  const linkPair = async (tx: Tx, caller: Caller, proposalId: string, otherId: string): Promise<Move[]> => {
    // Both halves before anything else, in the order of their ids: two reviewers may link the same two the other way round.
    await lockCases(tx, [proposalId, otherId])
    await requireOther(tx, caller, proposalId, otherId)
    await confirmPair(tx, pairOf(proposalId, otherId), { at: clock.now(), by: caller.actor.userId })
    return links.flagMoves(tx, [proposalId, otherId], proposalId)
  }

  /** Of these cases those that nobody may approve, because another segment pays for the person. */
  const listBarred = async (
    executor: Db,
    cases: readonly Case[],
    { decision }: ManyInput,
  ): Promise<ReadonlySet<string>> => {
    const inactive = cases.flatMap(({ row }) => (row.snapshot.membership === 'found_inactive' ? [row] : []))
    if (decision !== 'eligible' || inactive.length === 0) return new Set()
    return ports.reactivation.listPaidElsewhere(executor, inactive)
  }

  /** The results of cases that are barred: what the lifecycle says of them goes first. */
  const refuseBarred = async (tx: Tx, moves: readonly Move[]): Promise<MoveResult[]> => {
    const codes = await intake.judgeMoves(tx, moves)
    return moves.map(({ proposalId }, index) => ({
      proposalId,
      moved: false,
      refusal: codes[index] ?? 'other_segment_pays',
    }))
  }

  /** Moves, notices and audit entries of one decision on these cases; `others` are moves of the product's own. */
  const decideRows = async (
    tx: Tx,
    caller: Caller,
    cases: readonly Case[],
    { input, undoMs, claims, others = [] }: Deciding,
  ): Promise<MoveResult[]> => {
    const now = clock.now()
    const undoUntil = undoMs === null ? undefined : new Date(now.getTime() + undoMs)
    const planned: { row: ProposalRow; move: Move }[] = []
    for (const { row, version } of cases) {
      const action = actionOf(input, row)
      const data = await dataOf(tx, input, row, now)
      const isUndoable = undoUntil !== undefined && (ACTIONS.undo.from as readonly State[]).includes(stateOf(action))
      const move: Move = {
        proposalId: row.proposalId,
        action,
        mover: moverOf(caller),
        version,
        data,
        reasons: toReasonRecords(input),
        ...(input.duplicateOf ? { duplicateOf: input.duplicateOf } : {}),
        ...(isUndoable && row.snapshot.state === 'in_review' ? { undoUntil } : {}),
        ...(claims ? { claims } : {}),
      }
      planned.push({ row, move })
    }
    const barred = await listBarred(tx, cases, input)
    const isFree = ({ row }: { row: ProposalRow }): boolean => !barred.has(row.proposalId)
    const free = planned.filter(isFree).map(({ move }) => move)
    const moved = await intake.moveMany(tx, [...free, ...others])
    if (moved.slice(free.length).some((other) => !other.moved)) throw new AppError('internal_error')
    const held = planned.filter((one) => !isFree(one)).map(({ move }) => move)
    const refused = held.length === 0 ? [] : await refuseBarred(tx, held)
    const resultOf = new Map([...moved, ...refused].map((result) => [result.proposalId, result]))
    const results = cases.flatMap(({ row }) => resultOf.get(row.proposalId) ?? [])
    const decided = planned.flatMap(({ row, move }) => {
      const result = resultOf.get(row.proposalId)
      return result?.moved ? [{ row, move, after: result.after }] : []
    })
    await ports.notices.record(
      tx,
      decided.flatMap(({ row, move, after }) => noticesOf(input, row, move, after)),
    )
    await ports.audit.record(
      tx,
      decided.map(({ row, move }) => {
        const details = { decision: input.decision, action: move.action, reasons: codesOf(input) }
        return caseEvent(caller, 'decide', row.proposalId, details)
      }),
    )
    return results
  }

  const noticesOf = (input: ManyInput, row: ProposalRow, move: Move, after: Snapshot): Notice[] => {
    const zone = ports.regions.timeZoneOf(row.regionCode)
    const { correctionDueAt } = move.data ?? {}
    const dueOn = correctionDueAt ? dayInZone(new Date(correctionDueAt), zone) : undefined
    const { proposalId, intakeId, fullName } = row
    const { state, closedAs, version, sequence } = after
    const told = decisionNotices(
      { intakeId, proposalId, version, sequence, fullName },
      { ...input, state, closedAs, ...(dueOn ? { dueOn } : {}) },
    )
    const { undoUntil } = move
    if (!undoUntil) return told
    return told.map((notice) => ({ ...notice, heldUntil: new Date(undoUntil.getTime() + UNDO_MARGIN_MS) }))
  }

  const reverse = async (
    tx: Tx,
    caller: Caller,
    proposalId: string,
    action: 'set_aside' | 'recall',
    { version, note }: Reversal,
  ): Promise<void> => {
    const row = await intake.getProposal(tx, caller.actor, proposalId)
    // Whoever finds a pair holds these locks until it has committed: no pair is missed below.
    await lockCases(tx, row.duplicateOf ? [proposalId, row.duplicateOf] : [proposalId])
    const others = await links.reopen(tx, caller, row)
    const isOpenPair = (await listWithOpenPair(tx, [proposalId])).has(proposalId)
    const moved = await access.move(
      tx,
      {
        proposalId,
        action,
        mover: moverOf(caller),
        version,
        // Whose decision was taken back has no first claim on the case.
        data: isOpenPair
          ? { addFlags: ['potential_duplicate'], removeFlags: ['resubmitted'] }
          : { removeFlags: ['potential_duplicate', 'resubmitted'] },
        reasons: [{ code: 'NOTE', note }],
      },
      others,
    )
    const { version: current, sequence } = moved.after
    const about = { intakeId: row.intakeId, proposalId, version: current, sequence, fullName: row.fullName }
    // A case that ended before BPJS had answered would wait for an answer that nobody asks for.
    if (isCheckWanted(moved.after)) await intake.addCheck(tx, { proposalId, version: moved.after.version })
    // Of a death nobody was told: there is nothing to take back.
    if (row.closedAs !== 'deceased') await ports.notices.record(tx, [withdrawnNotice(about)])
    await ports.audit.record(tx, [caseEvent(caller, action, proposalId)])
  }

  return {
    /**
     * A person's decision: needs the lease (not for ending a reactivation), the version they looked at and reasons that fit
     * (`invalid_input` names what is missing). A rejection for a closing reason closes the case;
     * one that accuses is proposed first, and done when another person rejects for such a reason too. State, notice, audit entry and links commit together. Refused as in the lifecycle: `lease_required`,
     * `already_claimed`, `own_intake`, `membership_unknown`, `membership_stale`, `membership_doubtful`, `open_duplicate`,
     * `rejection_proposed`, `second_person_required`, `version_conflict`, `other_segment_pays` (the way of an inactive member leads to another payer),
     * `action_not_allowed`; repeating a decision is one of the last two.
     */
    async decide(caller: Caller, proposalId: string, input: DecisionInput): Promise<void> {
      await db.transaction().execute(async (tx) => {
        const row = await intake.getProposal(tx, caller.actor, proposalId)
        const issues = findReasonIssues(input)
        if (issues.length > 0) throw new AppError('invalid_input', { issues })
        const { duplicateOf, version } = input
        const others = duplicateOf ? await linkPair(tx, caller, proposalId, duplicateOf) : []
        const [result] = await decideRows(tx, caller, [{ row, version }], {
          input,
          undoMs: input.undoable ? UNDO_MS : null,
          others,
        })
        await access.requireMoved(result)
      })
    },

    /**
     * The same decision on many cases in the caller's transaction, each with the version that was looked at: by the same rules,
     * with the same journal, audit entries and notices as one by one. A case that nobody holds is claimed on the way. Refusals come
     * back as results in the order of the cases. The reasons must have been checked (`findReasonIssues`).
     */
    decideMany: (tx: Tx, caller: Caller, cases: readonly Case[], input: ManyInput): Promise<MoveResult[]> =>
      decideRows(tx, caller, cases, { input, undoMs: BULK_UNDO_MS, claims: true }),

    /** Of these cases those that nobody may approve, because another segment pays for the person; none for other decisions. */
    listBarred,

    /** What `decideMany` would answer now, null for a case that would be decided. Changes nothing. */
    async judgeMany(cases: readonly Case[], caller: Caller, input: ManyInput): Promise<(ErrorCode | null)[]> {
      const barred = await listBarred(db, cases, input)
      const codes = await intake.judgeMoves(
        db,
        cases.map(({ row, version }) => {
          return {
            proposalId: row.proposalId,
            action: actionOf(input, row),
            mover: moverOf(caller),
            version,
            claims: true,
          }
        }),
      )
      return codes.map(
        (code, index) => code ?? (barred.has(cases[index]?.row.proposalId ?? '') ? 'other_segment_pays' : null),
      )
    },

    /**
     * A supervisor takes back a decision that ended a case, within 30 days; the resident is told. Throws `set_aside_expired`,
     * `awaiting_nik` for a case that never had one, and `nik_already_proposed` when another open proposal holds the NIK by now. What BPJS
     * has not answered yet is asked again. Repeating it is `action_not_allowed`.
     */
    setAside: (caller: Caller, proposalId: string, input: Reversal): Promise<void> =>
      db.transaction().execute((tx) => reverse(tx, caller, proposalId, 'set_aside', input)),

    /** The same in the caller's transaction. */
    setAsideWithin: (tx: Tx, caller: Caller, proposalId: string, input: Reversal): Promise<void> =>
      reverse(tx, caller, proposalId, 'set_aside', input),

    /** Takes back an approval before it is sealed: its reviewer or a supervisor. The resident is told. */
    recall: (caller: Caller, proposalId: string, input: Reversal): Promise<void> =>
      db.transaction().execute((tx) => reverse(tx, caller, proposalId, 'recall', input)),
  }
}
export type Decisions = ReturnType<typeof createDecisions>

function codesOf({ reasons }: ManyInput): ReasonCode[] {
  return reasons.map((reason) => reason.code)
}

function actionOf(input: ManyInput, { snapshot }: ProposalRow): Action {
  return input.decision === 'rejected' ? rejectionAction(codesOf(input), snapshot) : DECISIONS[input.decision]
}

/** Where a decision leads; the case stays in review for one that needs another person. */
function stateOf(action: Action): State {
  return ACTIONS[action].to ?? 'in_review'
}
