import type { Clock } from '../../platform/clock.ts'
import type { UploadSpool } from '../../platform/files/upload-spool.ts'
import type { App } from '../../platform/http/index.ts'
import type { Ids } from '../../platform/ids.ts'
import type { Db } from '../database.ts'
import type { AuditPort } from './coverage.ports.ts'
import { registerCoverageRoutes } from './coverage.routes.ts'
import { createSumsCheck } from './data-check.ts'
import { type ComputedFigures, createEntryService } from './entry.service.ts'
import { findRegistered, type Registered } from './figure.repository.ts'
import { createFiguresService } from './figures.service.ts'
import { createCoverageFiles } from './file.service.ts'
import { createImportService } from './import.service.ts'
import { createPlaces, type RegionSource } from './places.ts'
import { createPublicCoverage } from './public.service.ts'
import { registerPublicCoveragePage } from './public-page.routes.ts'
import { createStandingService } from './standing.service.ts'
import { createSums } from './sums.ts'

export type { ComputedFigures, ComputedRow } from './entry.service.ts'

export type CoverageDeps = {
  db: Db
  clock: Clock
  ids: Ids
  audit: AuditPort
  regions: RegionSource
}
export type Coverage = ReturnType<typeof createCoverage>

/** Population, registered and active by region and month, their rates, and how a region stands against the rules. */
export function createCoverage({ db, clock, ids, audit, regions }: CoverageDeps) {
  const places = createPlaces(regions)
  const sums = createSums({ places, regions })
  const figures = createFiguresService({ db, clock, places })
  const standing = createStandingService({ db, clock, ids, audit, places, figures })
  const entry = createEntryService({ db, clock, audit, places, regions, sums })
  const imports = createImportService({ places, entry })
  const files = createCoverageFiles({ db, audit, figures })
  const publicCoverage = createPublicCoverage({ db, places, figures })

  return {
    /** `spool`: where sent tables lie while they are read. */
    registerRoutes(app: App, spool: Pick<UploadSpool, 'take'>): void {
      registerCoverageRoutes(app, { figures, standing, entry, files, imports, spool, publicCoverage })
      registerPublicCoveragePage(app, publicCoverage)
    },

    /** For the regions' port: adds up population anew above these, in the transaction that changed their figures. */
    population: { changed: (tx: Db, codes: readonly string[]): Promise<void> => sums.refreshPopulation(tx, codes) },

    /** Start-up step, after regions are loaded: takes over population figures that were there before. May be repeated. */
    preparePopulation: (executor: Db): Promise<void> => sums.preparePopulation(executor),

    /** What a membership list was counted to; see `ComputedFigures`. Runs in the caller's transaction. */
    recordComputedFigures: (executor: Db, computed: ComputedFigures): Promise<void> =>
      entry.recordComputed(executor, computed),

    /** For `data verify`: kept sums that a recount of the figures does not give. Looks when it is asked about the last range. */
    checkSums: createSumsCheck({ places, regions }),

    /** The newest count of everybody registered in a region on or before a day (yyyy-MM-dd), for code that has checked access. */
    findRegistered: (executor: Db, regionCode: string, day: string): Promise<Registered | undefined> =>
      findRegistered(executor, regionCode, day),
  }
}
