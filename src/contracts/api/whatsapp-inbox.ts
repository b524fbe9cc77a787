import { z } from 'zod'
import { FLAGS, STATES } from '../lifecycle/states.ts'
import { idSchema } from '../primitives/ids.ts'
import { cursorSchema, limitSchema } from '../primitives/paging.ts'
import { noteSchema } from '../primitives/text.ts'
import { ANSWER_MAX_LENGTH } from './answer-length.ts'
import { DELIVERY_STATES, OUTCOME_CODES } from './whatsapp.ts'

/** `bot`: the bot answers; `waiting`: for a person; `claimed`: a person talks; `closed`: a person was through, the bot answers again. */
export const CONVERSATION_STATUSES = ['bot', 'waiting', 'claimed', 'closed'] as const
export type ConversationStatus = (typeof CONVERSATION_STATUSES)[number]

const at = z.iso.datetime()
const yesOnly = z.enum(['true']).transform(() => true)

export const conversationListQuery = z.strictObject({
  status: z.enum(CONVERSATION_STATUSES).optional(),
  unread: yesOnly.optional().describe('only those with texts that nobody has read'),
  mine: yesOnly.optional().describe('only those that the caller holds'),
  cursor: cursorSchema.optional(),
  limit: limitSchema,
})
export type ConversationListQuery = z.output<typeof conversationListQuery>

const holder = z.object({ id: z.string(), name: z.string(), until: at })

const conversationItem = z.object({
  id: idSchema,
  status: z.enum(CONVERSATION_STATUSES),
  phoneMasked: z.string().max(20).nullable().describe('null while WhatsApp hides the number'),
  preview: z
    .string()
    .max(120)
    .nullable()
    .describe('begin of the last text that came in; numbers masked; null for admins'),
  unread: z.int(),
  lastMessageAt: at,
  waitingSince: at.nullable(),
  claimedBy: holder.nullable(),
  botPausedUntil: at.nullable(),
  optedOut: z.boolean(),
  wrongNumber: z.boolean(),
  verified: z.boolean().describe('somebody there has confirmed the household'),
  stranger: z.boolean().describe('no household is linked'),
  freeUntil: at
    .nullable()
    .describe('until when an answer can be sent, then not before the resident writes again; null: at any time'),
})
export type ConversationItem = z.infer<typeof conversationItem>

export const conversationListResponse = z.object({
  items: z.array(conversationItem),
  nextCursor: z.string().nullable(),
})
export type ConversationList = z.infer<typeof conversationListResponse>

export const conversationCountsResponse = z.object({
  unread: z.int().describe('conversations with texts that nobody has read'),
  waiting: z.int().describe('conversations that wait for a person'),
  mine: z.int().describe('conversations that the caller holds'),
})
export type ConversationCounts = z.infer<typeof conversationCountsResponse>

export const conversationParams = z.object({ id: idSchema })
export const conversationQuery = z.strictObject({ cursor: cursorSchema.optional(), limit: limitSchema })
export type ConversationQuery = z.output<typeof conversationQuery>

/** What a phone shows at once, and our reference. */
export const SHOWN_LENGTH = 4200

const conversationMessage = z.object({
  id: idSchema,
  direction: z.enum(['in', 'out']),
  kind: z
    .enum(['text', 'attachment', 'own', 'notice', 'reply', 'preference', 'answer'])
    .describe('own: typed on the paired phone; attachment: not fetched'),
  body: z.string().max(SHOWN_LENGTH).describe('numbers of 13 or 16 digits masked'),
  at,
  state: z.enum(DELIVERY_STATES).nullable().describe('null for what came in'),
  outcome: z.enum(OUTCOME_CODES).nullable(),
  sentBy: z.object({ id: z.string(), name: z.string() }).nullable(),
  backfilled: z.boolean().describe('found after we were away'),
})
export type ConversationMessage = z.infer<typeof conversationMessage>

const linkedProposal = z.object({
  id: idSchema,
  intakeId: idSchema,
  receiptNumber: z.string().max(40),
  fullName: z.string().max(200),
  state: z.enum(STATES),
  flags: z.array(z.enum(FLAGS)),
})
export type LinkedProposal = z.infer<typeof linkedProposal>

export const conversationResponse = z.object({
  conversation: conversationItem,
  proposals: z.array(linkedProposal).describe('of linked households, those the caller may see'),
  messages: z.array(conversationMessage).describe('latest first'),
  nextCursor: z.string().nullable(),
})
export type ConversationView = z.infer<typeof conversationResponse>

export const conversationClaimBody = z.strictObject({ takeOver: z.boolean().default(false) })

/** `key`: made once per answer by the device; the same one again is the same answer. */
export const conversationAnswerBody = z.strictObject({ key: z.guid(), text: noteSchema(1, ANSWER_MAX_LENGTH) })
export type ConversationAnswer = z.output<typeof conversationAnswerBody>
export const conversationAnswerResponse = z.object({ messageId: idSchema })

/** Everything up to this message has been read. */
export const conversationReadBody = z.strictObject({ upTo: idSchema })
export const conversationPauseBody = z.strictObject({ minutes: z.int().min(5).max(1440).optional() })

/** Texts an officer may start from: keys of `contracts/text/{id,en}/inbox.json`. */
export const QUICK_REPLIES = [
  'greeting',
  'ask_receipt',
  'bring_papers',
  'being_checked',
  'no_identity_numbers',
  'free_of_charge',
  'closing',
] as const
export const quickRepliesResponse = z.object({
  items: z.array(z.object({ key: z.enum(QUICK_REPLIES), text: z.string().max(ANSWER_MAX_LENGTH) })),
})
export type QuickReplies = z.infer<typeof quickRepliesResponse>
