const STOP_WORDS = new Set(['BERHENTI', 'BERENTI', 'BRHENTI', 'BRENTI', 'STOP', 'STOPP', 'UNSUB', 'UNSUBSCRIBE'])
const START_WORDS = new Set(['MULAI', 'MULAY', 'START'])

/**
 * The wish to hear nothing more, or to hear again; null for everything else. Only a message that consists of the word (any case, with punctuation, blanks or emoji around it) is a wish: "tolong jangan
 * berhenti", "saya mau berhenti kerja" and "stop dulu ya bu?" are sentences.
 */
export function wishOf(text: string): 'stop' | 'start' | null {
  const word = text
    .normalize('NFKC')
    .replace(/[^\p{L}]/gu, '')
    .toUpperCase()
    .replace(/(\p{L})\1{2,}/gu, '$1')
  if (STOP_WORDS.has(word)) return 'stop'
  return START_WORDS.has(word) ? 'start' : null
}
