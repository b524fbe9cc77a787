import type { DeliveryState } from '../../contracts/api/whatsapp.ts'

/** What became of one text. `sending` is stored before the gateway is called, so that a crash cannot hide a hand-over. */
export const MESSAGE_STATES = [
  'queued',
  'sending',
  'sent',
  'delivered',
  'read',
  'failed',
  'unknown',
  'suppressed',
] as const
export type MessageState = (typeof MESSAGE_STATES)[number]

/** `preference`: that a wish to stop or to go on was heard; `answer`: what an officer wrote. */
export type MessageKind = 'notice' | 'reply' | 'preference' | 'answer'

/** What a gateway may report about a text it took over. */
export const RECEIPT_STATUSES = ['sent', 'delivered', 'read', 'failed'] as const
export type ReceiptStatus = (typeof RECEIPT_STATUSES)[number]

// Receipts come late, twice and in any order. Each one lifts the state to the greater of both by this rank, so every order
// ends in the same state. A failure outranks "sent" (the server took it, the phone never did); a phone that has it outranks a failure.
const RANK: Record<Exclude<MessageState, 'suppressed'>, number> = {
  queued: 0,
  sending: 1,
  unknown: 2,
  sent: 3,
  failed: 4,
  delivered: 5,
  read: 6,
}

/**
 * The state after a receipt. A suppressed message that was handed over before (`attempts`) may turn out to have reached the phone; one
 * that never was is moved by nothing.
 */
export function applyReceipt(
  state: MessageState,
  status: ReceiptStatus | 'unknown',
  { attempts }: { attempts: number },
): MessageState {
  if (status === 'unknown') return state
  if (state === 'suppressed') return attempts > 0 && RANK[status] >= RANK.delivered ? status : state
  return RANK[status] > RANK[state] ? status : state
}

/** What the receipts of one hand-over add up to, in any order; `unknown` when there are none. */
export function reachedBy(statuses: readonly ReceiptStatus[]): ReceiptStatus | 'unknown' {
  return statuses.reduce<ReceiptStatus | 'unknown'>(
    (reached, status) => (RANK[status] > RANK[reached] ? status : reached),
    'unknown',
  )
}

/** Nobody has said yet that it arrived, failed or will not be sent. */
export function isOpen(state: MessageState): boolean {
  return state !== 'suppressed' && RANK[state] <= RANK.sent
}

export function hasReachedPhone(state: MessageState): boolean {
  return state === 'delivered' || state === 'read'
}

/** A text may go back to the queue only while nobody has said that it arrived or failed. */
export function mayQueueAgain(state: MessageState): boolean {
  return state === 'sending' || state === 'unknown'
}

/** As residents' officers see it: being handed over is still "queued". */
export function deliveryState(state: MessageState): DeliveryState {
  return state === 'sending' ? 'queued' : state
}

const LID_ADDRESS = /^\d+@lid$/

/** The alias that an address is; null: it names a number. */
export function aliasOf(address: string): { kind: 'lid'; value: string } | null {
  return LID_ADDRESS.test(address) ? { kind: 'lid', value: address } : null
}

const REFERENCE_ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const REFERENCE_LENGTH = 10
// The last 48 bits of a UUIDv7 are random; ten characters of five bits hold them.
const RANDOM_TAIL_HEX = 12

/** The code at the end of a text by which the gateway, an operator and the resident can name it. Letters that look like digits are left out. */
export function messageReference(messageId: string): string {
  let bits = BigInt(`0x${messageId.replaceAll('-', '').slice(-RANDOM_TAIL_HEX)}`)
  let reference = ''
  for (let position = 0; position < REFERENCE_LENGTH; position++) {
    reference = REFERENCE_ALPHABET[Number(bits & 31n)] + reference
    bits >>= 5n
  }
  return reference
}

const VISIBLE_DIGITS = 4

/** "•••• 7890": enough for an operator to recognise a number, not enough to call it. Of an alias the part that names somebody. */
export function maskPhone(phone: string): string {
  const [name = ''] = phone.split('@')
  return `•••• ${name.slice(-VISIBLE_DIGITS)}`
}
