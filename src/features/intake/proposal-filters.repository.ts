import { STATES, type State } from '../../contracts/lifecycle/states.ts'
import { codeRange, type Scope } from './scope.ts'

/** What narrows a list beside its place and its search; an empty list or null narrows nothing. */
export type ListFilters = {
  flags: readonly string[]
  regions: readonly string[]
  offices: readonly string[]
  channels: readonly string[]
  membership: readonly string[]
  /** First and last day, in this zone. */
  submittedFrom: string | null
  submittedTo: string | null
  timeZone: string
  /** Claimed by this person, or by nobody: one of what is given. */
  claimedBy: string | null
  unclaimed: boolean
  /** Queries of the ids of proposals, of our own text: one of them has it. */
  seats: readonly string[]
}

export const NO_FILTERS: ListFilters = {
  flags: [],
  regions: [],
  offices: [],
  channels: [],
  membership: [],
  submittedFrom: null,
  submittedTo: null,
  timeZone: 'UTC',
  claimedBy: null,
  unclaimed: false,
  seats: [],
}

/** Collects values and hands out their placeholders. $1 is always the present moment. */
export function createParameters(now: Date) {
  const values: unknown[] = [now]
  return { values, add: (value: unknown): string => `$${values.push(value)}` }
}
export type Parameters = ReturnType<typeof createParameters>

/** Whether any narrows: such a statement is planned for its values, since few or many rows may pass. */
export function isFiltered(filters: ListFilters): boolean {
  const { flags, regions, offices, channels, membership, submittedFrom, submittedTo, claimedBy, unclaimed } = filters
  const lists = [flags, regions, offices, channels, membership, filters.seats]
  return lists.some((list) => list.length > 0) || Boolean(submittedFrom ?? submittedTo ?? claimedBy) || unclaimed
}

const SCOPE_ARRAYS = { office_id: '::uuid[]', region_code: '::text[]', created_by: '::text[]' } as const

/**
 * Offices of a region are ranges of the same indexes as the region: the list walks those instead, and the region stays a
 * condition. `by: 'likeness'` has no index by office.
 */
export function scopeWithin(scope: Scope, offices: readonly string[], by: 'likeness' | 'other'): Scope {
  const wanted = [...new Set(offices)]
  if (wanted.length === 0 || scope.column === 'created_by') return scope
  if (scope.column === 'office_id') return { ...scope, values: scope.values.filter((id) => wanted.includes(id)) }
  return by === 'likeness' ? scope : { ...scope, column: 'office_id', values: wanted }
}

function leaseCondition({ claimedBy, unclaimed }: ListFilters, parameters: Parameters): string[] {
  const ways: string[] = []
  if (claimedBy !== null) ways.push(`s.lease_holder = ${parameters.add(claimedBy)} AND s.lease_until > $1`)
  if (unclaimed) ways.push('s.lease_until IS NULL OR s.lease_until <= $1')
  return ways.length === 0 ? [] : [`(${ways.map((way) => `(${way})`).join(' OR ')})`]
}

/** Where the household lives and how it came: few cases are found by their index, many on the way through the list. */
function placeConditions({ regions, channels }: ListFilters, parameters: Parameters): string[] {
  const conditions: string[] = []
  if (regions.length > 0) {
    const ranges = [...new Set(regions)].map((code) => {
      const { from, before } = codeRange(code)
      return `(s.village_code >= ${parameters.add(from)} AND s.village_code < ${parameters.add(before)})`
    })
    conditions.push(`(${ranges.join(' OR ')})`)
  }
  if (channels.length > 0) conditions.push(`s.channel = ANY(${parameters.add(channels)}::text[])`)
  return conditions
}

/** The conditions on `proposal_status s`. `scope` is the caller's own, whatever range the list walks. */
export function filterConditions(filters: ListFilters, scope: Scope, parameters: Parameters): string[] {
  const { flags, offices, membership, submittedFrom, submittedTo, timeZone } = filters
  const conditions = [...leaseCondition(filters, parameters), ...placeConditions(filters, parameters)]
  // Both halves: the index holds flagged cases only, and is found for a condition in the text alone.
  if (flags.length > 0) conditions.push(`s.flags && ${parameters.add(flags)}::text[] AND s.flags <> '{}'`)
  if (membership.length > 0) conditions.push(`s.membership = ANY(${parameters.add(membership)}::text[])`)
  if (filters.seats.length > 0) {
    conditions.push(`(${filters.seats.map((ids) => `s.proposal_id IN (${ids})`).join(' OR ')})`)
  }
  if (offices.length > 0) {
    conditions.push(`s.office_id = ANY(${parameters.add(offices)}::uuid[])`)
    conditions.push(`s.${scope.column} = ANY(${parameters.add(scope.values)}${SCOPE_ARRAYS[scope.column]})`)
  }
  const midnightOf = (day: string, later: number): string =>
    `((${parameters.add(day)}::date + ${later})::timestamp AT TIME ZONE ${parameters.add(timeZone)}::text)`
  if (submittedFrom !== null) conditions.push(`s.submitted_at >= ${midnightOf(submittedFrom, 0)}`)
  if (submittedTo !== null) conditions.push(`s.submitted_at < ${midnightOf(submittedTo, 1)}`)
  return conditions
}

/** The place of a state in the lifecycle, as an expression on `state`. */
export const stateRank = (column: string): string => `array_position(ARRAY['${STATES.join("','")}']::text[], ${column})`
export const rankOf = (state: State): number => STATES.indexOf(state) + 1
