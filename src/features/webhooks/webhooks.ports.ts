import type { AuditEvent } from '../../contracts/audit-actions.ts'
import type { NoticeTemplate } from '../../contracts/events/notices.ts'
import type { ReasonCode } from '../../contracts/lifecycle/reasons.ts'
import type { Db } from '../database.ts'

/** Filled with the front door of audit. */
export type AuditTrail = { record(executor: Db, events: readonly AuditEvent[]): Promise<void> }

/** One move of a proposal: its journal entries after `after` up to `upTo`. */
export type MoveRange = { proposalId: string; after: number; upTo: number }

/** Filled with the front door of intake. */
export type HouseholdFacts = {
  /** By intake; unknown ones are left out. */
  listReceiptNumbers(executor: Db, intakeIds: readonly string[]): Promise<Map<string, string>>
  /** The reasons of each move, in the order of the moves. Codes only, without notes. */
  listReasonCodes(executor: Db, moves: readonly MoveRange[]): Promise<ReasonCode[][]>
}

/** Filled with the front door of whatsapp. */
export type MessageFacts = {
  /** What each message carries; one without notices is left out. */
  listCarried(
    executor: Db,
    messageIds: readonly string[],
  ): Promise<Map<string, { templates: NoticeTemplate[]; proposalIds: string[] }>>
}
