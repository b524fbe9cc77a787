/** A wake-up that is never lost: one that comes while nobody waits ends the next wait at once. */
export type WakeSignal = {
  wake(): void
  /** Resolves when woken or when `ms` have passed. */
  wait(ms: number): Promise<void>
  /** Forgets wake-ups so far: what they announced is about to be looked at. */
  clear(): void
}

export function createWakeSignal(): WakeSignal {
  let pending = false
  let release: (() => void) | undefined
  return {
    wake() {
      pending = true
      release?.()
    },
    async wait(ms) {
      if (pending || ms <= 0) return
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms)
        release = () => {
          clearTimeout(timer)
          resolve()
        }
      })
      release = undefined
    },
    clear() {
      pending = false
    },
  }
}
