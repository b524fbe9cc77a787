import { ACTIONS } from '../../contracts/lifecycle/actions.ts'
import type { Flag, State } from '../../contracts/lifecycle/states.ts'
import { type Move, SYSTEM } from '../intake/index.ts'

const FLAG: Flag = 'potential_duplicate'
const FLAGGED_STATES: readonly State[] = ACTIONS.record_flags.from

/** Makes the flag follow the pairs: the move it takes, or none when it is right or the case is closed. */
export function duplicateFlagMove(
  row: { proposalId: string; snapshot: { state: State; flags: readonly Flag[] } },
  withOpenPair: ReadonlyMap<string, number>,
): Move[] {
  const isFlagged = row.snapshot.flags.includes(FLAG)
  const shouldBe = withOpenPair.has(row.proposalId)
  if (isFlagged === shouldBe || !FLAGGED_STATES.includes(row.snapshot.state)) return []
  const data = shouldBe ? { addFlags: [FLAG] } : { removeFlags: [FLAG] }
  return [{ proposalId: row.proposalId, action: 'record_flags', mover: SYSTEM, data }]
}
