/** Decides by the rate of rows whether a relay is busy. */
export type LoadMeter = {
  /** Notes what a look at this moment (ms, monotonic) has found; returns whether the relay is busy from now on. */
  note(rows: number, at: number): boolean
}

const WINDOW_MS = 50
/**
 * 1,000 rows a second make a relay busy, less than 400 idle again. Below that, single rows trickle in: each look for one
 * costs less than the pause would make it wait, and so few NOTIFYing commits do not get into each other's way.
 */
const BUSY_ROWS = 50
const IDLE_ROWS = 20

export function createLoadMeter(): LoadMeter {
  let busy = false
  let windowStart = Number.NEGATIVE_INFINITY
  let seen = 0
  return {
    note(rows, at) {
      const isOver = at - windowStart >= WINDOW_MS
      if (isOver) {
        if (seen < IDLE_ROWS) busy = false
        windowStart = at
        seen = 0
      }
      seen += rows
      if (seen >= BUSY_ROWS) busy = true
      return busy
    },
  }
}
