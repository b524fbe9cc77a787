import { z } from 'zod'

/** What a correction made of one field. */
export const correctedValueSchema = z.object({
  field: z.string(),
  before: z.string().nullable(),
  after: z.string().nullable(),
})
export type CorrectedValue = z.infer<typeof correctedValueSchema>
