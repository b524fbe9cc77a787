import type { ProposalView } from '../../contracts/api/proposals.ts'
import type { Action } from '../../contracts/lifecycle/actions.ts'
import { allowedActions } from '../../contracts/lifecycle/allowed.ts'
import type { ClosedAs } from '../../contracts/lifecycle/states.ts'
import type { Clock } from '../../platform/clock.ts'
import { AppError } from '../../platform/errors.ts'
import type { Db } from '../database.ts'
import { type HistoryEntry, type Intake, type ProposalRow, standingOf } from '../intake/index.ts'
import { caseEvent, moverOf } from './case-access.ts'
import {
  type CheckResultRow,
  findNewestMembership,
  listCheckResults,
  type MembershipCheckRow,
} from './checks.repository.ts'
import type { Drafts } from './drafts.service.ts'
import { listPairs, type StoredPair } from './duplicates.repository.ts'
import type { Caller, VerificationPorts } from './verification.ports.ts'

export type ProposalViewDeps = {
  db: Db
  intake: Pick<Intake, 'getProposal' | 'listHistory' | 'listCorrected' | 'listSeatStandings' | 'renewLease'>
  drafts: Pick<Drafts, 'listFor'>
  clock: Clock
  ports: Pick<VerificationPorts, 'accounts' | 'audit' | 'enrolment' | 'reactivation'>
}

/** Everything but the public label, which depends on the reader's language. */
export type ProposalDetail = Omit<ProposalView, 'publicLabel'>

/** More likenesses than this nobody compares; the most alike come first. */
const DUPLICATES_SHOWN = 20

type SeenPair = StoredPair & { other: ProposalRow | undefined }

export function createProposalView({ db, intake, drafts, clock, ports }: ProposalViewDeps) {
  const findOther = (caller: Caller, proposalId: string): Promise<ProposalRow | undefined> =>
    intake.getProposal(db, caller.actor, proposalId).catch((error: unknown) => {
      if (error instanceof AppError && error.code === 'not_found') return undefined
      throw error
    })

  const seePairs = async (caller: Caller, proposalId: string): Promise<SeenPair[]> => {
    const pairs = (await listPairs(db, proposalId)).slice(0, DUPLICATES_SHOWN)
    return Promise.all(pairs.map(async (pair) => ({ ...pair, other: await findOther(caller, pair.otherId) })))
  }

  /** Who holds the case now, and for whom it is kept, by name. */
  const peopleOf = async (row: ProposalRow, now: Date): Promise<Pick<ProposalView, 'lease' | 'reserved'>> => {
    const live = (id: string | null, until: Date | null) =>
      id !== null && until !== null && until > now ? { id, until: until.toISOString() } : null
    const holder = live(row.leaseHolder, row.leaseUntil)
    const kept = live(row.reservedFor, row.reservedUntil)
    const ids = [holder, kept].flatMap((one) => one?.id ?? [])
    const names = ids.length === 0 ? new Map<string, string>() : await ports.accounts.listNames(db, ids)
    const nameOf = (id: string): string => names.get(id) ?? ''
    return {
      lease: holder && { holderId: holder.id, holderName: nameOf(holder.id), until: holder.until },
      reserved: kept && { reviewerId: kept.id, reviewerName: nameOf(kept.id), until: kept.until },
    }
  }

  /** The case as it is now, without an audit entry of its own: for the answer to an act that has one. */
  const compose = async (caller: Caller, proposalId: string): Promise<ProposalDetail> => {
    const now = clock.now()
    const row = await intake.getProposal(db, caller.actor, proposalId)
    const { version } = row.snapshot
    const standing = standingOf(moverOf(caller), row, now)
    const [history, checks, answer, pairs, duplicateOf, people, kept, corrected, seats, sent, reactivation] =
      await Promise.all([
        intake.listHistory(db, proposalId),
        listCheckResults(db, proposalId, version),
        findNewestMembership(db, proposalId, version),
        seePairs(caller, proposalId),
        row.duplicateOf ? findOther(caller, row.duplicateOf) : undefined,
        peopleOf(row, now),
        drafts.listFor(caller, row),
        intake.listCorrected(db, row),
        intake.listSeatStandings(db, [proposalId]),
        ports.enrolment.findSent(db, proposalId),
        ports.reactivation.describe(db, caller, row),
      ])
    return {
      ...toPersonView(row),
      duplicateOf: duplicateOf?.proposalId ?? null,
      membership: toMembershipView(row, answer, checks),
      checks: checks.map(toCheckView),
      duplicates: pairs.flatMap(toDuplicateView),
      hiddenDuplicates: pairs.filter((pair) => !pair.other && pair.state === 'open').length,
      ...people,
      undoUntil: standing.undoable ? (row.undoUntil?.toISOString() ?? null) : null,
      ...kept,
      history: history.map(toHistoryView),
      quota: seats.get(proposalId) ?? null,
      sent,
      reactivation,
      corrected,
      allowedActions: allowedActions(row.snapshot, standing).filter((action) => isOnItsWay(action, reactivation)),
    }
  }

  return {
    compose,

    /**
     * One case with its checks, likenesses, history and what the caller may do now. Audited before it is shown; the holder's
     * look renews the lease. Outside the caller's scope: `not_found`.
     */
    async getProposal(caller: Caller, proposalId: string): Promise<ProposalDetail> {
      // Only what is there is read: a refusal must not stand in the log as a look.
      await intake.getProposal(db, caller.actor, proposalId)
      const [view] = await Promise.all([
        intake.renewLease(db, proposalId, caller.actor.userId).then(() => compose(caller, proposalId)),
        ports.audit.write(caseEvent(caller, 'read_proposal', proposalId)),
      ])
      return view
    },
  }
}
export type ProposalViews = ReturnType<typeof createProposalView>

/** What the path of an inactive member does not allow is refused, whatever the lifecycle says: it is not offered. */
function isOnItsWay(action: Action, reactivation: ProposalView['reactivation']): boolean {
  if (reactivation === null) return true
  if (action === 'decide_eligible') return reactivation.mayBeProposed
  return action !== 'complete_reactivation' || reactivation.outcomes.includes('in_review')
}

function toPersonView(row: ProposalRow) {
  const { snapshot } = row
  return {
    id: row.proposalId,
    intakeId: row.intakeId,
    receiptNumber: row.receiptNumber,
    officeId: row.officeId,
    fullName: row.fullName,
    nikMasked: row.nikMasked,
    birthPlace: row.birthPlace,
    birthDate: row.birthDate,
    sex: row.sex,
    relationship: row.relationship as ProposalView['relationship'],
    maritalStatus: row.maritalStatus as ProposalView['maritalStatus'],
    state: snapshot.state,
    version: snapshot.version,
    flags: [...snapshot.flags],
    warnings: row.warnings,
    closedAs: row.closedAs as ClosedAs | null,
    submittedAt: row.submittedAt.toISOString(),
    dueAt: row.dueAt?.toISOString() ?? null,
    correctionDueAt: snapshot.correctionDueAt,
  }
}

function toMembershipView(
  { snapshot }: ProposalRow,
  answer: MembershipCheckRow | undefined,
  checks: readonly CheckResultRow[],
): ProposalView['membership'] {
  if (answer) {
    const { outcome, statusCode, statusText, segmentCode, segmentText, differences, source, checkedAt } = answer
    const texts = { statusCode, statusText, segmentCode, segmentText }
    return { outcome, ...texts, differences, source, checkedAt: checkedAt.toISOString() }
  }
  const asked = checks.find((check) => check.kind === 'membership')
  if (!asked) return null
  return {
    outcome: 'unavailable',
    statusCode: null,
    statusText: null,
    segmentCode: null,
    segmentText: null,
    differences: [],
    source: String(asked.details.source),
    checkedAt: snapshot.membershipAt ?? asked.checkedAt.toISOString(),
  }
}

function toCheckView({ kind, outcome, codes, checkedAt }: CheckResultRow): ProposalView['checks'][number] {
  return { kind, outcome, codes, checkedAt: checkedAt.toISOString() }
}

function toDuplicateView({ other, score, parts, state }: SeenPair): ProposalView['duplicates'] {
  if (!other) return []
  const { proposalId, receiptNumber, snapshot } = other
  return [{ proposalId, receiptNumber, score, parts, state: snapshot.state, judgement: state }]
}

function toHistoryView(entry: HistoryEntry): ProposalView['history'][number] {
  const { sequence, action, actorId, actorRole, at, version } = entry
  const isChange = (code: string): boolean => code === 'CHANGED'
  return {
    sequence,
    action,
    actorId,
    actorRole,
    at,
    version,
    reasons: entry.reasons.filter((reason) => !isChange(reason.code)),
    changedFields: entry.reasons.flatMap((reason) => (isChange(reason.code) && reason.field ? [reason.field] : [])),
  }
}
