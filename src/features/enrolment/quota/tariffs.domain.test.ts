import { expect, test } from 'vitest'
import { closeTariff } from './tariffs.domain.ts'

const tariff = (validFrom: string, validTo: string | null, rupiah = 35_000) => ({
  validFrom,
  validTo,
  rupiah,
  document: 'PKS',
})

test('a tariff ends the one that was valid until another follows, and ends before the next', () => {
  expect(closeTariff([tariff('2026-01-01', null)], tariff('2026-07-01', null, 42_000))).toEqual([
    tariff('2026-01-01', '2026-06-30'),
    tariff('2026-07-01', null, 42_000),
  ])
  expect(closeTariff([tariff('2026-07-01', null)], tariff('2026-01-01', null))).toEqual([
    tariff('2026-01-01', '2026-06-30'),
  ])
})

test('a tariff corrects the one of the same day, and overlaps no other', () => {
  const known = [tariff('2026-01-01', '2026-06-30'), tariff('2026-07-01', '2026-12-31')]
  expect(closeTariff(known, tariff('2026-01-01', '2026-06-30', 42_000))).toEqual([
    tariff('2026-01-01', '2026-06-30', 42_000),
  ])
  expect(closeTariff(known, tariff('2026-01-01', '2026-07-01'))).toBeNull()
  expect(closeTariff(known, tariff('2026-06-30', '2026-06-30'))).toBeNull()
  expect(closeTariff(known, tariff('2027-01-01', null))).toEqual([tariff('2027-01-01', null)])
})
