import type { Clock } from '../../src/platform/clock.ts'

export type FakeClock = Clock & { set(at: Date): void; advance(milliseconds: number): void }

/** A clock that only moves when told. Starts on a Monday at 10:00 WIB. */
export function createFakeClock(start = new Date('2026-11-23T03:00:00.000Z')): FakeClock {
  let now = start.getTime()
  return {
    now: () => new Date(now),
    set(at) {
      now = at.getTime()
    },
    advance(milliseconds) {
      now += milliseconds
    },
  }
}
