import { z } from 'zod'
import { COVERAGE_SOURCES } from '../coverage-terms.ts'
import { idSchema } from '../primitives/ids.ts'
import { limitSchema } from '../primitives/paging.ts'
import { kabkotaCode } from '../primitives/region-code.ts'
import { lineSchema, noteSchema } from '../primitives/text.ts'

export const OPENING_SOURCES = ['jamkesda', 'carried_over', 'other'] as const
export type OpeningSource = (typeof OPENING_SOURCES)[number]

/** Of one kab/kota. Indonesia has 284 million people, and no region has more than six. */
const people = z.int().min(0).max(20_000_000)
const budgetYear = z.coerce.number().int().min(2000).max(2100)
const TARIFF_MAX = 10_000_000

export const SEAT_STATES = ['reserved', 'committed', 'taken_over', 'waiting', 'unlimited'] as const
/** How an approved proposal stands with its seat. */
export const seatStandingSchema = z.object({
  state: z
    .enum(SEAT_STATES)
    .describe(
      'waiting: approved, and no seat is free yet; taken_over: its seat is one of the opening balance, counted there; unlimited: nobody has entered a budget for this year',
    ),
  place: z.int().nullable().describe('in line, from 1; null unless it waits'),
})
export type SeatStandingView = z.output<typeof seatStandingSchema>

export const quotaParams = z.strictObject({ regionCode: kabkotaCode, year: budgetYear })
export const quotaRegionParams = z.strictObject({ regionCode: kabkotaCode })
export const listQuotasQuery = z.strictObject({ year: budgetYear })

/** `seats` and `free` are null where nobody has entered a budget: nobody waits there. */
const balanceSchema = z.object({
  seats: z.int().nullable().describe('null: no budget has been entered, nobody waits'),
  opening: z.int().describe('people who are paid already'),
  reserved: z.int().describe('approved, not sealed'),
  committed: z.int().describe('sealed'),
  waiting: z.int().describe('approved, without a seat'),
  free: z.int().nullable(),
})
export type QuotaBalance = z.output<typeof balanceSchema>

export const quotaItemSchema = balanceSchema.extend({ regionCode: kabkotaCode, regionName: z.string(), year: z.int() })
export type QuotaItem = z.output<typeof quotaItemSchema>
/** Every kab/kota that the caller sees, in the order of the codes. */
export const listQuotasResponse = z.object({ items: z.array(quotaItemSchema).max(600) })

export const openingSchema = z.object({
  id: idSchema,
  source: z.enum(OPENING_SOURCES),
  people: z.int(),
  asOf: z.iso.date(),
  document: z.string(),
  recordedBy: z.string().describe('display name'),
  recordedAt: z.string(),
  takeover: z
    .object({
      sha256: z.string().describe('of the file, in hexadecimal'),
      sheet: z.string().nullable().describe('of the workbook; null: a CSV, or from before it was kept'),
      rows: z.int().describe('rows of the file'),
      cases: z.int().describe('approved proposals of these people: they take no other seat'),
    })
    .nullable()
    .describe('the list that the people were counted from; null: entered as a total'),
})
export type Opening = z.output<typeof openingSchema>

export const tariffSchema = z.object({
  validFrom: z.iso.date(),
  validTo: z.iso.date().nullable().describe('the last day; null: until another one follows'),
  rupiah: z.int().describe('per person and month'),
  document: z.string(),
})
export type Tariff = z.output<typeof tariffSchema>

export const quotaSchema = quotaItemSchema.extend({
  note: z.string(),
  version: z.int().describe('0 while there is no budget'),
  updatedBy: z.string().nullable().describe('display name'),
  updatedAt: z.string().nullable(),
  openings: z.array(openingSchema),
  tariffs: z.array(tariffSchema).describe('of the region, the oldest first'),
})
export type Quota = z.output<typeof quotaSchema>

/** `version` is the one that the change was made on; 0 for the first budget of a year. */
export const putQuotaBody = z.strictObject({
  version: z.int().min(0).max(1_000_000),
  seats: people,
  note: noteSchema(0, 500).default(''),
})
export type PutQuota = z.output<typeof putQuotaBody>

export const addOpeningBody = z.strictObject({
  source: z.enum(OPENING_SOURCES),
  people: people.min(1),
  asOf: z.iso.date(),
  document: lineSchema(3, 120).describe('number and name of the decree or minutes that says so'),
})
export type AddOpening = z.output<typeof addOpeningBody>
export const TAKEOVER_FILE_MEGABYTES = 20
/** Larger lists come in parts, by kecamatan for example: nobody is counted twice. */
export const TAKEOVER_ROWS_MAX = 100_000
/** Refused cells that are told: after so many nobody reads on. */
export const TAKEOVER_FAULTS_TOLD = 50

/** Beside the file. Without `apply` it is only read. */
export const takeoverForm = z.strictObject({
  asOf: addOpeningBody.shape.asOf,
  document: addOpeningBody.shape.document,
  sheet: lineSchema(1, 100).optional().describe('of an XLSX with several'),
  apply: z.enum(['true', 'false']).transform((text) => text === 'true'),
})
export type TakeoverForm = z.output<typeof takeoverForm>

export const TAKEOVER_OUTCOMES = ['checked', 'applied', 'already_applied'] as const
/** Of a list that is taken over. `seatsNeeded` is `people` less the two kinds that have a seat of this budget already. */
export const takeoverReportSchema = z.object({
  outcome: z
    .enum(TAKEOVER_OUTCOMES)
    .describe('already_applied: this file, of a workbook this sheet, was taken over before, nothing has changed'),
  sha256: z.string(),
  sheet: z.string().nullable().describe('that was read; null: a CSV'),
  rows: z.int(),
  repeated: z.int().describe('rows that name somebody again, who is counted once'),
  refused: z.int().describe('rows with a cell that cannot be used: none may be left when the list is applied'),
  faults: z
    .array(z.object({ row: z.int(), message: z.string() }))
    .max(TAKEOVER_FAULTS_TOLD)
    .describe('the first of them, in the words of the caller'),
  people: z.int().describe('different people'),
  takenOver: z.int().describe('counted by an earlier list of this budget'),
  seated: z
    .int()
    .describe('approved proposals of theirs with a seat of this budget: it becomes one of the opening balance'),
  waiting: z.int().describe('approved proposals of theirs that wait for a seat: they wait no longer'),
  seatsNeeded: z.int(),
  free: z.int().describe('before it is applied'),
  freeAfter: z.int().nullable().describe('null: they are not enough'),
  missing: z.int().describe('seats; 0 when there are enough'),
})
export type TakeoverReport = z.output<typeof takeoverReportSchema>
export const openingParams = quotaParams.extend({ id: idSchema })

export const tariffParams = quotaRegionParams.extend({ validFrom: z.iso.date() })
/** Without an end it is valid until the next one begins; one without an end that is valid then ends the day before. */
export const putTariffBody = z.strictObject({
  validTo: z.iso.date().nullable(),
  rupiah: z.int().min(1).max(TARIFF_MAX),
  document: lineSchema(3, 120),
})
export type PutTariff = z.output<typeof putTariffBody>

/** `cursor`: the last proposal that was seen. */
export const quotaLineQuery = z.strictObject({ cursor: idSchema.optional(), limit: limitSchema })
export type QuotaLineQuery = z.output<typeof quotaLineQuery>
export const quotaLineSchema = z.object({
  items: z.array(
    z.object({
      proposalId: idSchema,
      receiptNumber: z.string(),
      fullName: z.string(),
      place: z.int(),
      approvedAt: z.string(),
    }),
  ),
  nextCursor: z.string().nullable(),
})
export type QuotaLine = z.output<typeof quotaLineSchema>

export const forecastQuery = z.strictObject({
  registered: z.coerce
    .number()
    .int()
    .min(0)
    .max(20_000_000)
    .optional()
    .describe('people of the region who are registered in JKN, in place of the newest figure of coverage'),
})

export const GOAL_PERCENTS = [98, 99, 100] as const

const rupiah = z.int().nullable()
export const goalSchema = z.object({
  percent: z.literal(GOAL_PERCENTS),
  target: z.int().nullable().describe('registered people that the goal asks for, rounded up'),
  missing: z.int().nullable(),
  seatsLacking: z.int().nullable().describe('beyond those that are free; null without a budget'),
  rupiahPerMonth: rupiah,
  rupiahToYearEnd: rupiah.describe('from the next month on'),
  rupiahFullYear: rupiah,
})
export type Goal = z.output<typeof goalSchema>

export const forecastSchema = z.object({
  regionCode: kabkotaCode,
  year: z.int(),
  day: z.iso.date().describe('today on the clock of the region'),
  pace: z
    .object({ people: z.int(), days: z.int() })
    .describe(
      'approvals less those freed, in this many days up to today: at most 90, fewer while the record is younger',
    ),
  months: z
    .array(
      z.object({
        month: z.string(),
        isForecast: z.boolean(),
        people: z.int().describe('paid for in this month'),
        tariff: rupiah,
        rupiah,
      }),
    )
    .length(12),
  yearEnd: z.object({
    wanted: z.int().describe('seats that this pace asks for by the last day of the year'),
    seats: z.int().describe('those of them that the budget has'),
    short: z.int(),
    rupiah: rupiah.describe('of all twelve months; null when a month with people has no tariff'),
  }),
  runsOutOn: z.iso.date().nullable().describe('the first day on which somebody waits; null: not within the year'),
  population: z.object({ people: z.int(), asOf: z.iso.date(), source: z.string() }).nullable(),
  registered: z
    .object({
      people: z.int(),
      kind: z
        .enum(['typed', ...COVERAGE_SOURCES])
        .describe('typed: the figure of this call, which goes first; else whose count it is, the newest of coverage'),
      source: z.string().nullable().describe('the document in words; null when typed, and for a sum over the parts'),
      asOf: z.iso.date().nullable().describe('the day that is counted; null when typed'),
    })
    .nullable(),
  goals: z.array(goalSchema),
  unknown: z
    .array(z.enum(['tariff', 'population', 'registered']))
    .describe('what is missing for the figures that are null'),
})
export type Forecast = z.output<typeof forecastSchema>
