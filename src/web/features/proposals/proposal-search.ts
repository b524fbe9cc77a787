import { DEFAULT_COLUMNS, PROPOSAL_COLUMNS, type ProposalColumn } from '../../../contracts/api/proposal-columns.ts'
import type { LeaseFilter, ProposalFilters, SavedFilters, SeatFilter } from '../../../contracts/api/proposal-filters.ts'
import { PROPOSAL_SORTS, type ProposalSort } from '../../../contracts/api/proposal-sorts.ts'
import { CHANNELS } from '../../../contracts/household-terms.ts'
import { QUEUE_KEYS } from '../../../contracts/lifecycle/queues.ts'
import { FLAGS, MEMBERSHIP_OUTCOMES, STATES } from '../../../contracts/lifecycle/states.ts'

export const LEASES = ['mine', 'nobody'] as const satisfies readonly LeaseFilter[]
export const SEATS = ['waiting', 'moved_up'] as const satisfies readonly SeatFilter[]

/** What the address of the list holds: every filter of the API, the order, and the columns where they are not the usual ones. */
export type ProposalSearch = { [Name in keyof ProposalFilters]?: ProposalFilters[Name] | undefined } & {
  sort?: ProposalSort | undefined
  columns?: ProposalColumn[] | undefined
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

/** Each with nothing where the address says nothing that we know: the router keeps what it read itself for names that are missing here. */
export function readProposalSearch(raw: Record<string, unknown>): ProposalSearch {
  return {
    q: textOf(raw['q']) || undefined,
    queue: known(raw['queue'], QUEUE_KEYS)?.[0],
    state: known(raw['state'], STATES),
    flag: known(raw['flag'], FLAGS),
    regionCode: matching(raw['regionCode'], REGION),
    office: matching(raw['office'], ID),
    channel: known(raw['channel'], CHANNELS),
    lease: known(raw['lease'], LEASES),
    seat: known(raw['seat'], SEATS),
    membership: known(raw['membership'], MEMBERSHIP_OUTCOMES),
    submittedFrom: matching(raw['submittedFrom'], DAY)?.[0],
    submittedTo: matching(raw['submittedTo'], DAY)?.[0],
    dueBefore: textOf(raw['dueBefore']) || undefined,
    sort: known(raw['sort'], PROPOSAL_SORTS)?.[0],
    columns: toColumnSearch(known(raw['columns'], PROPOSAL_COLUMNS) ?? DEFAULT_COLUMNS),
  } satisfies Record<keyof ProposalSearch, unknown>
}
const NAMES = Object.keys(readProposalSearch({}))

/** How the list looks, apart from what it is chosen by. */
const LOOKS: readonly string[] = ['sort', 'columns'] satisfies (keyof ProposalSearch)[]

/** What is chosen by, as the API takes it. */
export function toFilters(search: ProposalSearch): ProposalFilters {
  const isFilter = (name: string): boolean => NAMES.includes(name) && !LOOKS.includes(name)
  const given = Object.entries(search).filter(([name, value]) => isFilter(name) && value !== undefined)
  return Object.fromEntries(given)
}

/** How the list looks, without what it is chosen by. */
export function toLooks({ sort, columns }: ProposalSearch): ProposalSearch {
  return { ...(sort && { sort }), ...(columns && { columns }) }
}

/** What the list shows; the name of a person in any case. */
export function columnsOf({ columns }: ProposalSearch): ProposalColumn[] {
  const chosen: readonly ProposalColumn[] = columns ?? DEFAULT_COLUMNS
  return PROPOSAL_COLUMNS.filter((column) => column === 'fullName' || chosen.includes(column))
}

/** Columns as the address holds them; the usual ones need no word. */
export function toColumnSearch(columns: readonly ProposalColumn[]): ProposalColumn[] | undefined {
  const chosen = columnsOf({ columns: [...columns] })
  const isUsual = chosen.length === DEFAULT_COLUMNS.length && DEFAULT_COLUMNS.every((one) => chosen.includes(one))
  return isUsual ? undefined : chosen
}

/** What may be kept in a view: a search is for one person. */
export function toSavedFilters(search: ProposalSearch): SavedFilters {
  const { q: _person, ...filters } = toFilters(search)
  return filters
}
