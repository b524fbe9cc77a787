import { z } from 'zod'
import { DELIVERY_STATES, OUTCOME_CODES } from '../api/whatsapp.ts'
import { REASON_CODES } from '../lifecycle/reasons.ts'
import { STATES } from '../lifecycle/states.ts'
import { idSchema } from '../primitives/ids.ts'
import { kabkotaCode, regionCode } from '../primitives/region-code.ts'
import { NOTICE_TEMPLATES } from './notices.ts'

/** What every event about a household says. Ids, codes and times only: never a name, a number of a person or a text. */
const household = {
  intakeId: idSchema,
  receiptNumber: z.string().max(40),
  regionCode: kabkotaCode,
}

/**
 * The events that other systems are told of, with what each says. Strict: what is not listed here cannot leave. The catalogue
 * for receivers is docs/webhooks.md; a test keeps both equal.
 */
export const WEBHOOK_EVENTS = {
  'proposal.registered': z.strictObject({
    proposalId: idSchema,
    ...household,
    state: z.enum(STATES),
    version: z.int().positive(),
    sequence: z.int().positive(),
  }),
  'proposal.state_changed': z.strictObject({
    proposalId: idSchema,
    ...household,
    from: z.enum(STATES),
    to: z.enum(STATES),
    version: z.int().positive(),
    sequence: z.int().positive(),
    /** Those that may stand in a chat; sensitive ones are told at the counter. */
    reasons: z.array(z.enum(REASON_CODES)).max(REASON_CODES.length),
  }),
  'message.state_changed': z.strictObject({
    messageId: idSchema,
    intakeId: idSchema.nullable(),
    receiptNumber: z.string().max(40).nullable(),
    regionCode: kabkotaCode,
    kind: z.string().max(40),
    from: z.enum(DELIVERY_STATES).nullable(),
    to: z.enum(DELIVERY_STATES),
    outcome: z.enum(OUTCOME_CODES).nullable(),
    /** Of the notices that it carries. */
    templates: z.array(z.enum(NOTICE_TEMPLATES)).max(NOTICE_TEMPLATES.length),
    proposalIds: z.array(idSchema).max(100),
  }),
  'message.inbound': z.strictObject({
    messageId: idSchema,
    ...household,
    kind: z.string().max(40),
    /** Found by catching up after we were away. */
    backfilled: z.boolean(),
  }),
  'webhook.ping': z.strictObject({ endpointId: idSchema, regionCode }),
} as const satisfies Record<string, z.ZodObject>

export type WebhookEventType = keyof typeof WEBHOOK_EVENTS
export type WebhookEventData<T extends WebhookEventType> = z.infer<(typeof WEBHOOK_EVENTS)[T]>

/** What an endpoint may ask for. A ping comes only when an admin sends it. */
export const SUBSCRIBABLE_EVENTS = [
  'proposal.registered',
  'proposal.state_changed',
  'message.state_changed',
  'message.inbound',
] as const satisfies readonly WebhookEventType[]
export type SubscribableEvent = (typeof SUBSCRIBABLE_EVENTS)[number]

/** The body of a delivery. */
export type WebhookBody<T extends WebhookEventType = WebhookEventType> = {
  /** The same at every attempt and replay: what a receiver has had already it may ignore. */
  id: string
  type: T
  timestamp: string
  /** Of one subject: greater for what happened later, whatever order the deliveries arrive in. */
  position: number
  data: WebhookEventData<T>
}
