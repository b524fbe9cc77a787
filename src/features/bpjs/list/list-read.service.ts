import type { Pool } from 'pg'
import type { Logger } from 'pino'
import { LIST_FILE_MEGABYTES } from '../../../contracts/list-terms.ts'
import type { Clock } from '../../../platform/clock.ts'
import type { KeyRing, Sealer } from '../../../platform/crypto/sealer.ts'
import { giveBackMemory } from '../../../platform/give-back-memory.ts'
import type { Db } from '../../database.ts'
import type { FileSpool, RegionNames } from '../bpjs.ports.ts'
import { openFile } from './list-file-parts.ts'
import { changeList, lockList, type StoredList } from './list-import.repository.ts'
import { closeMembers, openMembers } from './list-members.repository.ts'
import { allowLongStatements, type Checkpoint, countMatched, stageBatch } from './list-stage.repository.ts'
import { FileFault, readApart } from './read-apart.ts'

export type ListReadDeps = {
  db: Db
  pool: Pool
  sealer: Sealer
  /** The keys of the sealer, for the thread that reads. */
  keyRing: KeyRing
  clock: Clock
  logger: Logger
  regions: RegionNames
  spool: FileSpool
}

const MAX_FILE_BYTES = LIST_FILE_MEGABYTES * 1024 * 1024

/** The list was taken away: aborted, or read by another process. */
class NotOurs extends Error {}

export function createListReader({ db, pool, sealer, keyRing, clock, logger, regions, spool }: ListReadDeps) {
  const read = async (list: StoredList, signal: AbortSignal): Promise<Checkpoint> => {
    const { line, rowsRead, rowsUsable, rowsRepeated, rowsRefused, summary } = list
    const from: Checkpoint = { line, rowsRead, rowsUsable, rowsRepeated, rowsRefused, summary }
    let last = from
    let writing: Promise<boolean> = Promise.resolve(true)
    if (!(await openMembers(db, list.id))) throw new NotOurs()
    const file = await spool.take(openFile(db, sealer, list.id, list.fileParts), MAX_FILE_BYTES)
    try {
      giveBackMemory()
      const batches = readApart(keyRing, {
        path: file.path,
        listId: list.id,
        kind: list.kind,
        month: list.month.slice(0, 7),
        isAllActive: list.isAllActive,
        villages: regions.listVillages(list.regionCode),
        from,
        blocks: list.blocks,
        refusedBlocks: list.refusedBlocks,
      })
      for await (const { staged, reached } of batches) {
        // The next batch is read while this one is written.
        if (!(await writing)) throw new NotOurs()
        signal.throwIfAborted()
        writing = stageBatch(pool, list.id, last.line, staged, reached)
        // Looked at by whoever waits for it next; until then a failure is nobody's.
        writing.catch(() => {})
        last = reached
      }
      if (!(await writing)) throw new NotOurs()
      return last
    } finally {
      await writing.catch(() => {})
      await file.remove()
    }
  }

  return {
    /**
     * Reads the file of a list that is `parsing` to its end, or on from where a crash left it, and makes it `dry_run_ready`; a file that
     * cannot be used is `aborted` with its fault. A thread of its own reads, so that others of the process are not kept waiting. Stops when `signal` is
     * aborted (throws), and when the list is taken away meanwhile.
     */
    async read(list: StoredList, signal: AbortSignal): Promise<void> {
      try {
        const { rowsRead, rowsUsable } = await read(list, signal)
        await db.transaction().execute(async (tx) => {
          if ((await lockList(tx, list.id))?.state !== 'parsing') return
          await allowLongStatements(tx)
          await closeMembers(tx, list.id)
          const rowsMatched = await countMatched(tx, list)
          await changeList(tx, list.id, { state: 'dry_run_ready', rows_matched: rowsMatched, ready_at: clock.now() })
        })
        logger.info({ listId: list.id, rowsRead, rowsUsable }, 'list is read')
      } catch (error) {
        if (error instanceof NotOurs) return
        if (!(error instanceof FileFault)) throw error
        const { code, line } = error
        await db
          .updateTable('list_import')
          .set({ state: 'aborted', fault: code, fault_line: line, ended_at: clock.now() })
          .where('id', '=', list.id)
          .where('state', '=', 'parsing')
          .execute()
      }
    },
  }
}
