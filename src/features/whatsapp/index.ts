import type { Logger } from 'pino'
import type { Actor } from '../../contracts/access.ts'
import type { Notice } from '../../contracts/events/notices.ts'
import type { Language } from '../../contracts/text/index.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Sealer } from '../../platform/crypto/sealer.ts'
import { AppError } from '../../platform/errors.ts'
import type { App } from '../../platform/http/index.ts'
import type { Ids } from '../../platform/ids.ts'
import type { Outbox } from '../../platform/outbox/outbox.ts'
import type { Db, Tx } from '../database.ts'
import { createAddresses } from './address.service.ts'
import type { Bot } from './bot/index.ts'
import { createClaimedReference } from './claimed-reference.ts'
import { createContacts } from './contact.service.ts'
import { createDelivery } from './delivery.service.ts'
import { type Carried, listCarried } from './event-facts.repository.ts'
import { createFormerNumbers } from './former-number.service.ts'
import { guardGateway } from './guarded-gateway.ts'
import { createHiddenNumbers } from './hidden-number.service.ts'
import { createInbound } from './inbound.service.ts'
import { createInboundEffects } from './inbound-effects.ts'
import { freeWindowOf } from './inbox/free-window.ts'
import type { AccountNames, ConversationIntakes, WakeContact } from './inbox/inbox.ports.ts'
import { registerInboxRoutes } from './inbox/inbox.routes.ts'
import { createInbox } from './inbox/inbox.service.ts'
import { createInboxActions } from './inbox/inbox-actions.service.ts'
import { conversationSeenBy, type LinkPlace } from './inbox/inbox-scope.ts'
import { listLinkPlaces, listRunOutClaims } from './inbox/watching.repository.ts'
import { createMessageWriter } from './message-writer.ts'
import { createNotices } from './notice.service.ts'
import { createOperator, messageSeenBy } from './operator.service.ts'
import { createBreakerSwitch, type PacingStats } from './pacing/breaker.service.ts'
import { NO_PACING, type PacingRules } from './pacing/pacing.domain.ts'
import { registerPacingRoutes } from './pacing/pacing.routes.ts'
import { createPacing } from './pacing/pacing.service.ts'
import { createPacingState } from './pacing/pacing-state.service.ts'
import { createReceipts } from './receipt.service.ts'
import { createSettling } from './settling.service.ts'
import { createUnreachable } from './unreachable.service.ts'
import { registerSessionRoutes } from './web/session/session.routes.ts'
import { createWhatsappSessions, type WhatsappSessions } from './web/session/session.service.ts'
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

export { type Bot, type BotOffice, type BotPorts, createBot } from './bot/index.ts'
export { type Cloud, type CloudSettings, createCloud } from './cloud/index.ts'
export { createWhatsappFigures, type MessageFigures, type WhatsappFigures } from './figures.service.ts'
export { holdsIdentityNumber } from './identity-guard.domain.ts'
export type { AccountNames, ConversationIntakes } from './inbox/inbox.ports.ts'
export type { PacingStats } from './pacing/breaker.service.ts'
export type { PacingRules } from './pacing/pacing.domain.ts'
export { createSimulator, type Simulator } from './simulator/index.ts'
export { runTemplatesCommand } from './templates.command.ts'
export { openWebGateway } from './web/open-web-gateway.ts'
export type { SessionFigures } from './web/session/session.service.ts'
export type { WebGateway } from './web/web.gateway.ts'
export { MESSAGE_STATES } from './whatsapp.domain.ts'
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
  /** How messages are spread over time. Left out: not at all. */
  pacing?: PacingRules
  /** The gateway of this installation: whose breaker people see and close. Default `simulator`. */
  gateway?: WhatsAppGateway['name']
  /** The receipt goes under a picture of its code. Default false: texts only. */
  receiptPicture?: boolean
  /** How long the bot keeps out of a conversation after somebody of the office wrote from the phone itself. Default 60. */
  botPauseMinutes?: number
}

export type WhatsappDeps = {
  db: Db
  clock: Clock
  ids: Ids
  sealer: Sealer
  outbox: Pick<Outbox, 'add' | 'listOpen'>
  logger: Logger
  audit: AuditTrail
  intakeContact: IntakeContact
  householdProgress: HouseholdProgress
  contactUnreachable: ContactUnreachable
  proposalAccess: ProposalAccess
  /** From 0 up to 1: distances between messages. Default `Math.random`. */
  random?: () => number
  conversationIntakes: ConversationIntakes
  /** Answers residents while no person does. */
  bot: Bot
  accounts: AccountNames
  /** The transport of this installation, whether or not this process holds it. */
  transport: Pick<WhatsAppGateway, 'name' | 'health'>
  /** Messages waiting or being handed over. */
  queueDepth(): Promise<number>
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
  /**
   * The household gives this number (E.164 digits) from now on: notices that wait for another one are suppressed, and the
   * household's office reads no conversation with another one any more. In the caller's transaction, before it locks proposals; repeatable.
   */
  leaveFormerNumber(tx: Tx, intakeId: string, phone: string): Promise<void>
  /** Queues the notices of an intake that no message carries (any more). Last in the caller's transaction; repeatable. */
  tellAnew(tx: Tx, intakeId: string): Promise<void>
  /** `GET /api/v1/proposals/{id}/messages`, and the routes of operators, inbox, pacing and session. */
  registerRoutes(app: App): void
  /** What other systems may be told about messages: templates and proposals, never a number or a text. */
  listCarried(executor: Db, messageIds: readonly string[]): Promise<Map<string, Carried>>
  /** For metrics: whether trouble of the account keeps messages back, and how many wait for which reason. */
  stats(): Promise<PacingStats>
  /** The link to WhatsApp, whichever process has it. */
  session: Pick<WhatsappSessions, 'requireReady' | 'figures' | 'pulse'>
  /** For the console: who may hear of a conversation or a message, and where these belong. Ids and places only. */
  watching: WhatsappWatching
  /**
   * Work of the process that holds the gateway. Created once per process and gateway. `takeReport`: of a gateway that is told by
   * calls from outside, which the process that serves HTTP stores.
   */
  connect(gateway: WhatsAppGateway, takeReport?: TakeReport): WhatsappConnection
}

export type WhatsappWatching = {
  /** By the households linked to a conversation; none: a stranger's. */
  seesConversations(actor: Actor): (links: readonly LinkPlace[]) => boolean
  /** As operators list messages, by their region; null: an answer to a stranger. */
  seesMessages(actor: Actor): (regionCode: string | null) => boolean
  /** The households linked to each conversation; a stranger's is left out. */
  listLinks(contactIds: readonly string[]): Promise<Map<string, LinkPlace[]>>
  /** Conversations whose claim ended by the clock in the span; at most a thousand. */
  listRunOut(span: { after: Date; upTo: Date }): Promise<string[]>
}

export type TakeReport = (reportId: string) => Promise<void>

export type WhatsappConnection = {
  jobs: WhatsappJobs
  /** Begins to listen for receipts and inbound texts. */
  start(): Promise<void>
  /** Stops listening; resolves when nothing is under way. Stop the job consumers first. */
  stop(): Promise<void>
  /** Another account is paired from now on: its warm-up begins. */
  beginAccount(): Promise<void>
  gateway: WhatsAppGateway
}

const COALESCE_MS = 60_000
const SEND_TIMEOUT_MS = 15_000
const SETTLE_MARGIN_MS = 3_000
const BOT_PAUSE_MINUTES = 60
const RUN_OUT_MAX = 1_000

/** Reports of another gateway than today's wait, in case it comes back. */
const refuseReport: TakeReport = async () => {
  throw new AppError('service_unavailable')
}

/** Notices, their delivery and the residents' answers. Sends nothing by itself until a gateway is connected. */
export function createWhatsapp(deps: WhatsappDeps): Whatsapp {
  const { settings } = deps
  const receiptPicture = settings.receiptPicture ?? false
  const writer = createMessageWriter(deps)
  const notices = createNotices({
    ...deps,
    writer,
    settings: { coalesceMs: settings.coalesceMs ?? COALESCE_MS, statusUrl: settings.statusUrl, receiptPicture },
  })
  const formerNumbers = createFormerNumbers(deps)
  const operator = createOperator({ ...deps, formerNumbers })
  const gatewayName = settings.gateway ?? 'simulator'
  const breaker = createBreakerSwitch({ ...deps, gateway: gatewayName })
  const rules = settings.pacing ?? NO_PACING
  const pacingState = createPacingState({ ...deps, gateway: gatewayName, rules })
  const botPauseMinutes = settings.botPauseMinutes ?? BOT_PAUSE_MINUTES
  const freeWindowMs = freeWindowOf(gatewayName)
  const inbox = createInbox({ ...deps, freeWindowMs })
  const actions = createInboxActions({ ...deps, writer, settings: { botPauseMinutes, freeWindowMs } })
  const session = createWhatsappSessions({ ...deps, gateway: deps.transport, breaker })

  return {
    recordNotices: (executor, added) => notices.record(executor, added),
    leaveFormerNumber: (tx, intakeId, phone) => notices.leaveFormerNumber(tx, intakeId, phone),
    tellAnew: (tx, intakeId) => notices.tellAnew(tx, intakeId),
    registerRoutes(app) {
      registerWhatsappRoutes(app, { operator })
      registerInboxRoutes(app, { inbox, actions })
      registerPacingRoutes(app, { breaker, pacing: pacingState })
      registerSessionRoutes(app, session)
    },
    listCarried,
    stats: () => breaker.stats(),
    session,
    watching: {
      seesConversations: conversationSeenBy,
      seesMessages: messageSeenBy,
      listLinks: (contactIds) => listLinkPlaces(deps.db, contactIds),
      listRunOut: (span) => listRunOutClaims(deps.db, span, RUN_OUT_MAX),
    },

    connect(bareGateway, takeReport = refuseReport) {
      const gateway = guardGateway(bareGateway)
      const unreachable = createUnreachable(deps)
      const effects = createInboundEffects(deps)
      const contacts = createContacts({ ...deps, gateway, effects })
      const addresses = createAddresses({ ...deps, gateway, contacts, effects })
      const claimed = createClaimedReference(deps)
      const of = { ...deps, gateway: gateway.name }
      const pacing = createPacing({
        ...of,
        random: deps.random ?? Math.random,
        rules,
      })
      const ownBreaker = createBreakerSwitch(of)
      const receipts = createReceipts({
        ...deps,
        gateway,
        unreachable,
        addresses,
        claimed,
        pacing,
        breaker: ownBreaker,
      })
      const sendTimeoutMs = settings.sendTimeoutMs ?? SEND_TIMEOUT_MS
      const wakeContact: WakeContact = (tx, contactId) => pacing.wakeContact(tx, contactId)
      const hiddenNumbers = createHiddenNumbers({
        ...deps,
        gateway,
        contacts,
        effects,
        unreachable,
        wakeContact,
        settings: { askTimeoutMs: sendTimeoutMs },
      })
      const inbound = createInbound({
        ...deps,
        gateway,
        writer,
        contacts,
        effects,
        claimed,
        unreachable,
        hiddenNumbers,
        wakeContact,
        settings: { language: settings.language, botPauseMinutes },
      })
      const settling = createSettling({
        ...deps,
        gateway,
        receipts,
        pacing,
        breaker: ownBreaker,
        settings: { sendTimeoutMs, settleMarginMs: settings.settleMarginMs ?? SETTLE_MARGIN_MS },
      })
      const delivery = createDelivery({
        ...deps,
        gateway,
        receipts,
        addresses,
        unreachable,
        formerNumbers,
        pacing,
        breaker: ownBreaker,
        settling,
        settings: { sendTimeoutMs, withMedia: receiptPicture },
      })
      gateway.onReceipt((receipt) => receipts.receive(receipt))
      gateway.onInbound((text) => inbound.receive(text))
      gateway.onOwnText((text) => inbound.receiveOwn(text))
      gateway.onTrouble((trouble) => ownBreaker.trip(trouble))
      return {
        jobs: createWhatsappJobs({ db: deps.db, notices, delivery, settling, hiddenNumbers, pacing, takeReport }),
        async start() {
          await pacing.wakeAll()
          await gateway.start()
        },
        stop: () => gateway.stop(),
        beginAccount: () => pacing.beginAccount(deps.db),
        gateway,
      }
    },
  }
}
