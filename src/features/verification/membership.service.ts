import type { ManualCheck } from '../../contracts/api/bpjs.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Sealer } from '../../platform/crypto/sealer.ts'
import { AppError } from '../../platform/errors.ts'
import type { Ids } from '../../platform/ids.ts'
import type { Bpjs, MembershipDirectory, MembershipResult } from '../bpjs/index.ts'
import type { Db, Tx } from '../database.ts'
import type { CheckSubject, Intake } from '../intake/index.ts'
import { type CaseAccess, caseEvent, moverOf } from './case-access.ts'
import { checkMembership, flagsAfter } from './check-plan.domain.ts'
import { lockCases, writeFindings } from './checks.repository.ts'
import { listWithOpenPair } from './duplicates.repository.ts'
import { toMembershipRow } from './membership-row.ts'
import type { Caller, VerificationPorts } from './verification.ports.ts'

export type MembershipDeps = {
  db: Db
  intake: Pick<Intake, 'getProposal' | 'loadCheckSubjects' | 'renewLease'>
  access: CaseAccess
  directory: MembershipDirectory
  recordManualCheck: Bpjs['recordManualCheck']
  sealer: Sealer
  clock: Clock
  ids: Ids
  ports: Pick<VerificationPorts, 'audit'>
}

type Answer = Exclude<MembershipResult, { outcome: 'unavailable' }>

/** Somebody waits in front of the screen. */
const REFRESH_DEADLINE_MS = 10_000

export function createMembership(deps: MembershipDeps) {
  const { db, intake, access, clock, ports } = deps

  /** The person to ask about, if the caller may record an answer on the case now. */
  const requireSubject = async (caller: Caller, proposalId: string): Promise<CheckSubject & { nik: string }> => {
    const row = await intake.getProposal(db, caller.actor, proposalId)
    await access.requireAllowed('record_membership', row, caller)
    const [subject] = await intake.loadCheckSubjects(db, [proposalId])
    if (!subject?.nik) throw new AppError('awaiting_nik')
    return { ...subject, nik: subject.nik }
  }

  const store = async (tx: Tx, caller: Caller, subject: CheckSubject, answer: Answer): Promise<void> => {
    const { proposalId } = subject
    const { version } = subject.snapshot
    const now = clock.now()
    const [locked] = await lockCases(tx, [proposalId])
    if (!locked) throw new AppError('not_found')
    const open = await listWithOpenPair(tx, [proposalId])
    await access.move(tx, {
      proposalId,
      action: 'record_membership',
      mover: moverOf(caller),
      version,
      data: {
        flags: flagsAfter(locked.snapshot.flags, { hasOpenDuplicate: open.has(proposalId), membership: answer }),
        membership: answer.outcome,
        membershipAt: answer.checkedAt.toISOString(),
      },
    })
    const about = { proposalId, version, recordedAt: now, recordedBy: caller.actor.userId }
    await writeFindings(tx, {
      checks: [{ ...checkMembership(answer), proposalId, version, checkedAt: now }],
      memberships: [toMembershipRow(deps, answer, about)],
    })
    await intake.renewLease(tx, proposalId, caller.actor.userId)
  }

  return {
    /**
     * Records what an officer found out by other means, with evidence; it counts like an answer of BPJS. Append-only, the
     * newest counts. Audited. Throws as `recordManualCheck` of bpjs, and `action_not_allowed` outside review and approval.
     */
    async recordManual(caller: Caller, proposalId: string, check: ManualCheck): Promise<void> {
      const subject = await requireSubject(caller, proposalId)
      const { actor, requestId } = caller
      await db.transaction().execute(async (tx) => {
        const answer = await deps.recordManualCheck(tx, { actor, requestId, nik: subject.nik, check })
        await store(tx, caller, subject, answer)
        await ports.audit.record(tx, [
          caseEvent(caller, 'record_membership', proposalId, { outcome: answer.outcome, source: 'manual' }),
        ])
      })
    },

    /**
     * Asks BPJS again now, past the same-day cache, and records the answer; the decision stays with the person who asked. Without an
     * answer nothing changes: `bpjs_unavailable`. May be repeated.
     */
    async refresh(caller: Caller, proposalId: string): Promise<void> {
      const subject = await requireSubject(caller, proposalId)
      const { nik, fullName, birthDate, sex } = subject
      const deadline = new Date(clock.now().getTime() + REFRESH_DEADLINE_MS)
      const answer = await deps.directory.lookUp({ nik, fullName, birthDate, sex }, { deadline, fresh: true })
      if (answer.outcome === 'unavailable') {
        throw new AppError('bpjs_unavailable', { details: { reason: answer.reason } })
      }
      await db.transaction().execute(async (tx) => {
        await store(tx, caller, subject, answer)
        await ports.audit.record(tx, [
          caseEvent(caller, 'record_membership', proposalId, { outcome: answer.outcome, source: answer.source }),
        ])
      })
    },
  }
}
export type Membership = ReturnType<typeof createMembership>
