import type { Sealer } from '../../../platform/crypto/sealer.ts'
import { createCopyRows } from '../../../platform/db/copy-rows.ts'
import type { ImportedRow, RefusedRow } from './imported-row.domain.ts'
import { sealBlock, sealRefusedBlock, valuesOf } from './list-block.ts'

const BLOCK_ROWS = 128
const REFUSED_BLOCK_ROWS = 200
/** What a batch of 20,480 rows of a usual list takes; refused rows are few. */
const START_BYTES = { members: 2_700_000, blocks: 400_000, refused: 100_000 }

/** The columns that the rows of a batch are for, in their order. */
export const STAGED_COLUMNS = {
  members: ['list_id', 'nik_index', 'village_code', 'standing', 'segment', 'decile', 'block', 'slot'],
  blocks: ['list_id', 'position', 'sealed'],
  refused: ['list_id', 'position', 'sealed'],
} as const

/** What is written in one transaction: rows as COPY takes them, and what they say, sealed. Each in memory of its own. */
export type StagedBatch = {
  [Part in keyof typeof STAGED_COLUMNS]: { rows: number; copy: Uint8Array<ArrayBuffer> | undefined }
}

/** Gathers the rows of a list for `list_member`. `from`: the next block of each kind. */
export function createStagedBatch(sealer: Sealer, listId: string, from: { block: number; refusedBlock: number }) {
  const listBytes = Buffer.from(listId.replaceAll('-', ''), 'hex')
  const members = createCopyRows(START_BYTES.members)
  const blocks = createCopyRows(START_BYTES.blocks)
  const refused = createCopyRows(START_BYTES.refused)
  let block = from.block
  let refusedBlock = from.refusedBlock
  let open: unknown[][] = []
  let openRefused: RefusedRow[] = []

  const addBlock = (to: typeof blocks, position: number, sealed: Buffer): void => {
    to.row(STAGED_COLUMNS.blocks.length)
    to.bytes(listBytes)
    to.int4(position)
    to.bytes(sealed)
  }
  const closeBlock = (): void => {
    if (open.length === 0) return
    addBlock(blocks, block, sealBlock(sealer, listId, block, open))
    block += 1
    open = []
  }
  const closeRefused = (): void => {
    if (openRefused.length === 0) return
    addBlock(refused, refusedBlock, sealRefusedBlock(sealer, listId, refusedBlock, openRefused))
    refusedBlock += 1
    openRefused = []
  }
  const takeFrom = (rows: typeof blocks): StagedBatch['blocks'] => ({ rows: rows.rows, copy: rows.take() })

  return {
    add(nikIndex: Buffer, row: ImportedRow): void {
      members.row(STAGED_COLUMNS.members.length)
      members.bytes(listBytes)
      members.bytes(nikIndex)
      members.text(row.villageCode)
      members.text(row.standing)
      members.text(row.segment)
      members.int2(row.decile)
      members.int4(block)
      members.int2(open.length)
      open.push(valuesOf(row))
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
      return { members: takeFrom(members), blocks: takeFrom(blocks), refused: takeFrom(refused) }
    },
    /** Takes back the memory of a batch that is written. */
    reuse(written: StagedBatch): void {
      if (written.members.copy) members.reuse(written.members.copy.buffer)
      if (written.blocks.copy) blocks.reuse(written.blocks.copy.buffer)
      if (written.refused.copy) refused.reuse(written.refused.copy.buffer)
    },
  }
}
