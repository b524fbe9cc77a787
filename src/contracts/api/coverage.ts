import { z } from 'zod'
import {
  COVERAGE_FLAGS,
  COVERAGE_ORIGINS,
  COVERAGE_SEGMENTS,
  COVERAGE_SOURCES,
  CRITERIA,
  NATION,
  PACE_FAULTS,
  STANDINGS,
  UNKNOWN_REASONS,
} from '../coverage-terms.ts'
import { issue } from '../issues.ts'
import { monthSchema } from '../primitives/calendar-month.ts'
import { regionCode } from '../primitives/region-code.ts'
import { lineSchema } from '../primitives/text.ts'
import { EXPORT_FORMATS, EXPORT_SEPARATORS } from './exports.ts'
import { REGION_KINDS } from './regions.ts'

const people = z.int().min(0).max(400_000_000)
const hundredths = z.int().min(0)

/** A region code, or `nasional` for the whole country. */
export const coverageCode = z.union([regionCode, z.literal(NATION)])
export const coverageParams = z.strictObject({ code: coverageCode })

// Reading

const coverageRegion = z.object({
  code: z.string().max(13),
  name: z.string().max(120),
  kind: z.enum([...REGION_KINDS, 'nation']),
  level: z.int().min(0).max(4),
})
export type CoverageRegion = z.infer<typeof coverageRegion>

/** People, never without who counted them and when. */
const count = z.object({
  people,
  origin: z.enum(COVERAGE_ORIGINS),
  source: z.string().max(200).nullable().describe('in words; null for a sum over children'),
  asOf: z.iso.date().describe('the day the count describes; of a sum the oldest of its parts'),
})
export type CoverageCount = z.infer<typeof count>

/** A sum over the children, and how many of them are in it. */
const sum = count.extend({ regions: z.int(), of: z.int(), isWhole: z.boolean() })
export type CoverageSum = z.infer<typeof sum>

/** What was said of the region itself stands beside the sum over its children; the first is used where there is one. */
const measure = z.object({ used: count, own: count.nullable(), computed: sum.nullable() })
export type CoverageMeasure = z.infer<typeof measure>

/** A share, never without both of its counts. Not capped: what is over 100 percent is shown so. */
const rate = z.object({
  hundredths: hundredths.describe('hundredths of a percent, rounded half up from the counts'),
  numerator: count,
  denominator: count,
})
export type CoverageRate = z.infer<typeof rate>

/** A rate as its source prints it. Says whether it follows from the counts within its own rounding; null: nothing to compare with. */
const printed = z.object({
  text: z.string().max(8),
  differs: z.boolean().nullable(),
  impliedDenominator: z
    .object({ from: z.int(), to: z.int() })
    .nullable()
    .describe('the denominators with which the printed rate would be right'),
})
export type PrintedRate = z.infer<typeof printed>

const figure = z.object({
  region: coverageRegion,
  population: measure.nullable(),
  registered: measure.nullable(),
  active: measure.nullable(),
  coverage: rate.nullable().describe('registered / population'),
  activeRate: rate.nullable().describe('active / registered'),
  printedCoverage: printed.nullable(),
  printedActive: printed.nullable(),
  flags: z.array(z.enum(COVERAGE_FLAGS)).max(COVERAGE_FLAGS.length),
})
export type CoverageFigure = z.infer<typeof figure>

const segmentSchema = z.enum(COVERAGE_SEGMENTS)
const sourceSchema = z.enum(COVERAGE_SOURCES)

const view = { month: monthSchema.optional(), source: sourceSchema.optional(), segment: segmentSchema.default('all') }

/** Without a month the newest that has figures; without a source the first of `COVERAGE_SOURCES` that has any in it. */
export const coverageQuery = z.strictObject(view)
export type CoverageQuery = z.output<typeof coverageQuery>

const shownView = {
  month: monthSchema.nullable().describe('null: there are no figures yet'),
  source: sourceSchema.nullable(),
  segment: segmentSchema,
}

export const coverageResponse = z.object({
  ...shownView,
  months: z.array(monthSchema).max(1200).describe('those with figures, newest first'),
  sources: z.array(sourceSchema).max(COVERAGE_SOURCES.length).describe('those with figures in the month'),
  ancestors: z.array(coverageRegion).max(4),
  figure,
  segments: z.array(z.object({ segment: segmentSchema, figure })).max(COVERAGE_SEGMENTS.length),
  children: z.array(figure).max(1000).describe('empty above the own region, and for villages'),
})
export type CoverageResponse = z.infer<typeof coverageResponse>

export const trendQuery = z.strictObject({ ...view, months: z.coerce.number().int().min(2).max(60).default(24) })
export type TrendQuery = z.output<typeof trendQuery>

export const trendResponse = z.object({
  ...shownView,
  region: coverageRegion,
  points: z
    .array(z.object({ month: monthSchema, ...figure.omit({ region: true }).shape }))
    .max(60)
    .describe('months with figures, oldest first; a month without any is not there'),
})
export type TrendResponse = z.infer<typeof trendResponse>

// Standing

const alternative = z.strictObject({
  coverage: hundredths.max(20_000).nullable(),
  active: hundredths.max(10_000).nullable(),
  localShare: hundredths.max(10_000).nullable().describe('PBPU Pemda / registered'),
})
export type RuleAlternative = z.infer<typeof alternative>

const ruleFields = {
  nameId: lineSchema(3, 100),
  nameEn: lineSchema(3, 100),
  basis: lineSchema(3, 200),
  validFrom: z.iso.date(),
  validTo: z.iso.date().nullable(),
  noArrears: z.boolean(),
  paidUntil: monthSchema.nullable(),
}

export const coverageRule = z.object({
  id: z.guid(),
  regionCode: regionCode.nullable().describe('null: everywhere'),
  ...ruleFields,
  nameId: z.string().max(100),
  nameEn: z.string().max(100),
  basis: z.string().max(200),
  alternatives: z.array(alternative).max(5).describe('one of them must be reached'),
})
export type CoverageRule = z.infer<typeof coverageRule>

export const listRulesResponse = z.object({ items: z.array(coverageRule).max(500) })

/** For a region within the own one. A rule is not changed later: it is ended by a new one, so that old months stay explained. */
export const createRuleBody = z
  .strictObject({
    regionCode,
    ...ruleFields,
    alternatives: z
      .array(
        alternative.refine(({ coverage, active, localShare }) => (coverage ?? active ?? localShare) !== null, {
          path: ['coverage'],
          ...issue('required'),
        }),
      )
      .min(1)
      .max(5),
  })
  .refine(({ validFrom, validTo }) => validTo === null || validTo >= validFrom, {
    path: ['validTo'],
    ...issue('ends_before_it_begins'),
  })
export type CreateRuleBody = z.output<typeof createRuleBody>

const criterion = z.object({
  criterion: z.enum(CRITERIA),
  state: z.enum(STANDINGS),
  threshold: hundredths.nullable(),
  rate: rate.nullable(),
  missingPeople: z
    .int()
    .nullable()
    .describe('how many more people in the numerator would meet it; null when met or unknown'),
  reachedBy: monthSchema.nullable().describe('at the pace of the last six months; null: see `paceFault`'),
  paceFault: z.enum(PACE_FAULTS).nullable(),
  unknownBecause: z.enum(UNKNOWN_REASONS).nullable(),
})
export type CriterionStanding = z.infer<typeof criterion>

const ruleStanding = z.object({
  rule: coverageRule,
  inForce: z.boolean(),
  state: z.enum(STANDINGS),
  reachedBy: monthSchema.nullable().describe('when everything that is missed is reached at that pace'),
  alternatives: z.array(z.object({ state: z.enum(STANDINGS), criteria: z.array(criterion).max(6) })).max(5),
})
export type RuleStanding = z.infer<typeof ruleStanding>

export const contribution = z.object({
  asOf: z.iso.date(),
  inArrears: z.boolean(),
  paidUntil: monthSchema.nullable(),
  source: z.string().max(200),
})
export type Contribution = z.infer<typeof contribution>

export const standingQuery = z.strictObject({ month: monthSchema.optional(), source: sourceSchema.optional() })
export type StandingQuery = z.output<typeof standingQuery>

export const standingResponse = z.object({
  month: monthSchema.nullable(),
  source: sourceSchema.nullable(),
  region: coverageRegion,
  contribution: contribution.nullable(),
  rules: z.array(ruleStanding).max(500),
})
export type StandingResponse = z.infer<typeof standingResponse>

export const putContributionBody = z.strictObject({
  asOf: z.iso.date(),
  inArrears: z.boolean(),
  paidUntil: monthSchema.nullable(),
  source: lineSchema(1, 200),
})
export type PutContribution = z.output<typeof putContributionBody>

// Writing

/** "97,67" and "97.67": a rate as it is printed, with its digits. */
const printedRate = z
  .string()
  .max(8)
  .regex(/^\d{1,3}([.,]\d{1,4})?$/)
  .transform((text) => text.replace(',', '.'))
  .nullable()

export const enteredRow = z.strictObject({
  regionCode,
  segment: segmentSchema,
  registered: people.nullable().describe('null: only the population is given'),
  active: people.nullable(),
  printedCoverage: printedRate.default(null),
  printedActive: printedRate.default(null),
  population: people.min(1).nullable().default(null),
})
export type EnteredRow = z.output<typeof enteredRow>

export const ENTERED_ROWS_MAX = 200

/** Figures of one document. Sending a region, month, segment and source again corrects it. A population is given with the same source and day. */
export const enterFiguresBody = z
  .strictObject({
    month: monthSchema,
    source: sourceSchema.exclude(['list']),
    detail: lineSchema(1, 200),
    asOf: z.iso.date(),
    rows: z.array(enteredRow).min(1).max(ENTERED_ROWS_MAX),
  })
  .superRefine(({ rows }, context) => {
    const seen = new Set<string>()
    for (const [index, row] of rows.entries()) {
      const key = `${row.regionCode} ${row.segment}`
      if (seen.has(key))
        context.addIssue({ code: 'custom', path: ['rows', index, 'regionCode'], ...issue('duplicate') })
      seen.add(key)
      if (row.registered === null && (row.population === null || row.active !== null))
        context.addIssue({ code: 'custom', path: ['rows', index, 'registered'], ...issue('required') })
    }
  })
export type EnterFigures = z.output<typeof enterFiguresBody>

export const enterFiguresResponse = z.object({ changed: z.int().describe('figures that are new or other than before') })

/** A table of figures: columns code, registered, and where there are any segment, population, active. Without `apply` only read. */
export const importDocument = z.strictObject({
  month: monthSchema,
  source: sourceSchema.exclude(['list']),
  detail: lineSchema(1, 200),
  asOf: z.iso.date(),
  apply: z.enum(['true', 'false']).transform((text) => text === 'true'),
})
export type ImportDocument = z.output<typeof importDocument>

export const importReport = z.object({
  rows: z.int(),
  regions: z.int(),
  populations: z.int(),
  applied: z.boolean(),
  changed: z.int().describe('figures that are new or other than before; 0 when nothing was applied'),
})
export type ImportReport = z.infer<typeof importReport>

export const deleteFigureQuery = z.strictObject({
  month: monthSchema,
  source: sourceSchema.exclude(['list']),
  segment: segmentSchema,
})
export type DeleteFigure = z.output<typeof deleteFigureQuery>

// Taking away

export const coverageFileQuery = z.strictObject({
  ...view,
  level: z.coerce.number().int().min(1).max(4).optional().describe('of the rows; without it the children'),
  format: z.enum(EXPORT_FORMATS),
  separator: z.enum(EXPORT_SEPARATORS).default(';'),
})
export type CoverageFileQuery = z.output<typeof coverageFileQuery>

// For everybody

/** Fewer than five people are not told; nor what would tell them (docs/adr/0059-coverage.md). */
const publicCount = z.object({
  people: people.nullable().describe('null: not told, see `hidden`'),
  hidden: z.enum(['under_five', 'protects_another']).nullable(),
  isPartial: z.boolean().describe('a sum to which regions are missing'),
  source: z.string().max(200).nullable(),
  asOf: z.iso.date(),
})
export type PublicCount = z.infer<typeof publicCount>

const publicRate = z.object({ hundredths, numerator: publicCount, denominator: publicCount })

const publicFigure = z.object({
  region: coverageRegion,
  population: publicCount.nullable(),
  registered: publicCount.nullable(),
  active: publicCount.nullable(),
  coverage: publicRate.nullable(),
  activeRate: publicRate.nullable(),
})
export type PublicFigure = z.infer<typeof publicFigure>

export const publicCoverageQuery = z.strictObject({ month: monthSchema.optional() })

export const publicCoverageResponse = z.object({
  month: monthSchema.nullable(),
  months: z.array(monthSchema).max(1200),
  source: sourceSchema.nullable(),
  ancestors: z.array(coverageRegion).max(4),
  figure: publicFigure,
  children: z.array(publicFigure).max(1000),
})
export type PublicCoverage = z.infer<typeof publicCoverageResponse>
