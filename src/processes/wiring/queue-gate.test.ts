import { pino } from 'pino'
import { expect, test, vi } from 'vitest'
import { createQueueGate } from './queue-gate.ts'

/** Queues whose next changes fail as often as they are told to. */
function createQueues() {
  const open = new Map<string, boolean>()
  const failures = new Map<string, number>()
  const calls: string[] = []
  const gate = createQueueGate({
    queues: ['send', 'settle'],
    async setOpen(queue, isOpen) {
      calls.push(`${queue} ${isOpen}`)
      const left = failures.get(queue) ?? 0
      failures.set(queue, left - 1)
      if (left > 0) throw new Error('no connection')
      open.set(queue, isOpen)
    },
    logger: pino({ level: 'silent' }),
    retryMs: 1,
  })
  return { gate, open, failures, calls }
}

test('a queue that fails to open is tried until it is open, and holds up no other', async () => {
  const { gate, open, failures, calls } = createQueues()
  failures.set('send', 3)
  gate.set(true)
  await vi.waitFor(() => expect(Object.fromEntries(open)).toEqual({ send: true, settle: true }))
  expect(calls.toSorted()).toEqual(['send true', 'send true', 'send true', 'send true', 'settle true'])
})

test('a newer wish ends the tries of an older one', async () => {
  const { gate, open, failures, calls } = createQueues()
  failures.set('send', 2)
  gate.set(true)
  gate.set(false)
  await vi.waitFor(() => expect(open.get('send')).toBe(false))
  expect(calls.filter((call) => call === 'send true')).toHaveLength(1)
})
