import { expect, test } from 'vitest'
import { guessBirthDate, onlyDigits } from './nik-digits.ts'

const TODAY = '2026-11-26'

test.each([
  ['a woman, day + 40', '3274014505900001', true, '1990-05-05'],
  ['a child of this century', '3274010101200001', false, '2020-01-01'],
  ['the same digits of somebody with a KTP', '3274010101200001', true, '1920-01-01'],
  ['born tomorrow, so a hundred years ago', '3274012711260001', false, '1926-11-27'],
  ['born today', '3274012611260001', false, '2026-11-26'],
  ['seventeen today', '3274012611090001', true, '2009-11-26'],
  ['seventeen tomorrow', '3274012711090001', true, '1909-11-27'],
  ['a leap day', '3274012902000001', false, '2000-02-29'],
  ['a leap day that no century has', '3274012902010001', false, null],
  ['an unknown day', '3274010005900001', false, null],
] as const)('%s', (_case, nik, isAdult, birthDate) => {
  expect(guessBirthDate(nik, TODAY, isAdult)).toBe(birthDate)
})

test('a pasted number keeps its digits and loses what stands between them', () => {
  expect(onlyDigits('\u200e3274.0145 0590-0001 ')).toBe('3274014505900001')
})
