import type { Sealer } from '../../../platform/crypto/sealer.ts'
import type { IdRange } from '../../../platform/db/id-ranges.ts'
import type { Db } from '../../database.ts'
import { type CountedBlock, countByBlock, listStrayMembers, readBlocks } from './data-check.repository.ts'
import { openBlock } from './list-block.ts'
import { listCurrent, type StoredList } from './list-import.repository.ts'

type ListFault = { kind: 'list_differs'; count: number; ids: string[] }

/** Some 100 kB of sealed blocks at a time. */
const BLOCKS_AT_ONCE = 100
/** More are counted, not named. */
const SHOWN = 20

/**
 * For `data verify`: whether each list that answers look-ups has as many members as it was said to have, and each block as many as stand
 * beside it. Lists that are old or replaced are left out: their people are just being deleted, or soon.
 */
export function createListCheck({ sealer, oldestKept }: { sealer: Sealer; oldestKept(): string }) {
  const hasAllOf = (
    listId: string,
    { position, sealed }: { position: number; sealed: Buffer },
    block?: CountedBlock,
  ) => {
    try {
      const { length } = openBlock(sealer, listId, { position, sealed })
      // As many as there are slots, the first 0: nobody twice, nobody left out.
      return block?.members === length && block.first === 0 && block.last === length - 1 && block.slots === length
    } catch {
      return false
    }
  }

  const isWhole = async (executor: Db, { id, rowsUsable, blocks }: StoredList): Promise<boolean> => {
    const counted = await countByBlock(executor, id)
    const members = [...counted.values()].reduce((sum, block) => sum + block.members, 0)
    if (members !== rowsUsable || counted.size !== blocks) return false
    let read = 0
    for (let from = 0; ; ) {
      const page = await readBlocks(executor, id, from, BLOCKS_AT_ONCE)
      for (const block of page) if (!hasAllOf(id, block, counted.get(block.position))) return false
      read += page.length
      const last = page.at(-1)
      if (!last || page.length < BLOCKS_AT_ONCE) return read === blocks
      from = last.position + 1
    }
  }

  return async (executor: Db, range: IdRange): Promise<ListFault[]> => {
    // Lists belong to no proposal: the last range of them has all.
    if (range.below !== null) return []
    const lists = [
      ...(await listCurrent(executor, { kind: 'membership' })),
      ...(await listCurrent(executor, { kind: 'poor' })),
    ].filter(({ hasMembers, month }) => hasMembers && month >= oldestKept())
    const broken = new Set(await listStrayMembers(executor))
    for (const list of lists) if (!(await isWhole(executor, list))) broken.add(list.id)
    const ids = [...broken].sort()
    return ids.length === 0 ? [] : [{ kind: 'list_differs', count: ids.length, ids: ids.slice(0, SHOWN) }]
  }
}
