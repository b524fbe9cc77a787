import { z } from 'zod'
import { recognise } from '../../bot/index.ts'
import { inboundMeaning } from '../../inbound.domain.ts'
import type { InboundText, OwnText, Peer, Receipt } from '../../whatsapp.ports.ts'

const wid = z.union([z.string(), z.object({ _serialized: z.string() }).transform((found) => found._serialized)])

/** A message as the page tells it, of which only this much is relied on. */
const pageMessageSchema = z.object({
  id: z.object({
    id: z.string(),
    fromMe: z.boolean(),
    remote: wid,
  }),
  ack: z.number().optional(),
  type: z.string().optional(),
  body: z.string().nullish(),
  caption: z.string().nullish(),
  t: z.number().optional(),
  broadcast: z.boolean().nullish(),
  isStatusV3: z.boolean().nullish(),
  latestEditSenderTimestampMs: z.number().nullish(),
  puntadewaReference: z.string().optional(),
})
export type PageMessage = z.infer<typeof pageMessageSchema>

/** Undefined for something that does not look like a message. */
export function parsePageMessage(told: unknown): PageMessage | undefined {
  return pageMessageSchema.safeParse(told).data
}

/**
 * The id under which a message is known everywhere. Without the chat that the page's own key text names: a person has one under the
 * number and one under the LID, and the same text is told live under one and found later under the other.
 */
export function keyText({ id }: PageMessage): string {
  return `${id.fromMe}_${id.id}`
}

// As the notices are written; letters that look like digits are not in it.
const REFERENCE = /(?:^|\s)Ref ([0-9A-HJKMNP-TV-Z]{10})\s*$/

/** The reference of one of our own texts, by the page's own word. */
export function referenceOf(message: PageMessage): string | null {
  return message.puntadewaReference ?? null
}

/** What stands in a text of our side of which the page does not know any more, or never knew, that we sent it: it may be a copy. */
export function claimedReferenceOf(message: PageMessage): string | null {
  if (message.puntadewaReference !== undefined) return null
  return REFERENCE.exec(contentOf(message)?.body ?? message.body ?? '')?.[1] ?? null
}

const STATUS_OF_ACK: Record<number, Receipt['status']> = {
  [-1]: 'failed',
  1: 'sent',
  2: 'delivered',
  3: 'read',
  4: 'read',
}

/** What an ack of one of our texts says. Undefined for ack 0: the page has it, and it has not left. */
export function toReceipt(message: PageMessage, ack: number, at: Date): Receipt | undefined {
  const status = STATUS_OF_ACK[ack]
  if (status === undefined || !message.id.fromMe || !isWithPerson(message)) return undefined
  const code = status === 'failed' ? 'ack_error' : null
  const reference = referenceOf(message) ?? claimedReferenceOf(message)
  return { gatewayMessageId: keyText(message), status, at, code, reference }
}

const PERSON = /^[\d.]+@(?:c\.us|lid)$/
/** The address of a person's chat, and not of a group, a channel or a list. */
export const isPerson = (address: string): boolean => PERSON.test(address)
const TEXT_TYPES = new Set(['chat', 'list_response', 'buttons_response', 'template_button_reply'])
const ATTACHMENT_TYPES = new Set([
  'album',
  'audio',
  'document',
  'event_creation',
  'image',
  'location',
  'multi_vcard',
  'order',
  'payment',
  'poll_creation',
  'product',
  'ptt',
  'ptv',
  'sticker',
  'vcard',
  'video',
])

/** Not a group, a channel, the status list or a list of ours. */
function isWithPerson({ id, broadcast, isStatusV3 }: PageMessage): boolean {
  return isPerson(id.remote) && !broadcast && !isStatusV3
}

function contentOf(message: PageMessage): { kind: InboundText['kind']; body: string } | undefined {
  if (TEXT_TYPES.has(message.type ?? '')) return { kind: 'text', body: message.body ?? '' }
  // The body of an attachment is its thumbnail; its words are the caption.
  if (ATTACHMENT_TYPES.has(message.type ?? '')) return { kind: 'attachment', body: message.caption ?? '' }
  return undefined
}

const sentAt = ({ t }: PageMessage, otherwise: Date): Date => (t === undefined ? otherwise : new Date(t * 1000))

/** A person's message to us, whatever it holds; undefined for everything that is none. */
export function toInbound(
  message: PageMessage,
  told: { now: Date; backfilled: boolean },
): Omit<InboundText, 'from'> | undefined {
  const content = contentOf(message)
  if (message.id.fromMe || content === undefined || !isWithPerson(message)) return undefined
  return { gatewayMessageId: keyText(message), ...content, at: sentAt(message, told.now), backfilled: told.backfilled }
}

/** Whether somebody wishes something about messages to them. */
export const isWish = ({ body }: Pick<InboundText, 'body'>): boolean => inboundMeaning(recognise(body)) !== 'other'

/**
 * A wish that a text was edited into, as a text of its own; undefined for every other edit: those are for who reads the chat. A body
 * that was empty before was not edited but decrypted late, and is reported as the text it is.
 */
export function toEditedWish(
  message: PageMessage,
  prevBody: unknown,
  now: Date,
): Omit<InboundText, 'from'> | undefined {
  const inbound = toInbound(message, { now, backfilled: false })
  if (!inbound || typeof prevBody !== 'string' || prevBody === '') return undefined
  const meaning = inboundMeaning(recognise(inbound.body))
  if (meaning === 'other') return undefined
  const editedAt = message.latestEditSenderTimestampMs ?? null
  return {
    ...inbound,
    gatewayMessageId: editId(inbound, editedAt ?? meaning),
    at: editedAt === null ? now : new Date(editedAt),
  }
}

const editId = ({ gatewayMessageId }: Pick<InboundText, 'gatewayMessageId'>, name: number | string): string =>
  `${gatewayMessageId}_edited_${name}`

/**
 * A person's message as it is found later. What it said before it was edited is not known: one that is a wish now is reported as the edit,
 * because we may have it from before; any other as itself.
 */
export function toFound(message: PageMessage, now: Date): Omit<InboundText, 'from'> | undefined {
  const inbound = toInbound(message, { now, backfilled: true })
  const editedAt = message.latestEditSenderTimestampMs ?? null
  if (!inbound || editedAt === null || !isWish(inbound)) return inbound
  return { ...inbound, gatewayMessageId: editId(inbound, editedAt), at: new Date(editedAt) }
}

/**
 * What somebody typed on our own phone; undefined for a text of ours and for everything that is not to a person. A reference in it
 * leaves open which of both it is.
 */
export function toOwnText(message: PageMessage, now: Date): Omit<OwnText, 'to'> | undefined {
  const content = contentOf(message)
  if (!message.id.fromMe || content === undefined || !isWithPerson(message) || referenceOf(message) !== null)
    return undefined
  const reference = claimedReferenceOf(message)
  return {
    gatewayMessageId: keyText(message),
    body: content.body,
    at: sentAt(message, now),
    ...(reference !== null && { reference }),
  }
}

const LID_SERVER = '@lid'
const PHONE_SERVER = '@c.us'

/** The address of a number is the number at WhatsApp's own server; an address stays what it is. */
export function toAddress(to: string): string {
  return to.includes('@') ? to : `${to}${PHONE_SERVER}`
}

/** E.164 digits of a number's address. */
function phoneOf(address: string | undefined): string | null {
  return address?.endsWith(PHONE_SERVER) ? address.slice(0, -PHONE_SERVER.length) : null
}

/** Whom an address names. A LID is kept as the address it is: what is sent to it arrives. */
export function toPeer(address: string, known: { lid?: string | undefined; pn?: string | undefined } = {}): Peer {
  const lid = address.endsWith(LID_SERVER) ? address : known.lid
  return {
    phone: phoneOf(address) ?? phoneOf(known.pn),
    alias: lid?.endsWith(LID_SERVER) ? { kind: 'lid', value: lid } : null,
  }
}

/** Every address a person may have a chat under. */
export function addressesOf({ phone, alias }: Peer): string[] {
  const lid = alias?.kind === 'lid' ? [alias.value.includes('@') ? alias.value : `${alias.value}${LID_SERVER}`] : []
  return [...(phone === null ? [] : [toAddress(phone)]), ...lid]
}
