import { dayInZone } from '../../../contracts/primitives/calendar-date.ts'
import type { Clock } from '../../../platform/clock.ts'
import type { Db } from '../../database.ts'
import type { AuditTrail } from '../bpjs.ports.ts'
import { deleteSomeChanges, endDriftPeople, listStaleDrifts } from './drift.repository.ts'
import { abortWaiting, changeList, listCurrent, listEndable, type StoredList } from './list-import.repository.ts'
import { deleteRemains } from './list-members.repository.ts'

export type ListPurgeDeps = { db: Db; clock: Clock; audit: AuditTrail; timeZone: string; monthsKept: number }

/** An upload that nobody goes on with, and a dry run that nobody approves. */
const FORGOTTEN_DAYS = 7
const DAY_MS = 24 * 3600_000

export function createListPurge({ db, clock, audit, timeZone, monthsKept }: ListPurgeDeps) {
  const oldestKept = (): string => {
    const [year = 0, month = 1] = dayInZone(clock.now(), timeZone).split('-').map(Number)
    const first = new Date(Date.UTC(year, month - monthsKept, 1))
    return first.toISOString().slice(0, 10)
  }

  const record = (list: StoredList, why: string) =>
    db.transaction().execute(async (tx) => {
      await audit.record(tx, [
        {
          actorId: null,
          actorRole: 'system',
          action: 'purge_list',
          subjectType: 'list',
          subjectId: list.id,
          requestId: null,
          regionCode: list.regionCode,
          details: { kind: list.kind, month: list.month, why },
        },
      ])
    })

  return {
    /** The first day of the oldest month whose people are kept. */
    oldestKept,

    /**
     * Deletes the people of lists older than the months that are kept, and of those that a later list of their month has replaced; ends
     * uploads and dry runs that nobody has gone on with for a week. Some rows at a time; repeatable. The lists stay as a record.
     */
    async purge(signal: AbortSignal): Promise<void> {
      const oldest = oldestKept()
      const current = new Set(
        (await Promise.all((['membership', 'poor'] as const).map((kind) => listCurrent(db, { kind }))))
          .flat()
          .map(({ id }) => id),
      )
      const before = new Date(clock.now().getTime() - FORGOTTEN_DAYS * DAY_MS)
      const { withMembers, forgotten } = await listEndable(db, before)
      for (const list of withMembers) {
        const why = list.month < oldest ? 'old' : current.has(list.id) ? null : 'replaced'
        if (why === null) continue
        await deleteRemains(db, list.id, ['members', 'blocks', 'refused'], signal)
        await changeList(db, list.id, { has_members: false })
        await record(list, why)
      }
      for (const list of forgotten) {
        // Somebody may have gone on with it while others were being deleted.
        if (!(await abortWaiting(db, list.id, clock.now()))) continue
        await deleteRemains(db, list.id, ['parts', 'members', 'blocks', 'refused'], signal)
        await changeList(db, list.id, { cleaned_at: clock.now() })
        await record(list, 'forgotten')
      }
      for (const driftId of await listStaleDrifts(db)) {
        while ((await deleteSomeChanges(db, driftId)) > 0) signal.throwIfAborted()
        await endDriftPeople(db, driftId)
      }
    },
  }
}
