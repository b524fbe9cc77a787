import type { Logger } from 'pino'
import type { Clock } from '../../platform/clock.ts'
import type { Sealer } from '../../platform/crypto/sealer.ts'
import { AppError } from '../../platform/errors.ts'
import type { Outbox } from '../../platform/outbox/outbox.ts'
import type { Db, Tx } from '../database.ts'
import { recordReachable, recordUnreachable } from './contact.repository.ts'
import {
  claimMessage,
  findMessage,
  findMessageHoldingContact,
  listUnsettled,
  type Message,
  moveMessage,
  recordAsked,
} from './message.repository.ts'
import type { Receipts } from './receipt.service.ts'
import { sealContext } from './seal-context.ts'
import { mayQueueAgain } from './whatsapp.domain.ts'
import type { ContactUnreachable, LookUpResult, SendResult, WhatsAppGateway } from './whatsapp.ports.ts'
import { withDeadline } from './with-deadline.ts'

export type DeliverySettings = {
  /** A hand-over that has not answered by then has an unknown outcome. */
  sendTimeoutMs: number
  /** Added to it before the gateway is asked what became of a text: clocks of two machines differ. */
  settleMarginMs: number
}

// Five hand-overs that provably never left are the gateway's trouble, not bad luck.
const MAX_HAND_OVERS = 5
// A text that cannot be handed over waits a quarter of its age, so a short hiccup costs little and a long outage is not hammered.
const MIN_POSTPONE_MS = 1_000
const MAX_POSTPONE_MS = 5 * 60_000
const AGE_PER_POSTPONE = 4
/** A refusal "for now" that lasts this long is final. */
const GIVE_UP_AFTER_MS = 48 * 60 * 60_000
const SETTLE_BATCH = 200

/** Ends the caller's piece of work inside the given transaction. */
export type Settle = (executor: Tx) => Promise<void>

export type Delivery = {
  /**
   * Does the next step for one message: hands it over when it is queued, asks the gateway when an earlier hand-over was left
   * open, otherwise nothing. May be repeated and may die anywhere: no text is handed over twice unless the first time provably
   * failed. `settle` commits together with what was learnt.
   */
  send(messageId: string, settle: Settle): Promise<void>
  /** Asks the gateway about every hand-over left open. Repeatable, also side by side. */
  settleOpen(signal: AbortSignal): Promise<void>
}

export type DeliveryDeps = {
  db: Db
  clock: Clock
  sealer: Sealer
  outbox: Pick<Outbox, 'add'>
  logger: Logger
  /** Guarded (`guardGateway`). */
  gateway: WhatsAppGateway
  receipts: Receipts
  contactUnreachable: ContactUnreachable
  settings: DeliverySettings
}

type HandOverResult = SendResult | { kind: 'held_back' }

export function createDelivery(deps: DeliveryDeps): Delivery {
  const { db, clock, sealer, outbox, logger, gateway, receipts, settings } = deps
  const openMs = settings.sendTimeoutMs + settings.settleMarginMs
  const openUntil = (message: Message): Date => new Date((message.sendingAt?.getTime() ?? 0) + openMs)

  const queueSend = async (tx: Tx, messageId: string, dueAt: Date): Promise<void> => {
    await outbox.add(tx, [{ topic: 'whatsapp.send', key: messageId, payload: { messageId }, dueAt }])
  }

  const nextTry = (message: Message, now: Date): Date => {
    const wait = (now.getTime() - message.queuedAt.getTime()) / AGE_PER_POSTPONE
    return new Date(now.getTime() + Math.min(MAX_POSTPONE_MS, Math.max(MIN_POSTPONE_MS, wait)))
  }

  const postpone = async (message: Message, settle: Settle, until = nextTry(message, clock.now())): Promise<void> => {
    await db.transaction().execute(async (tx) => {
      await queueSend(tx, message.id, until)
      await settle(tx)
    })
  }

  const recordNotOnWhatsapp = async (tx: Tx, message: Message): Promise<void> => {
    const at = clock.now()
    await recordUnreachable(tx, message.contactId, { at, code: 'not_on_whatsapp' })
    await moveMessage(tx, message.id, { from: ['queued', 'sending'], to: 'failed', at, outcome: 'not_on_whatsapp' })
    if (message.intakeId !== null) await deps.contactUnreachable.record(tx, message.intakeId)
  }

  /** The address to send to; null when that is settled or postponed already. The first text to a number asks WhatsApp for it. */
  const resolveAddress = async (message: Message, settle: Settle): Promise<string | null> => {
    if (message.address) return sealer.open(message.address, sealContext.address(message.contactId))
    const number = sealer.open(message.recipient, sealContext.recipient(message.id))
    const resolved = await withDeadline(gateway.resolve(number), settings.sendTimeoutMs).catch((error: unknown) => {
      logger.warn({ messageId: message.id, errorName: errorName(error) }, 'could not ask WhatsApp for a number')
      return { kind: 'unknown' } as const
    })
    switch (resolved.kind) {
      case 'registered':
        await recordReachable(
          db,
          message.contactId,
          sealer.seal(resolved.address, sealContext.address(message.contactId)),
        )
        return resolved.address
      case 'not_registered':
        await db.transaction().execute(async (tx) => {
          await recordNotOnWhatsapp(tx, message)
          await settle(tx)
        })
        return null
      case 'unknown':
        await postpone(message, settle)
        return null
    }
  }

  /** Stores `sending` before anything leaves. Answers with the end of the time for it. */
  const claim = async (message: Message, settle: Settle): Promise<Date | 'in_order_later' | 'done'> =>
    await db.transaction().execute(async (tx) => {
      const current = await findMessageHoldingContact(tx, message.id)
      const at = clock.now()
      if (current?.state === 'queued') {
        if (current.optedOutAt && !current.essential) {
          await moveMessage(tx, message.id, { from: ['queued'], to: 'suppressed', at, outcome: 'opted_out' })
        } else {
          const claimed = await claimMessage(tx, message, { gateway: gateway.name, at })
          return claimed ? new Date(at.getTime() + settings.sendTimeoutMs) : 'in_order_later'
        }
      }
      await settle(tx)
      return 'done'
    })

  const handOver = async (message: Message, to: string, notAfter: Date): Promise<HandOverResult> => {
    const timeLeft = notAfter.getTime() - clock.now().getTime()
    // This process stood still since the claim: somebody may be asking about the message already.
    if (timeLeft <= 0) return { kind: 'refused', code: 'gateway_busy', retryable: true }
    const text = sealer.open(message.body, sealContext.body(message.id))
    try {
      return await withDeadline(gateway.send({ to, text, reference: message.reference, notAfter }), timeLeft)
    } catch (error) {
      if (error instanceof AppError && error.code === 'message_holds_identity_number') return { kind: 'held_back' }
      logger.warn({ messageId: message.id, errorName: errorName(error) }, 'a hand-over ended without an answer')
      return { kind: 'unknown' }
    }
  }

  const recordResult = async (tx: Tx, message: Message, result: HandOverResult): Promise<void> => {
    const at = clock.now()
    const answered = { from: ['sending'], at, attempt: message.attempts + 1 } as const
    switch (result.kind) {
      case 'accepted':
        return await receipts.recordSent(tx, message.id, { gatewayMessageId: result.gatewayMessageId, at })
      case 'unknown':
        await moveMessage(tx, message.id, { ...answered, to: 'unknown' })
        return
      case 'held_back':
        logger.error({ messageId: message.id }, 'a text with an identity number was held back')
        await moveMessage(tx, message.id, { ...answered, to: 'failed', outcome: 'message_holds_identity_number' })
        return
      case 'refused':
        if (result.code === 'not_on_whatsapp') return await recordNotOnWhatsapp(tx, message)
        if (!result.retryable || at.getTime() - message.queuedAt.getTime() > GIVE_UP_AFTER_MS) {
          const outcome = result.retryable ? 'gave_up' : 'gateway_refused'
          await moveMessage(tx, message.id, { ...answered, to: 'failed', outcome })
          return
        }
        if (await moveMessage(tx, message.id, { ...answered, to: 'queued' })) {
          await queueSend(tx, message.id, nextTry(message, at))
        }
    }
  }

  const ask = async (message: Message): Promise<LookUpResult> => {
    try {
      return await withDeadline(gateway.lookUpByReference(message.reference), settings.sendTimeoutMs)
    } catch (error) {
      logger.warn({ messageId: message.id, errorName: errorName(error) }, 'could not ask what became of a message')
      return { kind: 'cannot_tell' }
    }
  }

  /** What became of a hand-over left open. Refused by the database when somebody else has found out meanwhile. */
  const settleOne = async (message: Message, settle: Settle): Promise<void> => {
    const result = await ask(message)
    const at = clock.now()
    await db.transaction().execute(async (tx) => {
      await recordAsked(tx, message.id, at)
      const open = { from: [message.state], at, attempt: message.attempts } as const
      if (result.kind === 'sent') {
        await receipts.recordSent(tx, message.id, { gatewayMessageId: result.gatewayMessageId, at })
      } else if (result.kind === 'cannot_tell') {
        if (message.state === 'sending') await moveMessage(tx, message.id, { ...open, to: 'unknown' })
      } else if (message.attempts >= MAX_HAND_OVERS) {
        await moveMessage(tx, message.id, { ...open, to: 'failed', outcome: 'gave_up' })
      } else if (await moveMessage(tx, message.id, { ...open, to: 'queued' })) {
        await queueSend(tx, message.id, at)
      }
      await settle(tx)
    })
  }

  return {
    async send(messageId, settle) {
      const message = await findMessage(db, messageId)
      if (message && mayQueueAgain(message.state)) {
        if (message.state === 'unknown') return await db.transaction().execute(settle)
        if (openUntil(message) > clock.now()) return await postpone(message, settle, openUntil(message))
        return await settleOne(message, settle)
      }
      if (message?.state !== 'queued') return await db.transaction().execute(settle)
      const address = await resolveAddress(message, settle)
      if (address === null) return
      const claimed = await claim(message, settle)
      if (claimed === 'in_order_later') return await postpone(message, settle)
      if (claimed === 'done') return
      const result = await handOver(message, address, claimed)
      await db.transaction().execute(async (tx) => {
        await recordResult(tx, message, result)
        await settle(tx)
      })
    },

    async settleOpen(signal) {
      const now = clock.now()
      const handedOverBefore = new Date(now.getTime() - openMs)
      for (const id of await listUnsettled(db, { handedOverBefore, now, limit: SETTLE_BATCH })) {
        if (signal.aborted) return
        const message = await findMessage(db, id)
        if (message && mayQueueAgain(message.state)) await settleOne(message, async () => {})
      }
    },
  }
}

// Messages of foreign errors quote numbers and texts: only the kind of error is logged.
function errorName(error: unknown): string {
  return error instanceof Error ? error.name : typeof error
}
