export type Delimiter = ',' | ';' | '\t' | '|'

const CANDIDATES: readonly Delimiter[] = [',', ';', '\t', '|']
const LINES = 100
const QUOTED = /"(?:[^"]|"")*"/g
/** A line that Excel understands and writes at no place of its own: which sign parts the cells. */
const SAID = /^sep=([,;\t|])(?:\r\n|\n|\r|$)/i

/** How many of the lines have the number of signs that most of them have, and which number that is. */
function rate(lines: readonly string[], sign: string): { lines: number; signs: number } {
  const counts = new Map<number, number>()
  for (const line of lines) {
    const signs = line.split(sign).length - 1
    if (signs > 0) counts.set(signs, (counts.get(signs) ?? 0) + 1)
  }
  const [signs = 0, agreeing = 0] = [...counts].toSorted((a, b) => b[1] - a[1] || b[0] - a[0])[0] ?? []
  return { lines: agreeing, signs }
}

/**
 * Which sign parts the cells, out of the beginning of the text: the one that most lines have equally often, quoted text aside.
 * `said` is the length of a first line that says it. A text without any of them has one column.
 */
export function findDelimiter(head: string): { delimiter: Delimiter; said: number } {
  const said = SAID.exec(head)
  if (said?.[1] !== undefined) return { delimiter: said[1] as Delimiter, said: Buffer.byteLength(said[0]) }
  // The last line is cut off somewhere.
  const lines = head
    .replace(QUOTED, '')
    .split(/\r\n|\n|\r/)
    .slice(0, LINES)
  const rated = CANDIDATES.map((delimiter) => ({ delimiter, ...rate(lines, delimiter) }))
  const best = rated.toSorted((a, b) => b.lines - a.lines || b.signs - a.signs)[0]
  return { delimiter: best !== undefined && best.lines > 0 ? best.delimiter : ',', said: 0 }
}
