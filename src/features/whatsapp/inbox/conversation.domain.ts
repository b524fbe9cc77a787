import type { ConversationStatus } from '../../../contracts/api/whatsapp-inbox.ts'

export type Conversation = {
  contactId: string
  /** As stored: a claim may have run out. */
  status: ConversationStatus
  botState: unknown
  botPausedUntil: Date | null
  claimedBy: string | null
  /** Stays when a claim is given back, until somebody closes: a person has been talking. */
  claimedAt: Date | null
  claimedUntil: Date | null
  apologisedAt: Date | null
  lastMessageAt: Date
}

/** Somebody holds it now. A claim that has run out is a conversation that waits again. */
export function holderOf(conversation: Pick<Conversation, 'claimedBy' | 'claimedUntil'>, now: Date): string | null {
  const { claimedBy, claimedUntil } = conversation
  return claimedBy !== null && claimedUntil !== null && claimedUntil > now ? claimedBy : null
}

export function statusAt(
  conversation: Pick<Conversation, 'status' | 'claimedBy' | 'claimedUntil'>,
  now: Date,
): ConversationStatus {
  return conversation.status === 'claimed' && holderOf(conversation, now) === null ? 'waiting' : conversation.status
}

/**
 * The bot says nothing while a person talks, after that until the person closes, and for a while after somebody of the office wrote
 * from the phone itself. Who only waits for a person still gets what the bot knows.
 */
export function isBotSilent(
  conversation: Pick<Conversation, 'status' | 'claimedAt' | 'botPausedUntil'>,
  now: Date,
): boolean {
  const { status, claimedAt, botPausedUntil } = conversation
  if (botPausedUntil !== null && botPausedUntil > now) return true
  return status === 'claimed' || (status === 'waiting' && claimedAt !== null)
}

/** We say sorry for what we found too late at most this often. */
export const APOLOGY_INTERVAL_MS = 24 * 60 * 60_000

export function mayApologise(conversation: Pick<Conversation, 'apologisedAt'>, now: Date): boolean {
  const { apologisedAt } = conversation
  return apologisedAt === null || now.getTime() - apologisedAt.getTime() >= APOLOGY_INTERVAL_MS
}

/** As long as a claimed case (`LEASE_MS` of the lifecycle): an officer who went home does not keep a resident waiting. */
export const CLAIM_MS = 20 * 60_000
