import { z } from 'zod'
import { QUEUE_KEYS } from '../lifecycle/queues.ts'
import { idSchema } from '../primitives/ids.ts'

/** Beyond this a figure of late or amber cases is not counted on. */
export const CLOCKED_MAX = 1000
/** Beyond this the registrations of a day are not counted on. */
export const REGISTERED_MAX = 10_000
export const OWN_LEASES_MAX = 50

const at = z.iso.datetime()

const homeQueue = z.object({
  queue: z.enum(QUEUE_KEYS),
  total: z.int(),
  /** The case whose clock ends first; null: nobody waits. */
  oldest: z.object({ submittedAt: at, dueAt: at }).nullable(),
  /** Three quarters of the working time have passed; at most `CLOCKED_MAX`. */
  amber: z.int(),
  /** The clock has run out; at most `CLOCKED_MAX`. */
  red: z.int(),
})
export type HomeQueue = z.infer<typeof homeQueue>

export const HEALTH_STATES = ['ok', 'degraded', 'down', 'unknown'] as const
export type HealthState = (typeof HEALTH_STATES)[number]

/** `code`: for programs; `text`: what it means and what to do, in the caller's language. */
const health = z.object({ state: z.enum(HEALTH_STATES), code: z.string().max(60), text: z.string().max(500) })

export const homeResponse = z.object({
  at,
  /** The calendar day of the figures, in `timeZone`. */
  day: z.string().max(10),
  timeZone: z.string().max(40),
  /** The queues the caller may open, with the cases the caller may see. `to_correct`: returned cases. */
  queues: z.array(homeQueue).max(QUEUE_KEYS.length),
  /** Cases the caller holds, the first to run out before the others. */
  leases: z.array(z.object({ proposalId: idSchema, until: at, dueAt: at.nullable() })).max(OWN_LEASES_MAX),
  /** What happened in the caller's scope today. Null: not kept for such a scope. */
  today: z.object({
    /** At most `REGISTERED_MAX`. */
    registered: z.int().nullable(),
    /** Decisions that took a case out of review. */
    decided: z.int().nullable(),
    /** Notices that came to be so today and still are. */
    notices: z.object({ delivered: z.int(), failed: z.int(), unknown: z.int() }).nullable(),
  }),
  bpjs: health,
  whatsapp: health,
})
export type Home = z.infer<typeof homeResponse>
