import type { Logger } from 'pino'
import type { Clock } from '../../../platform/clock.ts'
import type { Ids } from '../../../platform/ids.ts'
import type { Db } from '../../database.ts'
import type { AuditTrail, ListFigures, RegionNames } from '../bpjs.ports.ts'
import { compareLists, insertDrift } from './drift.repository.ts'
import { countList } from './list-figures.ts'
import { changeList, findList, listCurrent, lockList, type StoredList } from './list-import.repository.ts'
import { deleteRemains } from './list-members.repository.ts'
import type { createListReader } from './list-read.service.ts'
import { allowLongStatements, fillVillages } from './list-stage.repository.ts'

export type ListWorkDeps = {
  db: Db
  clock: Clock
  ids: Ids
  audit: AuditTrail
  logger: Logger
  figures: ListFigures
  regions: Pick<RegionNames, 'listVillages'>
  timeZone: string
  reader: ReturnType<typeof createListReader>
}

export function createListWork(deps: ListWorkDeps) {
  const { db, clock, ids, audit, logger, figures, reader } = deps

  const begin = async (id: string, from: StoredList['state'], to: StoredList['state']): Promise<void> => {
    await db.updateTable('list_import').set({ state: to }).where('id', '=', id).where('state', '=', from).execute()
  }

  /** All of it or nothing: what was killed in the middle begins again. */
  const apply = async (id: string): Promise<void> => {
    await db.transaction().execute(async (tx) => {
      const list = await lockList(tx, id)
      if (list?.state !== 'applying') return
      await allowLongStatements(tx)
      await fillVillages(tx, id)
      const counted = await countList(tx, list, deps)
      // Waits for another list of the month: what is applied later is the list that counts, and its figures stand.
      if (counted) await figures.record(tx, counted)
      await changeList(tx, id, { state: 'applied', has_members: true, applied_at: clock.now(), ended_at: clock.now() })
      await audit.record(tx, [
        {
          actorId: null,
          actorRole: 'system',
          action: 'apply_list',
          subjectType: 'list',
          subjectId: id,
          requestId: null,
          regionCode: list.regionCode,
          details: { kind: list.kind, month: list.month, people: list.rowsUsable, isComplete: list.isComplete },
        },
      ])
    })
  }

  const compare = async (earlier: StoredList, later: StoredList): Promise<void> => {
    if (!earlier.hasMembers || !later.hasMembers) return
    await db.transaction().execute(async (tx) => {
      const drift = { id: ids.next(), fromList: earlier.id, toList: later.id }
      const { regionCode } = later
      const months = { fromMonth: earlier.month, toMonth: later.month }
      if (!(await insertDrift(tx, { ...drift, regionCode, ...months, computedAt: clock.now() }))) return
      await allowLongStatements(tx)
      await compareLists(tx, {
        ...drift,
        fromIsComplete: earlier.isComplete,
        toIsComplete: later.isComplete,
      })
    })
  }

  /** With the month before it and the month after it, of those that there are. */
  const compareWithNeighbours = async ({ id, kind, regionCode }: StoredList): Promise<void> => {
    if (kind !== 'membership') return
    const current = await listCurrent(db, { kind, regionCode })
    const at = current.findIndex((list) => list.id === id)
    const list = current[at]
    // A newer list of the same month counts: it is compared when it is applied.
    if (!list) return
    const [later, earlier] = [current[at - 1], current[at + 1]]
    if (earlier) await compare(earlier, list)
    if (later) await compare(list, later)
  }

  const clean = async (list: StoredList, signal: AbortSignal): Promise<void> => {
    const isKept = list.state === 'applied'
    await deleteRemains(db, list.id, isKept ? ['parts'] : ['parts', 'members', 'blocks', 'refused'], signal)
    await changeList(db, list.id, { cleaned_at: clock.now() })
  }

  return {
    /**
     * Goes on with a list until it waits for a person or is through: reads its file, applies it, compares it with its neighbours, and
     * deletes what only the way needed. May be repeated at any point and run by two at once: each step is done once. Stops between steps
     * when `signal` is aborted, and throws then.
     */
    async goOn(id: string, signal: AbortSignal): Promise<void> {
      for (;;) {
        signal.throwIfAborted()
        const list = await findList(db, id)
        if (!list) return
        switch (list.state) {
          case 'uploaded':
            await begin(id, 'uploaded', 'parsing')
            continue
          case 'parsing':
            await reader.read(list, signal)
            if ((await findList(db, id))?.state === 'parsing') return
            continue
          case 'approved':
            await begin(id, 'approved', 'applying')
            continue
          case 'applying':
            await apply(id)
            continue
          case 'applied':
            if (list.cleanedAt) return
            await compareWithNeighbours(list)
            logger.info({ listId: id, kind: list.kind, month: list.month }, 'list is applied')
            await clean(list, signal)
            return
          case 'aborted':
            if (!list.cleanedAt) await clean(list, signal)
            return
          case 'uploading':
          case 'dry_run_ready':
            return
        }
      }
    },
  }
}
export type ListWorkRunner = ReturnType<typeof createListWork>
