import type { PathShape, PutReactivationItem, ReactivationPath } from '../../../contracts/api/reactivation.ts'
import type { ReactivationItem, ReactivationReason } from '../../../contracts/reactivation-terms.ts'
import type { FieldIssue } from '../../../platform/errors.ts'

export type ItemRecord = {
  item: ReactivationItem
  letterNumber: string | null
  letterDate: string | null
  decile: number | null
  recordedBy: string
  recordedAt: Date
}

/** The path of a reason that counts on a day (yyyy-MM-dd): the newest of the region's own that had begun, else the newest that was shipped. */
export function pathOn(
  paths: readonly ReactivationPath[],
  reason: ReactivationReason,
  day: string,
): ReactivationPath | undefined {
  const begun = paths
    .filter((path) => path.reason === reason && path.validFrom <= day)
    .toSorted((left, right) => (left.validFrom < right.validFrom ? 1 : -1))
  return begun.find(({ regionCode }) => regionCode !== null) ?? begun[0]
}

/** Required items that nobody has recorded, in the order of the path. */
export function missingItems({ items }: PathShape, records: readonly ItemRecord[]): ReactivationItem[] {
  const recorded = new Set(records.map(({ item }) => item))
  return items.filter(({ item, required }) => required && !recorded.has(item)).map(({ item }) => item)
}

/** Whether the region may pay for a person on this path, by what was recorded of them. */
export function mayBeProposed({ newProposal }: PathShape, records: readonly ItemRecord[]): boolean {
  if (newProposal.allowed !== 'unless') return newProposal.allowed === 'yes'
  return newProposal.recorded.some(({ item, minDecile }) => {
    const record = records.find((one) => one.item === item)
    return record !== undefined && (minDecile === undefined || (record.decile ?? 0) >= minDecile)
  })
}

type Told = Pick<PutReactivationItem, 'letterNumber' | 'letterDate' | 'decile'>
const WANTED: Record<'seen' | 'letter' | 'decile', readonly (keyof Told)[]> = {
  seen: [],
  letter: ['letterNumber', 'letterDate'],
  decile: ['decile'],
}

/** What is missing of a record, or does not belong to one of this kind. `today` yyyy-MM-dd: no letter is from tomorrow. */
export function findRecordIssues(kind: keyof typeof WANTED, told: Told, today: string): FieldIssue[] {
  const fields = ['letterNumber', 'letterDate', 'decile'] as const
  const issues = fields.flatMap((path): FieldIssue[] => {
    const isWanted = WANTED[kind].includes(path)
    if (isWanted === (told[path] !== undefined)) return []
    return [{ path, code: isWanted ? 'required' : 'unknown_field' }]
  })
  if (issues.length > 0 || told.letterDate === undefined || told.letterDate <= today) return issues
  return [{ path: 'letterDate', code: 'date_in_future' }]
}
