import type { Logger } from 'pino'
import type { Clock } from '../../platform/clock.ts'
import type { Sealer } from '../../platform/crypto/sealer.ts'
import { runLimited } from '../../platform/outbox/concurrency.ts'
import type { Outbox } from '../../platform/outbox/outbox.ts'
import type { Db, Tx } from '../database.ts'
import { errorName } from './error-name.ts'
import { findMessage, type Message, moveMessage } from './message.repository.ts'
import { openAddress } from './open-address.ts'
import type { BreakerSwitch } from './pacing/breaker.service.ts'
import type { Pacing } from './pacing/pacing.service.ts'
import type { Receipts } from './receipt.service.ts'
import { listUnsettled, recordAsked } from './unsettled.repository.ts'
import { mayQueueAgain } from './whatsapp.domain.ts'
import type { LookUpResult, WhatsAppGateway } from './whatsapp.ports.ts'
import { withDeadline } from './with-deadline.ts'

export type SettlingSettings = {
  /** A hand-over that has not answered by then has an unknown outcome. */
  sendTimeoutMs: number
  /** Added to it before the gateway is asked what became of a text: clocks of two machines differ. */
  settleMarginMs: number
}

// Five hand-overs that provably never left are the gateway's trouble, not bad luck.
const MAX_HAND_OVERS = 5
const SETTLE_BATCH = 200
// A chat that answers slowly costs seconds: with many of them nothing would be settled in its ten minutes one after the other.
const CHATS_AT_ONCE = 4

/** Ends the caller's piece of work inside the given transaction. */
export type Settle = (executor: Tx) => Promise<void>

export type Settling = {
  /** Until when a hand-over has time to answer for itself. */
  openUntil(message: Message): Date
  /** Finds out what became of a hand-over left open. `settle` commits together with what was learnt. */
  settleOne(message: Message, settle: Settle): Promise<void>
  /** Asks the gateway about every hand-over left open. Repeatable, also side by side; one that fails does not hold up the others. */
  settleOpen(signal: AbortSignal): Promise<void>
}

export function createSettling(deps: {
  db: Db
  clock: Clock
  sealer: Sealer
  outbox: Pick<Outbox, 'add'>
  logger: Logger
  gateway: Pick<WhatsAppGateway, 'name' | 'lookUpByReference'>
  receipts: Pick<Receipts, 'recordSent'>
  pacing: Pick<Pacing, 'giveBack'>
  breaker: Pick<BreakerSwitch, 'wake'>
  settings: SettlingSettings
}): Settling {
  const { db, clock, sealer, outbox, logger, gateway, receipts, pacing, breaker, settings } = deps
  const openMs = settings.sendTimeoutMs + settings.settleMarginMs

  const ask = async (message: Message): Promise<LookUpResult> => {
    // Another transport never had it: its "not sent" would prove nothing.
    if (message.gateway !== gateway.name) return { kind: 'cannot_tell' }
    try {
      const address = openAddress(sealer, gateway, message)
      return await withDeadline(gateway.lookUpByReference(message.reference, address), settings.sendTimeoutMs)
    } catch (error) {
      logger.warn({ messageId: message.id, errorName: errorName(error) }, 'could not ask what became of a message')
      return { kind: 'cannot_tell' }
    }
  }

  const recordNotSent = async (tx: Tx, message: Message, at: Date): Promise<void> => {
    const { id: messageId, attempts } = message
    const open = { from: [message.state], at, attempt: attempts } as const
    const gaveUp = attempts >= MAX_HAND_OVERS
    const next = gaveUp ? ({ to: 'failed', outcome: 'gave_up' } as const) : ({ to: 'queued' } as const)
    if (!(await moveMessage(tx, messageId, { ...open, ...next }))) return
    await pacing.giveBack(tx, messageId, attempts)
    if (!gaveUp) await outbox.add(tx, [{ topic: 'whatsapp.send', key: messageId, payload: { messageId }, dueAt: at }])
  }

  // Refused by the database when somebody else has found out meanwhile.
  const settleOne: Settling['settleOne'] = async (message, settle) => {
    const result = await ask(message)
    const at = clock.now()
    // By itself: what cannot be stored below is asked about later and not at once, and no lock is held while others are waited for.
    await recordAsked(db, message.id, at)
    const hasClosedBreaker = await db.transaction().execute(async (tx) => {
      let closed = false
      if (result.kind === 'sent') {
        const { gatewayMessageId } = result
        const learnt = await receipts.recordSent(tx, message.id, { gatewayMessageId, at })
        closed = learnt.hasClosedBreaker
        if (learnt.isOfAnother) logger.warn({ messageId: message.id }, 'a message was taken for another one')
      }
      if (result.kind === 'not_sent') {
        await recordNotSent(tx, message, at)
      } else if (message.state === 'sending') {
        // Unless it was settled just now.
        await moveMessage(tx, message.id, { from: ['sending'], at, attempt: message.attempts, to: 'unknown' })
      }
      await settle(tx)
      return closed
    })
    if (hasClosedBreaker) await breaker.wake()
  }

  return {
    openUntil: (message) => new Date((message.sendingAt?.getTime() ?? 0) + openMs),
    settleOne,

    async settleOpen(signal) {
      const now = clock.now()
      const handedOverBefore = new Date(now.getTime() - openMs)
      const due = { gateway: gateway.name, handedOverBefore, now, limit: SETTLE_BATCH }
      // One chat is read at one place at a time.
      const chats = Map.groupBy(await listUnsettled(db, due), ({ contactId }) => contactId)
      await runLimited([...chats.values()], CHATS_AT_ONCE, async (messages) => {
        for (const { id } of messages) {
          if (signal.aborted) return
          try {
            const message = await findMessage(db, id, gateway.name)
            if (message && mayQueueAgain(message.state)) await settleOne(message, async () => {})
          } catch (error) {
            logger.error({ messageId: id, errorName: errorName(error) }, 'what became of a message was not stored')
          }
        }
      })
    },
  }
}
