import type { Actor } from '../../../contracts/access.ts'
import type { LinkedProposal } from '../../../contracts/api/whatsapp-inbox.ts'
import type { Db, Tx } from '../../database.ts'
import type { LinkedPlace } from './conversation.repository.ts'

/** Households as conversations know them. */
export type ConversationIntakes = {
  /** Households that give this number (E.164 digits) now, the newest first, at most `limit`. */
  listByPhone(executor: Db, phone: string, limit: number): Promise<LinkedPlace[]>
  /**
   * The same; none of them gives another number before the transaction ends. To be called before conversations and messages are locked,
   * as a correction of the number does it.
   */
  lockByPhone(tx: Tx, phone: string, limit: number): Promise<LinkedPlace[]>
  /** The proposals of these households that the actor may see. */
  listVisible(actor: Actor, intakeIds: readonly string[]): Promise<LinkedProposal[]>
}

/** The part of the accounts' front door that is used here. */
export type AccountNames = {
  /** Display names by account id; unknown ids are missing. */
  listNames(executor: Db, userIds: readonly string[]): Promise<ReadonlyMap<string, string>>
}

/** Lets go what was held back until this contact wrote (pacing, cold contacts). In the caller's transaction; repeatable. */
export type WakeContact = (tx: Tx, contactId: string) => Promise<void>
