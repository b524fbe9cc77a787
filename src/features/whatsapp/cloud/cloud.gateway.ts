import type { Logger } from 'pino'
import type { Clock } from '../../../platform/clock.ts'
import type { Sealer } from '../../../platform/crypto/sealer.ts'
import { AppError } from '../../../platform/errors.ts'
import type { Db } from '../../database.ts'
import { errorName } from '../error-name.ts'
import { sealContext } from '../seal-context.ts'
import type { AccountTrouble, InboundText, OwnText, Receipt, WhatsAppGateway } from '../whatsapp.ports.ts'
import {
  deleteOld,
  findReport,
  findSent,
  hasFailed,
  recordFailed,
  recordProcessed,
  recordSeen,
} from './cloud.repository.ts'
import { createCloudSender } from './cloud-sender.ts'
import type { CloudSettings } from './cloud-settings.ts'
import { createGraphClient } from './graph-client.ts'
import { type CloudEvent, isText, readCloudEvents } from './webhook-events.domain.ts'

const DAY_MS = 24 * 60 * 60_000
/** Meta calls again for up to seven days; after that nothing can be a repetition. */
const KEEP_REPORTS_MS = 8 * DAY_MS
/** A text that nobody has settled by then is settled by a person. */
const KEEP_SENT_MS = 30 * DAY_MS

export type CloudGateway = WhatsAppGateway & {
  /**
   * Reports what one stored call of the service tells. Repeatable; a call that was processed before does nothing. Throws when the gateway
   * is not started or a handler did not take a report: then the same comes again.
   */
  takeReport(reportId: string): Promise<void>
}

/**
 * Meta's Cloud API. It cannot be asked about a number or a text: that somebody is not on WhatsApp is answered to the hand-over or reported
 * after it, and what became of a text is known from its statuses, which carry our reference.
 */
export function createCloudGateway(deps: {
  db: Db
  clock: Clock
  sealer: Sealer
  logger: Logger
  settings: CloudSettings
}): CloudGateway {
  const { db, clock, sealer, logger, settings } = deps
  const handOver = createCloudSender({ ...deps, client: createGraphClient() })
  let onReceipt = async (_: Receipt): Promise<void> => {}
  let onInbound = async (_: InboundText): Promise<void> => {}
  let onOwnText = async (_: OwnText): Promise<void> => {}
  let onTrouble = async (_: AccountTrouble): Promise<void> => {}
  let started = false
  const running = new Set<Promise<void>>()

  const reportReceipt = async (receipt: Receipt, trouble: AccountTrouble | null): Promise<void> => {
    const { gatewayMessageId, reference, at } = receipt
    if (reference !== null) await recordSeen(db, { gatewayMessageId, reference, at })
    if (trouble !== null && !(await hasFailed(db, gatewayMessageId))) await onTrouble(trouble)
    // Not before the trouble was taken: it is told once more until then, and never afterwards.
    if (receipt.status === 'failed') await recordFailed(db, gatewayMessageId, at)
    await onReceipt(receipt)
  }

  const report = async (event: CloudEvent): Promise<void> => {
    switch (event.kind) {
      case 'receipt':
        return await reportReceipt(event.receipt, event.trouble)
      case 'inbound':
        return await onInbound(event.text)
      case 'own':
        return await onOwnText(event.text)
      case 'trouble':
        return await onTrouble(event.trouble)
    }
  }

  const process = async (reportId: string): Promise<void> => {
    const stored = await findReport(db, reportId)
    if (stored === undefined) return
    const body = sealer.open(stored.payload, sealContext.cloudReport(reportId))
    const own = { phoneNumberId: settings.phoneNumberId, receivedAt: stored.receivedAt }
    const failures: unknown[] = []
    const textsFirst = readCloudEvents(body, own).toSorted((a, b) => Number(isText(b)) - Number(isText(a)))
    // One report that is not taken must not hold back its neighbours.
    for (const event of textsFirst) {
      await report(event).catch((error: unknown) => void failures.push(error))
    }
    if (failures.length > 0) throw failures[0]
    const now = clock.now()
    await recordProcessed(db, reportId, now)
    const before = (ageMs: number): Date => new Date(now.getTime() - ageMs)
    await deleteOld(db, { reports: before(KEEP_REPORTS_MS), sent: before(KEEP_SENT_MS) })
  }

  return {
    name: 'cloud',
    async start() {
      started = true
    },
    async stop() {
      started = false
      await Promise.allSettled(running)
    },
    // No connection is held open: how the service is stands in the tables (`findCloudState`).
    health: async () => ({ ready: started, detail: null }),
    resolve: async (address) => ({ kind: 'registered', address }),

    async send(message) {
      const { result, trouble } = await handOver(message)
      // Whatever becomes of the report, a refusal is no unknown outcome.
      if (trouble !== null) {
        await onTrouble(trouble).catch((error: unknown) =>
          logger.error(
            { code: trouble.code, errorName: errorName(error) },
            'trouble of the WhatsApp account was not stored',
          ),
        )
      }
      return result
    },

    async lookUpByReference(reference) {
      const gatewayMessageId = await findSent(db, reference)
      return gatewayMessageId === undefined ? { kind: 'cannot_tell' } : { kind: 'sent', gatewayMessageId }
    },

    async takeReport(reportId) {
      if (!started) throw new AppError('service_unavailable')
      const work = process(reportId)
      running.add(work)
      try {
        await work
      } finally {
        running.delete(work)
      }
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
