import { z } from 'zod'
import { RECEIPT_STATUSES } from '../whatsapp.domain.ts'
import type { AccountTrouble, InboundText, OwnText, Peer, Receipt } from '../whatsapp.ports.ts'
import { CLOUD_CODES, receiptCodeOf } from './error-codes.domain.ts'

/** What one call of the service tells, in its order. */
export type CloudEvent =
  | { kind: 'receipt'; receipt: Receipt; trouble: AccountTrouble | null }
  | { kind: 'inbound'; text: InboundText }
  | { kind: 'own'; text: OwnText }
  | { kind: 'trouble'; trouble: AccountTrouble }

/** Whether somebody wrote: acted upon before whatever became of texts of ours. */
export const isText = ({ kind }: CloudEvent): boolean => kind === 'inbound' || kind === 'own'

// Fields that are not named here are left alone, and an item that does not look as documented is left out: Meta adds to both.
const seconds = z
  .union([z.string().regex(/^\d{1,11}$/), z.int().nonnegative()])
  .transform((value) => new Date(Number(value) * 1000))
const id = z.string().min(1).max(512)
const number = z.string().regex(/^\d{5,15}$/)
const userId = z.string().regex(/^[A-Z]{2}\.[A-Za-z\d.]{1,140}$/)

const statusSchema = z.object({
  id,
  status: z.enum(RECEIPT_STATUSES),
  timestamp: seconds,
  recipient_id: number.optional().catch(undefined),
  recipient_user_id: userId.optional().catch(undefined),
  biz_opaque_callback_data: z.string().max(512).optional(),
  errors: z.array(z.object({ code: z.int() })).optional(),
})
const contactSchema = z.object({
  wa_id: number.optional().catch(undefined),
  user_id: userId.optional().catch(undefined),
})
const caption = z.object({ caption: z.string().optional() }).optional().catch(undefined)
const messageSchema = z.object({
  id,
  timestamp: seconds,
  type: z.string(),
  from: number.optional().catch(undefined),
  from_user_id: userId.optional().catch(undefined),
  to: number.optional().catch(undefined),
  group_id: z.string().optional(),
  text: z.object({ body: z.string() }).optional().catch(undefined),
  button: z.object({ text: z.string() }).optional().catch(undefined),
  interactive: z
    .object({
      button_reply: z.object({ title: z.string() }).optional(),
      list_reply: z.object({ title: z.string() }).optional(),
    })
    .optional()
    .catch(undefined),
  image: caption,
  video: caption,
  document: caption,
})
type Message = z.infer<typeof messageSchema>

const list = z.array(z.unknown()).catch([])
const messagesValueSchema = z.object({
  metadata: z.object({ phone_number_id: z.string() }),
  contacts: list,
  messages: list,
  statuses: list,
  message_echoes: list,
})
const qualitySchema = z.object({ event: z.string() })
const accountSchema = z.object({
  event: z.string(),
  ban_info: z.object({ waba_ban_state: z.string() }).optional().catch(undefined),
})
const payloadSchema = z.object({
  object: z.literal('whatsapp_business_account'),
  entry: z.array(
    z.object({
      time: seconds.optional().catch(undefined),
      changes: z.array(z.object({ field: z.string(), value: z.unknown() })).catch([]),
    }),
  ),
})

const ATTACHMENTS = new Set(['image', 'video', 'audio', 'voice', 'document', 'sticker', 'location', 'contacts'])

/** Quality is what people think of the number: those who never wrote to us are left alone until it recovers. */
const QUALITY_TROUBLE = new Set(['FLAGGED', 'DOWNGRADE'])
const ACCOUNT_TROUBLE: Readonly<Record<string, AccountTrouble['scope']>> = {
  ACCOUNT_VIOLATION: 'cold',
  ACCOUNT_RESTRICTION: 'account',
  ACCOUNT_DELETED: 'account',
  ACCOUNT_OFFBOARDED: 'account',
  DISABLED_UPDATE: 'account',
}
const REINSTATED = 'REINSTATE'

function keep<Output>(schema: z.ZodType<Output>, items: readonly unknown[]): Output[] {
  return items.flatMap((item) => {
    const { data } = schema.safeParse(item)
    return data === undefined ? [] : [data]
  })
}

/** The words of a message; null: nothing that a person wrote to us (a reaction, a system message, one of a group). */
function readWords(message: Message): { kind: InboundText['kind']; body: string } | null {
  if (message.group_id !== undefined) return null
  const { type, text, button, interactive } = message
  if (type === 'text' && text) return { kind: 'text', body: text.body }
  if (type === 'button' && button) return { kind: 'text', body: button.text }
  const reply = interactive?.button_reply ?? interactive?.list_reply
  if (type === 'interactive' && reply) return { kind: 'text', body: reply.title }
  if (!ATTACHMENTS.has(type)) return null
  return { kind: 'attachment', body: (message.image ?? message.video ?? message.document)?.caption ?? '' }
}

/** The number may be missing: then the user id stands for the person. Both may stand in the message or in its contact. */
function readPeer(message: Message, contacts: readonly z.infer<typeof contactSchema>[]): Peer | null {
  const contact =
    contacts.find((candidate) => {
      if (candidate.wa_id !== undefined && candidate.wa_id === message.from) return true
      return candidate.user_id !== undefined && candidate.user_id === message.from_user_id
    }) ??
    (contacts.length === 1 && message.from === undefined && message.from_user_id === undefined
      ? contacts[0]
      : undefined)
  const phone = message.from ?? contact?.wa_id ?? null
  const value = message.from_user_id ?? contact?.user_id
  if (phone === null && value === undefined) return null
  return { phone, alias: value === undefined ? null : { kind: 'user_id', value } }
}

function readStatus(status: z.infer<typeof statusSchema>): CloudEvent {
  const code = status.errors?.[0]?.code ?? null
  const scope = code === null ? null : (CLOUD_CODES[code]?.trouble ?? null)
  const { recipient_id: phone = null, recipient_user_id: userId } = status
  const alias = userId === undefined ? null : ({ kind: 'user_id', value: userId } as const)
  const to: Peer | null = phone === null && alias === null ? null : { phone, alias }
  return {
    kind: 'receipt',
    receipt: {
      gatewayMessageId: status.id,
      status: status.status,
      at: status.timestamp,
      code: receiptCodeOf(code),
      reference: status.biz_opaque_callback_data ?? null,
      ...(to && { to }),
    },
    trouble: status.status === 'failed' && scope !== null ? { scope, code: String(code), at: status.timestamp } : null,
  }
}

/** Statuses, messages and texts typed on the paired phone of our own number; those of others belong to somebody else. */
function readMessages(value: unknown, own: { phoneNumberId: string }): CloudEvent[] {
  const { data } = messagesValueSchema.safeParse(value)
  if (data?.metadata.phone_number_id !== own.phoneNumberId) return []
  const contacts = keep(contactSchema, data.contacts)
  const inbound = keep(messageSchema, data.messages).flatMap((message): CloudEvent[] => {
    const words = readWords(message)
    const from = readPeer(message, contacts)
    if (words === null || from === null) return []
    const text = { gatewayMessageId: message.id, from, ...words, at: message.timestamp, backfilled: false }
    return [{ kind: 'inbound', text }]
  })
  const echoes = keep(messageSchema, data.message_echoes).flatMap((message): CloudEvent[] => {
    const words = readWords(message)
    if (words === null || message.to === undefined) return []
    const to: Peer = { phone: message.to, alias: null }
    return [{ kind: 'own', text: { gatewayMessageId: message.id, to, body: words.body, at: message.timestamp } }]
  })
  return [...keep(statusSchema, data.statuses).map(readStatus), ...inbound, ...echoes]
}

function readTrouble(field: string, value: unknown, at: Date): CloudEvent[] {
  if (field === 'phone_number_quality_update') {
    const event = qualitySchema.safeParse(value).data?.event ?? ''
    return QUALITY_TROUBLE.has(event) ? [{ kind: 'trouble', trouble: { scope: 'cold', code: event, at } }] : []
  }
  const { data } = accountSchema.safeParse(value)
  const scope = data && Object.hasOwn(ACCOUNT_TROUBLE, data.event) ? ACCOUNT_TROUBLE[data.event] : undefined
  if (!data || scope === undefined || data.ban_info?.waba_ban_state === REINSTATED) return []
  return [{ kind: 'trouble', trouble: { scope, code: data.event, at } }]
}

/** Reads one call of the service, which came at `receivedAt`. Whatever it does not know is left out, whole calls included. Pure. */
export function readCloudEvents(body: string, own: { phoneNumberId: string; receivedAt: Date }): CloudEvent[] {
  let json: unknown
  try {
    json = JSON.parse(body)
  } catch {
    return []
  }
  const { data } = payloadSchema.safeParse(json)
  return (data?.entry ?? []).flatMap((entry) =>
    entry.changes.flatMap(({ field, value }): CloudEvent[] => {
      switch (field) {
        case 'messages':
        case 'smb_message_echoes':
          return readMessages(value, own)
        case 'phone_number_quality_update':
        case 'account_update':
          return readTrouble(field, value, entry.time ?? own.receivedAt)
        default:
          return []
      }
    }),
  )
}
