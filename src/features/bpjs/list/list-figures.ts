import { dayInZone } from '../../../contracts/primitives/calendar-date.ts'
import { lastDayOf } from '../../../contracts/primitives/calendar-month.ts'
import { translate } from '../../../contracts/text/index.ts'
import type { Tx } from '../../database.ts'
import type { CountedList, CountedRow, RegionNames } from '../bpjs.ports.ts'
import { countMembers } from './list-figures.repository.ts'
import type { StoredList } from './list-import.repository.ts'

/** With more people than this share in no village, what villages have says nothing of them: a list without that column, or with other names. */
const UNPLACED_SHARE_MAX = 0.2

/** Whoever lives in no village of the region, as far as list and registrations tell, counts for the region as a whole. */
function placed(rows: readonly CountedRow[], villages: ReadonlySet<string>): CountedRow[] {
  const byPlace = new Map<string, CountedRow>()
  for (const { villageCode, segment, registered, active } of rows) {
    const village = villageCode !== null && villages.has(villageCode) ? villageCode : null
    const key = `${village} ${segment}`
    const known = byPlace.get(key)
    byPlace.set(key, {
      villageCode: village,
      segment,
      registered: (known?.registered ?? 0) + registered,
      active: (known?.active ?? 0) + active,
    })
  }
  return [...byPlace.values()]
}

const sumOf = (rows: readonly CountedRow[]): number => rows.reduce((sum, { registered }) => sum + registered, 0)

const MONTH = new Intl.DateTimeFormat('id', { month: 'long', year: 'numeric', timeZone: 'UTC' })

/**
 * What a list that was just applied is counted to. Null for one that does not hold everybody: one of some members or of active members
 * only, which does not tell how many are registered, and one of the poor.
 */
export async function countList(
  tx: Tx,
  list: StoredList,
  { regions, timeZone }: { regions: Pick<RegionNames, 'listVillages'>; timeZone: string },
): Promise<CountedList | null> {
  const { id, kind, isPartial, isAllActive, regionCode, rowsRefused } = list
  if (kind !== 'membership' || isPartial || isAllActive) return null
  const month = list.month.slice(0, 7)
  const villages = new Set(regions.listVillages(regionCode).map(({ code }) => code))
  const counted = await countMembers(tx, id)
  const rows = placed(counted, villages)
  const unplaced = sumOf(rows.filter(({ villageCode }) => villageCode === null))
  const isPlaced = unplaced <= UNPLACED_SHARE_MAX * sumOf(rows)
  // A list that came in the middle of its month says nothing of the days behind.
  const [arrived, monthEnd] = [dayInZone(list.createdAt, timeZone), lastDayOf(month)]
  const source = translate('id', 'bpjs', 'list.as_source', {
    month: MONTH.format(new Date(list.month)),
    refused: rowsRefused,
    unplaced,
  })
  return {
    regionCode,
    month,
    source,
    asOf: arrived < monthEnd ? arrived : monthEnd,
    isWhole: true,
    rows: isPlaced ? rows : placed(counted, new Set()),
  }
}
