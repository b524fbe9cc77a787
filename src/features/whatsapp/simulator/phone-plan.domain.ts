import type { PhoneMode } from '../../../contracts/api/whatsapp.ts'
import type { ReceiptStatus } from '../whatsapp.domain.ts'
import type { OutgoingText, SendResult } from '../whatsapp.ports.ts'

export type Fate = 'on_phone' | 'undeliverable' | 'lost'

export type PhoneBehaviour = {
  mode: PhoneMode
  remaining: number | null
  delayMs: number
  repeatReceipts: number
  answersLookUp: boolean
}

/** What one hand-over to a simulated phone does, step by step. */
export type PhonePlan = {
  /** Null: nothing is stored, the simulated company never saw it. */
  fate: Fate | null
  /** When the text stands on the phone and when the caller is answered, from now. */
  arrivesAfterMs: number
  answersAfterMs: number
  answer: SendResult['kind'] | 'throws'
  refusal: Extract<SendResult, { kind: 'refused' }> | null
  /** In the order they are reported. */
  receipts: { status: ReceiptStatus; afterMs: number }[]
  /** Receipts are reported before the caller is answered. */
  receiptsFirst: boolean
}

const REFUSALS = {
  not_on_whatsapp: { kind: 'refused', code: 'not_on_whatsapp', retryable: false },
  refuses: { kind: 'refused', code: 'gateway_refused', retryable: false },
  busy: { kind: 'refused', code: 'gateway_busy', retryable: true },
  restricted: { kind: 'refused', code: 'account_trouble', retryable: true },
  opted_out: { kind: 'refused', code: 'recipient_opted_out', retryable: false },
  takes_no_pictures: { kind: 'refused', code: 'picture_failed', retryable: true },
  needs_template: { kind: 'refused', code: 'no_template', retryable: false },
} as const
// Receipts with one due time could be reported in any order; a millisecond apart they keep theirs.
const STEP_MS = 1
/** How long the owner of a phone may be written to freely. */
const FREE_WINDOW_MS = 24 * 60 * 60_000

const mayBeWritten = (
  { template, lastInboundAt }: Pick<OutgoingText, 'template' | 'lastInboundAt'>,
  now: Date,
): boolean => template !== null || (lastInboundAt !== null && now.getTime() - lastInboundAt.getTime() < FREE_WINDOW_MS)

/** The behaviour of a phone as a plan for one text. Pure. */
export function planHandOver(
  { mode, delayMs }: Pick<PhoneBehaviour, 'mode' | 'delayMs'>,
  message: Pick<OutgoingText, 'template' | 'lastInboundAt' | 'media'>,
  now: Date,
): PhonePlan {
  const inOrder = (...statuses: ReceiptStatus[]): PhonePlan['receipts'] =>
    statuses.map((status, index) => ({ status, afterMs: delayMs + index * STEP_MS }))
  const accepted: PhonePlan = {
    fate: 'on_phone',
    arrivesAfterMs: 0,
    answersAfterMs: 0,
    answer: 'accepted',
    refusal: null,
    receipts: inOrder('delivered'),
    receiptsFirst: false,
  }
  switch (mode) {
    case 'delivers':
      return accepted
    case 'reads':
      return { ...accepted, receipts: inOrder('delivered', 'read') }
    case 'fails':
      return { ...accepted, fate: 'undeliverable', receipts: inOrder('failed') }
    case 'silent':
      return { ...accepted, receipts: [] }
    case 'receipts_first':
      return { ...accepted, receipts: inOrder('delivered', 'read'), receiptsFirst: true }
    case 'receipts_backwards':
      return { ...accepted, receipts: inOrder('read', 'delivered', 'sent') }
    case 'slow':
      return { ...accepted, arrivesAfterMs: delayMs, answersAfterMs: delayMs }
    case 'unknown_delivered':
      return { ...accepted, answer: 'throws' }
    case 'unknown_lost':
      return { ...accepted, fate: 'lost', answer: 'throws', receipts: [] }
    case 'answers_nothing':
      return { ...accepted, answer: 'unknown' }
    case 'hides_number':
    case 'sends_pictures':
      return accepted
    case 'needs_template':
      if (mayBeWritten(message, now)) return accepted
      return { ...accepted, fate: null, answer: 'refused', refusal: REFUSALS[mode], receipts: [] }
    case 'takes_no_pictures':
      if (!message.media) return accepted
      return { ...accepted, fate: null, answer: 'refused', refusal: REFUSALS[mode], receipts: [] }
    case 'not_on_whatsapp':
    case 'refuses':
    case 'busy':
    case 'restricted':
    case 'opted_out':
      return { ...accepted, fate: null, answer: 'refused', refusal: REFUSALS[mode], receipts: [] }
  }
}
