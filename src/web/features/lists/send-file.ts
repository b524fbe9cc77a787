import type { ListView } from '../../../contracts/api/lists.ts'
import { LIST_PART_MEGABYTES } from '../../../contracts/list-terms.ts'
import { putPart, startList } from './calls.ts'

const PART_BYTES = LIST_PART_MEGABYTES * 1024 * 1024

/** The file that was chosen is not the one of which parts were sent already. */
export class OtherFile extends Error {}

/** What was sent of a list, by the hash of each part: kept as long as the tab, so that a reload can go on. Nothing of it can be read back. */
const keyOf = (listId: string): string => `puntadewa.list.${listId}`

function readHashes(listId: string): string[] {
  try {
    const hashes: unknown = JSON.parse(sessionStorage.getItem(keyOf(listId)) ?? '[]')
    return Array.isArray(hashes) ? hashes.map(String) : []
  } catch {
    return []
  }
}

function keepHashes(listId: string, hashes: readonly string[]): void {
  try {
    sessionStorage.setItem(keyOf(listId), JSON.stringify(hashes))
  } catch {
    // Then a reload sends the file from its beginning.
  }
}

export function forgetParts(listId: string): void {
  try {
    sessionStorage.removeItem(keyOf(listId))
  } catch {
    // It ends with the tab.
  }
}

/** Empty where the browser has no cryptography for this page. */
async function hashOf(part: Blob): Promise<string> {
  if (!window.isSecureContext) return ''
  const digest = await crypto.subtle.digest('SHA-256', await part.arrayBuffer())
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

type Options = {
  /** Bytes that are there. */
  onSent(bytes: number): void
  /** Whoever sends has left: nothing more goes out after the part that is under way. */
  signal: AbortSignal
}

/**
 * Sends the file of a list part by part, from where an earlier attempt broke off, and has it read. Throws `OtherFile` when the parts
 * that are there are not of this file, and what `putPart` and `startList` throw; then it may be called again with the same file.
 */
export async function sendFile(list: ListView, file: File, { onSent, signal }: Options): Promise<ListView> {
  const total = Math.ceil(file.size / PART_BYTES)
  const partAt = (position: number): Blob =>
    file.slice(position * PART_BYTES, (position + 1) * PART_BYTES, 'application/octet-stream')
  const there = list.file.parts
  const known = readHashes(list.id)
  // Nobody knows what the parts are: they are replaced, which more parts than this file has would survive.
  const isKnown = known.length >= there && !known.includes('')
  if (there > total) throw new OtherFile()
  const hashes = isKnown ? known.slice(0, there) : []
  for (const [position, hash] of hashes.entries()) {
    if ((await hashOf(partAt(position))) !== hash) throw new OtherFile()
  }
  for (let position = hashes.length; position < total; position += 1) {
    signal.throwIfAborted()
    const part = partAt(position)
    const before = position * PART_BYTES
    onSent(before)
    // Kept first: a part that arrives while the page is left is known all the same.
    hashes.push(await hashOf(part))
    keepHashes(list.id, hashes)
    await putPart(part, {
      params: { id: list.id, position: String(position) },
      onProgress: (share) => onSent(before + share * part.size),
    })
  }
  onSent(file.size)
  const started = await startList({ params: { id: list.id } })
  forgetParts(list.id)
  return started
}
