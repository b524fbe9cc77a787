import type { DecisionInput } from '../../contracts/api/proposals.ts'
import { DECISIONS } from '../../contracts/lifecycle/actions.ts'
import type { JournalData } from '../../contracts/lifecycle/journal.ts'
import { addWorkingHours, CORRECTION_WORKING_HOURS } from '../../contracts/lifecycle/working-time.ts'
import { dayInZone } from '../../contracts/primitives/calendar-date.ts'
import type { Clock } from '../../platform/clock.ts'
import { AppError } from '../../platform/errors.ts'
import type { Db, Tx } from '../database.ts'
import type { Intake, Move, ProposalRow } from '../intake/index.ts'
import { type CaseAccess, caseEvent, moverOf } from './case-access.ts'
import { lockCases } from './checks.repository.ts'
import { decisionNotice, withdrawnNotice } from './decision-notice.domain.ts'
import { findReasonIssues, toReasonRecords } from './decision-reasons.domain.ts'
import { duplicateFlagMove } from './duplicate-flag.ts'
import { confirmPair, decidePair, listWithOpenPair, pairOf } from './duplicates.repository.ts'
import type { Caller, VerificationPorts } from './verification.ports.ts'

export type DecisionsDeps = {
  db: Db
  intake: Pick<Intake, 'getProposal'>
  access: CaseAccess
  clock: Clock
  ports: Pick<VerificationPorts, 'audit' | 'notices' | 'regions'>
}

export type Reversal = { version: number; note: string }

export function createDecisions({ db, intake, access, clock, ports }: DecisionsDeps) {
  const dataOf = ({ decision }: DecisionInput, row: ProposalRow, now: Date): JournalData => {
    if (decision === 'duplicate_of') return { closedAs: 'duplicate_of' }
    if (decision !== 'needs_correction') return {}
    const zone = ports.regions.timeZoneOf(row.regionCode)
    return { correctionDueAt: addWorkingHours(now, CORRECTION_WORKING_HOURS, zone).toISOString() }
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

  /** Flags of the cases whose pair has just been decided, as the pairs are now; `except` moves by itself. */
  const flagMoves = async (tx: Tx, proposalIds: readonly string[], except: string): Promise<Move[]> => {
    const locked = await lockCases(tx, proposalIds)
    const open = await listWithOpenPair(tx, proposalIds)
    return locked.flatMap((row) => (row.proposalId === except ? [] : duplicateFlagMove(row, open)))
  }

  const linkPair = async (tx: Tx, caller: Caller, proposalId: string, otherId: string): Promise<Move[]> => {
    // Both halves before anything else, in the order of their ids: two reviewers may link the same two the other way round.
    await lockCases(tx, [proposalId, otherId])
    await requireOther(tx, caller, proposalId, otherId)
    await confirmPair(tx, pairOf(proposalId, otherId), { at: clock.now(), by: caller.actor.userId })
    return flagMoves(tx, [proposalId, otherId], proposalId)
  }

  /** A link that is set aside is a question again. */
  const reopenPair = async (tx: Tx, caller: Caller, row: ProposalRow): Promise<Move[]> => {
    if (!row.duplicateOf) return []
    await lockCases(tx, [row.proposalId, row.duplicateOf])
    const decision = { state: 'open', at: clock.now(), by: caller.actor.userId, note: null } as const
    await decidePair(tx, pairOf(row.proposalId, row.duplicateOf), ['confirmed'], decision)
    return flagMoves(tx, [row.proposalId, row.duplicateOf], row.proposalId)
  }

  const reverse = async (
    caller: Caller,
    proposalId: string,
    action: 'set_aside' | 'recall',
    { version, note }: Reversal,
  ): Promise<void> => {
    await db.transaction().execute(async (tx) => {
      const row = await intake.getProposal(tx, caller.actor, proposalId)
      const others = await reopenPair(tx, caller, row)
      const isOpenPair = (await listWithOpenPair(tx, [proposalId])).has(proposalId)
      const flags = row.snapshot.flags.filter((flag) => flag !== 'potential_duplicate')
      const moved = await access.move(
        tx,
        {
          proposalId,
          action,
          mover: moverOf(caller),
          version,
          data: { flags: isOpenPair ? [...flags, 'potential_duplicate'] : flags },
          reasons: [{ code: 'NOTE', note }],
        },
        others,
      )
      const about = { intakeId: row.intakeId, proposalId, version: moved.after.version, fullName: row.fullName }
      await ports.notices.record(tx, [withdrawnNotice(about)])
      await ports.audit.record(tx, [caseEvent(caller, action, proposalId)])
    })
  }

  return {
    /**
     * A person's decision: needs the lease, the version they looked at and reasons that fit (`invalid_input` names what is
     * missing). State, notice, audit entry and links commit together. Refused as in the lifecycle: `lease_required`,
     * `already_claimed`, `own_intake`, `membership_unknown`, `membership_stale`, `open_duplicate`, `version_conflict`,
     * `action_not_allowed`; repeating a decision is one of the last two.
     */
    async decide(caller: Caller, proposalId: string, input: DecisionInput): Promise<void> {
      await db.transaction().execute(async (tx) => {
        const row = await intake.getProposal(tx, caller.actor, proposalId)
        const issues = findReasonIssues(input)
        if (issues.length > 0) throw new AppError('invalid_input', { issues })
        const { duplicateOf } = input
        const others = duplicateOf ? await linkPair(tx, caller, proposalId, duplicateOf) : []
        const data = dataOf(input, row, clock.now())
        const moved = await access.move(
          tx,
          {
            proposalId,
            action: DECISIONS[input.decision],
            mover: moverOf(caller),
            version: input.version,
            data,
            reasons: toReasonRecords(input),
            ...(duplicateOf ? { duplicateOf } : {}),
          },
          others,
        )
        const zone = ports.regions.timeZoneOf(row.regionCode)
        const dueOn = data.correctionDueAt ? dayInZone(new Date(data.correctionDueAt), zone) : undefined
        const about = { intakeId: row.intakeId, proposalId, version: moved.after.version, fullName: row.fullName }
        await ports.notices.record(tx, [decisionNotice(about, input, dueOn)])
        const details = { decision: input.decision, reasons: input.reasons.map((reason) => reason.code) }
        await ports.audit.record(tx, [caseEvent(caller, 'decide', proposalId, details)])
      })
    },

    /**
     * A supervisor takes back a decision that ended a case, within 30 days; the resident is told. Throws `set_aside_expired`,
     * and `nik_already_proposed` when another open proposal holds the NIK by now. Repeating it is `action_not_allowed`.
     */
    setAside: (caller: Caller, proposalId: string, input: Reversal): Promise<void> =>
      reverse(caller, proposalId, 'set_aside', input),

    /** Takes back an approval before it is sealed: its reviewer or a supervisor. The resident is told. */
    recall: (caller: Caller, proposalId: string, input: Reversal): Promise<void> =>
      reverse(caller, proposalId, 'recall', input),
  }
}
export type Decisions = ReturnType<typeof createDecisions>
