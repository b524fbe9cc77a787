import type { Sealer } from '../../../platform/crypto/sealer.ts'
import type { Db } from '../../database.ts'
import type { DataCheck, DataFault } from '../../intake/index.ts'
import { listFrozen } from './batch-rows.repository.ts'
import { createContentHash } from './content.domain.ts'
import { listDifferingAnswers, listDifferingRows, listSealed, type SealedBatch } from './data-check.repository.ts'
import { openContent } from './row-sealing.ts'

/** Rows of one read: half a megabyte. */
const PAGE = 1000
const BATCHES_AT_ONCE = 100
/** More are counted, not named. */
const SHOWN = 20

/** For `data verify`: rows of batches against cases and journal, and the hash of each sealed batch against its frozen rows. */
export function createBatchCheck({ sealer }: { sealer: Sealer }): DataCheck {
  const isWhole = async (executor: Db, { id, rows, hash }: SealedBatch): Promise<boolean> => {
    const recounted = createContentHash()
    let position = 0
    for (;;) {
      const page = await listFrozen(executor, id, position, PAGE)
      for (const row of page) {
        position += 1
        // A hole in the numbers is a row that somebody took away.
        if (row.position !== position) return false
        try {
          recounted.add(openContent(sealer, id, row.proposalId, row.content))
        } catch {
          return false
        }
      }
      if (page.length < PAGE) return position === rows && recounted.digest().equals(hash)
    }
  }

  const listBroken = async (executor: Db): Promise<string[]> => {
    const broken: string[] = []
    for (let after: string | null = null; ; ) {
      const page: SealedBatch[] = await listSealed(executor, after, BATCHES_AT_ONCE)
      for (const batch of page) if (!(await isWhole(executor, batch))) broken.push(batch.id)
      const last = page.at(-1)
      if (!last || page.length < BATCHES_AT_ONCE) return broken
      after = last.id
    }
  }

  const toFault = (kind: DataFault['kind'], ids: readonly string[]): DataFault[] =>
    ids.length === 0 ? [] : [{ kind, count: ids.length, ids: ids.slice(0, SHOWN) }]

  return async (executor, range) => [
    ...toFault('batch_row_differs', await listDifferingRows(executor, range)),
    ...toFault('result_row_differs', await listDifferingAnswers(executor, range)),
    // Of batches, which belong to no range of proposals: the last one has them.
    ...toFault('batch_differs', range.below === null ? await listBroken(executor) : []),
  ]
}
