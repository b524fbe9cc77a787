import { isUtf8 } from 'node:buffer'
import { AppError, type FieldIssue } from '../errors.ts'

const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype'])
// Tab, line feed and carriage return are fine in a note; every other control character is an accident or an attack.
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/

// The walk below visits every value. Almost every body is clean, and these signs of trouble are found in its text at
// once: an escape that may hide a character or a key, a raw DEL or C1 character, or the name of a forbidden key.
const SUSPICIOUS = /\\u|\\[bf]|[\u007f-\u009f]|__proto__|constructor|prototype/

const OPEN_BRACE = 0x7b
const OPEN_BRACKET = 0x5b

function countOpenings(text: string): number {
  let count = 0
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === OPEN_BRACE || code === OPEN_BRACKET) count++
  }
  return count
}

export function findTextFault(text: string): 'control_character' | 'broken_text' | undefined {
  if (CONTROL.test(text)) return 'control_character'
  return text.isWellFormed() ? undefined : 'broken_text'
}

function findFault(value: unknown, path: string, depth: number, maxDepth: number): FieldIssue | undefined {
  if (typeof value === 'string') {
    const code = findTextFault(value)
    return code && { path, code }
  }
  if (typeof value !== 'object' || value === null) return undefined
  if (depth >= maxDepth) return { path, code: 'too_deep', params: { max: maxDepth } }
  for (const [key, item] of Object.entries(value)) {
    if (FORBIDDEN_KEYS.has(key) || findTextFault(key)) return { path, code: 'forbidden_key' }
    const fault = findFault(item, path === '' ? key : `${path}.${key}`, depth + 1, maxDepth)
    if (fault) return fault
  }
  return undefined
}

/**
 * Parses a JSON body. Throws `invalid_json` for what is not UTF-8 JSON, and `invalid_input` with the place for what no
 * route wants: nesting deeper than `maxDepth`, keys that reach an object's prototype, control characters (NUL among
 * them, which PostgreSQL cannot store) and halves of surrogate pairs. An empty body is undefined.
 */
export function parseJsonBody(body: Buffer, maxDepth: number): unknown {
  if (body.length === 0) return undefined
  if (!isUtf8(body)) throw new AppError('invalid_json')
  const text = body.toString('utf8')
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    // The parser's own message quotes the body: it must not reach a log as the cause.
    throw new AppError('invalid_json')
  }
  if (SUSPICIOUS.test(text) || countOpenings(text) > maxDepth) {
    const fault = findFault(value, '', 0, maxDepth)
    if (fault) throw new AppError('invalid_input', { issues: [fault] })
  }
  return value
}
