import type { Clock } from '../../platform/clock.ts'
import type { Ids } from '../../platform/ids.ts'
import type { Outbox } from '../../platform/outbox/outbox.ts'
import type { Db, Tx } from '../database.ts'
import type { Addresses } from './address.service.ts'
import type { ClaimedReference } from './claimed-reference.ts'
import { lockUnreachableContactOf } from './contact.repository.ts'
import {
  findHandOver,
  insertFailedHandOver,
  lockReported,
  queueAgain,
  type Reported,
} from './failed-hand-over.repository.ts'
import {
  findMessage,
  findReported,
  type GatewayId,
  insertReceipt,
  listReceipts,
  lockContactOf,
  lockGatewayId,
  type Received,
  recordReceived,
  type StoredReceipt,
  setGatewayId,
} from './message.repository.ts'
import type { BreakerSwitch } from './pacing/breaker.service.ts'
import { recordHold } from './pacing/pacing.repository.ts'
import type { Pacing } from './pacing/pacing.service.ts'
import { type Failure, failureOf, isGivenUp, nextTry } from './retry.domain.ts'
import { recordTransportOptOut } from './transport-opt-out.ts'
import type { Unreachable } from './unreachable.service.ts'
import {
  applyReceipt,
  hasReachedPhone,
  isOpen,
  mayQueueAgain,
  type ReceiptStatus,
  reachedBy,
} from './whatsapp.domain.ts'
import type { AuditTrail, Receipt, WhatsAppGateway } from './whatsapp.ports.ts'

export type Receipts = {
  /** Takes one report of the gateway: stored first, so that one which comes before its message is known waits for it. */
  receive(receipt: Receipt): Promise<void>
  /**
   * Ties a message to the gateway's id and applies every receipt that came before. `answered`: the hand-over itself gave the id, so
   * it is surely that of the last one. Closes the breaker when the message was to try that. Part of the caller's transaction, which holds
   * no lock that is taken here: the gateway's id, the contact, the account, the message, in this order everywhere.
   */
  recordSent(
    tx: Tx,
    messageId: string,
    sent: { gatewayMessageId: string | null; at: Date; answered?: true },
  ): Promise<Learnt>
}

/** `isOfAnother`: the id is that of a hand-over of another message, and nothing was stored. */
export type Learnt = { isOfAnother: boolean; hasClosedBreaker: boolean }

/** What is known of one hand-over. */
type Known = {
  gatewayMessageId: string | null
  receipts: readonly StoredReceipt[]
  tie: boolean
  certain: boolean
  /** The gateway itself says that it has the text. */
  accepted: boolean
}

export function createReceipts(deps: {
  db: Db
  clock: Clock
  ids: Ids
  outbox: Pick<Outbox, 'add'>
  gateway: Pick<WhatsAppGateway, 'name'>
  unreachable: Unreachable
  addresses: Pick<Addresses, 'recordPeer'>
  audit: Pick<AuditTrail, 'record'>
  pacing: Pick<Pacing, 'giveBack'>
  breaker: Pick<BreakerSwitch, 'noteRefused' | 'noteSent'>
  claimed: ClaimedReference
}): Receipts {
  const { clock, pacing, breaker } = deps
  const gateway = deps.gateway.name

  const recordStopped = async (tx: Tx, messageId: string): Promise<void> => {
    const message = await findMessage(tx, messageId, gateway)
    if (!message || message.optedOutAt !== null) return
    await recordTransportOptOut(tx, { contactId: message.contactId, gateway, at: clock.now() }, deps.audit)
  }

  const apply = async (
    tx: Tx,
    messageId: string,
    before: Reported,
    receipts: readonly StoredReceipt[],
    told: Failure | null,
    /** The id that is the message's own from now on. */
    tied: GatewayId | null,
  ): Promise<void> => {
    const record = (received: Omit<Received, 'tied'>): Promise<void> =>
      recordReceived(tx, messageId, { ...received, tied })
    const state = applyReceipt(before.state, reachedBy(receipts.map(({ status }) => status)), before)
    const times: Partial<Record<ReceiptStatus, Date>> = {}
    for (const { status, at } of receipts) {
      // Whatever reached the phone was sent by then, also when nobody told us so.
      const proves: ReceiptStatus[] = status === 'failed' ? ['failed'] : [status, 'sent']
      for (const proven of proves) {
        const known = times[proven]
        if (!known || at < known) times[proven] = at
      }
    }
    if (state === 'suppressed') {
      if (tied) await setGatewayId(tx, messageId, tied)
      return
    }
    if (state !== 'failed') {
      await record({ state, times, outcome: null })
      // It got there, and the transport says all the same that the resident has stopped us: once, so that a later wish stays.
      if (told === 'stopped' && before.failedAt === null) await recordStopped(tx, messageId)
      return
    }
    if (before.state === 'failed') return await record({ state, times })
    if (told === 'stopped') {
      await record({ state: 'suppressed', times, outcome: 'opted_out' })
      return await recordStopped(tx, messageId)
    }
    const isUnreachable = told === 'unreachable'
    const isBusy = told === 'busy' && isGivenUp(before, clock.now())
    const needsTemplate = told === 'window_closed' && !before.hasTemplate
    const bad = isBusy ? 'gave_up' : needsTemplate ? 'no_template' : 'gateway_reported_failure'
    await record({ state, times, outcome: isUnreachable ? 'not_on_whatsapp' : bad })
    const message = isUnreachable ? await findMessage(tx, messageId, gateway) : undefined
    if (message) await deps.unreachable.record(tx, message)
  }

  /** Whether a text that failed may be handed over anew. */
  const isWorthAnother = (before: Reported, failure: Failure | null): boolean => {
    if (failure === 'busy') return !isGivenUp(before, clock.now())
    if (failure === 'window_closed') return before.hasTemplate && !before.templateOnly
    if (failure === 'picture') return before.hasMedia
    return failure === 'trouble'
  }

  /** The hand-over failed: the text waits for the next one, and the old id is kept apart. */
  const handBack = async (
    tx: Tx,
    messageId: string,
    before: Reported,
    failure: Failure | null,
    gatewayMessageId: string,
  ): Promise<void> => {
    const now = clock.now()
    await insertFailedHandOver(tx, { gateway, gatewayMessageId, messageId, attempt: before.attempts, at: now })
    // Already on its way again, by a person's word.
    if (before.state === 'queued') return
    await queueAgain(tx, messageId, {
      afresh: failure === 'trouble',
      templateOnly: failure === 'window_closed',
      withoutMedia: failure === 'picture',
    })
    await pacing.giveBack(tx, messageId, before.attempts)
    // Another form of it, of which nobody has said that it cannot go.
    const isOtherForm = failure === 'window_closed' || failure === 'picture'
    const until = isOtherForm ? now : nextTry(before, now)
    if (!isOtherForm) {
      await recordHold(tx, messageId, { reason: failure === 'busy' ? 'gateway_busy' : 'breaker', until })
    }
    await deps.outbox.add(tx, [{ topic: 'whatsapp.send', key: messageId, payload: { messageId }, dueAt: until }])
  }

  /** The gateway reports trouble by itself; should that have been lost, the breaker opens all the same. */
  const noteTrouble = async (tx: Tx, messageId: string): Promise<void> => {
    const message = await findMessage(tx, messageId, gateway)
    if (message && isOpen(message.state)) await breaker.noteRefused(tx, messageId, 'account')
  }

  /** Ties the id to the message and applies what is known of it. */
  const learn = async (tx: Tx, messageId: string, known: Known): Promise<Learnt> => {
    const { gatewayMessageId, receipts } = known
    const learnt: Learnt = { isOfAnother: false, hasClosedBreaker: false }
    const reached = reachedBy(receipts.map(({ status }) => status))
    const reachedPhone = hasReachedPhone(reached)
    const handOver = gatewayMessageId === null ? undefined : await findHandOver(tx, { gateway, gatewayMessageId })
    if (handOver && handOver.messageId !== messageId) return { ...learnt, isOfAnother: true }
    const isPast = handOver?.hasFailed ?? false
    if (isPast && !reachedPhone) return learnt
    const failed = receipts.find(({ status }) => status === 'failed')
    const told = failed ? failureOf(failed.code) : null
    const failure = reached === 'failed' ? told : null
    // Contacts are locked before the account, and the account before messages, everywhere.
    if (told !== null) await lockContactOf(tx, messageId)
    const unreachableId = reachedPhone ? await lockUnreachableContactOf(tx, messageId) : undefined
    if (failure === 'trouble') await noteTrouble(tx, messageId)
    if (known.accepted) learnt.hasClosedBreaker = await breaker.noteSent(tx, messageId)
    const before = await lockReported(tx, messageId)
    if (!before) return learnt
    const isSame = before.gateway === gateway && before.gatewayMessageId === gatewayMessageId
    const isOther = gatewayMessageId !== null && before.gatewayMessageId !== null && !isSame
    // Only its own answer says for certain which hand-over an id is of.
    const isEarlier = isPast || (isOther && before.attempts > 1 && !known.certain)
    if (isEarlier && !reachedPhone) return learnt
    // With an earlier hand-over of unknown outcome this could be the failure of that one, and the last one may have arrived.
    const isLast = known.certain || isSame || before.attempts === 1 || before.unknownAt === null
    if (failure !== null && !isLast && mayQueueAgain(before.state)) return learnt
    if (gatewayMessageId !== null && isOpen(before.state) && isWorthAnother(before, failure)) {
      if (isLast || before.state === 'queued') await handBack(tx, messageId, before, failure, gatewayMessageId)
      return learnt
    }
    const tied = known.tie && gatewayMessageId !== null && !isEarlier ? { gateway, gatewayMessageId } : null
    await apply(tx, messageId, before, receipts, told, tied)
    const arrived = receipts.filter(({ status }) => hasReachedPhone(status)).map(({ at }) => at.getTime())
    // What said so of this very hand-over is refuted, whenever it was told.
    const provenAt = told === 'unreachable' ? clock.now() : new Date(Math.max(...arrived))
    if (unreachableId !== undefined) await deps.unreachable.lift(tx, unreachableId, provenAt)
    return learnt
  }

  return {
    async receive(receipt) {
      const { gatewayMessageId, reference, readInChat } = receipt
      await deps.db.transaction().execute(async (tx) => {
        await lockGatewayId(tx, gateway, gatewayMessageId)
        await insertReceipt(tx, { ...receipt, id: deps.ids.next(), gateway })
        const told = { gateway, gatewayMessageId, reference: readInChat ? null : reference }
        let message = await findReported(tx, told)
        if (!message && readInChat && reference) message = await deps.claimed.find(tx, reference, readInChat)
        if (!message) return
        if (receipt.to) await deps.addresses.recordPeer(tx, message.contactId, receipt.to)
        const receipts = await listReceipts(tx, { gateway, gatewayMessageId })
        await learn(tx, message.id, {
          gatewayMessageId,
          receipts,
          tie: reference !== null,
          certain: false,
          accepted: false,
        })
      })
    },

    async recordSent(tx, messageId, { gatewayMessageId, at, answered = false }) {
      const accepted: StoredReceipt = { status: 'sent', at, code: null }
      if (gatewayMessageId !== null) await lockGatewayId(tx, gateway, gatewayMessageId)
      const earlier = gatewayMessageId === null ? [] : await listReceipts(tx, { gateway, gatewayMessageId })
      const receipts = [accepted, ...earlier]
      return await learn(tx, messageId, { gatewayMessageId, receipts, tie: true, certain: answered, accepted: true })
    },
  }
}
