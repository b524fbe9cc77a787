import { z } from 'zod'
import { idSchema } from '../primitives/ids.ts'

/** Of one kind and moment at most this many ids; when more changed, `ids` is null: load the list again. */
export const EVENT_IDS_MAX = 100

/** Why the server ends a stream. `replaced`: the same account opened more streams elsewhere than it may have; do not come back by yourself. */
export const STREAM_ENDS = ['session_ended', 'rights_changed', 'replaced', 'stopping'] as const
export type StreamEnd = (typeof STREAM_ENDS)[number]

const ids = z.array(idSchema).max(EVENT_IDS_MAX).nullable()

/** What each kind of event carries: ids of what changed, never what it is. Documented in docs/events.md. */
export const STREAM_EVENTS = {
  /** First of every stream. `resumed`: nothing was missed since `Last-Event-ID`; else load what is shown again. */
  ready: z.object({ resumed: z.boolean() }),
  /** Something may have been missed: load what is shown again. */
  reset: z.object({}),
  /** Claimed, released, moved, corrected, looked through: proposals the caller may list. */
  proposals: z.object({ ids }),
  /** Proposals that got the seat of the local budget they had waited for: they can be sealed now. They are in `proposals` too. */
  seats: z.object({ ids }),
  /** Totals of queues and states. */
  counts: z.object({}),
  /** Conversations of the inbox: texts, claims, who answers. */
  conversations: z.object({ ids }),
  /** The delivery state of messages, with the household each is about; `intakeIds` lists every household once. */
  messages: z.object({ ids, intakeIds: ids }),
  /** How the link to WhatsApp is, a new code to scan included. */
  whatsapp: z.object({}),
  /** How the source of memberships is doing. */
  bpjs: z.object({}),
  /** The last event of a stream. */
  end: z.object({ reason: z.enum(STREAM_ENDS) }),
} as const
export type StreamEvents = { [Kind in keyof typeof STREAM_EVENTS]: z.infer<(typeof STREAM_EVENTS)[Kind]> }
export type StreamEventName = keyof StreamEvents

/** A number of the database's; anything else is as good as none. */
export const LAST_EVENT_ID = /^\d{1,19}$/

export const eventsHeaders = z.object({
  'last-event-id': z.string().max(40).optional().describe('id of the last event; sent by browsers that reconnect'),
})
