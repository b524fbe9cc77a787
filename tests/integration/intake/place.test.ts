import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeIntakeBody, makeMember } from '../../support/intake-body.ts'
import { createDocumentsWorld, type DocumentsWorld } from '../documents/documents-world.ts'

const OLD = '32.74.01.1001'
const NEW = '32.74.05.1003'

let world: DocumentsWorld
beforeAll(async () => {
  world = await createDocumentsWorld()
})
afterAll(() => world?.close())

test('a household whose village is corrected is found in the new one, everybody of it, and nobody in the old', async () => {
  const officer = world.actor('petugas')
  const body = makeIntakeBody({ members: [makeMember(), makeMember({ relationship: 'anak' })] })
  const reply = await world.register(officer, { ...body, address: { ...body.address, villageCode: OLD } })
  const ids = reply.json<{ proposals: { id: string }[] }>().proposals.map(({ id }) => id)
  const inVillage = async (code: string): Promise<string[]> => {
    const list = await world.get(world.actor('verifikator'), `/api/v1/proposals?regionCode=${code}`)
    return list.json<{ items: { id: string }[] }>().items.map(({ id }) => id)
  }
  expect((await inVillage(OLD)).toSorted()).toEqual(ids.toSorted())
  const [first = ''] = ids
  await world.giveBack(first, [{ code: 'NIK_DATA_BEDA' }])
  const corrected = await world.correct(officer, first, { changes: { address: { villageCode: NEW } } })
  expect(corrected.status, JSON.stringify(corrected)).toBe(204)
  expect((await inVillage(NEW)).toSorted()).toEqual(ids.toSorted())
  expect(await inVillage(OLD)).toEqual([])
  expect((await world.intake.verifyData([])).faults).toEqual([])
})

test('who downloads an export is forgotten a day after the process that wrote it is gone, and not before', async () => {
  const { owner } = world.database
  const now = world.clock.now().getTime()
  const hold = (userId: string, ageMs: number) => ({
    user_id: userId,
    export_id: '01930000-0000-7000-8000-000000000001',
    held_until: new Date(now - ageMs),
  })
  const hour = 3_600_000
  await owner
    .insertInto('export_hold')
    .values([hold('gone', 25 * hour), hold('lately', 23 * hour), hold('now', -hour)])
    .execute()
  await world.intake.forgetExports()
  const left = await owner.selectFrom('export_hold').select('user_id').orderBy('user_id').execute()
  expect(left.map((row) => row.user_id)).toEqual(['lately', 'now'])
})
