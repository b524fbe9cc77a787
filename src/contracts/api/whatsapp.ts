import { z } from 'zod'
import { NOTICE_TEMPLATES } from '../events/notices.ts'
import { idSchema } from '../primitives/ids.ts'
import { limitSchema } from '../primitives/paging.ts'
import { indonesianMobileSchema } from '../primitives/phone.ts'
import { HOLD_REASONS } from './whatsapp-pacing.ts'

/** Delivery as people see it: a message being handed over is still "queued" to them. */
export const DELIVERY_STATES = ['queued', 'sent', 'delivered', 'read', 'failed', 'unknown', 'suppressed'] as const
export type DeliveryState = (typeof DELIVERY_STATES)[number]

/** Why a message failed or was not sent. Labels: `contracts/text/{id,en}/whatsapp.json`. */
export const OUTCOME_CODES = [
  'not_on_whatsapp',
  'gateway_refused',
  'gateway_reported_failure',
  'gave_up',
  'message_holds_identity_number',
  'no_template',
  'no_address',
  'no_consent',
  'opted_out',
  'wrong_number',
  'taken_back',
  'number_changed',
] as const
export type OutcomeCode = (typeof OUTCOME_CODES)[number]

const at = z.iso.datetime()

export const proposalMessagesParams = z.object({ id: idSchema })
export const settleMessageParams = z.object({ id: idSchema })

export const proposalMessagesResponse = z.object({
  items: z.array(
    z.object({
      id: idSchema,
      template: z.enum(NOTICE_TEMPLATES),
      version: z.int(),
      state: z.enum(DELIVERY_STATES),
      outcome: z.enum(OUTCOME_CODES).nullable(),
      /** The text as it was or will be sent; null until the household's notices are put together. */
      body: z.string().max(1024).nullable(),
      createdAt: at,
      queuedAt: at.nullable(),
      sentAt: at.nullable(),
      deliveredAt: at.nullable(),
      readAt: at.nullable(),
      failedAt: at.nullable(),
      /** While it is queued: why it has not left yet, and when that is looked at again. */
      heldFor: z.enum(HOLD_REASONS).nullable(),
      heldUntil: at.nullable(),
    }),
  ),
})
export type ProposalMessages = z.infer<typeof proposalMessagesResponse>

export const operatorMessagesQuery = z.strictObject({
  /** `queued`: what waits for its time, with the reason. */
  state: z.enum(['unknown', 'failed', 'queued']).default('unknown'),
  cursor: idSchema.optional(),
  limit: limitSchema,
})
export type OperatorMessagesQuery = z.infer<typeof operatorMessagesQuery>

export const operatorMessagesResponse = z.object({
  items: z.array(
    z.object({
      id: idSchema,
      kind: z.enum(['notice', 'reply', 'preference', 'answer']),
      intakeId: idSchema.nullable(),
      /** Only the last four digits. */
      toMasked: z.string().max(20),
      reference: z.string().max(20),
      state: z.enum(DELIVERY_STATES),
      outcome: z.enum(OUTCOME_CODES).nullable(),
      attempts: z.int(),
      since: at,
      /** Nothing more happens by itself: failed, unknown for longer than it takes to find out, or queued with its sending given up. */
      needsPerson: z.boolean(),
      /** While it is queued: why it has not left yet, and when that is looked at again. */
      heldFor: z.enum(HOLD_REASONS).nullable(),
      heldUntil: at.nullable(),
    }),
  ),
  nextCursor: idSchema.nullable(),
})
export type OperatorMessages = z.infer<typeof operatorMessagesResponse>

/**
 * `sent`: the operator saw it on the phone. `send_again`: the operator made sure that it never arrived; refused until `needsPerson`. A
 * notice of a household that gives another number meanwhile is told anew there, and this message stays as it is.
 */
export const settleMessageBody = z.strictObject({ as: z.enum(['sent', 'send_again']) })
export type SettleMessage = z.infer<typeof settleMessageBody>

/** How a simulated phone behaves. */
export const PHONE_MODES = [
  'delivers',
  'reads',
  'fails',
  'silent',
  'receipts_first',
  'receipts_backwards',
  'not_on_whatsapp',
  'refuses',
  'busy',
  'unknown_delivered',
  'unknown_lost',
  'slow',
  /** The hand-over is answered with nothing, although the text arrives. */
  'answers_nothing',
  /** The account may not write to this phone: trouble, and the text is refused. */
  'restricted',
  /** Has stopped us on WhatsApp's own side. */
  'opted_out',
  /** Takes a free text only for 24 hours after its owner wrote, else a template. */
  'needs_template',
  /** WhatsApp hides its number: what its owner writes comes under another name. */
  'hides_number',
  /** What its owner writes comes with a picture. */
  'sends_pictures',
  /** No picture gets through to it. */
  'takes_no_pictures',
] as const
export type PhoneMode = (typeof PHONE_MODES)[number]

export const simulatorMessagesQuery = z.strictObject({ to: indonesianMobileSchema })
export const simulatorMessagesResponse = z.object({
  items: z
    .array(
      z.object({
        id: idSchema,
        to: z.string().max(20),
        body: z.string().max(4096),
        /** The picture that the text stands under; left out: a text alone. */
        media: z.object({ mediaType: z.literal('image/png'), base64: z.string() }).optional(),
        at,
      }),
    )
    .max(500),
})
// Whatever a phone can type, emoji joined by invisible characters included; only control characters are not text.
const typedText = z
  .string()
  .min(1)
  .max(4096)
  .regex(/^[^\p{Cc}]*(?:[\n\r\t][^\p{Cc}]*)*$/u)
export const simulatorWriteBody = z.strictObject({ from: indonesianMobileSchema, body: typedText })
export const simulatorWriteResponse = z.object({
  id: idSchema,
  from: z.string().max(20),
  body: z.string().max(4096),
  at,
})
/** One phone, or `all` that have no behaviour of their own. */
export const simulatorPhoneParams = z.object({ number: z.union([z.literal('all'), indonesianMobileSchema]) })
export const simulatorPhoneBody = z.strictObject({
  mode: z.enum(PHONE_MODES),
  /** For how many more messages; left out: until changed. */
  remaining: z.int().min(1).max(1_000_000).optional(),
  /** Delays receipts, and the answer of a `slow` phone. */
  delayMs: z.int().min(0).max(600_000).optional(),
  /** How often each receipt is reported. */
  repeatReceipts: z.int().min(1).max(10).optional(),
  /** Whether the gateway can tell what became of a message with an unknown outcome. */
  answersLookUp: z.boolean().optional(),
})
export type SimulatorPhone = z.infer<typeof simulatorPhoneBody>

export const simulatorPageQuery = z.object({ phone: indonesianMobileSchema.optional() })
