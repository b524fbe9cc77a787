import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { holdsIdentityNumber } from './identity-guard.domain.ts'
import { maskIdentityNumbers } from './identity-mask.domain.ts'

describe('a text as people may see it', () => {
  test.each([
    ['NIK saya 3274010101900001', 'NIK saya ••••••••••••0001'],
    ['3274-0101-0190-0001 ya bu', '••••-••••-••••-0001 ya bu'],
    ['kartu 0001234567890.', 'kartu •••••••••7890.'],
    ['3274/0101/0190/0001', '••••/••••/••••/0001'],
    ['１２３４５６７８９０１２３４５６', '••••••••••••3456'],
    ['1. 3274010101900001', '•. ••••••••••••0001'],
    ['PDW-3274-2611-000123-K dan 3274010101900001', 'PDW-3274-2611-000123-K dan ••••••••••••0001'],
  ])('%j becomes %j', (written, shown) => {
    expect(maskIdentityNumbers(written)).toBe(shown)
  })

  test.each(['PDW-3274-2611-000123-K', 'WA saya 081234567890', 'Rp 1.250.000 👨‍👩‍👧', '', 'RT 001/002 no 12'])(
    '%j stays as it is',
    (written) => {
      expect(maskIdentityNumbers(written)).toBe(written)
    },
  )

  const digits = fc.stringMatching(/^\d{1,18}$/)
  const gaps = fc.constantFrom(
    '',
    ' ',
    '-',
    '.',
    ' - ',
    '\u200b',
    '*',
    ' ya ',
    '\n',
    '/',
    ', ',
    '•',
    'PDW-3274-2611-000123-K',
  )
  const pieces = fc.array(fc.tuple(fc.oneof(digits, fc.string({ maxLength: 8 })), gaps), { maxLength: 12 })
  const texts = pieces.map((parts) => parts.flat().join(''))

  test('never holds a number that the guard would find, whatever was written', () => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(holdsIdentityNumber(maskIdentityNumbers(text))).toBe(false)
      }),
      { numRuns: 3000 },
    )
  })

  test('is the text itself when the guard finds nothing', () => {
    fc.assert(
      fc.property(texts, (text) => {
        fc.pre(!holdsIdentityNumber(text))
        expect(maskIdentityNumbers(text)).toBe(text)
      }),
      { numRuns: 1000 },
    )
  })
})
