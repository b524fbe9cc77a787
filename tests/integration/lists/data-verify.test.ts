import { type RawBuilder, sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { tamper } from '../../support/tampering.ts'
import { createListsWorld, csv, type ListsWorld, nikOf } from './lists-world.ts'

let world: ListsWorld
/** 300 people in three blocks, the last of 44. */
let list: string
let poor: string
let replaced: string
beforeAll(async () => {
  world = await createListsWorld()
  const people = (count: number) => Array.from({ length: count }, (_, number) => ({ nik: nikOf(number) }))
  replaced = (await world.importList(csv(...people(3)))).id
  list = (await world.importList(csv(...people(300)))).id
  poor = (await world.importList(csv(...people(200)), { kind: 'poor' })).id
})
afterAll(() => world?.close())

const faultsOf = async (...statements: RawBuilder<unknown>[]) => (await tamper(world.whole, ...statements)).faults
const differs = (...ids: string[]) => [{ kind: 'list_differs', count: ids.length, ids: ids.toSorted() }]
const memberOf = (id: string, block: number, slot: number) =>
  sql`list_id = ${id} AND block = ${block} AND slot = ${slot}`

test('members, blocks and counts of lists agree', async () => {
  expect(await faultsOf()).toEqual([])
})

test('a list that has lost a member, or has one too many, is named and nobody on it', async () => {
  const { faults, printed } = await tamper(world.whole, sql`DELETE FROM list_member WHERE ${memberOf(list, 2, 5)}`)
  expect(faults).toEqual(differs(list))
  expect(printed).not.toMatch(/\d{16}/)
  const another = sql`INSERT INTO list_member (list_id, nik_index, block, slot)
    SELECT list_id, sha256(nik_index), block, 44 FROM list_member WHERE ${memberOf(list, 2, 5)}`
  expect(await faultsOf(another)).toEqual(differs(list))
  // The number of rows alone is right again.
  const counted = sql`UPDATE list_import SET rows_usable = rows_usable + 1 WHERE id = ${list}`
  expect(await faultsOf(another, counted)).toEqual(differs(list))
})

test('one whose members stand in other places than its blocks has is named', async () => {
  const moved = sql`UPDATE list_member SET block = 1, slot = 72 WHERE ${memberOf(poor, 0, 127)}`
  expect(await faultsOf(moved)).toEqual(differs(poor))
  const twice = sql`UPDATE list_member SET slot = 126 WHERE ${memberOf(poor, 0, 127)}`
  expect(await faultsOf(twice)).toEqual(differs(poor))
})

test('one whose block is gone, or was altered, is named', async () => {
  expect(await faultsOf(sql`DELETE FROM list_block WHERE list_id = ${list} AND position = 1`)).toEqual(differs(list))
  const altered = sql`UPDATE list_block SET sealed = set_byte(sealed, length(sealed) - 1, get_byte(sealed, length(sealed) - 1) # 1)
    WHERE list_id = ${list} AND position = 0`
  expect(await faultsOf(altered)).toEqual(differs(list))
})

test('one whose stored count is another is named', async () => {
  expect(await faultsOf(sql`UPDATE list_import SET rows_usable = 299 WHERE id = ${list}`)).toEqual(differs(list))
  expect(await faultsOf(sql`UPDATE list_import SET blocks = 4 WHERE id = ${list}`)).toEqual(differs(list))
})

test('members of a list that should have none are named by it; a replaced one that is being deleted is no fault', async () => {
  expect(await faultsOf(sql`DELETE FROM list_member WHERE ${memberOf(replaced, 0, 1)}`)).toEqual([])
  expect(await faultsOf(sql`UPDATE list_import SET has_members = false WHERE id = ${replaced}`)).toEqual(
    differs(replaced),
  )
  await world.whole.features.bpjs.purgeLists(world.signal)
  expect(await faultsOf()).toEqual([])
})

test('one that waits for a person, or was aborted and is not cleaned up yet, is no fault', async () => {
  const waiting = await world.dryRun(csv({ nik: nikOf(201) }), { month: '2026-05' })
  expect(await faultsOf()).toEqual([])
  await world.ok('supervisor', 'POST', `/api/v1/lists/${waiting.id}/abort`)
  expect(await faultsOf()).toEqual([])
  await world.goOn(waiting.id)
  expect(await faultsOf()).toEqual([])
})
