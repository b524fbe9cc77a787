import type { Logger } from 'pino'
import type { Clock } from '../../platform/clock.ts'
import type { Sealer } from '../../platform/crypto/sealer.ts'
import { AppError } from '../../platform/errors.ts'
import type { Outbox } from '../../platform/outbox/outbox.ts'
import type { Db, Tx } from '../database.ts'
import type { Addresses } from './address.service.ts'
import { errorName } from './error-name.ts'
import type { FormerNumbers } from './former-number.service.ts'
import {
  claimMessage,
  findMessage,
  findMessageHoldingContact,
  lockContactOf,
  type Message,
  type MessageKind,
  moveMessage,
} from './message.repository.ts'
import { recordMediaFailed } from './message-media.repository.ts'
import { drawMedia } from './message-media.ts'
import { openTemplate } from './message-template.ts'
import { openAddress } from './open-address.ts'
import type { BreakerSwitch } from './pacing/breaker.service.ts'
import { type Hold, PACING_CLASSES } from './pacing/pacing.domain.ts'
import { listEarlier, recordHold } from './pacing/pacing.repository.ts'
import type { Admission, Pacing } from './pacing/pacing.service.ts'
import type { Receipts } from './receipt.service.ts'
import { isGivenUp, nextTry } from './retry.domain.ts'
import { sealContext } from './seal-context.ts'
import type { Settle, Settling } from './settling.service.ts'
import { recordTransportOptOut } from './transport-opt-out.ts'
import type { Unreachable } from './unreachable.service.ts'
import { mayQueueAgain } from './whatsapp.domain.ts'
import type { AuditTrail, SendResult, WhatsAppGateway } from './whatsapp.ports.ts'
import { withDeadline } from './with-deadline.ts'

export type DeliverySettings = {
  /** A hand-over that has not answered by then has an unknown outcome. */
  sendTimeoutMs: number
  /** Whether texts go under the pictures that were made for them. */
  withMedia: boolean
}

export type Delivery = {
  /**
   * Does the next step for one message: hands it over when it is queued, asks the gateway when an earlier hand-over was left
   * open, otherwise nothing. May be repeated and may die anywhere: no text is handed over twice unless the first time provably
   * failed. `settle` commits together with what was learnt.
   */
  send(messageId: string, settle: Settle): Promise<void>
}

export type DeliveryDeps = {
  db: Db
  clock: Clock
  sealer: Sealer
  outbox: Pick<Outbox, 'add' | 'listOpen'>
  logger: Logger
  /** Guarded (`guardGateway`). */
  gateway: WhatsAppGateway
  receipts: Receipts
  addresses: Addresses
  unreachable: Unreachable
  formerNumbers: FormerNumbers
  audit: AuditTrail
  pacing: Pacing
  breaker: BreakerSwitch
  settling: Pick<Settling, 'openUntil' | 'settleOne'>
  settings: DeliverySettings
}

type HandOverResult = SendResult | { kind: 'held_back' }

/** Earlier messages that a message of each class waits for. */
const EARLIER_KINDS = {
  every_earlier: ['notice', 'reply', 'preference', 'answer'],
  earlier_urgent: ['reply', 'preference', 'answer'],
} as const satisfies Record<string, readonly MessageKind[]>

export function createDelivery(deps: DeliveryDeps): Delivery {
  const {
    db,
    clock,
    sealer,
    outbox,
    logger,
    gateway,
    receipts,
    audit,
    pacing,
    breaker,
    formerNumbers,
    settling,
    settings,
  } = deps
  const { sendTimeoutMs } = settings

  const queueSend = async (tx: Tx, messageId: string, dueAt: Date): Promise<void> => {
    await outbox.add(tx, [{ topic: 'whatsapp.send', key: messageId, payload: { messageId }, dueAt }])
  }

  /** Leaves a message in the queue with the reason, and looks again when it ends. The caller settles. */
  const hold = async (tx: Tx, messageId: string, held: Hold): Promise<void> => {
    await recordHold(tx, messageId, held)
    await queueSend(tx, messageId, held.until)
  }

  const addressOf = (message: Message): string | null => openAddress(sealer, gateway, message)

  const busy = (message: Message, now: Date): Hold => ({ reason: 'gateway_busy', until: nextTry(message, now) })

  const recordNotOnWhatsapp = async (tx: Tx, message: Message): Promise<void> => {
    const at = clock.now()
    // Contacts are locked before messages, messages before proposals: as a correction of the number does it.
    await lockContactOf(tx, message.id)
    await moveMessage(tx, message.id, { from: ['queued', 'sending'], to: 'failed', at, outcome: 'not_on_whatsapp' })
    await deps.unreachable.record(tx, message)
  }

  /** The address to send to; null when that is settled or postponed already. The first text to a number asks WhatsApp for it. */
  const resolveAddress = async (message: Message, settle: Settle): Promise<string | null> => {
    const known = addressOf(message)
    if (known !== null) return known
    const number = message.phone && sealer.open(message.phone, sealContext.phone(message.contactId))
    if (number === null) {
      await db.transaction().execute(async (tx) => {
        await moveMessage(tx, message.id, { from: ['queued'], to: 'failed', at: clock.now(), outcome: 'no_address' })
        await settle(tx)
      })
      return null
    }
    const resolved = await withDeadline(gateway.resolve(number), sendTimeoutMs).catch((error: unknown) => {
      logger.warn({ messageId: message.id, errorName: errorName(error) }, 'could not ask WhatsApp for a number')
      return { kind: 'unknown' } as const
    })
    switch (resolved.kind) {
      case 'registered':
        await db
          .transaction()
          .execute(async (tx) => await deps.addresses.record(tx, message.contactId, resolved.address))
        return resolved.address
      case 'not_registered':
        await db.transaction().execute(async (tx) => {
          await recordNotOnWhatsapp(tx, message)
          await settle(tx)
        })
        return null
      case 'unknown':
        await db.transaction().execute(async (tx) => {
          // The contact may be writing just now, which settles what becomes of its messages.
          const now = await findMessageHoldingContact(tx, message.id, gateway.name)
          if (now?.state === 'queued') await hold(tx, message.id, busy(now, clock.now()))
          await settle(tx)
        })
        return null
    }
  }

  /** What keeps a message back that earlier ones to the same contact must not follow. */
  const findOrderHold = async (tx: Tx, message: Message): Promise<Hold | undefined> => {
    const { waitsFor } = PACING_CLASSES[message.kind]
    if (waitsFor === 'nothing') return undefined
    const earlier = await listEarlier(tx, message, EARLIER_KINDS[waitsFor])
    const queued = earlier.filter(({ state }) => state === 'queued').map(({ id }) => id)
    const moving = queued.length > 0 ? await outbox.listOpen(tx, 'whatsapp.send', queued) : new Set<string>()
    const before = earlier.find(({ id, state }) => state !== 'queued' || moving.has(id))
    if (before === undefined) {
      // Nothing happens to it until a person sends it again: what comes after it does not wait for that.
      if (queued.length > 0)
        logger.error({ messageId: message.id, givenUp: queued }, 'a message passes one that was given up')
      return undefined
    }
    const { heldUntil } = before
    const soon = nextTry(message, clock.now())
    return { reason: 'order', until: heldUntil && heldUntil > soon ? heldUntil : soon }
  }

  /** Whether a message may leave now. If not, that is stored and its piece of work is over. The contact stays locked. */
  const admit = async (
    tx: Tx,
    seen: Message,
    settle: Settle,
  ): Promise<{ message: Message; admission: Admission } | null> => {
    const messageId = seen.id
    // What was never handed over is suppressed by the correction itself.
    const mayBeFormer = seen.intakeId !== null && seen.attempts > 0
    if (mayBeFormer && seen.intakeId !== null) await formerNumbers.hold(tx, seen.intakeId)
    const message = await findMessageHoldingContact(tx, messageId, gateway.name)
    if (message?.state !== 'queued') {
      await settle(tx)
      return null
    }
    if (message.attempts !== seen.attempts) {
      await hold(tx, messageId, busy(message, clock.now()))
      await settle(tx)
      return null
    }
    if (mayBeFormer && (await formerNumbers.isFormer(tx, message))) {
      await formerNumbers.suppress(tx, message)
      await settle(tx)
      return null
    }
    const stopped = message.optedOutAt ? 'opted_out' : message.wrongNumberAt ? 'wrong_number' : null
    if (stopped && !message.essential) {
      await moveMessage(tx, messageId, { from: ['queued'], to: 'suppressed', at: clock.now(), outcome: stopped })
      await settle(tx)
      return null
    }
    let held = await findOrderHold(tx, message)
    if (!held) {
      const admission = await pacing.admit(tx, message)
      if (admission.verdict.kind === 'go') return { message, admission }
      held = admission.verdict
    }
    await hold(tx, messageId, held)
    await settle(tx)
    return null
  }

  /** Asks before a number is looked up: what may not leave needs no address yet. */
  const mayLookUp = async (message: Message, settle: Settle): Promise<boolean> => {
    if (!(await pacing.mightHold(db))) return true
    return await db.transaction().execute(async (tx) => (await admit(tx, message, settle)) !== null)
  }

  /** Stores `sending` before anything leaves. Answers with the end of the time for it; null when it does not leave now. */
  const claim = async (
    seen: Message,
    address: string,
    settle: Settle,
  ): Promise<{ message: Message; notAfter: Date } | null> =>
    await db.transaction().execute(async (tx) => {
      const admitted = await admit(tx, seen, settle)
      if (!admitted) return null
      const { message, admission } = admitted
      const at = clock.now()
      // Since the look at it the address may have turned out to be somebody else's.
      if (addressOf(message) !== address) {
        await hold(tx, message.id, busy(message, at))
        await settle(tx)
        return null
      }
      // Another worker was faster: what becomes of the message is its business now.
      if (!(await claimMessage(tx, message.id, { gateway: gateway.name, at }))) {
        await settle(tx)
        return null
      }
      await pacing.take(tx, message, admission)
      const tried = { ...message, triedAt: message.triedAt ?? at }
      return { message: tried, notAfter: new Date(at.getTime() + sendTimeoutMs) }
    })

  const handOver = async (message: Message, to: string, notAfter: Date): Promise<HandOverResult> => {
    const timeLeft = notAfter.getTime() - clock.now().getTime()
    // This process stood still since the claim: somebody may be asking about the message already.
    if (timeLeft <= 0) return { kind: 'refused', code: 'gateway_busy', retryable: true }
    const text = sealer.open(message.body, sealContext.body(message.id))
    try {
      const { reference } = message
      const lastInboundAt = message.templateOnly ? null : message.wroteAt
      const template = openTemplate(sealer, message)
      const media = settings.withMedia ? drawMedia(sealer, message) : null
      const outgoing = { to, text, reference, notAfter, template, lastInboundAt, media }
      return await withDeadline(gateway.send(outgoing), timeLeft)
    } catch (error) {
      if (error instanceof AppError && error.code === 'message_holds_identity_number') return { kind: 'held_back' }
      logger.warn({ messageId: message.id, errorName: errorName(error) }, 'a hand-over ended without an answer')
      return { kind: 'unknown' }
    }
  }

  /** Provably not handed over. */
  const recordRefused = async (
    tx: Tx,
    message: Message,
    { code, retryable }: Extract<SendResult, { kind: 'refused' }>,
  ): Promise<void> => {
    const at = clock.now()
    const attempt = message.attempts + 1
    const answered = { from: ['sending'], at, attempt } as const
    await pacing.giveBack(tx, message.id, attempt)
    switch (code) {
      case 'not_on_whatsapp':
        return await recordNotOnWhatsapp(tx, message)
      case 'recipient_opted_out':
        await recordTransportOptOut(tx, { contactId: message.contactId, gateway: gateway.name, at }, audit)
        await moveMessage(tx, message.id, { ...answered, to: 'suppressed', outcome: 'opted_out' })
        return
      case 'no_template':
        await moveMessage(tx, message.id, { ...answered, to: 'failed', outcome: 'no_template' })
        return
      case 'account_trouble':
        await breaker.noteRefused(tx, message.id, message.wroteAt === null ? 'cold' : 'account')
        if (await moveMessage(tx, message.id, { ...answered, to: 'queued', afresh: true })) {
          await hold(tx, message.id, { reason: 'breaker', until: nextTry(message, at) })
        }
        return
      case 'picture_failed':
        await recordMediaFailed(tx, message.id, at)
        if (await moveMessage(tx, message.id, { ...answered, to: 'queued' }))
          await hold(tx, message.id, busy(message, at))
        return
      case 'gateway_refused':
      case 'gateway_busy':
        if (!retryable || isGivenUp(message, at)) {
          const outcome = retryable ? 'gave_up' : 'gateway_refused'
          await moveMessage(tx, message.id, { ...answered, to: 'failed', outcome })
        } else if (await moveMessage(tx, message.id, { ...answered, to: 'queued' })) {
          await hold(tx, message.id, busy(message, at))
        }
    }
  }

  /** True: the breaker has closed with it. */
  const recordAccepted = async (
    tx: Tx,
    message: Message,
    sent: { gatewayMessageId: string; at: Date },
  ): Promise<boolean> => {
    const learnt = await receipts.recordSent(tx, message.id, { ...sent, answered: true })
    if (!learnt.isOfAnother) return learnt.hasClosedBreaker
    logger.error({ messageId: message.id }, 'a hand-over was answered with the id of another message')
    await moveMessage(tx, message.id, { from: ['sending'], at: sent.at, attempt: message.attempts + 1, to: 'unknown' })
    return false
  }

  /** True: the breaker has closed with it. */
  const recordResult = async (tx: Tx, message: Message, result: HandOverResult): Promise<boolean> => {
    const at = clock.now()
    const answered = { from: ['sending'], at, attempt: message.attempts + 1 } as const
    switch (result.kind) {
      case 'accepted':
        return await recordAccepted(tx, message, { gatewayMessageId: result.gatewayMessageId, at })
      case 'unknown':
        await moveMessage(tx, message.id, { ...answered, to: 'unknown' })
        return false
      case 'held_back':
        logger.error({ messageId: message.id }, 'a text with an identity number was held back')
        await pacing.giveBack(tx, message.id, answered.attempt)
        await moveMessage(tx, message.id, { ...answered, to: 'failed', outcome: 'message_holds_identity_number' })
        return false
      case 'refused':
        await recordRefused(tx, message, result)
        return false
    }
  }

  return {
    async send(messageId, settle) {
      const message = await findMessage(db, messageId, gateway.name)
      if (message && mayQueueAgain(message.state)) {
        if (message.state === 'unknown') return await db.transaction().execute(settle)
        const until = settling.openUntil(message)
        if (until <= clock.now()) return await settling.settleOne(message, settle)
        return await db.transaction().execute(async (tx) => {
          await queueSend(tx, message.id, until)
          await settle(tx)
        })
      }
      if (message?.state !== 'queued') return await db.transaction().execute(settle)
      if (addressOf(message) === null && !(await mayLookUp(message, settle))) return
      const address = await resolveAddress(message, settle)
      if (address === null) return
      const claimed = await claim(message, address, settle)
      if (!claimed) return
      const result = await handOver(claimed.message, address, claimed.notAfter)
      const hasClosedBreaker = await db.transaction().execute(async (tx) => {
        const closed = await recordResult(tx, claimed.message, result)
        await settle(tx)
        return closed
      })
      if (hasClosedBreaker) await breaker.wake()
      // Afterwards: names are locked before everything else, and what was learnt about the text must not wait for it.
      if (result.kind === 'accepted' && result.to !== undefined) {
        const { to } = result
        await db.transaction().execute(async (tx) => await deps.addresses.record(tx, message.contactId, to))
      }
    },
  }
}
