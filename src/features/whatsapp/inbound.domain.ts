import type { Meaning } from './bot/index.ts'

/** Kept with a text: what it wishes about messages to this number. Everything else is `other`. */
export type InboundMeaning = 'stop' | 'start' | 'wrong_number' | 'other'

/** What counts even while the bot has no say: to be left alone, to hear again, that the number is a wrong one. */
export function inboundMeaning({ kind }: Meaning): InboundMeaning {
  return kind === 'stop' || kind === 'start' || kind === 'wrong_number' ? kind : 'other'
}

/** Later than this after it was written, an answer of the bot would come out of the blue. */
const STALE_AFTER_MS = 15 * 60_000

/**
 * Whether a text comes too late to be answered as if it were new: found by catching up, told live after a gap in somebody's network, or
 * kept waiting by an outage of ours. Whoever reports a text knows at most the first.
 */
export function isLate(text: { at: Date; backfilled?: boolean }, now: Date): boolean {
  return text.backfilled === true || now.getTime() - text.at.getTime() > STALE_AFTER_MS
}

/** As much as a phone can show at once; longer texts are cut. */
const STORED_LENGTH = 4096

/** What is kept of a text: bounded, and without halves of characters that no database takes. */
export function storedBody(body: string): string {
  return body.slice(0, STORED_LENGTH).toWellFormed()
}
