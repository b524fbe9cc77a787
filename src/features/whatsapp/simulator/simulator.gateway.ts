import { setTimeout as wait } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { PhoneMode } from '../../../contracts/api/whatsapp.ts'
import type { Clock } from '../../../platform/clock.ts'
import type { Ids } from '../../../platform/ids.ts'
import type { Db } from '../../database.ts'
import { RECEIPT_STATUSES } from '../whatsapp.domain.ts'
import type {
  AccountTrouble,
  InboundText,
  OutgoingText,
  OwnText,
  Peer,
  Receipt,
  SendResult,
  WhatsAppGateway,
} from '../whatsapp.ports.ts'
import { createEventPump } from './event-pump.ts'
import { planHandOver } from './phone-plan.domain.ts'
import { ALL_PHONES, findBehaviour, findByReference, insertEvents, insertPhoneMessage } from './simulator.repository.ts'

export type SimulatorGateway = WhatsAppGateway & {
  /** Something has happened on a phone: looks for it soon, when started. */
  wake(): void
  /** Reports everything that is due now and resolves when it is through, started or not. */
  reportDue(): Promise<void>
}

/**
 * A WhatsApp with invented phones in the database, as far from our own tables as another company's system would be. Keeps the
 * promises of the gateway port through a restart: what was handed over is remembered, reports come at least once.
 */
export function createSimulatorGateway(deps: { db: Db; clock: Clock; ids: Ids; logger: Logger }): SimulatorGateway {
  const { db, clock, ids } = deps
  let onReceipt = async (_: Receipt): Promise<void> => {}
  let onInbound = async (_: InboundText): Promise<void> => {}
  let onOwnText = async (_: OwnText): Promise<void> => {}
  let onTrouble = async (_: AccountTrouble): Promise<void> => {}
  const textPump = createEventPump({
    ...deps,
    kinds: ['inbound', 'own'],
    async report(event) {
      const { messageId, at } = event
      if (event.kind === 'inbound') {
        const { mode } = await findBehaviour(db, event.phone, false)
        await onInbound({
          gatewayMessageId: messageId,
          from: peerOf(event.phone, mode),
          body: event.body,
          kind: mode === 'sends_pictures' ? 'attachment' : 'text',
          at,
          backfilled: false,
        })
      } else {
        const to = { phone: event.phone, alias: null }
        await onOwnText({ gatewayMessageId: messageId, to, body: event.body, at })
      }
    },
  })
  // Apart: what somebody writes does not wait behind what became of a thousand texts.
  const receiptPump = createEventPump({
    ...deps,
    kinds: RECEIPT_STATUSES,
    async report({ kind, messageId, at }) {
      if (kind === 'inbound' || kind === 'own') return
      await onReceipt({ gatewayMessageId: messageId, status: kind, at, code: null, reference: null })
    },
  })
  const wake = (): void => {
    textPump.wake()
    receiptPump.wake()
  }

  const send = async (message: OutgoingText): Promise<SendResult> => {
    const { text, reference, notAfter } = message
    const to = phoneOf(message.to)
    const now = clock.now()
    if (now > notAfter) return { kind: 'refused', code: 'gateway_busy', retryable: true }
    const id = ids.next()
    const plan = await db.transaction().execute(async (tx) => {
      const behaviour = await findBehaviour(tx, to, true)
      const made = planHandOver(behaviour, message, now)
      if (made.fate === null) return made
      const at = new Date(now.getTime() + made.arrivesAfterMs)
      const media = message.media ? Buffer.from(message.media.bytes) : null
      const handed = { id, phone: to, fromResident: false, body: text, media, reference, fate: made.fate, at }
      await insertPhoneMessage(tx, handed)
      const events = made.receipts.map(({ status, afterMs }) => {
        const dueAt = new Date(now.getTime() + afterMs)
        return { id: ids.next(), messageId: id, kind: status, at: dueAt, dueAt, times: behaviour.repeatReceipts }
      })
      await insertEvents(tx, events)
      return made
    })
    if (plan.refusal) {
      if (plan.refusal.code === 'account_trouble') await onTrouble({ scope: 'cold', code: '463', at: now })
      return plan.refusal
    }
    if (plan.receiptsFirst) await receiptPump.run()
    else receiptPump.wake()
    if (plan.answersAfterMs > 0) await wait(plan.answersAfterMs)
    if (plan.answer === 'unknown') return { kind: 'unknown' }
    if (plan.answer === 'throws') throw new Error('the simulated connection broke')
    return { kind: 'accepted', gatewayMessageId: id }
  }

  return {
    name: 'simulator',
    async start() {
      textPump.start()
      receiptPump.start()
    },
    async stop() {
      await Promise.all([textPump.stop(), receiptPump.stop()])
    },
    wake,
    async reportDue() {
      await textPump.run()
      await receiptPump.run()
    },
    health: async () => ({ ready: true, detail: null }),
    send,

    async resolve(number) {
      const { mode } = await findBehaviour(db, number, false)
      if (mode !== 'not_on_whatsapp') return { kind: 'registered', address: number }
      await db.transaction().execute((tx) => findBehaviour(tx, number, true))
      return { kind: 'not_registered' }
    },

    async lookUpByReference(reference) {
      const known = await findByReference(db, reference)
      const { answersLookUp } = await findBehaviour(db, known?.phone ?? ALL_PHONES, false)
      if (!answersLookUp) return { kind: 'cannot_tell' }
      if (!known || known.fate === 'lost') return { kind: 'not_sent' }
      return { kind: 'sent', gatewayMessageId: known.id }
    },

    onReceipt(handler) {
      onReceipt = handler
    },
    onInbound(handler) {
      onInbound = handler
    },
    onOwnText(handler) {
      onOwnText = handler
    },
    onTrouble(handler) {
      onTrouble = handler
    },
  }
}

// A phone that hides its number is named, and may be written to, by this instead.
const ALIAS_PREFIX = 'SIM.'

function peerOf(phone: string, mode: PhoneMode): Peer {
  if (mode !== 'hides_number') return { phone, alias: null }
  return { phone: null, alias: { kind: 'user_id', value: `${ALIAS_PREFIX}${phone}` } }
}

const phoneOf = (address: string): string =>
  address.startsWith(ALIAS_PREFIX) ? address.slice(ALIAS_PREFIX.length) : address
