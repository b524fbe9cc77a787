import { refusal } from '../../contracts/lifecycle/allowed.ts'
import type { Clock } from '../../platform/clock.ts'
import { AppError } from '../../platform/errors.ts'
import type { Db } from '../database.ts'
import { type Intake, standingOf } from '../intake/index.ts'
import { type CaseAccess, caseEvent, moverOf } from './case-access.ts'
import type { Caller, VerificationPorts } from './verification.ports.ts'

export type LeasesDeps = {
  db: Db
  intake: Pick<Intake, 'getProposal' | 'claim' | 'release'>
  access: CaseAccess
  clock: Clock
  ports: Pick<VerificationPorts, 'audit'>
}

export type LeaseView = {
  proposalId: string
  lease: { holderId: string; holderName: string; until: string } | null
}

export function createLeases({ db, intake, access, clock, ports }: LeasesDeps) {
  return {
    /**
     * Takes a case for 20 minutes; of any number of callers at once one gets it, the others `already_claimed` with the holder.
     * The holder's own call renews. What came back corrected is kept for its reviewer at first: `reserved_for_reviewer`. `takeOver` lets a supervisor take what somebody else holds.
     */
    async claim(caller: Caller, proposalId: string, takeOver: boolean): Promise<LeaseView> {
      const { actor } = caller
      const row = await intake.getProposal(db, actor, proposalId)
      const standing = standingOf(moverOf(caller), row, clock.now())
      const action = takeOver && standing.lease === 'other' ? 'take_over' : 'claim'
      const code = refusal(action, row.snapshot, standing)
      if (code === 'already_claimed') throw await access.claimedByOther(row.leaseHolder)
      if (code === 'reserved_for_reviewer') throw await access.reservedForOther(row)
      if (code) throw new AppError(code)
      const claimed = await db.transaction().execute(async (tx) => {
        const result = await intake.claim(tx, proposalId, moverOf(caller), action === 'take_over')
        if (result.claimed) await ports.audit.record(tx, [caseEvent(caller, action, proposalId)])
        return result
      })
      if (!claimed.claimed) throw await access.claimedByOther(claimed.holderId)
      const until = claimed.until.toISOString()
      return { proposalId, lease: { holderId: actor.userId, holderName: actor.displayName, until } }
    },

    /** Gives a case back. Repeating it is `lease_required`. */
    async release(caller: Caller, proposalId: string): Promise<LeaseView> {
      const row = await intake.getProposal(db, caller.actor, proposalId)
      await access.requireAllowed('release', row, caller)
      await db.transaction().execute(async (tx) => {
        await intake.release(tx, proposalId, moverOf(caller))
        await ports.audit.record(tx, [caseEvent(caller, 'release', proposalId)])
      })
      return { proposalId, lease: null }
    },
  }
}
export type Leases = ReturnType<typeof createLeases>
