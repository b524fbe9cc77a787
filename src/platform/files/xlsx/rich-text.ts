import { TableError } from '../table-error.ts'
import type { TableLimits } from '../table-row.ts'

const ESCAPED = /_x([0-9a-f]{4})_/gi

/** A character that XML cannot hold is written `_x000D_`, and `_x005F_` stands for an underscore that is none of those. */
export function unescaped(text: string): string {
  if (!text.includes('_x')) return text
  const plain = text.replace(ESCAPED, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
  if (plain.includes('\0')) throw new TableError('nul_bytes')
  if (!plain.isWellFormed()) throw new TableError('damaged')
  return plain
}

/**
 * Puts the text of an element together: plain, or in pieces of different looks. How a name is read in Japanese stands beside it and is
 * no part of it.
 */
export function createTextReader(
  element: 'si' | 'is',
  limits: TableLimits,
): { open(name: string): void; text(text: string): void; close(name: string): string | undefined } {
  let isIn = false
  let isText = false
  let isPhonetic = false
  let whole = ''
  return {
    open(name) {
      if (name === element) {
        isIn = true
        whole = ''
      } else if (name === 't') isText = isIn && !isPhonetic
      else if (name === 'rPh') isPhonetic = true
    },
    text(text) {
      if (!isText) return
      whole += text
      if (whole.length > limits.cellCharacters * 8) throw new TableError('cell_too_long')
    },
    close(name) {
      if (name === 't') isText = false
      else if (name === 'rPh') isPhonetic = false
      if (name !== element) return undefined
      isIn = false
      return unescaped(whole)
    },
  }
}
