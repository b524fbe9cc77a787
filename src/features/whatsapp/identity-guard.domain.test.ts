import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { composeReceiptNumber } from '../../contracts/primitives/receipt-number.ts'
import { holdsIdentityNumber } from './identity-guard.domain.ts'

const NIK = '3274010101900001'
const CARD = '0001234567890'
const fullWidth = (digits: string): string =>
  digits.replace(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit)))
const arabic = (digits: string): string =>
  digits.replace(/\d/g, (digit) => String.fromCodePoint(0x0660 + Number(digit)))

describe('the guard refuses', () => {
  test.each([
    ['a NIK', NIK],
    ['a NIK in a sentence', `NIK Anda ${NIK}, terima kasih`],
    ['a NIK in groups of four', '3274 0101 0190 0001'],
    ['a NIK with dots', '32.74.01.010190.0001'],
    ['a NIK with dashes', '327401-010190-0001'],
    ['a NIK with non-breaking blanks and a long dash', '3274\u00a00101\u00a00190–0001'],
    ['a NIK digit by digit', [...NIK].join(' ')],
    ['a NIK in bold', '*3274*0101*0190*0001*'],
    ['a NIK after a list number', `1. ${NIK}`],
    ['a NIK in groups after a list number', '2. 3274 0101 0190 0001'],
    ['a NIK glued to letters', `NIK${NIK}x`],
    ['two NIKs run together', NIK + NIK],
    ['a NIK with a digit too many', `${NIK}7`],
    ['a NIK in full-width digits', fullWidth(NIK)],
    ['a NIK in Arabic digits', arabic(NIK)],
    ['a NIK with zero-width blanks', [...NIK].join('\u200b')],
    ['a NIK with a soft hyphen', `32740101\u00ad01900001`],
    ['a card number', CARD],
    ['a card number in groups', '0001 2345 67890'],
    ['a card number in Arabic digits', arabic(CARD)],
  ])('%s', (_, text) => {
    expect(holdsIdentityNumber(text)).toBe(true)
  })

  test('a NIK with anything people put between digits', () => {
    const separator = fc.constantFrom('', ' ', '.', '-', ' - ', '\u200b', '\u00a0', '–', '_', '*')
    fc.assert(
      fc.property(fc.array(separator, { minLength: 16, maxLength: 16 }), (separators) => {
        const written = [...NIK].map((digit, index) => digit + separators[index]).join('')
        expect(holdsIdentityNumber(`NIK: ${written} ok`)).toBe(true)
      }),
      { numRuns: 500 },
    )
  })
})

describe('the guard lets pass', () => {
  test.each([
    ['nothing', ''],
    ['a mobile number', '0812-3456-7890'],
    ['a mobile number of thirteen digits', '0812 3456 78901'],
    ['an international mobile number of thirteen digits', '6281234567890'],
    ['an international mobile number in groups', '+62 812-3456-7890'],
    ['a landline', '(0231) 201234'],
    ['a masked NIK', '••••••••••••0001'],
    ['a masked NIK with stars', '3274********0001'],
    ['a short receipt number', 'PDW-3274-2611-12345-K'],
    ['a receipt number', composeReceiptNumber('32.74', '2611', 123)],
    ['a long receipt number', composeReceiptNumber('32.74', '2611', 123_456_789_012)],
    ['a date and hours', '30 November 2026, 08.00-15.00'],
    ['an address', 'Jl. Siliwangi No. 10 RT 001 RW 002, Kota Cirebon 45123'],
    ['a local address', 'http://127.0.0.1:3000/status'],
    ['an amount', 'Rp1.250.000'],
  ])('%s', (_, text) => {
    expect(holdsIdentityNumber(text)).toBe(false)
  })

  test('every receipt number', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 999_999_999 }), (serial) => {
        expect(holdsIdentityNumber(`Nomor: *${composeReceiptNumber('32.74', '2611', serial)}*`)).toBe(false)
      }),
    )
  })
})
