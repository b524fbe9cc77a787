import { z } from 'zod'
import { SUBSCRIBABLE_EVENTS } from '../events/webhook-events.ts'
import { idSchema } from '../primitives/ids.ts'
import { limitSchema } from '../primitives/paging.ts'
import { regionCode } from '../primitives/region-code.ts'
import { lineSchema } from '../primitives/text.ts'

const at = z.iso.datetime()

/** How many endpoints one region may have: each multiplies what every change costs. */
export const WEBHOOK_ENDPOINTS_MAX = 20
/** How many events one replay may bring back. */
export const WEBHOOK_REPLAY_MAX = 10_000
export const WEBHOOK_URL_MAX = 2_000
const OVERLAP_DEFAULT_HOURS = 24
const OVERLAP_MAX_HOURS = 7 * 24

export const WEBHOOK_STATUSES = ['active', 'paused'] as const
export type WebhookStatus = (typeof WEBHOOK_STATUSES)[number]

/** `failing`: nothing was taken for days; `gone`: the receiver answered 410. */
export const PAUSE_REASONS = ['admin', 'failing', 'gone'] as const
export type PauseReason = (typeof PAUSE_REASONS)[number]

export const DELIVERY_PROGRESS = ['pending', 'delivered', 'dead'] as const
export type DeliveryProgress = (typeof DELIVERY_PROGRESS)[number]

/** How an attempt ended. `refused`: an answer other than 2xx, redirects among them. */
export const ATTEMPT_OUTCOMES = [
  'delivered',
  'refused',
  'timeout',
  'connection_failed',
  'tls_refused',
  'name_unknown',
  'address_refused',
] as const
export type AttemptOutcome = (typeof ATTEMPT_OUTCOMES)[number]

// Whether it may be called at all is for the service to say: it knows the settings.
const url = z.string().min(1).max(WEBHOOK_URL_MAX)
const events = z
  .array(z.enum(SUBSCRIBABLE_EVENTS))
  .min(1)
  .max(SUBSCRIBABLE_EVENTS.length)
  .transform((wanted) => [...new Set(wanted)])
const description = lineSchema(0, 200)

export const webhookParams = z.object({ id: idSchema })

export const createWebhookBody = z.strictObject({ url, events, description: description.default('') })
export type CreateWebhook = z.infer<typeof createWebhookBody>

export const updateWebhookBody = z.strictObject({
  url: url.optional(),
  events: events.optional(),
  description: description.optional(),
})
export type UpdateWebhook = z.infer<typeof updateWebhookBody>

/** For so long both secrets sign. */
export const rotateSecretBody = z.strictObject({
  overlapHours: z.int().min(0).max(OVERLAP_MAX_HOURS).default(OVERLAP_DEFAULT_HOURS),
})

export const webhookItem = z.object({
  id: idSchema,
  regionCode,
  url: z.string().max(WEBHOOK_URL_MAX),
  events: z.array(z.enum(SUBSCRIBABLE_EVENTS)).max(SUBSCRIBABLE_EVENTS.length),
  description: z.string().max(200),
  status: z.enum(WEBHOOK_STATUSES),
  pausedBecause: z.enum(PAUSE_REASONS).nullable(),
  /** Deliveries refused one after the other. */
  failures: z.int(),
  failingSince: at.nullable(),
  /** Until then the former secret signs as well. */
  previousSecretUntil: at.nullable(),
  createdAt: at,
})
export type WebhookItem = z.infer<typeof webhookItem>

/** The only answers that show a secret. */
export const webhookWithSecret = z.object({ webhook: webhookItem, secret: z.string().max(100) })
export type WebhookWithSecret = z.infer<typeof webhookWithSecret>

export const listWebhooksResponse = z.object({ items: z.array(webhookItem).max(1_000) })

export const pingResponse = z.object({ eventId: idSchema })

/** One event, or all that the endpoint asks for and that happened in `[from, to)`; `onlyDead`: those given up. */
export const replayBody = z.union([
  z.strictObject({ eventId: idSchema }),
  z.strictObject({ from: at, to: at, onlyDead: z.boolean().default(false) }),
])
export type ReplayWish = z.infer<typeof replayBody>
export const replayResponse = z.object({ events: z.int() })

const position = z.string().max(18).regex(/^\d+$/)

export const listDeliveriesQuery = z.strictObject({
  state: z.enum(DELIVERY_PROGRESS).optional(),
  cursor: position.optional(),
  limit: limitSchema,
})
export type ListDeliveriesQuery = z.infer<typeof listDeliveriesQuery>

export const deliveryItem = z.object({
  eventId: idSchema,
  type: z.string().max(60),
  /** When it happened. */
  at,
  subjectId: idSchema,
  state: z.enum(DELIVERY_PROGRESS),
  attempts: z.int(),
  replays: z.int(),
  /** Of the last attempt, as the three below. */
  outcome: z.enum(ATTEMPT_OUTCOMES).nullable(),
  httpStatus: z.int().nullable(),
  durationMs: z.int().nullable(),
  attemptedAt: at.nullable(),
  nextAttemptAt: at.nullable(),
})
export const listDeliveriesResponse = z.object({
  items: z.array(deliveryItem).max(100),
  nextCursor: position.nullable(),
})
export type DeliveryPage = z.infer<typeof listDeliveriesResponse>
