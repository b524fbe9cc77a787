type Told = { proposalId: string | null; template: string }

type Held = Told & { heldUntil: Date | null }

/** What can be said of the pending outcomes of a household, what waits, and what nobody has to hear any more. */
export type Sayable<Notice> = { told: Notice[]; takenBack: Notice[]; heldUntil: Date | null }

/**
 * Tells apart what may be said now from what is held, in their order: what was recorded later about the same person does not
 * overtake it. `heldUntil` is when the first held one may go. Pure.
 */
export function sayableNow<Notice extends Held>(pending: readonly Notice[], now: Date): Sayable<Notice> {
  const left = withoutTakenBack(pending)
  const waiting = new Map<string | null, Date>()
  const told = left.filter(({ proposalId, heldUntil }) => {
    if (heldUntil && heldUntil > now && !waiting.has(proposalId)) waiting.set(proposalId, heldUntil)
    return !waiting.has(proposalId)
  })
  const [heldUntil = null] = [...waiting.values()].sort((one, other) => one.getTime() - other.getTime())
  return { told, takenBack: pending.filter((notice) => !left.includes(notice)), heldUntil }
}

/**
 * What is left to say of notices that have not been sent yet, in their order: an outcome that was taken back before anybody heard
 * of it is not worth a message, nor is its correction. A correction of something already sent stays. Where somebody would hear the same
 * twice in a row, the later one is told: its day is the one that holds. Pure.
 */
export function withoutTakenBack<Notice extends Told>(pending: readonly Notice[]): Notice[] {
  const left: Notice[] = []
  for (const notice of pending) {
    const unheard =
      notice.template === 'correction_of_notice'
        ? left.findLastIndex(({ proposalId, template }) => {
            return proposalId === notice.proposalId && template !== 'correction_of_notice'
          })
        : -1
    if (unheard !== -1) {
      left.splice(unheard, 1)
      continue
    }
    const before = left.findLastIndex(({ proposalId }) => proposalId === notice.proposalId)
    if (left[before]?.template === notice.template) left.splice(before, 1)
    left.push(notice)
  }
  return left
}
