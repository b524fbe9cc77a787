import type { DeleteFigure, EnteredRow, EnterFigures } from '../../contracts/api/coverage.ts'
import type { AuditAction } from '../../contracts/audit-actions.ts'
import type { CoverageOrigin, CoverageSegment, CoverageSource } from '../../contracts/coverage-terms.ts'
import { lastDayOf } from '../../contracts/primitives/calendar-month.ts'
import { isInSubtree } from '../../contracts/primitives/region-code.ts'
import type { Clock } from '../../platform/clock.ts'
import { AppError } from '../../platform/errors.ts'
import type { Db } from '../database.ts'
import type { AuditPort } from './coverage.ports.ts'
import { WHOLE_SEGMENTS } from './figure.domain.ts'
import { deleteFigure, deleteListed, type NewFigure, putFigures } from './figure.repository.ts'
import { isWithin, type Places, type RegionSource } from './places.ts'
import type { Caller } from './standing.service.ts'
import type { Sums } from './sums.ts'

type EntryDeps = { db: Db; clock: Clock; audit: AuditPort; places: Places; regions: RegionSource; sums: Sums }

/** One document's figures, already checked by the contract. */
export type Entry = Omit<EnterFigures, 'source' | 'rows'> & {
  source: Exclude<CoverageSource, 'list'>
  origin: Extract<CoverageOrigin, 'entered' | 'imported'>
  rows: readonly EnteredRow[]
  /** Of the file they came in. */
  sha256?: string
}

/**
 * What a membership list says of one village and segment. `all`: everybody of the village; `other`: what the list cannot tell. A null
 * village: people of `regionCode` of whom nobody knows where in it they live.
 */
export type ComputedRow = { villageCode: string | null; segment: CoverageSegment; registered: number; active: number }
export type ComputedFigures = {
  /** "yyyy-MM". */
  month: string
  /** The list in words, at most 200 characters: it stands beside every figure. */
  source: string
  rows: readonly ComputedRow[]
  /** The day the list describes; the last day of the month when it is not given. */
  asOf?: string
  /**
   * What the list is about: figures of an earlier list within it are taken away, a village of it that the list does not name has
   * nobody, and everybody on it is the figure of the region itself. Not given: all regions; villages that are not named then have no figure.
   */
  regionCode?: string
  /** Whether it holds everybody, so that its segments add up to a total. Not given: when all five named segments occur in it. */
  isWhole?: boolean
}

/** Audited one by one up to here; beyond it an entry says how many. */
const ROWS_TOLD = 200

/** A list of nobody says of every village that nobody there is on it; one that places nobody says nothing of any. */
const namesVillages = (rows: ComputedFigures['rows']): boolean =>
  rows.length === 0 || rows.some(({ villageCode }) => villageCode !== null)

/**
 * The rows to store: of the villages, totals of a whole list, nobody where the list could have named somebody and did not, and everybody
 * for the region of the list: whoever lives in no known village is counted there. A list that names no village at all says nothing of any.
 */
function completeRows({ rows, isWhole, regionCode }: ComputedFigures, villages: readonly string[]): NewFigure[] {
  const segments = new Set<CoverageSegment>(rows.map(({ segment }) => segment))
  const saysTotal = segments.has('all')
  const addsUp = !saysTotal && (isWhole ?? WHOLE_SEGMENTS.every((segment) => segments.has(segment)))
  if (addsUp) segments.add('all')
  const byKey = new Map<string, NewFigure>()
  const add = (regionCode: string, segment: CoverageSegment, registered: number, active: number): void => {
    const key = `${regionCode} ${segment}`
    const known = byKey.get(key)
    byKey.set(key, {
      regionCode,
      segment,
      registered: (known?.registered ?? 0) + registered,
      active: (known?.active ?? 0) + active,
      printedCoverage: null,
      printedActive: null,
    })
  }
  for (const { villageCode, segment, registered, active } of rows) {
    for (const code of new Set([villageCode, regionCode])) {
      if (code === null || code === undefined) continue
      add(code, segment, registered, active)
      if (addsUp) add(code, 'all', registered, active)
    }
  }
  const named = [...(regionCode === undefined ? [] : [regionCode]), ...(namesVillages(rows) ? villages : [])]
  for (const code of named) for (const segment of segments) add(code, segment, 0, 0)
  return [...byKey.values()]
}

export function createEntryService({ db, clock, audit, places, regions, sums }: EntryDeps) {
  const record = (tx: Db, caller: Caller, action: AuditAction, regionCode: string, details: Record<string, unknown>) =>
    audit.record(tx, [
      {
        actorId: caller.actor.userId,
        actorRole: caller.actor.role,
        action,
        subjectType: 'region',
        subjectId: regionCode,
        requestId: caller.requestId,
        officeId: caller.actor.officeId,
        regionCode,
        details,
      },
    ])

  return {
    /**
     * Stores figures and populations of one document, with the sums above them, in one transaction. Refuses with `not_found` when a
     * region is unknown or outside the caller's. Returns how many figures are new or other than before.
     */
    async enter(caller: Caller, { rows, month, source, detail, asOf, origin, sha256 }: Entry): Promise<number> {
      const { actor } = caller
      for (const { regionCode } of rows) {
        if (!places.find(regionCode, 'id') || !isInSubtree(regionCode, actor.regionCode))
          throw new AppError('not_found')
      }
      return await db.transaction().execute(async (tx) => {
        // A region may have a row a segment, each with its population.
        const totals = new Map(rows.map(({ regionCode, population }) => [regionCode, population]))
        for (const { regionCode, population } of rows) if (population !== null) totals.set(regionCode, population)
        const populations = [...totals].flatMap(([regionCode, total]) =>
          total === null ? [] : [{ regionCode, asOf, source: detail, total }],
        )
        const counted = rows.flatMap(({ population: _, registered, ...row }) =>
          registered === null ? [] : [{ ...row, registered }],
        )
        const newPopulations = populations.length === 0 ? [] : await regions.recordPopulations(tx, populations)
        await sums.lock(tx, source, [month])
        const document = { source, month, origin, detail, asOf, recordedBy: actor.userId, at: clock.now() }
        const changed = counted.length === 0 ? [] : await putFigures(tx, document, counted)
        await sums.refresh(tx, source, [month], changed)
        const told = rows.length <= ROWS_TOLD ? { figures: rows } : {}
        const [first] = rows
        const subject = rows.length === 1 && first ? first.regionCode : actor.regionCode
        await record(tx, caller, 'record_coverage', subject, {
          month,
          source,
          detail,
          asOf,
          origin,
          rows: rows.length,
          ...(sha256 !== undefined && { sha256 }),
          ...told,
        })
        return changed.length + newPopulations.length
      })
    },

    /** Takes back a figure that was entered for the wrong region, month or segment. */
    async remove(caller: Caller, regionCode: string, { month, source, segment }: DeleteFigure): Promise<void> {
      if (!isInSubtree(regionCode, caller.actor.regionCode)) throw new AppError('not_found')
      await db.transaction().execute(async (tx) => {
        await sums.lock(tx, source, [month])
        const before = await deleteFigure(tx, { regionCode, month, source, segment })
        if (!before) throw new AppError('not_found')
        await sums.refresh(tx, source, [month], [regionCode])
        await record(tx, caller, 'delete_coverage', regionCode, { month, source, segment, before })
      })
    },

    /**
     * Stores what a membership list was counted to, in the caller's transaction, in place of what an earlier list of the month said
     * (within `regionCode`), with all sums above. Set-based: 7,000 villages take some statements a level. Audits nothing: the import
     * of the list does. Throws `not_found` for a village that nobody knows, and for one that is not named where there is no `regionCode`.
     */
    async recordComputed(executor: Db, figures: ComputedFigures): Promise<void> {
      const { month, source: detail, asOf = lastDayOf(month), regionCode = null } = figures
      for (const { villageCode } of figures.rows) {
        if (villageCode === null && regionCode !== null) continue
        const isVillage = villageCode !== null && places.find(villageCode, 'id')?.level === 4
        if (!isVillage || (regionCode !== null && !isWithin(villageCode, regionCode))) throw new AppError('not_found')
      }
      const villages = regionCode === null ? [] : places.below(regionCode, 4).map(({ code }) => code)
      const rows = completeRows(figures, villages)
      await sums.lock(executor, 'list', [month])
      const gone = await deleteListed(executor, month, regionCode)
      const document = {
        source: 'list',
        month,
        origin: 'list',
        detail,
        asOf,
        recordedBy: null,
        at: clock.now(),
      } as const
      const changed = rows.length === 0 ? [] : await putFigures(executor, document, rows)
      await sums.refresh(executor, 'list', [month], [...gone, ...changed])
    },
  }
}
export type EntryService = ReturnType<typeof createEntryService>
