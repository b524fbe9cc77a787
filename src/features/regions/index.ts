import type { OfficeItem, PopulationFigure, RegionTimeZone } from '../../contracts/api/regions.ts'
import type { Clock } from '../../platform/clock.ts'
import { AppError } from '../../platform/errors.ts'
import type { Ids } from '../../platform/ids.ts'
import type { Db } from '../database.ts'
import { createHolidayService } from './holidays.service.ts'
import { createOfficeRegions } from './office-regions.ts'
import { findOffice, listOfficeIds, listOffices, listOfficesByIds, listServedRegions } from './offices.repository.ts'
import { createOfficeService } from './offices.service.ts'
import { REFERENCE_PACKAGE, REFERENCE_VERSION, readReferenceData } from './reference-data.ts'
import { childLevelOf, createRegionIndex, type RegionIndex } from './region-index.ts'
import { seedDemoRegions } from './regions.demo.ts'
import { levelOfCode, type NikRegion, type Region, timeZoneOfCode, type Village } from './regions.domain.ts'
import type { AuditPort, PopulationPort } from './regions.ports.ts'
import {
  findLoadedVersion,
  findPopulationAt,
  listAllRegions,
  listPopulationHistory,
  lockReferenceData,
  type PopulationOfRegion,
  putPopulations,
  replaceRegions,
} from './regions.repository.ts'
import { createRegionService } from './regions.service.ts'

export { registerHolidayRoutes } from './holidays.routes.ts'
export { DEMO_OFFICES, DEMO_REGION } from './regions.demo.ts'
export type { NikRegion, Region, Village } from './regions.domain.ts'
export type { AuditPort, PopulationPort } from './regions.ports.ts'
export type { PopulationOfRegion } from './regions.repository.ts'
export { registerRegionRoutes } from './regions.routes.ts'

/** More villages than the country has. */
const ALL_REGIONS = 100_000

/** More than any kab/kota has. */
const OPEN_OFFICES_MAX = 500

export type RegionsDeps = {
  db: Db
  audit: AuditPort
  clock: Clock
  ids: Ids
  /** Days (yyyy-MM-dd) on which all offices of the installation are closed: the setting `HOLIDAYS`. */
  holidays?: ReadonlySet<string>
  /** Whoever keeps sums of population figures. */
  population?: PopulationPort
}
const KECAMATAN_LENGTH = 8

export type Regions = ReturnType<typeof createRegions>

/**
 * Regions, offices and population figures. Nothing answers before `loadReferenceData` has been called once in this
 * process: a look-up before that is a programming error and throws.
 */
export function createRegions({ db, audit, clock, ids, holidays: installation = new Set(), ...deps }: RegionsDeps) {
  let loaded: RegionIndex | undefined
  const index = (): RegionIndex => {
    if (!loaded) throw new Error('regions.loadReferenceData has not run yet')
    return loaded
  }

  const officeRegions = createOfficeRegions({ db, clock })
  const offices = createOfficeService({ db, index, audit, clock, ids })
  const population: PopulationPort = deps.population ?? { changed: async () => {} }
  const regions = createRegionService({ db, index, audit, population })
  const holidays = createHolidayService({ db, audit, clock, installation })

  return {
    offices,
    regions,
    /** When offices are closed; `of` is what the clocks of cases go by. */
    holidays,

    /**
     * Start-up step of every process: brings the tables to the installed release of the region data when they are not
     * (about a second), then reads them into memory (about 0.3 s). May be repeated and may run in several processes at
     * once; one of them loads. Returns whether this call changed the tables.
     */
    async loadReferenceData(executor: Db): Promise<{ changed: boolean; regionCount: number }> {
      const isCurrent = async (on: Db) => (await findLoadedVersion(on, REFERENCE_PACKAGE)) === REFERENCE_VERSION
      let changed = false
      if (!(await isCurrent(executor))) {
        const columns = await readReferenceData()
        changed = await executor.transaction().execute(async (tx) => {
          await lockReferenceData(tx)
          if (await isCurrent(tx)) return false
          await replaceRegions(tx, { package: REFERENCE_PACKAGE, version: REFERENCE_VERSION }, columns)
          return true
        })
      }
      loaded = createRegionIndex(await listAllRegions(executor))
      return { changed, regionCount: loaded.size }
    },

    /**
     * Start-up step of a demo, after `loadReferenceData`: Kota Cirebon's postal codes, offices (`DEMO_OFFICES` names their
     * ids) and population, and one office of Kabupaten Cirebon. May be repeated; what somebody has changed since stays.
     */
    async seedDemo(executor: Db): Promise<void> {
      if (await seedDemoRegions(executor)) loaded = createRegionIndex(await listAllRegions(executor))
    },

    /** From memory, no round trip: an exact code of any level, retired ones included. */
    findRegion: (code: string): Region | undefined => index().find(code),

    /** From memory: a village with its kecamatan, kab/kota and province. A retired one says so; an unknown code is undefined. */
    findVillage: (code: string): Village | undefined => index().findVillage(code),

    /** As `findVillage`, for codes already stored; throws `not_found` for an unknown one. */
    getVillage(code: string): Village {
      const village = index().findVillage(code)
      if (!village) throw new AppError('not_found')
      return village
    },

    /**
     * Where a NIK was first issued, from its first six digits. `known` is false for retired and unheard-of codes, which is
     * a warning to confirm, never a refusal: a NIK keeps its code for life, whatever becomes of the region.
     */
    findRegionByNikDigits: (digits: string): NikRegion => index().findByNikDigits(digits),

    /** The kab/kota within a region, itself included: 1 for a kab/kota, up to 38 for a province. From memory. */
    listKabkotaCodes(code: string): string[] {
      if (levelOfCode(code) !== 1) return [code.slice(0, 5)]
      return index()
        .listBelow(code, 2, { after: undefined, limit: 200 })
        .items.map((region) => region.code)
    },

    /** Every village of a province or kab/kota with the name of its kecamatan. From memory. */
    listVillages: (code: string): { code: string; name: string; kecamatan: string }[] =>
      index()
        .listBelow(code, 4, { after: undefined, limit: 20_000 })
        .items.map((village) => ({
          code: village.code,
          name: village.name,
          kecamatan: index().find(village.code.slice(0, KECAMATAN_LENGTH))?.name ?? '',
        })),

    /** Those right below a region (provinces when null), in code order, without retired ones; none below a village. From memory. */
    listChildren(code: string | null): Region[] {
      const level = childLevelOf(code)
      return level === undefined ? [] : index().listBelow(code, level, { after: undefined, limit: ALL_REGIONS }).items
    },

    /** Those of a level below a region (the country when null), in code order, without retired ones. From memory. */
    listBelow: (code: string | null, level: Region['level']): Region[] =>
      index().listBelow(code, level, { after: undefined, limit: ALL_REGIONS }).items,

    /** Names of all provinces, kab/kota and kecamatan, the larger ones first; some stand for several places. From memory. */
    listPlaceNames: (): string[] =>
      ([1, 2, 3] as const).flatMap((level) =>
        index()
          .listBelow(null, level, { after: undefined, limit: 10_000 })
          .items.map((region) => region.name),
      ),

    /** IANA zone of the region a code lies in; works for retired and unknown codes too. */
    getTimeZone: (code: string): RegionTimeZone => timeZoneOfCode(code),

    /** One office by id, wherever it is: for code that has already checked access. */
    findOffice: (executor: Db, id: string): Promise<OfficeItem | undefined> => findOffice(executor, id),

    /** Kab/kota of an active office, at most a minute old; null for a closed or unknown one. */
    findOfficeRegion: officeRegions.findOfficeRegion,

    /** Offices by id in no particular order; unknown ids are left out. */
    listOfficesByIds: (executor: Db, ids: readonly string[]): Promise<OfficeItem[]> => listOfficesByIds(executor, ids),

    /** Open offices of a province or kab/kota, by name, at most 500. */
    listOpenOffices: (executor: Db, regionCode: string): Promise<OfficeItem[]> =>
      listOffices(executor, { scope: regionCode, active: true, limit: OPEN_OFFICES_MAX }),

    /** Every village of the kab/kota in which there is an open office, in code order. */
    async listServedVillages(executor: Db): Promise<Region[]> {
      const served = await listServedRegions(executor)
      return served.flatMap((code) => index().listBelow(code, 4, { after: undefined, limit: 10_000 }).items)
    },

    /** Ids of the offices in a province or kab/kota. */
    listOfficeIds: (executor: Db, regionCode: string): Promise<string[]> => listOfficeIds(executor, regionCode),

    /** The figures of these regions (of all, when null), in code order and oldest first; of two sources for a date the last one entered. */
    listPopulationHistory: (executor: Db, regionCodes: readonly string[] | null): Promise<PopulationOfRegion[]> =>
      listPopulationHistory(executor, regionCodes),

    /**
     * Stores totals of many regions at once, in the caller's transaction, which checks access and audits. Codes must exist.
     * Returns the codes of those that are new or other than before.
     */
    async recordPopulations(executor: Db, figures: readonly PopulationOfRegion[]): Promise<string[]> {
      const changed = await putPopulations(executor, figures)
      if (changed.length > 0) await population.changed(executor, changed)
      return changed
    },

    /** The newest population figure dated on or before `day` (yyyy-MM-dd). */
    findPopulation: (executor: Db, regionCode: string, day: string): Promise<PopulationFigure | undefined> =>
      findPopulationAt(executor, regionCode, day),
  }
}
