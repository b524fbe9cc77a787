import type { Actor } from '../../contracts/access.ts'
import type { AuditEvent } from '../../contracts/audit-actions.ts'
import type { Language } from '../../contracts/text/index.ts'
import type { Db, Tx } from '../database.ts'
import type { ReceiptStatus } from './whatsapp.domain.ts'

/** One text as a transport takes it over. */
export type OutgoingText = {
  /** The address that `resolve` answered. */
  to: string
  text: string
  /** Stands in the text; one per message, the same when it is sent again. */
  reference: string
  /** Not to be handed over after this moment: by then we may be asking what became of it. */
  notAfter: Date
}

export type SendResult =
  | { kind: 'accepted'; gatewayMessageId: string }
  /** Provably not handed over. `retryable`: for now only. `not_on_whatsapp` is final for this number. */
  | { kind: 'refused'; code: 'not_on_whatsapp' | 'gateway_refused' | 'gateway_busy'; retryable: boolean }
  | { kind: 'unknown' }

export type ResolveResult =
  | { kind: 'registered'; address: string }
  | { kind: 'not_registered' }
  /** Could not ask just now. */
  | { kind: 'unknown' }

export type LookUpResult =
  /** `gatewayMessageId` is null when the transport knows that it went out and no more. */
  | { kind: 'sent'; gatewayMessageId: string | null }
  /** Proven: it never left, and no call still under way can make it leave after its `notAfter`. */
  | { kind: 'not_sent' }
  | { kind: 'cannot_tell' }

/** What the other side says about a text. `reference` when it is known, so that an early report finds its message. */
export type Receipt = {
  gatewayMessageId: string
  status: ReceiptStatus
  at: Date
  code: string | null
  reference: string | null
}

/** A text a resident wrote. `from`: E.164 digits. */
export type InboundText = { gatewayMessageId: string; from: string; body: string; at: Date }

export type GatewayHealth = { ready: boolean; detail: string | null }

/**
 * A way to WhatsApp. Every implementation passes `tests/contracts/whatsapp-gateway`. Receipts and inbound texts are reported
 * at least once and in any order; a handler that rejects gets the same report again.
 */
export type WhatsAppGateway = {
  /** Stored with every message: ids of one transport mean nothing to another. */
  readonly name: 'simulator' | 'web' | 'cloud'
  start(): Promise<void>
  /** Ends reporting; resolves when no handler runs any more. */
  stop(): Promise<void>
  health(): Promise<GatewayHealth>
  /** Whether a number (E.164 digits) is on WhatsApp, and the address to send to. Repeatable. */
  resolve(number: string): Promise<ResolveResult>
  /** Hands a text over. Throwing means the same as `unknown`: it may have left. Never repeats by itself. */
  send(message: OutgoingText): Promise<SendResult>
  /** What became of a text whose outcome is unknown. Repeatable. */
  lookUpByReference(reference: string): Promise<LookUpResult>
  onReceipt(handler: (receipt: Receipt) => Promise<void>): void
  onInbound(handler: (text: InboundText) => Promise<void>): void
}

/** Whom the notices of an intake go to. `phone`: E.164 digits. */
export type IntakeContactCard = {
  phone: string
  /** As `noticeName` makes it. */
  headFirstName: string
  receiptNumber: string
  consentWhatsapp: boolean
  language: Language
  officeName: string
  officeAddress: string | null
  /** Kab/kota of the office: which operators may see its messages. */
  regionCode: string
  timeZone: string
}

export type IntakeContact = {
  /** Undefined when there is no such intake (any more): its notices are dropped. */
  find(executor: Db, intakeId: string): Promise<IntakeContactCard | undefined>
}

export type HouseholdProgress = {
  /** No proposal of the household waits for checks or for a person (`UNDECIDED_STATES`): nothing more to wait for. */
  isSettled(executor: Db, intakeId: string): Promise<boolean>
}

export type ContactUnreachable = {
  /** The household's number is not on WhatsApp: flags its proposals `wa_unreachable`. In the caller's transaction; repeatable. */
  record(executor: Tx, intakeId: string): Promise<void>
}

export type ProposalAccess = {
  /** Throws `not_found` when the actor may not see the proposal. */
  require(actor: Actor, proposalId: string): Promise<{ intakeId: string }>
}

/** The part of the audit log's front door that is used here. */
export type AuditTrail = {
  record(executor: Db, events: readonly AuditEvent[]): Promise<void>
  write(event: AuditEvent): Promise<void>
}
