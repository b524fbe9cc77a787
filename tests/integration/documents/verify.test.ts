import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Actor } from '../../../src/contracts/access.ts'
import { createSealer, parseKeyRing } from '../../../src/platform/crypto/sealer.ts'
import { createDocumentsWorld, type DocumentsWorld } from './documents-world.ts'

let world: DocumentsWorld
let kader: Actor
let ids: string[]
beforeAll(async () => {
  world = await createDocumentsWorld()
  kader = world.actor('kader')
  // One more than a page of the reading, so that the last one lies in another.
  ids = []
  for (let count = 0; count < 21; count += 1) ids.push((await world.upload(kader, { kind: 'other' })).id)
})
afterAll(() => world?.close())

const verify = () => world.intake.verifyData([])
const sealedOf = async (id = ''): Promise<Buffer> => {
  const row = world.database.owner.selectFrom('document_content').select('sealed').where('document_id', '=', id)
  return (await row.executeTakeFirstOrThrow()).sealed
}
const put = async (id = '', sealed: Buffer): Promise<void> => {
  const { owner } = world.database
  await owner.updateTable('document_content').set({ sealed }).where('document_id', '=', id).execute()
}

test('verifying the data opens every document with its own key', async () => {
  expect(await verify()).toEqual({ intakes: 0, proposals: 0, documents: 21, faults: [] })
})

test('and names those that do not open: altered, of another document, or sealed with a key that is gone', async () => {
  const [altered, moved, foreign] = [ids[0] ?? '', ids[7] ?? '', ids.at(-1) ?? '']
  const kept = await Promise.all([altered, moved, foreign].map(sealedOf))
  const flipped = Buffer.from(kept[0] ?? '')
  flipped[flipped.length - 1] = (flipped.at(-1) ?? 0) ^ 1
  await put(altered, flipped)
  await put(moved, await sealedOf(ids[1]))
  const elsewhere = createSealer(parseKeyRing(`1:${randomBytes(32).toString('base64')}`))
  await put(foreign, elsewhere.seal(Buffer.from('picture'), `document:${foreign}:content`))
  expect(await verify()).toMatchObject({
    documents: 21,
    faults: [{ kind: 'document_does_not_open', count: 3, ids: [altered, moved, foreign].toSorted() }],
  })
  await world.database.owner.deleteFrom('document_content').where('document_id', '=', moved).execute()
  const { faults } = await verify()
  expect(faults).toMatchObject([
    { kind: 'document_without_picture', count: 1, ids: [moved] },
    { kind: 'document_does_not_open', count: 2 },
  ])
})
