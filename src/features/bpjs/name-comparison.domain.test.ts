import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compareNames, normaliseName } from './name-comparison.domain.ts'

describe('names agree', () => {
  test.each([
    ['SITI AMINAH', 'siti aminah'],
    ['SITI AMINAH', '  SITI   AMINAH '],
    ['NUR HAYATI', 'NURHAYATI'],
    ["MA'RUF", 'MARUF'],
    ['ABDUL-RAHMAN', 'ABDUL RAHMAN'],
    ['HJ. SITI AMINAH', 'SITI AMINAH'],
    ['H. AGUS SALIM', 'AGUS SALIM'],
    ['SITI AMINAH, S.PD', 'SITI AMINAH'],
    ['DRS. H. BUDI SANTOSO, M.SI', 'BUDI SANTOSO'],
    ['KARSIM (ALM)', 'KARSIM'],
    ['KARSIM ALM.', 'ALM. KARSIM'],
    ['SITI AMINAH ALIAS MIMIN', 'SITI AMINAH'],
    ['JOSÉ', 'JOSE'],
    ['M. ALI', 'M ALI'],
  ])('%s = %s', (ours, theirs) => {
    expect(compareNames(ours, theirs)).toBe('same')
    expect(compareNames(theirs, ours)).toBe('same')
  })
})

describe('names differ slightly, which a person decides', () => {
  test.each([
    ['SITI AMINAH', 'SITI AMINA'],
    ['YULIANTI', 'YULIYANTI'],
    ['MUHAMMAD ALI', 'M. ALI'],
    ['AGUS', 'AGSU'],
    ['WARTINI RAHAYU', 'WARTINI RAHAJOE'.replace('OE', 'U')],
  ])('%s ~ %s', (ours, theirs) => {
    expect(compareNames(ours, theirs)).toBe('slight')
    expect(compareNames(theirs, ours)).toBe('slight')
  })
})

describe('names differ', () => {
  test.each([
    ['SITI AMINAH', 'BAYI BR LAHIR'],
    ['BUDI', 'RUDY'],
    ['ANI', 'INA'],
    ['MUHAMMAD AL FATIH', 'MUHAMMAD'],
    ['SITI', 'SITI AMINAH'],
    ['SITI', ''],
    ['SITI', '...'],
  ])('%s ≠ %s', (ours, theirs) => {
    expect(compareNames(ours, theirs)).toBe('different')
    expect(compareNames(theirs, ours)).toBe('different')
  })
})

test('an honour that is the whole name stays', () => {
  expect(normaliseName('H')).toEqual(['H'])
  expect(normaliseName('HAJI')).toEqual(['HAJI'])
})

test('comparing is symmetric and every name with letters agrees with itself', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), fc.string({ maxLength: 40 }), (left, right) => {
      expect(compareNames(left, right)).toBe(compareNames(right, left))
      expect(compareNames(left, left)).toBe(normaliseName(left).length === 0 ? 'different' : 'same')
    }),
  )
})
