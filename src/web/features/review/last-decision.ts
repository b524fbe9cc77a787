import { useSyncExternalStore } from 'react'
import type { ProposalView } from '../../../contracts/api/proposals.ts'
import type { Decision } from '../../../contracts/lifecycle/actions.ts'

/** The decision that was just made: it can be taken back while the next case is on the screen already. */
export type LastDecision = { proposal: ProposalView; decision: Decision; until: number }

/** Shorter than the server's window, so that a press at the last moment still arrives in time. */
const UNDO_MS = 5_000

let last: LastDecision | null = null
const listeners = new Set<() => void>()

export function noteDecision(to: Omit<LastDecision, 'until'> | null): void {
  last = to && { ...to, until: Date.now() + UNDO_MS }
  for (const listener of listeners) listener()
}

export function useLastDecision(): LastDecision | null {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => last,
  )
}
