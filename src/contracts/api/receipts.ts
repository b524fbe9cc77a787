import { z } from 'zod'
import { idSchema } from '../primitives/ids.ts'

/** What a household takes home. Nobody's name and no number of a person: whoever finds it learns only that somebody registered. */
export const receiptSchema = z.object({
  intakeId: idSchema,
  receiptNumber: z.string(),
  officeName: z.string().nullable(),
  submittedOn: z.string().describe('yyyy-MM-dd in the zone of the region'),
  statusUrl: z.string().describe('the status page with the receipt number filled in'),
  statusQrSvg: z.string().describe('`statusUrl` as a QR code'),
  whatsappUrl: z
    .string()
    .nullable()
    .describe(
      'opens a chat with the office in which the receipt number is already typed; null without WHATSAPP_NUMBER',
    ),
  whatsappQrSvg: z.string().nullable().describe('`whatsappUrl` as a QR code'),
})
export type ReceiptView = z.output<typeof receiptSchema>
