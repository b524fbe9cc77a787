import { createHmac, randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createHmacSha256 } from './hmac-sha256.ts'

// RFC 4231, sections 4.2, 4.3 and 4.5: those whose data are text, and whose key fits a block.
test.each([
  [Buffer.alloc(20, 0x0b), 'Hi There', 'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7'],
  [
    Buffer.from('Jefe'),
    'what do ya want for nothing?',
    '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
  ],
])('the published values come out', (key, text, expected) => {
  expect(createHmacSha256(key)(text).toString('hex')).toBe(expected)
})

test('any texts, one after the other by one key, give what node:crypto gives', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 64 }),
      fc.array(fc.string({ unit: 'grapheme', maxLength: 600 }), { maxLength: 6 }),
      (key, texts) => {
        const hmac = createHmacSha256(key)
        const given = texts.map((text) => hmac(text).toString('hex'))
        expect(given).toEqual(texts.map((text) => createHmac('sha256', key).update(text).digest('hex')))
      },
    ),
  )
})

test('what it gave stays as it was when the next comes', () => {
  const hmac = createHmacSha256(randomBytes(32))
  const first = hmac('3274010101900001')
  const before = first.toString('hex')
  hmac('3274010101900002')
  expect(first.toString('hex')).toBe(before)
})

test('a key that is longer than a block is refused', () => {
  expect(() => createHmacSha256(randomBytes(65))).toThrow(RangeError)
})
