import { expect, test } from 'vitest'
import { PAYER_NAMES } from './payer-segment.domain.ts'

test('every name of a payer stands for one segment, written as the statement that counts compares it', () => {
  const names = PAYER_NAMES.map(({ name }) => name)
  expect(new Set(names).size).toBe(names.length)
  expect(names.filter((name) => !/^[A-Z0-9]+$/.test(name))).toEqual([])
})

test('the region and the central government are not taken for each other', () => {
  const segmentOf = (name: string) => PAYER_NAMES.find((one) => one.name === name)?.segment
  expect([segmentOf('PBIAPBN'), segmentOf('PBIAPBD'), segmentOf('PBPU'), segmentOf('PBPUPEMDA')]).toEqual([
    'pbi_apbn',
    'pbpu_pemda',
    'pbpu_mandiri',
    'pbpu_pemda',
  ])
})
