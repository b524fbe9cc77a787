import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createWorld, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await createWorld()
})
afterAll(() => world?.close())

test('an endpoint whose events and description are changed signs with the same secret, and that alone', async () => {
  const webhook = await world.register({ events: ['message.inbound'] })
  const url = `/api/v1/webhooks/${webhook.id}`
  const payload = { events: ['proposal.registered'], description: 'Dasbor provinsi' }
  const reply = await world.whole.send({ as: 'admin', method: 'PATCH', url, payload })
  expect(reply.statusCode).toBe(200)
  expect(reply.json()).toMatchObject({ ...payload, previousSecretUntil: null })
  await world.intake()
  await world.worker.drain()
  const [came] = world.at(webhook)
  if (!came) throw new Error('nothing came')
  const key = Buffer.from(webhook.secret.replace('whsec_', ''), 'base64')
  const signed = `${came.headers['webhook-id']}.${came.headers['webhook-timestamp']}.${came.body}`
  expect(came.headers['webhook-signature']).toBe(`v1,${createHmac('sha256', key).update(signed).digest('base64')}`)
})
