import { z } from 'zod'
import { MEMBERSHIP_OUTCOMES, STATES } from '../lifecycle/states.ts'
import { birthDateSchema } from '../primitives/calendar-date.ts'
import { idSchema } from '../primitives/ids.ts'
import { nikSchema } from '../primitives/nik.ts'
import { personNameSchema } from '../primitives/person-name.ts'

/** A person at the counter, as far as they are entered already. */
export const personLookupSchema = z.strictObject({
  nik: nikSchema,
  fullName: personNameSchema.optional().describe('left out: not compared with what BPJS knows'),
  birthDate: birthDateSchema.optional().describe('yyyy-MM-dd; left out: not compared'),
})
export type PersonLookup = z.output<typeof personLookupSchema>

export const personStandingSchema = z.object({
  proposed: z
    .enum(['no', 'here', 'elsewhere'])
    .describe('whether an open proposal holds the NIK; `elsewhere`: one that the caller may not see'),
  proposal: z
    .object({ id: idSchema, receiptNumber: z.string(), state: z.enum(STATES) })
    .nullable()
    .describe('of `here` alone'),
  membership: z.object({
    outcome: z
      .enum(MEMBERSHIP_OUTCOMES)
      .describe('`unavailable`: nobody answers just now; the registration is checked later and goes on without'),
    statusCode: z.string().nullable(),
    statusText: z.string().nullable().describe('as BPJS words it; null when it is about somebody else'),
    differences: z.array(z.enum(['nik', 'fullName', 'birthDate', 'sex'])),
    checkedAt: z.iso.datetime(),
    asOf: z.string().nullable().describe('the day that a list describes; null for a live answer'),
  }),
})
export type PersonStanding = z.output<typeof personStandingSchema>
