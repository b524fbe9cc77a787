import type { Clock } from '../../platform/clock.ts'
import type { Tx } from '../database.ts'
import type { Intake, Move, ProposalRow } from '../intake/index.ts'
import { lockCases } from './checks.repository.ts'
import { duplicateFlagMove } from './duplicate-flag.ts'
import { decidePair, deleteHandMadePair, likenessOf, listWithOpenPair, pairOf } from './duplicates.repository.ts'
import type { Caller } from './verification.ports.ts'

export type DuplicateLinksDeps = { intake: Pick<Intake, 'recordLikeness'>; clock: Clock }

/** What follows from a pair that is decided, or whose decision is taken back. Both cases must be locked. */
export function createDuplicateLinks({ intake, clock }: DuplicateLinksDeps) {
  /** Flags of the cases whose pair has just been decided, as the pairs are now; `except` moves by itself. */
  const flagMoves = async (tx: Tx, proposalIds: readonly string[], except: string): Promise<Move[]> => {
    const locked = await lockCases(tx, proposalIds)
    const open = await listWithOpenPair(tx, proposalIds)
    await intake.recordLikeness(tx, likenessOf(proposalIds, open))
    return locked.flatMap((row) => (row.proposalId === except ? [] : duplicateFlagMove(row, open)))
  }

  return {
    flagMoves,

    /** A link that is set aside is a question again. */
    async reopen(tx: Tx, caller: Caller, row: ProposalRow): Promise<Move[]> {
      if (!row.duplicateOf) return []
      const decision = { state: 'open', at: clock.now(), by: caller.actor.userId, note: null } as const
      await decidePair(tx, pairOf(row.proposalId, row.duplicateOf), ['confirmed'], decision)
      return flagMoves(tx, [row.proposalId, row.duplicateOf], row.proposalId)
    },

    /** A link that was a slip: what the search had found is a question again, what it had not found is forgotten. */
    async undo(tx: Tx, caller: Caller, row: ProposalRow): Promise<Move[]> {
      if (!row.duplicateOf) return []
      await deleteHandMadePair(tx, pairOf(row.proposalId, row.duplicateOf))
      return this.reopen(tx, caller, row)
    },
  }
}
export type DuplicateLinks = ReturnType<typeof createDuplicateLinks>
