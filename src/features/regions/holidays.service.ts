import type { HolidayItem, PutHoliday } from '../../contracts/api/holidays.ts'
import type { Clock } from '../../platform/clock.ts'
import { AppError } from '../../platform/errors.ts'
import type { Db } from '../database.ts'
import { deleteHoliday, listHolidays, putHoliday, type StoredHoliday } from './holidays.repository.ts'
import type { Caller } from './offices.service.ts'
import { ancestorCode } from './regions.domain.ts'
import type { AuditPort } from './regions.ports.ts'

/** Clocks of cases may know a new day this much later in another process: a query per case would cost more than it gives. */
const REMEMBERED_MS = 60_000

type HolidayDeps = { db: Db; audit: AuditPort; clock: Clock; installation: ReadonlySet<string> }

/** A kab/kota closes on its own days and on its province's. */
const regionsAbove = (regionCode: string): string[] => [
  ...new Set([ancestorCode(regionCode, 1), ancestorCode(regionCode, 2)]),
]

/** Days on which offices are closed: those of the installation's setting, and those that admins keep for their region. */
export function createHolidayService({ db, audit, clock, installation }: HolidayDeps) {
  const remembered = new Map<string, { days: ReadonlySet<string>; until: number }>()

  const change = async (
    { actor, requestId }: Caller,
    day: string,
    act: (tx: Db, regionCode: string) => Promise<{ action: 'record_holiday' | 'delete_holiday'; details: object }>,
  ): Promise<string> => {
    const regionCode = ancestorCode(actor.regionCode, 2)
    await db.transaction().execute(async (tx) => {
      const { action, details } = await act(tx, regionCode)
      await audit.record(tx, [
        {
          actorId: actor.userId,
          actorRole: actor.role,
          action,
          subjectType: 'holiday',
          subjectId: day,
          requestId,
          officeId: actor.officeId,
          regionCode,
          details: { ...details },
        },
      ])
    })
    remembered.clear()
    return regionCode
  }

  return {
    async listHolidays({ actor }: Pick<Caller, 'actor'>, year: number): Promise<{ items: HolidayItem[] }> {
      const own: HolidayItem[] = await listHolidays(db, regionsAbove(actor.regionCode), year)
      const ofSetting = [...installation]
        .filter((day) => day.startsWith(`${year}-`))
        .map((day): HolidayItem => ({ day, name: null, regionCode: null }))
      return { items: [...own, ...ofSetting].sort((left, right) => left.day.localeCompare(right.day)) }
    },

    /** Adds a day to the caller's own region, or renames it. May be repeated. */
    async putHoliday(caller: Caller, day: string, { name }: PutHoliday): Promise<HolidayItem> {
      const regionCode = await change(caller, day, async (tx, region) => {
        const holiday: StoredHoliday = { day, name, regionCode: region }
        const before = await putHoliday(tx, { ...holiday, by: caller.actor.userId, at: clock.now() })
        return { action: 'record_holiday', details: { from: before ?? null, to: name } }
      })
      return { day, name, regionCode }
    },

    /** Refuses a day that the caller's own region does not have, also when a province or the setting has it. */
    async deleteHoliday(caller: Caller, day: string): Promise<void> {
      await change(caller, day, async (tx, region) => {
        const name = await deleteHoliday(tx, region, day)
        if (name === undefined) throw new AppError('not_found')
        return { action: 'delete_holiday', details: { name } }
      })
    },

    /**
     * Days (yyyy-MM-dd) on which the offices of a region are closed, at most a minute old. Read on the caller's own connection:
     * a transaction that waited for a second one could wait for ever.
     */
    async of(executor: Db, regionCode: string): Promise<ReadonlySet<string>> {
      const now = clock.now().getTime()
      const known = remembered.get(regionCode)
      if (known && known.until > now) return known.days
      const stored = await listHolidays(executor, regionsAbove(regionCode), undefined)
      const days = new Set([...installation, ...stored.map(({ day }) => day)])
      remembered.set(regionCode, { days, until: now + REMEMBERED_MS })
      return days
    },
  }
}
export type HolidayService = ReturnType<typeof createHolidayService>
