import type { Logger } from 'pino'
import type { Clock } from '../../../platform/clock.ts'
import type { Sealer } from '../../../platform/crypto/sealer.ts'
import type { Db } from '../../database.ts'
import { sealContext } from '../seal-context.ts'
import type {
  AccountTrouble,
  GatewayHealth,
  InboundText,
  OwnText,
  Receipt,
  SendResult,
  WhatsAppGateway,
} from '../whatsapp.ports.ts'
import { withDeadline } from '../with-deadline.ts'
import type { CreateEngine } from './engine.ports.ts'
import type { RecentPeers } from './session/catch-up.ts'
import { createSessionKeeper, type SessionKeeper } from './session/keeper.ts'
import { listRecentPeers } from './session/recent-peers.repository.ts'
import { createReportQueue } from './session/report-queue.ts'
import { createUnreceipted } from './session/unreceipted.ts'

/** Nothing sent for so long: a good moment to start the browser anew. */
const IDLE_MS = 60_000

export type WebGateway = WhatsAppGateway & {
  /** Told whenever this process becomes able to send, or is no longer: it holds the session and is connected. */
  onCanSend(handler: (canSend: boolean) => void): void
  /** Awaited before the first text of another number than the one that was linked last. May be told twice of one change. */
  onNewAccount(handler: () => Promise<void>): void
  /** One round of what `start` does every second. */
  tick(): Promise<void>
}

export type WebGatewayDeps = {
  db: Db
  clock: Clock
  sealer: Sealer
  logger: Logger
  random?: () => number
  /** What people see as the holder: machine and process. */
  holder: string
  /** Whether another holder has ended for certain: its lease need not be waited for. Never, when left out. */
  isGone?: ((holder: string) => boolean) | undefined
  createEngine: CreateEngine
  endOrphans(): Promise<number>
  /** Deletes the profile: whoever logs out must link again. */
  forgetProfile(): Promise<void>
  memoryLimitBytes: number
  /** How long after the death of a holder another one takes over; default 20,000. */
  leaseMs?: number | undefined
}

/** A refusal is not turned into an unknown outcome by a database that is slow to take the trouble. */
const TROUBLE_TOLD_MS = 2_000

const BUSY = { kind: 'refused', code: 'gateway_busy', retryable: true } as const

/**
 * WhatsApp Web in a browser of ours. Of all processes that started one, the holder of the lease has the browser; the others wait and
 * refuse for now. Reports come at least once while this process lives; what it had not handed on when it died is found by asking
 * and by catching up.
 */
export function createWebGateway(deps: WebGatewayDeps): WebGateway {
  const { db, clock, sealer, logger } = deps
  let onReceipt = async (_: Receipt): Promise<void> => {}
  let onInbound = async (_: InboundText): Promise<void> => {}
  let onOwnText = async (_: OwnText): Promise<void> => {}
  let onTrouble = async (_: AccountTrouble): Promise<void> => {}
  let onNewAccount = async (): Promise<void> => {}
  const receipts = createReportQueue<Receipt>({ kind: 'receipt', logger, handle: (report) => onReceipt(report) })
  const inbound = createReportQueue<InboundText>({ kind: 'inbound', logger, handle: (report) => onInbound(report) })
  const ownTexts = createReportQueue<OwnText>({ kind: 'own_text', logger, handle: (report) => onOwnText(report) })
  const troubles = createReportQueue<AccountTrouble>({ kind: 'trouble', logger, handle: (report) => onTrouble(report) })

  const unreceipted = createUnreceipted()
  let sending = 0
  let sentAt: Date | undefined
  let troubleTold: Promise<void> = Promise.resolve()

  const recentPeers: RecentPeers = {
    async list(since, page) {
      const { peers, next } = await listRecentPeers(db, since, page)
      const opened = peers.map(({ contactId, phone, lid }) => ({
        phone: phone && sealer.open(phone, sealContext.phone(contactId)),
        alias: lid && { kind: 'lid' as const, value: sealer.open(lid.value, sealContext.alias('lid', lid.index)) },
      }))
      return { peers: opened, next }
    },
  }

  const keeper: SessionKeeper = createSessionKeeper({
    ...deps,
    random: deps.random ?? Math.random,
    reports: {
      onReceipt(receipt) {
        unreceipted.receipted(receipt.gatewayMessageId)
        void receipts.push(receipt)
      },
      onInbound: (text) => void inbound.push(text),
      onOwnText: (text) => void ownTexts.push(text),
      onTrouble(trouble) {
        troubleTold = troubles.push(trouble)
      },
    },
    onNewAccount: () => onNewAccount(),
    recentPeers,
    found: {
      onInbound: inbound.push,
      onOwnText: ownTexts.push,
      onReceipt: receipts.push,
      async untilTaken() {
        await Promise.all([inbound, ownTexts].map((queue) => queue.untilTaken()))
      },
    },
    traffic: {
      isIdle: () => sending === 0 && (!sentAt || clock.now().getTime() - sentAt.getTime() > IDLE_MS),
      oldestUnreceiptedAt: () => unreceipted.oldest(clock.now()),
      clear: () => unreceipted.clear(),
    },
  })

  const health = (): GatewayHealth => {
    if (keeper.findSender()) return { ready: true, detail: null }
    const { state, detail, keyShape } = keeper.supervision()
    if (keyShape === 'unknown') return { ready: false, detail: 'engine_shape' }
    const isWaiting = state === 'connected' && keeper.catchUp.state() === 'catching_up'
    return { ready: false, detail: detail ?? (isWaiting ? 'catching_up' : state) }
  }

  return {
    name: 'web',
    start: async () => keeper.start(),
    async stop() {
      await keeper.stop()
      await Promise.all([receipts.stop(), inbound.stop(), ownTexts.stop(), troubles.stop()])
    },
    tick: () => keeper.tick(),
    health: async () => health(),
    onCanSend: (handler) => keeper.onCanSend(handler),
    onNewAccount(handler) {
      onNewAccount = handler
    },

    async resolve(number) {
      const sender = keeper.findSender()
      return sender ? await sender.engine.resolve(number) : { kind: 'unknown' }
    },

    async findNumber({ kind, value }) {
      if (kind !== 'lid') return { kind: 'never' }
      const phone = (await keeper.findSender()?.engine.findNumber(value)) ?? null
      return phone === null ? { kind: 'not_yet' } : { kind: 'found', phone }
    },

    async send({ to, text, reference, notAfter, media = null }): Promise<SendResult> {
      const sender = keeper.findSender()
      if (!sender || keeper.catchUp.isUnread(to)) return BUSY
      // The page looks at this once more: a process that stood still may have lost the session meanwhile.
      const until = sender.until < notAfter ? sender.until : notAfter
      if (clock.now() >= until) return BUSY
      sending += 1
      try {
        const result = await sender.engine.send({ to, text, reference, media, notAfter: until, answerBy: notAfter })
        if (result.kind === 'accepted') unreceipted.sent(result.gatewayMessageId, clock.now())
        // Whoever hears of the refusal finds the breaker as wide open as the trouble is.
        if (isTrouble(result)) await withDeadline(troubleTold, TROUBLE_TOLD_MS).catch(() => {})
        return result
      } finally {
        sending -= 1
        sentAt = clock.now()
      }
    },

    async lookUpByReference(reference, to) {
      const sender = keeper.findSender()
      return sender ? await sender.engine.lookUp(reference, to) : { kind: 'cannot_tell' }
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

const isTrouble = (result: SendResult): boolean => result.kind === 'refused' && result.code === 'account_trouble'
