import type { LeaseFilter, ProposalFilters, SavedFilters } from '../../../contracts/api/proposal-filters.ts'
import { PROPOSAL_SORTS, type ProposalSort } from '../../../contracts/api/proposal-sorts.ts'
import { CHANNELS } from '../../../contracts/household-terms.ts'
import { QUEUE_KEYS } from '../../../contracts/lifecycle/queues.ts'
import { FLAGS, MEMBERSHIP_OUTCOMES, STATES } from '../../../contracts/lifecycle/states.ts'

export const LEASES = ['mine', 'nobody'] as const satisfies readonly LeaseFilter[]

/** What the address of the list holds: every filter of the API, and the order. */
export type ProposalSearch = { [Name in keyof ProposalFilters]?: ProposalFilters[Name] | undefined } & {
  sort?: ProposalSort | undefined
}

const textOf = (raw: unknown): string | undefined =>
  typeof raw === 'string' || typeof raw === 'number' ? String(raw).slice(0, 100) : undefined

const textsOf = (raw: unknown): string[] => [raw].flat().flatMap((one) => textOf(one) ?? [])

function known<Value extends string>(raw: unknown, values: readonly Value[]): Value[] | undefined {
  const given = textsOf(raw)
  const found = values.filter((one) => given.includes(one))
  return found.length > 0 ? found : undefined
}

function matching(raw: unknown, form: RegExp): string[] | undefined {
  const found = textsOf(raw).filter((one) => form.test(one))
  return found.length > 0 ? found : undefined
}

const DAY = /^\d{4}-\d{2}-\d{2}$/
const REGION = /^\d{2}(?:\.\d{2}(?:\.\d{2}(?:\.\d{4})?)?)?$/
const ID = /^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/i

/** Whatever the address says that is no view of ours is left out. */
export function readProposalSearch(raw: Record<string, unknown>): ProposalSearch {
  const search: ProposalSearch = {
    q: textOf(raw['q']) || undefined,
    queue: known(raw['queue'], QUEUE_KEYS)?.[0],
    state: known(raw['state'], STATES),
    flag: known(raw['flag'], FLAGS),
    regionCode: matching(raw['regionCode'], REGION),
    office: matching(raw['office'], ID),
    channel: known(raw['channel'], CHANNELS),
    lease: known(raw['lease'], LEASES),
    membership: known(raw['membership'], MEMBERSHIP_OUTCOMES),
    submittedFrom: matching(raw['submittedFrom'], DAY)?.[0],
    submittedTo: matching(raw['submittedTo'], DAY)?.[0],
    dueBefore: textOf(raw['dueBefore']) || undefined,
    sort: known(raw['sort'], PROPOSAL_SORTS)?.[0],
  }
  return Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined))
}

/** What is chosen by, as the API takes it. */
export function toFilters(search: ProposalSearch): ProposalFilters {
  const given = Object.entries(search).filter(([name, value]) => name !== 'sort' && value !== undefined)
  return Object.fromEntries(given)
}

/** What may be kept in a view: a search is for one person. */
export function toSavedFilters(search: ProposalSearch): SavedFilters {
  const { q: _person, ...filters } = toFilters(search)
  return filters
}
