import type { QueueName } from '../../contracts/jobs/define-job.ts'

/**
 * How many jobs of each queue this process runs side by side, whichever way they came to it. A queue it does not work on
 * has no slots.
 */
export type JobSlots = {
  /** Takes what is free, at most `max`, and leaves `left`. None while a job waits for one: it came first. */
  takeFree(queue: QueueName, max: number, left?: number): number
  giveBack(queue: QueueName, count: number): void
  /** While closed, none is free for what the outbox holds; jobs that the queue has handed out run. */
  setOpen(queue: QueueName, isOpen: boolean): void
  /** Waits for a slot, does the work in it and gives it back. */
  run(queue: QueueName, work: () => Promise<void>): Promise<void>
}

type Slots = { free: number; isOpen: boolean; waiting: (() => void)[] }

export function createJobSlots(limits: ReadonlyMap<QueueName, number>): JobSlots {
  const slotsOf = new Map<QueueName, Slots>()
  for (const [queue, free] of limits) slotsOf.set(queue, { free, isOpen: true, waiting: [] })

  function giveBack(queue: QueueName, count: number): void {
    const slots = slotsOf.get(queue)
    if (!slots) return
    slots.free += count
    for (const next of slots.waiting.splice(0, slots.free)) {
      slots.free -= 1
      next()
    }
  }

  return {
    takeFree(queue, max, left = 0) {
      const slots = slotsOf.get(queue)
      if (!slots?.isOpen) return 0
      const taken = Math.min(Math.max(slots.free - left, 0), max)
      slots.free -= taken
      return taken
    },
    giveBack,
    setOpen(queue, isOpen) {
      const slots = slotsOf.get(queue)
      if (slots) slots.isOpen = isOpen
    },
    async run(queue, work) {
      const slots = slotsOf.get(queue)
      if (!slots) throw new Error(`no slots for the queue ${queue}`)
      if (slots.free > 0) slots.free -= 1
      else await new Promise<void>((resolve) => slots.waiting.push(resolve))
      try {
        await work()
      } finally {
        giveBack(queue, 1)
      }
    },
  }
}
