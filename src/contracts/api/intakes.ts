import { z } from 'zod'
import { CHANNELS, MARITAL_STATUSES, RELATIONSHIPS, SEXES, WARNINGS } from '../household-terms.ts'
import { FLAGS, STATES } from '../lifecycle/states.ts'
import { birthDateSchema } from '../primitives/calendar-date.ts'
import { idSchema } from '../primitives/ids.ts'
import { familyCardNumberSchema, nikSchema } from '../primitives/nik.ts'
import { personNameSchema } from '../primitives/person-name.ts'
import { indonesianMobileSchema } from '../primitives/phone.ts'
import { lineSchema } from '../primitives/text.ts'
import { intakeDocumentSchema } from './documents.ts'

const MEMBERS_MAX = 20
/** A KTP and a letter of everybody, and the KK. */
const DOCUMENTS_MAX = 41

const neighbourhoodSchema = z
  .string()
  .min(1)
  .max(3)
  .regex(/^\d+$/)
  .transform((value) => value.padStart(3, '0'))

export const addressSchema = z.strictObject({
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
})

export const memberInputSchema = z.strictObject({
  nik: nikSchema
    .nullish()
    .describe(
      '16 digits; leave out for a newborn who has none yet: the proposal is held until it comes, and nobody is held twice. Older than a year: the warning `nik_missing_not_newborn` must be confirmed',
    ),
  fullName: personNameSchema,
  relationship: z.enum(RELATIONSHIPS),
  birthPlace: lineSchema(2, 60).transform((place) => place.toUpperCase()),
  birthDate: birthDateSchema.describe('yyyy-MM-dd'),
  sex: z.enum(SEXES),
  maritalStatus: z.enum(MARITAL_STATUSES),
  // No default: a body without it must stay equal to itself under its idempotency key.
  urgentCare: z.boolean().optional().describe('being treated now: reviewed before all others'),
  propose: z.boolean().default(true).describe('false: listed on the KK but not proposed'),
})

export const intakeInputSchema = z.strictObject({
  familyCardNumber: familyCardNumberSchema,
  whatsappNumber: indonesianMobileSchema,
  channel: z.enum(CHANNELS),
  address: addressSchema,
  originalsSeen: z.boolean(),
  consent: z.strictObject({
    processing: z.boolean(),
    whatsapp: z.boolean(),
    // No default: a body without it must stay equal to itself under its idempotency key.
    version: lineSchema(1, 20)
      .optional()
      .describe('of the text that was read out (`GET /api/v1/consent-text`); left out: the current one'),
  }),
  members: z.array(memberInputSchema).min(1).max(MEMBERS_MAX),
  confirmWarnings: z.array(z.enum(WARNINGS)).max(WARNINGS.length).default([]),
  // No default: a body without them must stay equal to itself under its idempotency key.
  documents: z
    .array(intakeDocumentSchema)
    .max(DOCUMENTS_MAX)
    .optional()
    .describe('photos that the caller uploaded in the last 24 hours'),
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
  whatsappUrl: z
    .string()
    .optional()
    .describe('as on the receipt: the resident writes first by opening it; missing without WHATSAPP_NUMBER'),
})
export type IntakeCreated = z.output<typeof intakeCreatedSchema>

const listedMemberSchema = z.object({
  fullName: z.string(),
  relationship: z.enum(RELATIONSHIPS),
  nikMasked: z.string().nullable(),
})

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
  consent: z.object({
    processing: z.boolean(),
    whatsapp: z.boolean(),
    version: z.string(),
    recordedBy: z.string().describe('the account of the officer who asked'),
    recordedAt: z.iso.datetime(),
  }),
  proposals: z.array(
    proposalSummarySchema.extend({ relationship: z.enum(RELATIONSHIPS), flags: z.array(z.enum(FLAGS)) }),
  ),
  otherMembers: z.array(listedMemberSchema),
})
export type IntakeView = z.output<typeof intakeSchema>

/** Members already known on a KK, before anything is entered. */
export const householdLookupSchema = z.strictObject({ familyCardNumber: familyCardNumberSchema })
export const householdSchema = z.object({
  known: z.boolean().describe('whether any office has registered somebody of this KK'),
  headKnown: z.boolean().describe('whether a head was stated before: then the next visit needs none'),
  members: z.array(knownMemberSchema).describe('proposed in earlier visits that the caller may see'),
  otherMembers: z
    .array(listedMemberSchema.extend({ receiptNumber: z.string() }))
    .describe('listed in earlier visits that the caller may see, and not proposed in any of them'),
})
