/** What a resident's message asks for. Everything that is not a declared word is `other`. */
export type InboundMeaning = 'stop' | 'start' | 'other'

const STOP_WORDS = new Set(['BERHENTI', 'STOP', 'UNSUB', 'UNSUBSCRIBE'])
const START_WORDS = new Set(['MULAI', 'START'])

/**
 * Only a message that consists of the word (any case, with punctuation, blanks or emoji around it) counts: "tolong jangan berhenti" is a
 * sentence for a person, not a wish to be left alone.
 */
export function inboundMeaning(body: string): InboundMeaning {
  const word = body
    .normalize('NFKC')
    .replace(/[^\p{L}]/gu, '')
    .toUpperCase()
  if (STOP_WORDS.has(word)) return 'stop'
  return START_WORDS.has(word) ? 'start' : 'other'
}

/** The help text goes out at most this often to one phone, so that two machines cannot talk to each other for ever. */
export const HELP_INTERVAL_MS = 24 * 60 * 60 * 1000
