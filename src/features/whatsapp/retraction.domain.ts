type Told = { proposalId: string | null; template: string }

/**
 * What is left to say of notices that have not been sent yet, in their order: an outcome that was taken back before anybody heard
 * of it is not worth a message, nor is its correction. A correction of something already sent stays. Pure.
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
    if (unheard === -1) left.push(notice)
    else left.splice(unheard, 1)
  }
  return left
}
