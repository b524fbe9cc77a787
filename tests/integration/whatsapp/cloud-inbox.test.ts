import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Actor } from '../../../src/contracts/access.ts'
import type { ConversationList } from '../../../src/contracts/api/whatsapp-inbox.ts'
import type { App } from '../../../src/platform/http/index.ts'
import { createTestServer } from '../../support/test-server.ts'
import { type CloudWorld, createCloudWorld } from '../../support/whatsapp-cloud/cloud-world.ts'
import { createWorld, type Worker, type World } from './world.ts'

const OFFICER: Actor = {
  userId: randomUUID(),
  username: 'supervisor',
  displayName: 'supervisor',
  role: 'supervisor',
  regionCode: '32.74',
  officeId: null,
  officeIds: [],
  scopes: null,
}
const WINDOW_MS = (23 * 60 + 50) * 60_000

let world: World
let cloud: CloudWorld
let worker: Worker
let office: App
beforeAll(async () => {
  world = await createWorld()
  cloud = await createCloudWorld({ database: world.database, clock: world.clock })
  const { gateway } = cloud.createCloud()
  worker = world.createWorker({ gateway, takeReport: gateway.takeReport })
  await gateway.start()
  office = await createTestServer(() => OFFICER)
  worker.whatsapp.registerRoutes(office)
  await office.ready()
})
beforeEach(async () => {
  await cloud.service.settled()
  await world.reset()
})
afterAll(async () => {
  await office?.close()
  await cloud?.close()
  await world?.close()
})

async function write(phone: string, body: string): Promise<void> {
  await cloud.service.write(phone, { type: 'text', text: { body } })
  await worker.drain()
  await cloud.service.settled()
}
const item = async () => (await office.inject('/api/v1/conversations')).json<ConversationList>().items[0]
const post = (id: string, act: string, payload?: object) =>
  office.inject({ method: 'POST', url: `/api/v1/conversations/${id}/${act}`, ...(payload && { payload }) })
const answer = (id: string, text: string, key = randomUUID()) => post(id, 'answers', { key, text })

test('an officer may answer as long as Meta takes it, and is told how long that is', async () => {
  const { phone } = world.newHousehold()
  await write(phone, 'PETUGAS')
  const wroteAt = world.clock.now().getTime()
  const found = await item()
  expect(found?.freeUntil).toBe(new Date(wroteAt + WINDOW_MS).toISOString())
  const id = found?.id ?? ''
  world.clock.advance(WINDOW_MS - 1)
  await post(id, 'claim')
  const key = randomUUID()
  expect((await answer(id, 'Silakan datang besok.', key)).statusCode).toBe(200)
  await worker.drain()
  expect(cloud.service.textsOn(phone).at(-1)).toContain('Silakan datang besok.')

  const before = await world.database.owner.selectFrom('message').select('id').execute()
  world.clock.advance(1)
  expect((await answer(id, 'Masih ada pertanyaan?')).json()).toMatchObject({ status: 409, code: 'window_closed' })
  expect(await world.database.owner.selectFrom('message').select('id').execute()).toEqual(before)
  // What was taken before is still the same answer.
  expect((await answer(id, 'Silakan datang besok.', key)).statusCode).toBe(200)

  await write(phone, 'Iya, ada')
  expect((await answer(id, 'Baik.')).statusCode).toBe(200)
})
