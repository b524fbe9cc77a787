import { setTimeout as wait } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { Clock } from '../../../platform/clock.ts'
import type { Ids } from '../../../platform/ids.ts'
import type { Db } from '../../database.ts'
import type { InboundText, OutgoingText, Receipt, SendResult, WhatsAppGateway } from '../whatsapp.ports.ts'
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
  const pump = createEventPump({
    ...deps,
    async report(event) {
      const { messageId, at } = event
      if (event.kind === 'inbound') {
        await onInbound({ gatewayMessageId: messageId, from: event.phone, body: event.body, at })
      } else {
        await onReceipt({ gatewayMessageId: messageId, status: event.kind, at, code: null, reference: null })
      }
    },
  })

  const send = async ({ to, text, reference, notAfter }: OutgoingText): Promise<SendResult> => {
    const now = clock.now()
    if (now > notAfter) return { kind: 'refused', code: 'gateway_busy', retryable: true }
    const id = ids.next()
    const plan = await db.transaction().execute(async (tx) => {
      const behaviour = await findBehaviour(tx, to, true)
      const made = planHandOver(behaviour)
      if (made.fate === null) return made
      const at = new Date(now.getTime() + made.arrivesAfterMs)
      await insertPhoneMessage(tx, { id, phone: to, fromResident: false, body: text, reference, fate: made.fate, at })
      const events = made.receipts.map(({ status, afterMs }) => {
        const dueAt = new Date(now.getTime() + afterMs)
        return { id: ids.next(), messageId: id, kind: status, at: dueAt, dueAt, times: behaviour.repeatReceipts }
      })
      await insertEvents(tx, events)
      return made
    })
    if (plan.refusal) return plan.refusal
    if (plan.receiptsFirst) await pump.run()
    else pump.wake()
    if (plan.answersAfterMs > 0) await wait(plan.answersAfterMs)
    if (plan.answer === 'throws') throw new Error('the simulated connection broke')
    return { kind: 'accepted', gatewayMessageId: id }
  }

  return {
    name: 'simulator',
    start: async () => pump.start(),
    stop: () => pump.stop(),
    wake: () => pump.wake(),
    reportDue: () => pump.run(),
    health: async () => ({ ready: true, detail: null }),
    send,

    async resolve(number) {
      return await db.transaction().execute(async (tx) => {
        const { mode } = await findBehaviour(tx, number, false)
        if (mode !== 'not_on_whatsapp') return { kind: 'registered', address: number }
        await findBehaviour(tx, number, true)
        return { kind: 'not_registered' }
      })
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
  }
}
