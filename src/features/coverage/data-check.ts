import { NATION } from '../../contracts/coverage-terms.ts'
import type { IdRange } from '../../platform/db/id-ranges.ts'
import type { Db } from '../database.ts'
import {
  type Differing,
  findDifferingPopulation,
  findDifferingSums,
  listKabkotaWithFigures,
  listPopulated,
  type Part,
} from './data-check.repository.ts'
import type { Places, RegionSource } from './places.ts'

type CoverageFault = { kind: 'coverage_differs' | 'population_differs'; count: number; ids: string[] }

/** More are counted, not named. */
const SHOWN = 20

/** For `data verify`: whether every kept sum is what a recount of the figures gives. A kab/kota at a time, in the order of their codes. */
export function createSumsCheck({ places, regions }: { places: Places; regions: RegionSource }) {
  const populationOf = async (executor: Db, part: Part) => {
    const known =
      part === 'above'
        ? places.below(NATION, 1)
        : ([3, 4] as const).flatMap((level) => places.below(part.kabkota, level))
    const own = part === 'above' ? NATION : part.kabkota
    const codes = new Set([own, ...known.map(({ code }) => code), ...(await listPopulated(executor, part))])
    return regions.listPopulationHistory(executor, [...codes])
  }

  return async (executor: Db, range: IdRange): Promise<CoverageFault[]> => {
    // Figures belong to no proposal: the last range of them has all.
    if (range.below !== null) return []
    // A kab/kota that has lost all it had is missing in the sums above it.
    const kabkota = await listKabkotaWithFigures(executor)
    const parts: Part[] = ['above', ...kabkota.map((code) => ({ kabkota: code }))]
    const sums: Differing = { total: 0, ids: [] }
    const population: Differing = { total: 0, ids: [] }
    const add = (to: Differing, { total, ids }: Differing): void => {
      to.total += total
      to.ids.push(...ids.slice(0, SHOWN - to.ids.length))
    }
    for (const part of parts) {
      add(sums, await findDifferingSums(executor, part, SHOWN))
      add(population, await findDifferingPopulation(executor, part, await populationOf(executor, part), SHOWN))
    }
    const toFault = (kind: CoverageFault['kind'], { total, ids }: Differing): CoverageFault[] =>
      total === 0 ? [] : [{ kind, count: total, ids }]
    return [...toFault('coverage_differs', sums), ...toFault('population_differs', population)]
  }
}
