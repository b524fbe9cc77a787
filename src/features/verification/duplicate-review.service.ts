import type { Clock } from '../../platform/clock.ts'
import { AppError } from '../../platform/errors.ts'
import type { Db } from '../database.ts'
import { type Intake, standingOf } from '../intake/index.ts'
import { type CaseAccess, caseEvent, moverOf } from './case-access.ts'
import { lockCases } from './checks.repository.ts'
import { duplicateFlagMove } from './duplicate-flag.ts'
import { decidePair, likenessOf, listWithOpenPair, pairOf } from './duplicates.repository.ts'
import type { Caller, VerificationPorts } from './verification.ports.ts'

export type DuplicateReviewDeps = {
  db: Db
  intake: Pick<Intake, 'getProposal' | 'moveMany' | 'renewLease' | 'recordLikeness'>
  access: CaseAccess
  clock: Clock
  ports: Pick<VerificationPorts, 'audit'>
}

export function createDuplicateReview({ db, intake, access, clock, ports }: DuplicateReviewDeps) {
  return {
    /**
     * The holder of a case says that another proposal is somebody else. The flag goes from both with their last open pair. The
     * other proposal may lie outside the caller's region: the finding is theirs to judge, its data stay hidden. Throws
     * `not_found` when there is no such finding; repeating it changes nothing.
     */
    async dismiss(caller: Caller, proposalId: string, otherId: string, note: string): Promise<void> {
      await db.transaction().execute(async (tx) => {
        await intake.getProposal(tx, caller.actor, proposalId)
        const ids = [proposalId, otherId]
        const locked = await lockCases(tx, ids)
        const row = await intake.getProposal(tx, caller.actor, proposalId)
        const standing = standingOf(moverOf(caller), row, clock.now())
        if (standing.own) throw new AppError('own_intake')
        if (standing.lease === 'other') throw await access.claimedByOther(row.leaseHolder)
        if (standing.lease !== 'mine') throw new AppError('lease_required')
        const decision = { state: 'dismissed', at: clock.now(), by: caller.actor.userId, note } as const
        const found = await decidePair(tx, pairOf(proposalId, otherId), ['open', 'dismissed'], decision)
        if (!found) throw new AppError('not_found')
        const open = await listWithOpenPair(tx, ids)
        await intake.recordLikeness(tx, likenessOf(ids, open))
        await intake.moveMany(
          tx,
          locked.flatMap((one) => duplicateFlagMove(one, open)),
        )
        await intake.renewLease(tx, proposalId, caller.actor.userId)
        await ports.audit.record(tx, [caseEvent(caller, 'dismiss_duplicate', proposalId, { otherId })])
      })
    },
  }
}
export type DuplicateReview = ReturnType<typeof createDuplicateReview>
