import { z } from 'zod'
import { issue } from '../issues.ts'
import { idSchema } from '../primitives/ids.ts'
import { limitSchema } from '../primitives/paging.ts'
import { kabkotaCode, regionCode, villageCode } from '../primitives/region-code.ts'
import { lineSchema } from '../primitives/text.ts'
import { OFFICE_KINDS, WEEKDAYS } from './office-kinds.ts'

export const REGION_KINDS = ['province', 'kabupaten', 'kota', 'kecamatan', 'kelurahan', 'desa', 'desa_adat'] as const
export type RegionKind = (typeof REGION_KINDS)[number]

export const TIME_ZONES = ['Asia/Jakarta', 'Asia/Makassar', 'Asia/Jayapura'] as const
export type RegionTimeZone = (typeof TIME_ZONES)[number]

// Regions

export const regionItem = z.object({
  code: regionCode,
  parentCode: regionCode.nullable(),
  level: z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)]),
  kind: z.enum(REGION_KINDS),
  name: z.string().max(120),
  postalCode: z.string().max(5).nullable(),
  timeZone: z.enum(TIME_ZONES),
  retired: z.boolean(),
})
export type RegionItem = z.infer<typeof regionItem>

/**
 * `parent` alone: its direct children; with `level`: its descendants at that level. `q` searches names below `parent`
 * (the caller's own region when it is not given). Nothing at all: the provinces.
 */
export const listRegionsQuery = z.strictObject({
  parent: regionCode.optional(),
  q: lineSchema(2, 60).optional(),
  level: z.coerce.number().int().min(1).max(4).optional(),
  cursor: regionCode.optional(),
  limit: limitSchema,
})
export type ListRegionsQuery = z.infer<typeof listRegionsQuery>

export const listRegionsResponse = z.object({
  items: z.array(regionItem).max(100),
  nextCursor: z.string().max(200).nullable(),
})

export const regionParams = z.strictObject({ code: regionCode })

/** A region with its ancestors, province first. */
export const regionResponse = regionItem.extend({ ancestors: z.array(regionItem).max(3) })
export type RegionResponse = z.infer<typeof regionResponse>

// Population

const people = z.int().min(0).max(400_000_000)

export const populationFigure = z.object({
  asOf: z.iso.date(),
  source: z.string().max(200),
  total: people,
  male: people.nullable(),
  female: people.nullable(),
})
export type PopulationFigure = z.infer<typeof populationFigure>

export const populationResponse = z.object({ items: z.array(populationFigure).max(500) })

/** One figure of one date and source; sending it again corrects it. The sexes are given both or not at all, and add up. */
export const putPopulationBody = z
  .strictObject({
    asOf: z.iso.date(),
    source: lineSchema(1, 200),
    total: people.min(1),
    male: people.nullable(),
    female: people.nullable(),
  })
  .refine(({ male, female }) => (male === null) === (female === null), {
    path: ['female'],
    ...issue('sex_counts_incomplete'),
  })
  .refine(({ total, male, female }) => male === null || female === null || male + female === total, {
    path: ['total'],
    ...issue('sex_counts_differ'),
  })
export type PutPopulationBody = z.infer<typeof putPopulationBody>

// Offices

const timeOfDay = z
  .string()
  .max(5)
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/)

const openingDay = z
  .array(z.strictObject({ opens: timeOfDay, closes: timeOfDay }))
  .min(1)
  .max(4)
  .superRefine((periods, context) => {
    for (const [index, period] of periods.entries()) {
      const previous = periods[index - 1]
      if (period.opens >= period.closes) {
        context.addIssue({ code: 'custom', path: [index, 'closes'], ...issue('closes_before_it_opens') })
      }
      if (previous && period.opens < previous.closes) {
        context.addIssue({ code: 'custom', path: [index, 'opens'], ...issue('periods_overlap') })
      }
    }
  })

/** Periods of each weekday in order, in the region's zone; a day that is missing is closed. Past midnight is two days. */
export const openingHours = z.partialRecord(z.enum(WEEKDAYS), openingDay)
export type OpeningHours = z.infer<typeof openingHours>

const officeFields = {
  name: lineSchema(3, 120),
  villageCode: villageCode.nullable(),
  address: lineSchema(3, 200),
  openingHours,
  phone: z
    .string()
    .max(20)
    .regex(/^[0-9+() -]{5,20}$/)
    .nullable(),
  bpjsFacilityCode: z
    .string()
    .max(8)
    .regex(/^[0-9A-Z]{8}$/)
    .nullable(),
}

const officeCode = z
  .string()
  .max(32)
  .regex(/^[A-Z0-9][A-Z0-9-]{2,31}$/)

export const officeItem = z.object({
  id: z.guid(),
  code: z.string().max(32),
  kind: z.enum(OFFICE_KINDS),
  name: z.string().max(120),
  regionCode: kabkotaCode,
  villageCode: villageCode.nullable(),
  address: z.string().max(200),
  openingHours,
  phone: z.string().max(20).nullable(),
  bpjsFacilityCode: z.string().max(8).nullable(),
  active: z.boolean(),
  version: z.int(),
})
export type OfficeItem = z.infer<typeof officeItem>

export const listOfficesQuery = z.strictObject({
  region: regionCode.optional(),
  kind: z.enum(OFFICE_KINDS).optional(),
  active: z.enum(['true', 'false']).optional(),
  cursor: idSchema.optional(),
  limit: limitSchema,
})
export type ListOfficesQuery = z.infer<typeof listOfficesQuery>

export const listOfficesResponse = z.object({
  items: z.array(officeItem).max(100),
  nextCursor: z.string().max(200).nullable(),
})

export const officeParams = z.strictObject({ id: z.guid() })

export const createOfficeBody = z.strictObject({
  code: officeCode,
  kind: z.enum(OFFICE_KINDS),
  regionCode: kabkotaCode,
  ...officeFields,
})
export type CreateOfficeBody = z.infer<typeof createOfficeBody>

/** What is given is changed. `version` is the one the change was made on; an older one is refused with `version_conflict`. */
export const updateOfficeBody = z.strictObject({
  version: z.int().min(1),
  ...z.strictObject({ ...officeFields, active: z.boolean() }).partial().shape,
})
export type UpdateOfficeBody = z.infer<typeof updateOfficeBody>
