import { expect, test } from 'vitest'
import { systemClock } from '../clock.ts'
import { createOutbox } from './outbox.ts'

test('announcing a commit wakes whoever listens in this process, and nobody is no trouble', () => {
  const outbox = createOutbox({ clock: systemClock })
  outbox.announce()
  let woken = 0
  outbox.attach({
    wake() {
      woken += 1
    },
    reserve: () => null,
  })
  outbox.announce()
  expect(woken).toBe(1)
})
