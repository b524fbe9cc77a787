import { z } from 'zod'

/** Why a message that is queued has not left yet. Labels: `contracts/text/{id,en}/whatsapp.json`. */
export const HOLD_REASONS = [
  'breaker',
  'cold_notices_off',
  'quiet_hours',
  'contact_limit',
  'daily_limit',
  'cold_limit',
  'pace',
  'order',
  'gateway_busy',
] as const
export type HoldReason = (typeof HOLD_REASONS)[number]

/** `cold`: nothing goes to people who never wrote to us; `account`: nothing goes to anybody. */
export const BREAKER_SCOPES = ['cold', 'account'] as const
export type BreakerScope = (typeof BREAKER_SCOPES)[number]

const at = z.iso.datetime()

export const breakerResponse = z.object({
  gateway: z.string().max(20),
  /** `half_open`: a message is trying whether the trouble is over. */
  state: z.enum(['closed', 'open', 'half_open']),
  scope: z.enum(BREAKER_SCOPES).nullable(),
  /** What the transport reported. */
  code: z.string().max(60).nullable(),
  openedAt: at.nullable(),
  /** From then on one message to somebody who has written may try. */
  probeAt: at.nullable(),
  /** Messages that wait for it to close. */
  waiting: z.int(),
})
export type BreakerState = z.infer<typeof breakerResponse>

const limit = z.int().nullable().describe('null: not limited')
const timeOfDay = z.string().regex(/^\d{2}:\d{2}$/)

export const pacingResponse = z.object({
  gateway: z.string().max(20),
  settings: z.object({
    quietHours: z
      .object({ from: timeOfDay, to: timeOfDay })
      .nullable()
      .describe('on the clock of each household: nothing leaves from `from` until `to`; null: at any hour'),
    distance: z
      .object({ minSeconds: z.number(), maxSeconds: z.number() })
      .nullable()
      .describe('between two messages of the account, drawn anew for each; null: none'),
    contactHourLimit: limit,
    contactDayLimit: limit,
    warmUp: z
      .array(z.object({ day: z.int(), limit: z.int() }))
      .nullable()
      .describe('from that day of the account on, so many messages within 24 hours; null: not limited'),
    coldDayLimit: limit,
    coldNotices: z.boolean().describe('whether people who never wrote to us are written to'),
  }),
  account: z.object({
    since: at.nullable().describe('when its warm-up began; null: nothing was sent yet'),
    day: z.int().describe('of its warm-up; the first is 1'),
  }),
  /** The last 24 hours, of what obeys the limits: answers to somebody who wrote are not counted. Null: nothing is limited, so nothing is counted. */
  use: z
    .object({
      sent: z.int(),
      limit: limit.describe('of today; null: not limited'),
      cold: z.int().describe('of these, to people who never wrote to us'),
    })
    .nullable(),
  held: z
    .array(z.object({ reason: z.enum(HOLD_REASONS), count: z.int() }))
    .describe('messages that wait, by the reason; none is lost'),
})
export type PacingState = z.infer<typeof pacingResponse>
