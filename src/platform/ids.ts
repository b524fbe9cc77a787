import { randomFillSync } from 'node:crypto'

/** Mints identifiers. UUIDv7: sorted by time, so that index pages fill in order. */
export type Ids = { next(): string }

const ID_BYTES = 10
// Asking the kernel for ten bytes at a time costs more than everything else here.
const POOL_BYTES = ID_BYTES * 400
const COUNTER_MAX = 0xfff

const hex = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/**
 * UUIDv7 of RFC 9562 with a 12-bit counter (method 1): within a millisecond ids of one process keep their order. When the
 * counter runs over, or the clock steps back, time goes on by itself until the clock has caught up.
 */
export function createUuidIds(now: () => number = Date.now): Ids {
  const pool = Buffer.alloc(POOL_BYTES)
  let offset = POOL_BYTES
  let milliseconds = 0
  let counter = 0

  return {
    next() {
      if (offset === POOL_BYTES) {
        randomFillSync(pool)
        offset = 0
      }
      const at = offset
      offset += ID_BYTES
      const present = now()
      if (present > milliseconds) {
        milliseconds = present
        // Half the range is left to count on.
        counter = pool.readUInt16BE(at) & (COUNTER_MAX >> 1)
      } else if (counter < COUNTER_MAX) counter += 1
      else {
        milliseconds += 1
        counter = 0
      }
      const time = milliseconds.toString(16).padStart(12, '0')
      const byte = (index: number): string => hex[pool[at + index] ?? 0] ?? ''
      const variant = hex[((pool[at + 2] ?? 0) & 0x3f) | 0x80] ?? ''
      const tail = byte(4) + byte(5) + byte(6) + byte(7) + byte(8) + byte(9)
      return `${time.slice(0, 8)}-${time.slice(8)}-7${counter.toString(16).padStart(3, '0')}-${variant}${byte(3)}-${tail}`
    },
  }
}

export const uuidIds: Ids = createUuidIds()

/** The least UUIDv7 of a moment: ids made before it are smaller, so that a range of time is a range of the primary key. */
export function leastIdAt(at: Date): string {
  const time = at.getTime().toString(16).padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-000000000000`
}
