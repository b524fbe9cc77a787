/**
 * What a person has typed and not yet sent, kept on this device so that a reload or a crash does not lose it. Sealed with AES-GCM under a
 * key that this browser made and does not hand out; bound to the person and the entry. Where the browser has no cryptography for this page
 * (plain http that is not localhost) or no storage, it is kept in memory alone and lost with the page.
 */
type Entry<Value> = { id: string; savedAt: number; value: Value }
type Row = { id: string; userId: string; savedAt: number; iv: Uint8Array<ArrayBuffer>; sealed: ArrayBuffer }
type KeyRow = { userId: string; key: CryptoKey }

const DATABASE = 'puntadewa'
const ENTRIES = 'drafts'
const KEYS = 'keys'
/** Whoever has not come back by then has no use for it, and the photos it names are gone. */
const LIFETIME_MS = 7 * 24 * 60 * 60_000

const memory = new Map<string, Entry<unknown> & { userId: string }>()
const listeners = new Set<() => void>()
let hasFailed = false

const isSupported = (): boolean => window.isSecureContext && 'indexedDB' in window

/** Whether what is saved survives this page. */
export const isKept = (): boolean => isSupported() && !hasFailed

export function onKept(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

function giveUp(): void {
  hasFailed = true
  for (const listener of listeners) listener()
}

const answerOf = <Answer>(request: IDBRequest<Answer>): Promise<Answer> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error ?? new Error('no storage'))
  })

function openDatabase(): Promise<IDBDatabase> {
  const request = indexedDB.open(DATABASE, 1)
  request.onupgradeneeded = () => {
    request.result.createObjectStore(ENTRIES, { keyPath: 'id' })
    request.result.createObjectStore(KEYS, { keyPath: 'userId' })
  }
  return answerOf(request)
}

async function inStore<Answer>(
  name: typeof ENTRIES | typeof KEYS,
  mode: IDBTransactionMode,
  act: (store: IDBObjectStore) => IDBRequest<Answer>,
): Promise<Answer> {
  const database = await openDatabase()
  try {
    return await answerOf(act(database.transaction(name, mode).objectStore(name)))
  } finally {
    database.close()
  }
}

async function findKey(userId: string): Promise<CryptoKey | undefined> {
  const row: KeyRow | undefined = await inStore(KEYS, 'readonly', (store) => store.get(userId))
  return row?.key
}

async function getKey(userId: string): Promise<CryptoKey> {
  const known = await findKey(userId)
  if (known) return known
  const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
  await inStore(KEYS, 'readwrite', (store) => store.add({ userId, key } satisfies KeyRow)).catch(() => undefined)
  // Another tab may have been first.
  return (await findKey(userId)) ?? key
}

const boundTo = (userId: string, id: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(`${userId}/${id}`)

/** Saves one entry over its former state. Never throws: what cannot be kept stays in memory, and `isKept` says so. */
export async function saveSealed(userId: string, id: string, value: unknown): Promise<void> {
  const savedAt = Date.now()
  memory.set(id, { id, userId, savedAt, value })
  if (!isKept()) return
  try {
    const iv = crypto.getRandomValues(new Uint8Array(12))
    const sealed = await crypto.subtle.encrypt(
      { name: 'AES-GCM', iv, additionalData: boundTo(userId, id) },
      await getKey(userId),
      new TextEncoder().encode(JSON.stringify(value)),
    )
    // Removed meanwhile: what was sent does not come back.
    if (!memory.has(id)) return
    await inStore(ENTRIES, 'readwrite', (store) => store.put({ id, userId, savedAt, iv, sealed } satisfies Row))
  } catch {
    giveUp()
  }
}

async function open<Value>(row: Row, key: CryptoKey): Promise<Entry<Value>[]> {
  try {
    const { iv, sealed, userId, id, savedAt } = row
    const plain = await crypto.subtle.decrypt({ name: 'AES-GCM', iv, additionalData: boundTo(userId, id) }, key, sealed)
    return [{ id, savedAt, value: JSON.parse(new TextDecoder().decode(plain)) as Value }]
  } catch {
    return []
  }
}

/** Everything that this person has saved here, newest first. What does not open is left out. */
export async function listSealed<Value>(userId: string): Promise<Entry<Value>[]> {
  const entries = new Map<string, Entry<Value>>()
  if (isKept()) {
    try {
      const rows: Row[] = await inStore(ENTRIES, 'readonly', (store) => store.getAll())
      const old = rows.filter(({ savedAt }) => savedAt < Date.now() - LIFETIME_MS)
      for (const { id } of old) await inStore(ENTRIES, 'readwrite', (store) => store.delete(id))
      const own = rows.filter((row) => row.userId === userId && !old.includes(row))
      const key = own.length > 0 ? await findKey(userId) : undefined
      const opened = key ? await Promise.all(own.map((row) => open<Value>(row, key))) : []
      for (const entry of opened.flat()) entries.set(entry.id, entry)
    } catch {
      giveUp()
    }
  }
  for (const { userId: owner, ...entry } of memory.values()) {
    if (owner === userId) entries.set(entry.id, entry as Entry<Value>)
  }
  return [...entries.values()].sort((left, right) => right.savedAt - left.savedAt)
}

/** What `forgetSealed` would delete, of whomever: entries that could still be opened. Never throws. */
export async function countSealed(): Promise<number> {
  const ids = new Set(memory.keys())
  if (isKept()) {
    try {
      const rows: Row[] = await inStore(ENTRIES, 'readonly', (store) => store.getAll())
      for (const { id, savedAt } of rows) if (savedAt >= Date.now() - LIFETIME_MS) ids.add(id)
    } catch {
      giveUp()
    }
  }
  return ids.size
}

/** Never throws. */
export async function removeSealed(id: string): Promise<void> {
  memory.delete(id)
  if (!isSupported()) return
  await inStore(ENTRIES, 'readwrite', (store) => store.delete(id)).catch(giveUp)
}

/** On the way out: no entry and no key of anybody stays on this device. Never throws. */
export async function forgetSealed(): Promise<void> {
  memory.clear()
  if (!isSupported()) return
  await Promise.all([
    inStore(KEYS, 'readwrite', (store) => store.clear()),
    inStore(ENTRIES, 'readwrite', (store) => store.clear()),
  ]).catch(giveUp)
}
