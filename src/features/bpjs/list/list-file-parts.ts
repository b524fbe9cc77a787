import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import type { Sealer } from '../../../platform/crypto/sealer.ts'
import type { Db } from '../../database.ts'
import { openPart } from './list-block.ts'
import { refuseFile } from './list-file.ts'
import { readPart } from './list-import.repository.ts'

async function* partsOf(db: Db, sealer: Sealer, listId: string, parts: number): AsyncGenerator<Buffer> {
  for (let position = 0; position < parts; position += 1) {
    const sealed = await readPart(db, listId, position)
    if (!sealed) throw refuseFile('file_damaged')
    yield openPart(sealer, listId, { position, sealed })
  }
}

/** The uploaded file from its beginning, one part in memory at a time. */
export function openFile(db: Db, sealer: Sealer, listId: string, parts: number): Readable {
  return Readable.from(partsOf(db, sealer, listId, parts), { objectMode: false, highWaterMark: 256 * 1024 })
}

/** SHA-256 of the uploaded file. */
export async function hashFile(db: Db, sealer: Sealer, listId: string, parts: number): Promise<Buffer> {
  const hash = createHash('sha256')
  for await (const part of partsOf(db, sealer, listId, parts)) hash.update(part)
  return hash.digest()
}
