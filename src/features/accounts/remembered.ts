type Entry<Value> = { value: Value; until: number; owner: string }

export type Loaded<Value> = {
  value: Value
  /** Whose it is, to forget everything of one owner. */
  owner: string
  /** Milliseconds since the epoch. */
  until: number
  /** What those who waited for this load get instead, once. */
  first?: Value
}

export type Remembered<Value, Source> = {
  /** At once when it is known, else by `load`; callers of the same key share one load. */
  get(key: string, source: Source): Value | null | Promise<Value | null>
  forgetOwner(owner: string): void
}

// A kabupaten has some hundred officers; beyond this somebody is inventing keys, and those lead nowhere and are not kept.
const MAX_ENTRIES = 10_000

/**
 * Remembers for a while what was loaded by key. Only hits are kept. What was forgotten while its load was under way is
 * not kept by that load.
 */
export function createRemembered<Value, Source>(options: {
  load: (key: string, source: Source) => Promise<Loaded<Value> | null>
  now: () => number
}): Remembered<Value, Source> {
  const { load, now } = options
  const entries = new Map<string, Entry<Value>>()
  const loads = new Map<string, Promise<Value | null>>()
  let generation = 0

  function makeRoom(): void {
    if (entries.size < MAX_ENTRIES) return
    const at = now()
    for (const [key, entry] of entries) if (entry.until <= at) entries.delete(key)
    for (const key of entries.keys()) {
      if (entries.size < MAX_ENTRIES) return
      entries.delete(key)
    }
  }

  async function loadAndKeep(key: string, source: Source): Promise<Value | null> {
    const startedIn = generation
    try {
      const found = await load(key, source)
      if (!found) return null
      if (startedIn === generation) {
        makeRoom()
        entries.set(key, { value: found.value, until: found.until, owner: found.owner })
      }
      return found.first ?? found.value
    } finally {
      loads.delete(key)
    }
  }

  return {
    get(key, source) {
      const entry = entries.get(key)
      if (entry) {
        if (entry.until > now()) return entry.value
        entries.delete(key)
      }
      let loading = loads.get(key)
      if (!loading) {
        loading = loadAndKeep(key, source)
        loads.set(key, loading)
      }
      return loading
    },
    forgetOwner(owner) {
      generation++
      loads.clear()
      for (const [key, entry] of entries) if (entry.owner === owner) entries.delete(key)
    },
  }
}
