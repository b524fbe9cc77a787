import type { Sealer } from '../../../platform/crypto/sealer.ts'
import type { ImportedRow, RefusedRow } from './imported-row.domain.ts'
import { sealBlock, sealRefusedBlock, valuesOf } from './list-block.ts'

export const BLOCK_ROWS = 64
const REFUSED_BLOCK_ROWS = 200
/** Of the binary format of COPY: its mark, no flags, no extension. */
const COPY_HEADER = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1')
const COPY_TRAILER = Buffer.from([0xff, 0xff])
const FIELDS = 8
const ROW_BYTES_MAX = 400
const START_BYTES = 1 << 20

/** What is written in one transaction: rows as COPY takes them, and what they say, sealed. */
export type StagedBatch = {
  rows: number
  copy: Uint8Array
  blocks: { position: number; sealed: Uint8Array }[]
  refused: { position: number; sealed: Uint8Array }[]
}

/** Gathers the rows of a list for `list_member`. `from`: the next block of each kind. */
export function createStagedBatch(sealer: Sealer, listId: string, from: { block: number; refusedBlock: number }) {
  const listBytes = Buffer.from(listId.replaceAll('-', ''), 'hex')
  let buffer = Buffer.allocUnsafe(START_BYTES)
  let offset = COPY_HEADER.copy(buffer)
  let rows = 0
  let block = from.block
  let refusedBlock = from.refusedBlock
  let open: unknown[][] = []
  let openRefused: RefusedRow[] = []
  let blocks: StagedBatch['blocks'] = []
  let refused: StagedBatch['refused'] = []

  const text = (value: string | null): void => {
    if (value === null) {
      offset = buffer.writeInt32BE(-1, offset)
      return
    }
    const bytes = buffer.write(value, offset + 4)
    buffer.writeInt32BE(bytes, offset)
    offset += 4 + bytes
  }
  const bytes = (value: Buffer): void => {
    offset = buffer.writeInt32BE(value.length, offset)
    offset += value.copy(buffer, offset)
  }
  const int2 = (value: number | null): void => {
    offset = buffer.writeInt32BE(value === null ? -1 : 2, offset)
    if (value !== null) offset = buffer.writeInt16BE(value, offset)
  }
  const int4 = (value: number): void => {
    offset = buffer.writeInt32BE(value, buffer.writeInt32BE(4, offset))
  }

  const closeBlock = (): void => {
    if (open.length === 0) return
    blocks.push({ position: block, sealed: sealBlock(sealer, listId, block, open) })
    block += 1
    open = []
  }
  const closeRefused = (): void => {
    if (openRefused.length === 0) return
    refused.push({ position: refusedBlock, sealed: sealRefusedBlock(sealer, listId, refusedBlock, openRefused) })
    refusedBlock += 1
    openRefused = []
  }

  return {
    get rows() {
      return rows
    },
    add(nikIndex: Buffer, row: ImportedRow): void {
      if (offset + ROW_BYTES_MAX > buffer.length) {
        const larger = Buffer.allocUnsafe(buffer.length * 2)
        buffer.copy(larger, 0, 0, offset)
        buffer = larger
      }
      offset = buffer.writeInt16BE(FIELDS, offset)
      bytes(listBytes)
      bytes(nikIndex)
      text(row.villageCode)
      text(row.standing)
      text(row.segment)
      int2(row.decile)
      int4(block)
      int2(open.length)
      open.push(valuesOf(row))
      rows += 1
      if (open.length === BLOCK_ROWS) closeBlock()
    },
    refuse(row: RefusedRow): void {
      openRefused.push(row)
      if (openRefused.length === REFUSED_BLOCK_ROWS) closeRefused()
    },
    /** What has gathered since, with whole blocks; empties the batch. */
    take(): StagedBatch {
      closeBlock()
      closeRefused()
      const copy = Buffer.concat([buffer.subarray(0, offset), COPY_TRAILER])
      const taken = { rows, copy, blocks, refused }
      offset = COPY_HEADER.length
      rows = 0
      blocks = []
      refused = []
      return taken
    },
  }
}
