import { z } from 'zod'
import { CHANNELS } from '../household-terms.ts'
import { issue } from '../issues.ts'
import { QUEUE_KEYS } from '../lifecycle/queues.ts'
import { FLAGS, MEMBERSHIP_OUTCOMES, STATES } from '../lifecycle/states.ts'
import { isCalendarDate } from '../primitives/calendar-day.ts'
import { idSchema } from '../primitives/ids.ts'
import { regionCode } from '../primitives/region-code.ts'
import { lineSchema } from '../primitives/text.ts'

/** Regions or offices in one filter: more ranges than this make a page slow, and nobody ticks so many boxes. */
export const FILTER_PLACES_MAX = 50
export const LEASE_FILTERS = ['mine', 'nobody'] as const
export type LeaseFilter = (typeof LEASE_FILTERS)[number]
/** moved_up: has the seat that it had waited for, and is not sealed. */
export const SEAT_FILTERS = ['waiting', 'moved_up'] as const
export type SeatFilter = (typeof SEAT_FILTERS)[number]

const daySchema = z
  .string()
  .max(10)
  .superRefine((value, context) => {
    if (!isCalendarDate(value)) context.addIssue({ code: 'custom', ...issue('not_a_date') })
    else if (value < '1900-01-01') context.addIssue({ code: 'custom', ...issue('date_too_early') })
  })

const several = <Item extends z.ZodType>(item: Item, max: number) => z.array(item).min(1).max(max)

/** Kinds of which several values may be given: one of them is enough. */
const LISTS = {
  state: several(z.enum(STATES), STATES.length),
  flag: several(z.enum(FLAGS), FLAGS.length),
  regionCode: several(regionCode, FILTER_PLACES_MAX).describe(
    'where the household lives: a village or kecamatan, or any region above them',
  ),
  office: several(idSchema, FILTER_PLACES_MAX).describe('where it was registered'),
  channel: several(z.enum(CHANNELS), CHANNELS.length),
  lease: several(z.enum(LEASE_FILTERS), LEASE_FILTERS.length).describe('who has claimed it'),
  seat: several(z.enum(SEAT_FILTERS), SEAT_FILTERS.length).describe(
    'of approved proposals: waits for a seat of the local budget, or has got the one that it waited for',
  ),
  membership: several(z.enum(MEMBERSHIP_OUTCOMES), MEMBERSHIP_OUTCOMES.length).describe('the last answer of BPJS'),
}

const SINGLES = {
  queue: z.enum(QUEUE_KEYS).optional(),
  submittedFrom: daySchema.optional().describe("first day, in the caller's time zone"),
  submittedTo: daySchema.optional().describe("last day, in the caller's time zone"),
  dueBefore: z.iso.datetime({ offset: true }).max(40).optional().describe('cases in a queue whose clock ends before'),
  q: lineSchema(3, 100).optional().describe('NIK, KK, phone, receipt number (exact) or a part of a name'),
}

/** Which proposals: one of the values within a kind, and every kind that is given. */
export const proposalFiltersSchema = z.strictObject({
  ...SINGLES,
  state: LISTS.state.optional(),
  flag: LISTS.flag.optional(),
  regionCode: LISTS.regionCode.optional(),
  office: LISTS.office.optional(),
  channel: LISTS.channel.optional(),
  lease: LISTS.lease.optional(),
  seat: LISTS.seat.optional(),
  membership: LISTS.membership.optional(),
})
export type ProposalFilters = z.output<typeof proposalFiltersSchema>

/** What may be kept: a search is for a person, and its text would be an identity number in a table that shows it. */
export const savedFiltersSchema = proposalFiltersSchema.omit({ q: true })
export type SavedFilters = z.output<typeof savedFiltersSchema>

/** A parameter given once arrives as a text, given again as a list. */
const repeated = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess((value) => (typeof value === 'string' ? [value] : value), schema).optional()

/** The same filters as query parameters, a parameter for each value: `state=eligible&state=rejected`. */
export const filterQueryFields = {
  ...SINGLES,
  state: repeated(LISTS.state),
  flag: repeated(LISTS.flag),
  regionCode: repeated(LISTS.regionCode),
  office: repeated(LISTS.office),
  channel: repeated(LISTS.channel),
  lease: repeated(LISTS.lease),
  seat: repeated(LISTS.seat),
  membership: repeated(LISTS.membership),
}
const filterQuerySchema = z.strictObject(filterQueryFields)

const FILTER_NAMES = Object.keys(proposalFiltersSchema.shape) as (keyof ProposalFilters)[]

/** The filters as they stand in an address: the same filters always give the same text. */
export function filtersToQuery(filters: ProposalFilters): URLSearchParams {
  const query = new URLSearchParams()
  for (const name of FILTER_NAMES) {
    for (const value of [filters[name] ?? []].flat()) query.append(name, value)
  }
  return query
}

/** Reads them back; other parameters of the address are left alone. Undefined when one of the filters is not valid. */
export function queryToFilters(query: URLSearchParams): ProposalFilters | undefined {
  const given = FILTER_NAMES.flatMap((name) => {
    const values = query.getAll(name)
    return values.length === 0 ? [] : [[name, values.length === 1 ? values[0] : values] as const]
  })
  return filterQuerySchema.safeParse(Object.fromEntries(given)).data
}
