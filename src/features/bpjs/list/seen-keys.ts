const WORDS = 4

/**
 * Which keys were seen, by their first 128 bits: 32 MB for a million, where a Set of strings takes 150. Keys are outputs of a keyed hash,
 * so their bits are as good as random, and two people never share these.
 */
export function createSeenKeys(): { add(key: Buffer): boolean } {
  let slots = 1 << 12
  let table = new Int32Array(slots * WORDS)
  let size = 0

  const place = (into: Int32Array, capacity: number, a: number, b: number, c: number, d: number): boolean => {
    for (let slot = a & (capacity - 1); ; slot = (slot + 1) & (capacity - 1)) {
      const at = slot * WORDS
      if (into[at] === 0 && into[at + 1] === 0 && into[at + 2] === 0 && into[at + 3] === 0) {
        into[at] = a
        into[at + 1] = b
        into[at + 2] = c
        into[at + 3] = d
        return true
      }
      if (into[at] === a && into[at + 1] === b && into[at + 2] === c && into[at + 3] === d) return false
    }
  }

  const grow = (): void => {
    const larger = new Int32Array(slots * 2 * WORDS)
    for (let at = 0; at < table.length; at += WORDS) {
      const [a, b, c, d] = [table[at] ?? 0, table[at + 1] ?? 0, table[at + 2] ?? 0, table[at + 3] ?? 0]
      if (a !== 0 || b !== 0 || c !== 0 || d !== 0) place(larger, slots * 2, a, b, c, d)
    }
    table = larger
    slots *= 2
  }

  return {
    /** False when the key was there already. */
    add(key) {
      if (size * 2 >= slots) grow()
      const isNew = place(table, slots, key.readInt32BE(0), key.readInt32BE(4), key.readInt32BE(8), key.readInt32BE(12))
      if (isNew) size += 1
      return isNew
    },
  }
}
