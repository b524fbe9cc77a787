import { expect, test, vi } from 'vitest'
import { createWakeSignal } from './wake-signal.ts'

test('a wake-up that comes before the wait ends it at once', async () => {
  const signal = createWakeSignal()
  signal.wake()
  await signal.wait(60_000)
})

test('a wake-up during the wait ends it', async () => {
  const signal = createWakeSignal()
  const waited = signal.wait(60_000)
  signal.wake()
  await waited
})

test('a forgotten wake-up does not end the next wait; time does', async () => {
  vi.useFakeTimers()
  try {
    const signal = createWakeSignal()
    signal.wake()
    signal.clear()
    let over = false
    const waited = signal.wait(1_000).then(() => {
      over = true
    })
    await vi.advanceTimersByTimeAsync(999)
    expect(over).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    await waited
  } finally {
    vi.useRealTimers()
  }
})
