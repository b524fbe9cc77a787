import { z } from 'zod'
import type { Participant } from './membership.domain.ts'

/** A participant as it is kept sealed. Written by an older version of the product, it may no longer fit. */
export const storedParticipantSchema = z.object({
  nik: z.string().nullable(),
  fullName: z.string().nullable(),
  birthDate: z.string().nullable(),
  sex: z.enum(['male', 'female']).nullable(),
  cardNumber: z.string().nullable(),
  status: z.object({
    code: z.string().nullable(),
    text: z.string().nullable(),
    standing: z.enum(['active', 'inactive', 'unknown']),
  }),
  segmentCode: z.string().nullable(),
  segmentText: z.string().nullable(),
  arrears: z.number().nullable(),
}) satisfies z.ZodType<Participant>
