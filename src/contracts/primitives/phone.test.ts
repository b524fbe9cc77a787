import { parsePhoneNumberFromString } from 'libphonenumber-js/max'
import { expect, test } from 'vitest'
import { readIndonesianMobile } from './phone.ts'

const PREFIXES = Array.from({ length: 200 }, (_, index) => String(700 + index))
const LENGTHS = [7, 8, 9, 10, 11, 12, 13, 14]
const FORMS: ((national: string) => string)[] = [
  (national) => `0${national}`,
  (national) => `62${national}`,
  (national) => `+62${national}`,
  (national) => `+62 ${national.slice(0, 3)}-${national.slice(3, 7)}-${national.slice(7)}`,
  (national) => `0${national.slice(0, 3)} ${national.slice(3, 6)}.${national.slice(6)}`,
]

/** What the library says of it, asked in the one form that leaves it no choice. */
function judge(national: string): string | undefined {
  const phone = parsePhoneNumberFromString(`+62${national}`)
  return phone?.isValid() && phone.getType() === 'MOBILE' ? `62${national}` : undefined
}

test.each(LENGTHS)(
  'numbers of %i digits are mobiles exactly when the library says so, however they are written',
  (length) => {
    for (const prefix of PREFIXES) {
      const national = prefix.padEnd(length, '3456789012')
      const expected = judge(national)
      for (const write of FORMS) {
        const read = readIndonesianMobile(write(national))
        expect('number' in read ? read.number : undefined, write(national)).toBe(expected)
      }
    }
  },
)

test.each([
  ['0812-3456-7890', { number: '6281234567890' }],
  [' +62 (0)812 3456 7890 ', { number: '6281234567890' }],
  ['62 0812 3456 7890', { number: '6281234567890' }],
  ['0231 204455', { fault: 'phone_not_mobile' }],
  ['+65 9123 4567', { fault: 'phone_not_indonesian' }],
  ['0812', { fault: 'phone_not_a_number' }],
  ['satu dua tiga', { fault: 'phone_not_a_number' }],
])('reads %s as %o', (written, expected) => {
  expect(readIndonesianMobile(written)).toEqual(expected)
})
