import { describe, expect, test } from 'vitest'
import type { AppError } from '../errors.ts'
import { parseJsonBody } from './json-body.ts'

const parse = (text: string) => parseJsonBody(Buffer.from(text), 20)
function faultOf(text: string | Buffer): unknown {
  try {
    parseJsonBody(Buffer.from(text), 20)
  } catch (error) {
    const { code, issues } = error as AppError
    return issues.length > 0 ? issues.map((issue) => `${issue.code} at ${issue.path}`).join() : code
  }
  return 'nothing'
}

describe('a JSON body', () => {
  test.each([
    '{"a":[1,{"b":"x"}]}',
    '[]',
    '"text"',
    'null',
    '{"note":"two\\nlines\\tand tab"}',
    '{"name":"\\u00e9 é"}',
  ])('is parsed as it is: %s', (text) => {
    expect(parse(text)).toEqual(JSON.parse(text))
  })

  test('may be missing', () => {
    expect(parse('')).toBeUndefined()
  })

  test.each(['{', '{"a":}', "{'a':1}", '{"a":1,}', '// {}', 'NaN', '{"a":1}{"b":2}', '\u0000'])(
    'that is no JSON is refused: %s',
    (text) => {
      expect(faultOf(text)).toBe('invalid_json')
    },
  )

  test('must be UTF-8', () => {
    expect(faultOf(Buffer.from([0x22, 0xc3, 0x28, 0x22]))).toBe('invalid_json')
  })

  test.each([
    ['{"a":{"__proto__":{"admin":true}}}', 'forbidden_key at a'],
    ['{"__pro\\u0074o__":1}', 'forbidden_key at '],
    ['{"constructor":{"prototype":{}}}', 'forbidden_key at '],
    ['{"a\\u0000b":1}', 'forbidden_key at '],
    ['{"a":[{"b":"x\\u0000y"}]}', 'control_character at a.0.b'],
    ['{"a":"\\u001b[31m"}', 'control_character at a'],
    ['{"a":"\\b"}', 'control_character at a'],
    ['{"a":"x\u007f"}', 'control_character at a'],
    ['{"a":"\\u009f"}', 'control_character at a'],
    ['{"a":"\\ud800"}', 'broken_text at a'],
  ])('that no route wants is refused with its place: %s', (text, fault) => {
    expect(faultOf(text)).toBe(fault)
  })

  test('may be twenty levels deep and no deeper', () => {
    const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth)
    expect(faultOf(nested(20))).toBe('nothing')
    expect(faultOf(nested(21))).toMatch(/^too_deep at 0(\.0)+$/)
    expect(faultOf(nested(100_000))).toMatch(/^too_deep/)
  })

  test('may be wide', () => {
    expect(faultOf(JSON.stringify(Array.from({ length: 1000 }, () => ({ a: [] }))))).toBe('nothing')
  })
})
