import type { Logger } from 'pino'

export type QueueGate = {
  /** From now on all of the queues are to be open, or closed. The last wish counts. */
  set(isOpen: boolean): void
}

/** What makes a queue fail to open (a lost connection) is over within seconds or takes long. */
const RETRY_MS = 5_000

/** Opens and closes queues, and tries again until each is as it should be: a queue that failed to open would stay closed until the next change. */
export function createQueueGate<Q extends string>(deps: {
  queues: readonly Q[]
  setOpen(queue: Q, isOpen: boolean): Promise<void>
  logger: Logger
  retryMs?: number
}): QueueGate {
  const { queues, setOpen, logger, retryMs = RETRY_MS } = deps
  let wishes = 0

  const attempt = async (queue: Q, isOpen: boolean, wish: number): Promise<void> => {
    if (wish !== wishes) return
    try {
      await setOpen(queue, isOpen)
    } catch (error) {
      const errorName = error instanceof Error ? error.name : typeof error
      logger.error({ queue, isOpen, errorName }, 'a queue was not opened or closed, which is tried again')
      setTimeout(() => void attempt(queue, isOpen, wish), retryMs).unref()
    }
  }

  return {
    set(isOpen) {
      wishes += 1
      for (const queue of queues) void attempt(queue, isOpen, wishes)
    },
  }
}
