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
    ['a NIK with slashes', '3274/0101/0190/0001'],
    ['a NIK with commas', '327401, 010190, 0001'],
    ['a NIK over two lines', '32740101\n01900001'],
    ['a NIK over two lines as some phones break them', '32740101\r\n01900001'],
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
    ['a NIK with hair spaces and dots', '32.74.01\u200a.\u200a010190.0001'],
    ['a NIK with a joiner between two groups', '32740101\u200d\u206001900001'],
    ['a NIK in two halves', '32740101-01900001'],
    ['a NIK with a time behind it', '3274010101900001 08.00-15.00'],
    ['a NIK behind a date', '12/11/2026 3274 0101 0190 0001'],
    ['a NIK in groups between a date and hours', '12/11/2026, 3274.0101.0190.0001, 08.00-15.00'],
    ['a NIK with the birth date marked out', '327401-01-01-90-0001'],
    ['a NIK whose groups look like hours here and there', '12.02.01.010150.0001'],
    ['a NIK that ends like a day and a month', '3274 0101 0190 01.02'],
    ['a NIK behind a phone number', '0812-3456-7890, 3274 0101 0190 0001'],
    ['a KK number in dashes', '3274-0101-0120-0012'],
    ['a date that is none', '32/74/2026, 08.00-15.00'],
    ['hours that are none', '12/11/2026, 27.40-10.10'],
    ['a card number after a date', '12/11/2026 0001234567890'],
    ['a card number', CARD],
    ['a card number in groups', '0001 2345 67890'],
    ['a card number in Arabic digits', arabic(CARD)],
  ])('%s', (_, text) => {
    expect(holdsIdentityNumber(text)).toBe(true)
  })

  test('a NIK with anything people put between digits', () => {
    const separator = fc.constantFrom(
      '',
      ' ',
      '.',
      '-',
      ' - ',
      '\u200b',
      '\u00a0',
      '–',
      '_',
      '*',
      '/',
      ',',
      ', ',
      '\n',
      '\r\n',
    )
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
    ['a date with slashes and hours', '12/11/2026 jam 08.00-15.00'],
    ['a date and hours as officers write them', '12/11/2026, 08.00-15.00'],
    ['hours before the date', '08.00-15.00, 12/11/2026'],
    ['a date with dots and hours', 'Senin 12.11.2026, 08.00 - 15.00'],
    ['a date with dashes and hours', '12-11-2026 08.00–15.00 WIB'],
    ['a date that begins with the year', '2026-11-12 08.00-15.00'],
    ['two dates', '12/11/2026 - 14/11/2026'],
    ['two dates with hours', '12/11/2026, 13/11/2026, 08.00-15.00'],
    ['a short hour', '12/11/2026, 8.00-15.00'],
    ['hours with a break', '08.00-12.00, 13.00-15.00'],
    ['short hours with a break', '8.00-12.00, 13.00-15.00'],
    ['a written date and hours with a break', '30 November 2026, 08.00-12.00, 13.00-15.00'],
    ['hours with a break before a written date', '08.00-12.00, 13.00-15.00, 30 November'],
    ['a list of dates', '1. 12/11/2026, 08.00-15.00'],
    ['hours over two lines', '12/11/2026\n08.00-15.00'],
    ['hours in bold', '*12/11/2026* 08.00-15.00'],
    ['hours with colons', '12/11/2026, 08:00-15:00'],
    ['a phone number and hours', '0812-3456-7890, 08.00-15.00'],
    ['two phone numbers', '0812-3456-7890 / 0813-9876-5432'],
    ['an international phone number and a date', '+62 812 3456 7890, 12/11/2026'],
    ['full-width digits of a date and hours', '１２/１１/２０２６, ０８.００-１５.００'],
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
