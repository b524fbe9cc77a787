import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { createSealer } from '../../../platform/crypto/sealer.ts'
import { openBlock, sealBlock } from './list-block.ts'

const sealer = createSealer({ encryption: new Map([[1, randomBytes(32)]]), index: randomBytes(32) })
const LIST = '01890a5d-ac96-774b-bcce-b302099a8057'
const people = Array.from({ length: 64 }, (_, number) => [
  `32740105059${String(10_000 + number)}`,
  `SITI AMINAH ${number}`,
  '1990-05-05',
  null,
  '0001234567890',
  '0',
  'AKTIF',
  null,
  'PBI (APBD)',
])

test('a block gives its people back, and takes less room than they do', () => {
  const sealed = sealBlock(sealer, LIST, 7, people)
  expect(sealed.length).toBeLessThan(JSON.stringify(people).length / 2)
  const opened = openBlock(sealer, LIST, { position: 7, sealed })
  expect(opened).toHaveLength(64)
  expect(opened[63]).toMatchObject({ nik: '3274010505910063', fullName: 'SITI AMINAH 63', segmentText: 'PBI (APBD)' })
})

test('people with the longest names that a file may hold come back', () => {
  const long = people.map((values) => values.with(1, 'A'.repeat(32_767)))
  const sealed = sealBlock(sealer, LIST, 7, [...long, ...long])
  const opened = openBlock(sealer, LIST, { position: 7, sealed })
  expect(opened.map(({ fullName }) => fullName?.length)).toEqual(Array.from({ length: 128 }, () => 32_767))
})

test('one that was written before blocks were packed is still read', () => {
  const sealed = sealer.seal(JSON.stringify(people), `list_block:${LIST}:7`)
  expect(openBlock(sealer, LIST, { position: 7, sealed })[0]).toMatchObject({ fullName: 'SITI AMINAH 0' })
})

test('one that was moved to another place does not open', () => {
  const sealed = sealBlock(sealer, LIST, 7, people)
  expect(() => openBlock(sealer, LIST, { position: 8, sealed })).toThrow()
})
