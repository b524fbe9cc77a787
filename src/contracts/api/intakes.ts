import { z } from 'zod'
import { FLAGS, STATES } from '../lifecycle/states.ts'
import { birthDateSchema } from '../primitives/calendar-date.ts'
import { idSchema } from '../primitives/ids.ts'
import { familyCardNumberSchema, nikSchema } from '../primitives/nik.ts'
import { personNameSchema } from '../primitives/person-name.ts'
import { indonesianMobileSchema } from '../primitives/phone.ts'
import { lineSchema } from '../primitives/text.ts'

export const CHANNELS = ['puskesmas', 'mpp', 'mobile', 'hospital', 'village', 'campaign'] as const
/** As printed on the KK (domain terms: docs/glossary.md). */
export const RELATIONSHIPS = [
  'kepala_keluarga',
  'suami',
  'istri',
  'anak',
  'menantu',
  'cucu',
  'orang_tua',
  'mertua',
  'famili_lain',
  'pembantu',
  'lainnya',
] as const
export const SEXES = ['male', 'female'] as const
export const MARITAL_STATUSES = ['belum_kawin', 'kawin', 'cerai_hidup', 'cerai_mati'] as const

/** What an officer may confirm after looking again. Anything else that is wrong refuses the intake. */
export const WARNINGS = [
  'nik_birthdate_differs',
  'nik_sex_differs',
  'nik_date_not_calendar',
  'nik_region_unknown',
  'family_card_region_unknown',
  'family_card_day_over_31',
  'village_code_unknown',
  'outside_domicile',
  'family_head_differs',
] as const
export type Warning = (typeof WARNINGS)[number]

const MEMBERS_MAX = 20

const neighbourhoodSchema = z
  .string()
  .min(1)
  .max(3)
  .regex(/^\d+$/)
  .transform((value) => value.padStart(3, '0'))

export const memberInputSchema = z.strictObject({
  nik: nikSchema
    .nullish()
    .describe('16 digits; leave out for a newborn who has none yet: the proposal is held until it comes'),
  fullName: personNameSchema,
  relationship: z.enum(RELATIONSHIPS),
  birthPlace: lineSchema(2, 60).transform((place) => place.toUpperCase()),
  birthDate: birthDateSchema.describe('yyyy-MM-dd'),
  sex: z.enum(SEXES),
  maritalStatus: z.enum(MARITAL_STATUSES),
  propose: z.boolean().default(true).describe('false: listed on the KK but not proposed'),
})

export const intakeInputSchema = z.strictObject({
  familyCardNumber: familyCardNumberSchema,
  whatsappNumber: indonesianMobileSchema,
  channel: z.enum(CHANNELS),
  address: z.strictObject({
    street: lineSchema(3, 150),
    rt: neighbourhoodSchema,
    rw: neighbourhoodSchema,
    villageCode: z
      .string()
      .max(13)
      .regex(/^\d{2}\.\d{2}\.\d{2}\.\d{4}$/),
    postalCode: z
      .string()
      .max(5)
      .regex(/^\d{5}$/)
      .nullish(),
  }),
  originalsSeen: z.boolean(),
  consent: z.strictObject({ processing: z.boolean(), whatsapp: z.boolean() }),
  members: z.array(memberInputSchema).min(1).max(MEMBERS_MAX),
  confirmWarnings: z.array(z.enum(WARNINGS)).max(WARNINGS.length).default([]),
})
export type IntakeInput = z.output<typeof intakeInputSchema>
export type MemberInput = IntakeInput['members'][number]

export const idempotencyKeySchema = z
  .string()
  .min(8)
  .max(128)
  .regex(/^[\x21-\x7e]+$/)

const proposalSummarySchema = z.object({
  id: idSchema,
  fullName: z.string(),
  nikMasked: z.string().nullable(),
  state: z.enum(STATES),
  warnings: z.array(z.string()),
})

const knownMemberSchema = z.object({
  proposalId: idSchema,
  receiptNumber: z.string(),
  fullName: z.string(),
  nikMasked: z.string().nullable(),
  state: z.enum(STATES),
})

export const intakeCreatedSchema = z.object({
  id: idSchema,
  receiptNumber: z.string(),
  proposals: z.array(proposalSummarySchema),
  knownMembers: z
    .array(knownMemberSchema)
    .describe('members of the same KK from earlier visits that the caller may see'),
})
export type IntakeCreated = z.output<typeof intakeCreatedSchema>

export const intakeSchema = z.object({
  id: idSchema,
  receiptNumber: z.string(),
  submittedAt: z.string(),
  channel: z.enum(CHANNELS),
  officeId: idSchema,
  familyCardMasked: z.string(),
  whatsappMasked: z.string(),
  address: z.object({
    street: z.string(),
    rt: z.string(),
    rw: z.string(),
    villageCode: z.string(),
    villageName: z.string().nullable(),
    postalCode: z.string().nullable(),
  }),
  consent: z.object({ processing: z.boolean(), whatsapp: z.boolean(), version: z.string() }),
  proposals: z.array(
    proposalSummarySchema.extend({ relationship: z.enum(RELATIONSHIPS), flags: z.array(z.enum(FLAGS)) }),
  ),
  otherMembers: z.array(
    z.object({ fullName: z.string(), relationship: z.enum(RELATIONSHIPS), nikMasked: z.string().nullable() }),
  ),
})
export type IntakeView = z.output<typeof intakeSchema>

/** Members already known on a KK, before anything is entered. */
export const householdLookupSchema = z.strictObject({ familyCardNumber: familyCardNumberSchema })
export const householdSchema = z.object({
  known: z.boolean(),
  headKnown: z.boolean(),
  members: z.array(knownMemberSchema),
})
