import { z } from 'zod'
import { PUBLIC_LABELS, type PublicLabel } from '../lifecycle/labels.ts'
import { receiptNumberSchema } from '../primitives/receipt-number.ts'

export const publicStatusQuerySchema = z.strictObject({
  receiptNumber: receiptNumberSchema,
  phoneLast4: z
    .string()
    .max(4)
    .regex(/^\d{4}$/),
})

const labels = Object.values(PUBLIC_LABELS) as [PublicLabel, ...PublicLabel[]]

/**
 * The day of the registration, and of every member the public label, as a word for programs (`status`) and for people (`label`).
 * No name, no NIK; members are told apart by their place in the list.
 */
export const publicStatusSchema = z.object({
  receiptNumber: z.string(),
  submittedOn: z.string().describe('yyyy-MM-dd in the zone of the region'),
  members: z.array(z.object({ number: z.int(), status: z.enum(labels), label: z.string() })),
})
export type PublicStatus = z.output<typeof publicStatusSchema>
