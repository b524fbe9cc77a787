import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { promisify } from 'node:util'
import { constants, zstdCompress, zstdDecompress } from 'node:zlib'
import { LIST_PART_MEGABYTES } from '../../../contracts/list-terms.ts'
import type { Sealer } from '../../../platform/crypto/sealer.ts'
import type { Db } from '../../database.ts'
import { refuseFile } from './list-file.ts'
import { readPart } from './list-import.repository.ts'

const pack = promisify(zstdCompress)
const unpack = promisify(zstdDecompress)
/** A tenth of the bytes to write, read, send and keep in memory, but for spreadsheets, which are packed already. */
const PACKING = { params: { [constants.ZSTD_c_compressionLevel]: 1 } }
/** How a Zstandard frame begins (RFC 8878). */
const PACKED = Buffer.from([0x28, 0xb5, 0x2f, 0xfd])
const PART_BYTES = LIST_PART_MEGABYTES * 1024 * 1024

const contextOf = (listId: string, position: number): string => `list_part:${listId}:${position}`

export async function sealPart(sealer: Sealer, listId: string, position: number, bytes: Uint8Array): Promise<Buffer> {
  return sealer.seal(await pack(bytes, PACKING), contextOf(listId, position))
}

async function openPart(sealer: Sealer, listId: string, position: number, sealed: Buffer): Promise<Buffer> {
  const bytes = sealer.openBytes(sealed, contextOf(listId, position))
  // Parts that came before they were packed are the file as it is.
  return bytes.subarray(0, PACKED.length).equals(PACKED) ? unpack(bytes, { chunkSize: PART_BYTES + 1024 }) : bytes
}

async function* partsOf(db: Db, sealer: Sealer, listId: string, parts: number): AsyncGenerator<Buffer> {
  for (let position = 0; position < parts; position += 1) {
    const sealed = await readPart(db, listId, position)
    if (!sealed) throw refuseFile('file_damaged')
    yield await openPart(sealer, listId, position, sealed)
  }
}

/** The uploaded file from its beginning, two parts in memory at a time: one is fetched while the one before it is taken. */
export function openFile(db: Db, sealer: Sealer, listId: string, parts: number): Readable {
  return Readable.from(partsOf(db, sealer, listId, parts), { objectMode: false, highWaterMark: PART_BYTES + 1 })
}

/** SHA-256 of the uploaded file. */
export async function hashFile(db: Db, sealer: Sealer, listId: string, parts: number): Promise<Buffer> {
  const hash = createHash('sha256')
  for await (const part of partsOf(db, sealer, listId, parts)) hash.update(part)
  return hash.digest()
}
