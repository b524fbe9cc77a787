import { firstDayOf } from '../../contracts/primitives/calendar-month.ts'
import type { Db } from '../database.ts'
import { ancestorsOf, type Places, parentOf, type RegionSource } from './places.ts'
import {
  hasPopulation,
  lockMonths,
  lockPopulation,
  type OwnPopulation,
  type Parent,
  refreshOwn,
  refreshSums,
  replaceLeafPopulation,
  replacePopulation,
} from './summary.repository.ts'

const VILLAGE_LENGTH = 13

/** The summaries: brought up to date in the transaction that changes a figure, from the regions it is about up to the country. */
export function createSums({ places, regions }: { places: Places; regions: RegionSource }) {
  const toParent = (code: string): Parent => ({ code, parent: parentOf(code), children: places.countChildren(code) })

  /** Everything above these (and `also`), the lowest first: a sum is made of sums that are right already. */
  const levelsAbove = (codes: readonly string[], also: readonly string[] = []): string[][] => {
    const byLevel = new Map<number, Set<string>>()
    const add = (code: string, level: number) => byLevel.set(level, (byLevel.get(level) ?? new Set()).add(code))
    for (const code of codes) for (const [level, above] of ancestorsOf(code).entries()) add(above, level)
    for (const code of also) add(code, ancestorsOf(code).length)
    return [...byLevel].sort(([a], [b]) => b - a).map(([, above]) => [...above])
  }

  const toOwn = async (tx: Db, codes: readonly string[]): Promise<OwnPopulation[]> =>
    (await regions.listPopulationHistory(tx, codes)).map((row) => ({ ...row, parent: parentOf(row.regionCode) }))

  const refreshPopulation = async (tx: Db, regionCodes: readonly string[]): Promise<void> => {
    await lockPopulation(tx)
    const villages = regionCodes.filter((code) => code.length === VILLAGE_LENGTH)
    if (villages.length > 0) await replaceLeafPopulation(tx, villages, await toOwn(tx, villages))
    const larger = regionCodes.filter((code) => code.length < VILLAGE_LENGTH)
    for (const level of levelsAbove(regionCodes, larger))
      await replacePopulation(tx, level.map(toParent), await toOwn(tx, level))
  }

  return {
    /** Held until the transaction ends: to be taken before the first figure is written. */
    lock: (tx: Db, source: string, months: readonly string[]): Promise<void> => lockMonths(tx, source, months),

    /** After figures of these regions were written: set-based, one pass a level. */
    async refresh(tx: Db, source: string, months: readonly string[], regionCodes: readonly string[]): Promise<void> {
      if (regionCodes.length === 0) return
      const days = months.map(firstDayOf)
      const codes = [...new Set(regionCodes)]
      await refreshOwn(tx, { source, months: days, codes }, codes.map(parentOf))
      for (const level of levelsAbove(codes)) await refreshSums(tx, source, days, level.map(toParent))
    },

    refreshPopulation,

    /** Start-up step: takes over the figures that were there before there were sums of them. May be repeated. */
    async preparePopulation(executor: Db): Promise<void> {
      if (await hasPopulation(executor)) return
      await executor.transaction().execute(async (tx) => {
        const codes = new Set((await regions.listPopulationHistory(tx, null)).map(({ regionCode }) => regionCode))
        if (codes.size > 0) await refreshPopulation(tx, [...codes])
      })
    },
  }
}
export type Sums = ReturnType<typeof createSums>
