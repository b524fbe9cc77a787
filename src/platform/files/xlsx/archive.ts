import type { Readable } from 'node:stream'
import { crc32 } from 'node:zlib'
import { type Entry, openPromise, type ZipFile } from 'yauzl'
import { asTableError, TableError } from '../table-error.ts'
import type { TableLimits } from '../table-row.ts'

/** A smaller part is no danger at any ratio. */
const HARMLESS_BYTES = 4 * 1024 * 1024
const STORED = 0
const DEFLATED = 8

/** The parts of a packed file, read one after another or side by side. Names are compared without regard to case, as OPC wants it. */
export type Archive = {
  has(name: string): boolean
  names(): readonly string[]
  /** The unpacked bytes. Refuses what unpacks too large, and bytes that are not those that were packed. */
  read(name: string): AsyncGenerator<Buffer>
  close(): void
}

async function listEntries(zip: ZipFile, limits: TableLimits): Promise<Map<string, Entry>> {
  if (zip.entryCount > limits.archiveEntries) throw new TableError('unpacks_too_large')
  const entries = new Map<string, Entry>()
  for await (const entry of zip.eachEntry()) {
    if (entry.isEncrypted()) throw new TableError('encrypted')
    const name = entry.fileName.toLowerCase()
    // Two parts of one name: which one a program shows is chance.
    if (entries.has(name)) throw new TableError('damaged')
    entries.set(name, entry)
  }
  return entries
}

/**
 * Opens a packed file by its directory at the end. Nothing is unpacked to disk, so a name with `..` could do no harm; it is
 * refused as damaged all the same, since no program writes one.
 */
export async function openArchive(file: string, limits: TableLimits): Promise<Archive> {
  let zip: ZipFile
  let entries: Map<string, Entry>
  try {
    zip = await openPromise(file, { lazyEntries: true, autoClose: false, validateEntrySizes: true })
  } catch (error) {
    throw asTableError(error)
  }
  try {
    entries = await listEntries(zip, limits)
  } catch (error) {
    zip.close()
    throw asTableError(error)
  }
  let unpacked = 0

  async function* read(name: string): AsyncGenerator<Buffer> {
    const entry = entries.get(name.toLowerCase())
    if (entry === undefined) throw new TableError('damaged')
    if (entry.compressionMethod !== STORED && entry.compressionMethod !== DEFLATED) throw new TableError('damaged')
    const { uncompressedSize, compressedSize } = entry
    if (uncompressedSize > HARMLESS_BYTES && uncompressedSize > compressedSize * limits.unpackedRatio) {
      throw new TableError('unpacks_too_large')
    }
    if (uncompressedSize > limits.unpackedBytes) throw new TableError('unpacks_too_large')
    let stream: Readable | undefined
    let sum = 0
    try {
      stream = await zip.openReadStreamPromise(entry)
      // More bytes than the directory says end the stream with an error.
      for await (const chunk of stream as AsyncIterable<Buffer>) {
        unpacked += chunk.length
        if (unpacked > limits.unpackedBytes) throw new TableError('unpacks_too_large')
        sum = crc32(chunk, sum)
        yield chunk
      }
    } catch (error) {
      throw asTableError(error)
    } finally {
      stream?.destroy()
    }
    // Changed on the way: a digit may be another one now.
    if (sum !== entry.crc32) throw new TableError('damaged')
  }

  return {
    has: (name) => entries.has(name.toLowerCase()),
    names: () => [...entries.keys()],
    read,
    close: () => zip.close(),
  }
}
