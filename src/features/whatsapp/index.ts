import type { Logger } from 'pino'
import type { Notice } from '../../contracts/events/notices.ts'
import type { Language } from '../../contracts/text/index.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Sealer } from '../../platform/crypto/sealer.ts'
import type { App } from '../../platform/http/index.ts'
import type { Ids } from '../../platform/ids.ts'
import type { Outbox } from '../../platform/outbox/outbox.ts'
import type { Db } from '../database.ts'
import { createDelivery } from './delivery.service.ts'
import { guardGateway } from './guarded-gateway.ts'
import { createInbound } from './inbound.service.ts'
import { createMessageWriter } from './message-writer.ts'
import { createNotices } from './notice.service.ts'
import { createOperator } from './operator.service.ts'
import { createReceipts } from './receipt.service.ts'
import { createWhatsappJobs, type WhatsappJobs } from './whatsapp.jobs.ts'
import type {
  AuditTrail,
  ContactUnreachable,
  HouseholdProgress,
  IntakeContact,
  ProposalAccess,
  WhatsAppGateway,
} from './whatsapp.ports.ts'
import { registerWhatsappRoutes } from './whatsapp.routes.ts'

export { holdsIdentityNumber } from './identity-guard.domain.ts'
export { createSimulator, type Simulator } from './simulator/index.ts'
export type { WhatsappJobs } from './whatsapp.jobs.ts'
export type {
  AuditTrail,
  ContactUnreachable,
  HouseholdProgress,
  IntakeContact,
  IntakeContactCard,
  ProposalAccess,
  WhatsAppGateway,
} from './whatsapp.ports.ts'

export type WhatsappSettings = {
  /** Where residents look up a status, for example `${PUBLIC_URL}/status`. */
  statusUrl: string
  /** Of answers to people we know nothing about; notices follow the intake. */
  language: Language
  /** How long the first outcome of a household waits for the others. Default 60,000. */
  coalesceMs?: number
  /** A hand-over that has not answered by then has an unknown outcome. Default 15,000; a real browser needs 45,000. */
  sendTimeoutMs?: number
  /** How much later the gateway is asked what became of it. Default 3,000: the clocks of two machines differ. */
  settleMarginMs?: number
}

export type WhatsappDeps = {
  db: Db
  clock: Clock
  ids: Ids
  sealer: Sealer
  outbox: Pick<Outbox, 'add'>
  logger: Logger
  audit: AuditTrail
  intakeContact: IntakeContact
  householdProgress: HouseholdProgress
  contactUnreachable: ContactUnreachable
  proposalAccess: ProposalAccess
  settings: WhatsappSettings
}

export type Whatsapp = {
  /**
   * Records what a household should be told, inside the caller's transaction: nothing is sent when it rolls back. May be repeated:
   * one notice exists per (proposal, version, template), and one `received` per intake. "received" goes out at once; the outcomes
   * of a household go out together, when nobody of it waits any more or 60 s after the first.
   * Throws `internal_error` when the variables are not those of the template.
   */
  recordNotices(executor: Db, notices: readonly Notice[]): Promise<void>
  /** `GET /api/v1/proposals/{id}/messages` and the operators' routes. */
  registerRoutes(app: App): void
  /** Work of the process that holds the gateway. Created once per process and gateway. */
  connect(gateway: WhatsAppGateway): WhatsappConnection
}

export type WhatsappConnection = {
  jobs: WhatsappJobs
  /** Begins to listen for receipts and inbound texts. */
  start(): Promise<void>
  /** Stops listening; resolves when nothing is under way. Stop the job consumers first. */
  stop(): Promise<void>
  gateway: WhatsAppGateway
}

const COALESCE_MS = 60_000
const SEND_TIMEOUT_MS = 15_000
const SETTLE_MARGIN_MS = 3_000

/** Notices, their delivery and the residents' answers. Sends nothing by itself until a gateway is connected. */
export function createWhatsapp(deps: WhatsappDeps): Whatsapp {
  const { settings } = deps
  const writer = createMessageWriter(deps)
  const notices = createNotices({
    ...deps,
    writer,
    settings: { coalesceMs: settings.coalesceMs ?? COALESCE_MS, statusUrl: settings.statusUrl },
  })
  const operator = createOperator(deps)

  return {
    recordNotices: (executor, added) => notices.record(executor, added),
    registerRoutes: (app) => registerWhatsappRoutes(app, { operator }),

    connect(bareGateway) {
      const gateway = guardGateway(bareGateway)
      const receipts = createReceipts({ ...deps, gateway })
      const inbound = createInbound({ ...deps, gateway, writer })
      const delivery = createDelivery({
        ...deps,
        gateway,
        receipts,
        settings: {
          sendTimeoutMs: settings.sendTimeoutMs ?? SEND_TIMEOUT_MS,
          settleMarginMs: settings.settleMarginMs ?? SETTLE_MARGIN_MS,
        },
      })
      gateway.onReceipt((receipt) => receipts.receive(receipt))
      gateway.onInbound((text) => inbound.receive(text))
      return {
        jobs: createWhatsappJobs({ db: deps.db, notices, delivery }),
        start: () => gateway.start(),
        stop: () => gateway.stop(),
        gateway,
      }
    },
  }
}
