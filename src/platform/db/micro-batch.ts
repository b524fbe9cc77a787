export type MicroBatchOptions<Item, Result> = {
  /** Handles all items in one go and answers in their order. */
  run(items: Item[]): Promise<Result[]>
  /** The most items of one go. */
  maxItems: number
  /** Goes under way at once; items that arrive meanwhile form the next one. */
  maxInFlight: number
  /**
   * A further go waits until the one before it has been under way for so long: larger goes cost less by the item, and one that hangs
   * holds nobody up for longer. Default: none waits.
   */
  patienceMs?: number
}

/**
 * Joins concurrent calls into one round trip (group commit): a lone call goes at once, and while goes are under way the
 * next callers gather. When a go of several items fails, each item is run again alone, so
 * that one bad item fails only its own caller.
 */
export function createMicroBatch<Item, Result>(options: MicroBatchOptions<Item, Result>) {
  type Waiter = { item: Item; resolve: (result: Result) => void; reject: (cause: unknown) => void }
  const { maxItems, maxInFlight, patienceMs = 0 } = options
  const waiting: Waiter[] = []
  let inFlight = 0
  let lastBeganAt = Number.NEGATIVE_INFINITY
  let patience: NodeJS.Timeout | undefined

  const runAll = async (waiters: Waiter[]): Promise<void> => {
    try {
      const results = await options.run(waiters.map((waiter) => waiter.item))
      waiters.forEach((waiter, index) => waiter.resolve(results[index] as Result))
    } catch (cause) {
      const [only, ...others] = waiters
      if (only && others.length === 0) only.reject(cause)
      else await Promise.all(waiters.map((waiter) => runAll([waiter])))
    }
  }

  const pump = (): void => {
    clearTimeout(patience)
    while (inFlight < maxInFlight && waiting.length > 0) {
      const waitMs = inFlight === 0 ? 0 : lastBeganAt + patienceMs - performance.now()
      if (waitMs > 0) {
        patience = setTimeout(pump, waitMs)
        return
      }
      inFlight += 1
      lastBeganAt = performance.now()
      void runAll(waiting.splice(0, maxItems)).finally(() => {
        inFlight -= 1
        pump()
      })
    }
  }

  return {
    add(item: Item): Promise<Result> {
      return new Promise((resolve, reject) => {
        waiting.push({ item, resolve, reject })
        // Let every request that the event loop has already read join before the first go leaves.
        if (waiting.length === 1) setImmediate(pump)
      })
    },
  }
}
