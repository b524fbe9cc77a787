import type { AuditAction, AuditEvent } from '../../contracts/audit-actions.ts'
import type { Action } from '../../contracts/lifecycle/actions.ts'
import { refusal } from '../../contracts/lifecycle/allowed.ts'
import type { Clock } from '../../platform/clock.ts'
import { AppError } from '../../platform/errors.ts'
import type { Db, Tx } from '../database.ts'
import { type Intake, type Move, type MoveResult, type Mover, type ProposalRow, standingOf } from '../intake/index.ts'
import type { Caller, VerificationPorts } from './verification.ports.ts'

export type CaseAccessDeps = {
  db: Db
  intake: Pick<Intake, 'getProposal' | 'moveMany'>
  clock: Clock
  ports: Pick<VerificationPorts, 'accounts'>
}

export type Person = Mover & { id: string }

export const moverOf = ({ actor }: Caller): Person => ({ id: actor.userId, role: actor.role })

/** An audit entry about a proposal. */
export function caseEvent(
  { actor, requestId }: Caller,
  action: AuditAction,
  proposalId: string,
  details?: Record<string, unknown>,
): AuditEvent {
  return {
    actorId: actor.userId,
    actorRole: actor.role,
    action,
    subjectType: 'proposal',
    subjectId: proposalId,
    requestId,
    officeId: actor.officeId,
    regionCode: actor.regionCode,
    ...(details ? { details } : {}),
  }
}

/** What every act of a person on a case begins with: may they see it, may they do it, and if not, who is in the way. */
export function createCaseAccess({ db, intake, clock, ports }: CaseAccessDeps) {
  const holderOf = async (holderId: string): Promise<{ id: string; name: string }> => {
    const names = await ports.accounts.listNames(db, [holderId])
    return { id: holderId, name: names.get(holderId) ?? '' }
  }

  /** `already_claimed` with the name of the one who holds the case. */
  const claimedByOther = async (holderId: string | null | undefined): Promise<AppError> =>
    new AppError('already_claimed', { details: holderId ? { holder: await holderOf(holderId) } : {} })

  /** `reserved_for_reviewer` with the one it waits for, and until when. */
  const reservedForOther = async (row: ProposalRow): Promise<AppError> => {
    const reviewer = await holderOf(row.reservedFor ?? '')
    return new AppError('reserved_for_reviewer', { details: { reviewer, until: row.reservedUntil?.toISOString() } })
  }

  const requireMoved = async (result: MoveResult | undefined): Promise<MoveResult & { moved: true }> => {
    if (!result) throw new AppError('internal_error')
    if (result.moved) return result
    throw result.refusal === 'already_claimed' ? await claimedByOther(result.holderId) : new AppError(result.refusal)
  }

  return {
    claimedByOther,

    /** The result of one move, or its refusal thrown with what the caller may know. */
    requireMoved,

    reservedForOther,

    /** Throws why the caller may not do this to the case as it is now. */
    async requireAllowed(action: Action, row: ProposalRow, caller: Caller): Promise<void> {
      const code = refusal(action, row.snapshot, standingOf(moverOf(caller), row, clock.now()))
      if (code === 'already_claimed') throw await claimedByOther(row.leaseHolder)
      if (code) throw new AppError(code)
    },

    /** Moves one case for a person; its refusal is thrown with what they may know. Further moves are the product's own. */
    async move(tx: Tx, own: Move, others: readonly Move[] = []): Promise<MoveResult & { moved: true }> {
      const [first, ...rest] = await intake.moveMany(tx, [own, ...others])
      const result = await requireMoved(first)
      if (rest.some((other) => !other.moved)) throw new AppError('internal_error')
      return result
    },
  }
}
export type CaseAccess = ReturnType<typeof createCaseAccess>
