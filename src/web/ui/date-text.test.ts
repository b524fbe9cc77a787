import { expect, test } from 'vitest'
import { readDate, writeDate } from './date-text.ts'

test.each([
  ['05-05-1990', '1990-05-05'],
  ['5/5/1990', '1990-05-05'],
  [' 5.12.1990 ', '1990-12-05'],
  ['05051990', '1990-05-05'],
  ['29-02-2000', '2000-02-29'],
  ['29-02-2001', null],
  ['31-13-1990', null],
  ['5-5-90', null],
  ['1990-05-05', null],
  ['', null],
])('%j is %j', (text, date) => {
  expect(readDate(text)).toBe(date)
})

test('a date is written as it is read', () => {
  expect(readDate(writeDate('1990-05-31'))).toBe('1990-05-31')
})
