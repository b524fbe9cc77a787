import { z } from 'zod'
import { RELATIONSHIPS, SEXES } from '../../contracts/household-terms.ts'

/** What an intake seals in one value: everything of the household that identifies it. */
export const householdSchema = z.object({
  familyCardNumber: z.string(),
  phone: z.string(),
  street: z.string(),
  rt: z.string(),
  rw: z.string(),
  postalCode: z.string().nullable(),
  otherMembers: z.array(
    z.object({
      nik: z.string().nullable(),
      fullName: z.string(),
      relationship: z.enum(RELATIONSHIPS),
      birthDate: z.string(),
      sex: z.enum(SEXES),
    }),
  ),
})
export type Household = z.infer<typeof householdSchema>
