import { z } from 'zod'
import { CONSENT_PARAGRAPHS, CONSENT_QUESTIONS } from '../consent.ts'

export const consentTextSchema = z.object({
  version: z.string().describe('send it as `consent.version` with the intake, or leave it out for the current one'),
  language: z.enum(['id', 'en']).describe('Indonesian unless `Accept-Language` ranks English higher'),
  paragraphs: z
    .array(z.object({ key: z.enum(CONSENT_PARAGRAPHS), heading: z.string(), text: z.string() }))
    .describe('what is read out, in this order; what stands in square brackets is for the health office to fill in'),
  questions: z.array(z.object({ key: z.enum(CONSENT_QUESTIONS), text: z.string() })),
})
export type ConsentText = z.output<typeof consentTextSchema>
