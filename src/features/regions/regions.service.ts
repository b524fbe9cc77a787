import type {
  ListRegionsQuery,
  PopulationFigure,
  PutPopulationBody,
  RegionItem,
  RegionResponse,
} from '../../contracts/api/regions.ts'
import { isInSubtree } from '../../contracts/primitives/region-code.ts'
import { AppError } from '../../platform/errors.ts'
import type { Db } from '../database.ts'
import type { Caller } from './offices.service.ts'
import { childLevelOf, type RegionIndex, type RegionPage } from './region-index.ts'
import { ancestorCode, parentCodeOf, type Region, type RegionLevel, timeZoneOfCode } from './regions.domain.ts'
import type { AuditPort, PopulationPort } from './regions.ports.ts'
import { listPopulation, putPopulation } from './regions.repository.ts'

type RegionServiceDeps = { db: Db; index: () => RegionIndex; audit: AuditPort; population: PopulationPort }

const toItem = (region: Region): RegionItem => ({
  code: region.code,
  parentCode: parentCodeOf(region.code),
  level: region.level,
  kind: region.kind,
  name: region.name,
  postalCode: region.postalCode,
  timeZone: region.timeZone ?? timeZoneOfCode(region.code),
  retired: region.retired,
})

const toResponse = ({ items, nextCode }: RegionPage) => ({ items: items.map(toItem), nextCursor: nextCode })

export function createRegionService({ db, index, audit, population }: RegionServiceDeps) {
  const getRegion = (code: string): Region => {
    const region = index().find(code)
    if (!region) throw new AppError('not_found')
    return region
  }

  return {
    listRegions({ actor }: Caller, { parent, q, level, cursor, limit }: ListRegionsQuery) {
      if (parent !== undefined) getRegion(parent)
      const page = { after: cursor, limit }
      const wanted = level as RegionLevel | undefined
      if (q !== undefined) return toResponse(index().search(parent ?? actor.regionCode, q, wanted, page))
      const childLevel = childLevelOf(parent ?? null)
      if (childLevel === undefined || (wanted !== undefined && wanted < childLevel)) return toResponse(NOTHING)
      // Without a parent only provinces: nobody gets to page through 83,000 villages.
      return toResponse(index().listBelow(parent ?? null, parent === undefined ? 1 : (wanted ?? childLevel), page))
    },

    getRegion(code: string): RegionResponse {
      const region = getRegion(code)
      const ancestors: RegionItem[] = []
      for (const level of [1, 2, 3] as const) {
        const ancestor = level < region.level ? index().find(ancestorCode(code, level)) : undefined
        if (ancestor) ancestors.push(toItem(ancestor))
      }
      return { ...toItem(region), ancestors }
    },

    async listPopulation(code: string): Promise<PopulationFigure[]> {
      getRegion(code)
      return await listPopulation(db, code)
    },

    async putPopulation(
      { actor, requestId }: Caller,
      code: string,
      figure: PutPopulationBody,
    ): Promise<PopulationFigure> {
      getRegion(code)
      if (!isInSubtree(code, actor.regionCode)) throw new AppError('not_found')
      await db.transaction().execute(async (tx) => {
        const before = await putPopulation(tx, code, figure)
        await population.changed(tx, [code])
        await audit.record(tx, [
          {
            actorId: actor.userId,
            actorRole: actor.role,
            action: 'record_population',
            subjectType: 'region',
            subjectId: code,
            requestId,
            officeId: actor.officeId,
            regionCode: code,
            details: { from: before ?? null, to: figure },
          },
        ])
      })
      return figure
    },
  }
}

const NOTHING: RegionPage = { items: [], nextCode: null }

export type RegionService = ReturnType<typeof createRegionService>
