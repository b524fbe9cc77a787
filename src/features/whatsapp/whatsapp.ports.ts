import type { Actor } from '../../contracts/access.ts'
import type { AuditEvent } from '../../contracts/audit-actions.ts'
import type { Language } from '../../contracts/text/index.ts'
import type { Db, Tx } from '../database.ts'
import type { ReceiptStatus } from './whatsapp.domain.ts'

/** The approved template that says the same as a text, for a transport that may not write freely to everybody. */
export type OutgoingTemplate = {
  name: string
  language: Language
  /** For {{1}}, {{2}} ... */
  parameters: readonly string[]
}

/** A picture that a text goes under, as one message. */
export type OutgoingMedia = {
  mediaType: 'image/png'
  bytes: Uint8Array
  /** What its code says, for whoever has to know and cannot look. */
  says: string
  /** The approved template that says the same as the text's own and begins with a picture: it takes the same parameters. */
  templateName: string
}

/** One text as a transport takes it over. */
export type OutgoingText = {
  /** The address that `resolve` answered. */
  to: string
  text: string
  /** Stands in the text; one per message, the same when it is sent again. */
  reference: string
  /** Not to be handed over after this moment: by then we may be asking what became of it. */
  notAfter: Date
  /** Null: this text may only go to somebody who has written lately. */
  template: OutgoingTemplate | null
  /** When the resident last wrote to us; null: never. */
  lastInboundAt: Date | null
  /** Left out or null: the text alone. A picture that does not get through keeps its text back: `picture_failed`. */
  media?: OutgoingMedia | null
}

/**
 * Trouble of the account and not of one message. `cold`: only people who never wrote to us cannot be written to. `account`:
 * nobody can.
 */
export type AccountTrouble = { scope: 'cold' | 'account'; code: string; at: Date }

/** Why a text was provably not handed over. */
export type RefusalCode =
  | 'not_on_whatsapp'
  | 'gateway_refused'
  | 'gateway_busy'
  /** The picture could not be made ready or uploaded; the text was not tried. */
  | 'picture_failed'
  /** The resident has blocked or stopped us on the transport's own side. */
  | 'recipient_opted_out'
  /** Neither a free text (the resident has not written lately) nor a template may be sent. */
  | 'no_template'
  /** Comes with an `AccountTrouble`, reported by `onTrouble` before the refusal is answered. As the code of a failed receipt: of scope `account`. */
  | 'account_trouble'

export type SendResult =
  /** `to`: the address it went to, when that is not the one it was given for. */
  | { kind: 'accepted'; gatewayMessageId: string; to?: string }
  /** Provably not handed over. `retryable`: for now only. `not_on_whatsapp` is final for this number. */
  | { kind: 'refused'; code: RefusalCode; retryable: boolean }
  | { kind: 'unknown' }

export type ResolveResult =
  | { kind: 'registered'; address: string }
  | { kind: 'not_registered' }
  /** Could not ask just now. */
  | { kind: 'unknown' }

export type FindNumberResult =
  | { kind: 'found'; phone: string }
  /** Not known just now, or nobody could be asked: a later answer may differ. */
  | { kind: 'not_yet' }
  | { kind: 'never' }

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
  /** Of a failure: a `FailureCode`, which promises that this hand-over never reaches the phone, or the transport's own. */
  code: string | null
  reference: string | null
  /** Whom the text went to, when the transport says so. */
  to?: Peer
  /**
   * Set when the reference was only read in the text: whose chat it stands in. It then names a message to that person and no other,
   * because texts get forwarded.
   */
  readInChat?: Peer
}

/**
 * Whom a transport names. WhatsApp may hide the number: `lid` (WhatsApp Web) or `user_id` (official interface) stand for the person
 * then, and a later report may bring both. At least one is set. `phone`: E.164 digits.
 */
export type Peer = { phone: string | null; alias: { kind: 'lid' | 'user_id'; value: string } | null }

/** What a resident wrote. Groups, status, channels, reactions, calls and our own messages are never reported. */
export type InboundText = {
  gatewayMessageId: string
  from: Peer
  /** Empty for an attachment without words. */
  body: string
  /** `attachment`: a photo, voice, document or the like, which is not fetched. */
  kind: 'text' | 'attachment'
  at: Date
  /** Found by catching up after we were away. Whatever else comes too late to be answered as if it were now is known by its `at`. */
  backfilled: boolean
}

/**
 * What somebody of the office typed on the paired phone itself. `reference`: the text ends with one of ours, and the transport cannot
 * tell whether it is that message or a copy of it; a message to `to` is never an own text.
 */
export type OwnText = {
  gatewayMessageId: string
  to: Peer
  body: string
  at: Date
  reference?: string
  /** Found by catching up after we were away. */
  backfilled?: boolean
}

export type GatewayHealth = { ready: boolean; detail: string | null }

/**
 * A way to WhatsApp. Every implementation passes `tests/contracts/whatsapp-gateway`. Receipts, inbound and own texts are reported
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
  /** The number (E.164 digits) behind an alias. Left out: the transport tells it with a report or not at all. Repeatable. */
  findNumber?(alias: NonNullable<Peer['alias']>): Promise<FindNumberResult>
  /** Hands a text over. Throwing means the same as `unknown`: it may have left. Never repeats by itself. */
  send(message: OutgoingText): Promise<SendResult>
  /** What became of a text whose outcome is unknown; `to`: the address it was sent to, when that is known. Repeatable. */
  lookUpByReference(reference: string, to: string | null): Promise<LookUpResult>
  onReceipt(handler: (receipt: Receipt) => Promise<void>): void
  onInbound(handler: (text: InboundText) => Promise<void>): void
  onOwnText(handler: (text: OwnText) => Promise<void>): void
  /** Reported once per occurrence; nothing is repeated. */
  onTrouble(handler: (trouble: AccountTrouble) => Promise<void>): void
}

/** Whom the notices of an intake go to. `phone`: E.164 digits. */
export type IntakeContactCard = {
  phone: string
  /** As `noticeName` makes it. */
  headFirstName: string
  receiptNumber: string
  /** What the code on the household's receipt says: the status page with the receipt number. */
  receiptLink: string
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
  /** Until the transaction ends nobody else gives the household another number, nor learns that it gives this one (`lockByPhone`). */
  hold(tx: Tx, intakeId: string): Promise<void>
}

export type HouseholdProgress = {
  /** No proposal of the household waits for checks or for a person (`UNDECIDED_STATES`): nothing more to wait for. */
  isSettled(executor: Db, intakeId: string): Promise<boolean>
}

export type ContactUnreachable = {
  /**
   * The number is not on WhatsApp: flags the household's proposals `wa_unreachable`, unless it has given another number since. In
   * the caller's transaction; repeatable.
   */
  record(executor: Tx, intakeId: string, phone: string): Promise<void>
  /** The number is the household's and on WhatsApp: takes the flag from all proposals whose household gives it. Likewise. */
  clear(executor: Tx, phone: string): Promise<void>
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
