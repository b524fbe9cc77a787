/**
 * The text with memory of its own. What is cut out of a file's text keeps all of that alive: seven thousand names of villages that are
 * remembered as they were met would hold a file of a province.
 */
export const ownText = (text: string): string => Buffer.from(text).toString()

/** Answers of a pure function by its word: a million rows have few of them. Bounded by `max`, for columns that hold anything. */
export function remembering<Answer>(of: (word: string) => Answer, max: number): (word: string) => Answer {
  const known = new Map<string, Answer>()
  return (word) => {
    const before = known.get(word)
    if (before !== undefined) return before
    if (known.size >= max) return of(word)
    // The answer may be the word itself, or hold it.
    const own = ownText(word)
    const answer = of(own)
    known.set(own, answer)
    return answer
  }
}
