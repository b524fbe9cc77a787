import { createHmac } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { WAITS_MS } from '../../../src/features/webhooks/attempts.domain.ts'
import { createWorld, DEADLINE_MS, HOUR_MS, MINUTE_MS, type Webhook, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await createWorld()
})
afterEach(() => world.reset())
afterAll(() => world?.close())

const REGISTERED = { events: ['proposal.registered'] }

/** What one delivery must be signed with, computed without any code of ours. */
function signatureOf(webhook: Webhook, { headers, body }: { headers: Record<string, string>; body: string }): string {
  const key = Buffer.from(webhook.secret.replace('whsec_', ''), 'base64')
  const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`
  return `v1,${createHmac('sha256', key).update(signed).digest('base64')}`
}

/** An endpoint of its own whose one event was just tried for the first time. */
async function tryOne(behaviour: Parameters<World['receiver']['behave']>[1], url?: string): Promise<Webhook> {
  const webhook = await world.register({ ...REGISTERED, ...(url && { url }) })
  world.receiver.behave(webhook.path, behaviour)
  await world.intake()
  await world.worker.drain()
  return webhook
}

describe('a delivery', () => {
  test('is signed with the secret that was shown once, over id, time and the body as it was sent', async () => {
    const webhook = await tryOne(204)
    const [came] = world.at(webhook)
    if (!came) throw new Error('nothing came')
    expect(came.headers['webhook-signature']).toBe(signatureOf(webhook, came))
    expect(came.headers).toMatchObject({
      'content-type': 'application/json',
      'webhook-timestamp': String(Math.floor(world.clock.now().getTime() / 1000)),
    })
    expect(JSON.parse(came.body).id).toBe(came.headers['webhook-id'])
    expect(await world.deliveries(webhook)).toMatchObject([
      {
        type: 'proposal.registered',
        state: 'delivered',
        attempts: 1,
        outcome: 'delivered',
        httpStatus: 204,
        nextAttemptAt: null,
      },
    ])
  })

  test('that is refused comes again under the same id with a new time, until it is taken', async () => {
    const webhook = await world.register(REGISTERED)
    world.receiver.behave(webhook.path, 500, 503, 204)
    await world.intake()
    await world.worker.drain()
    expect(await world.deliveries(webhook)).toMatchObject([
      {
        state: 'pending',
        attempts: 1,
        outcome: 'refused',
        httpStatus: 500,
        nextAttemptAt: new Date(world.clock.now().getTime() + WAITS_MS[0]).toISOString(),
      },
    ])
    world.clock.advance(WAITS_MS[0] - 1)
    await world.worker.drain()
    expect(world.at(webhook)).toHaveLength(1)
    world.clock.advance(1)
    await world.worker.drain()
    world.clock.advance(WAITS_MS[1])
    await world.worker.drain()
    const came = world.at(webhook)
    expect(came).toHaveLength(3)
    expect(new Set(came.map(({ headers }) => headers['webhook-id'])).size).toBe(1)
    expect(new Set(came.map(({ body }) => body)).size).toBe(1)
    expect(new Set(came.map(({ headers }) => headers['webhook-timestamp'])).size).toBe(3)
    for (const one of came) expect(one.headers['webhook-signature']).toBe(signatureOf(webhook, one))
    expect(await world.deliveries(webhook)).toMatchObject([{ state: 'delivered', attempts: 3 }])
  })

  test('is a dead letter after eleven attempts, is listed as one, and comes back when it is replayed', async () => {
    const webhook = await tryOne(500)
    for (const wait of WAITS_MS) {
      world.clock.advance(wait)
      await world.worker.drain()
    }
    expect(world.at(webhook)).toHaveLength(11)
    const [dead, ...others] = await world.deliveries(webhook, 'dead')
    expect(others).toEqual([])
    expect(dead).toMatchObject({ attempts: 11, outcome: 'refused', httpStatus: 500, nextAttemptAt: null })
    world.clock.advance(24 * HOUR_MS)
    await world.worker.drain()
    expect(world.at(webhook)).toHaveLength(11)

    world.receiver.behave(webhook.path, 204)
    expect(await world.post(`${webhook.id}/replays`, { eventId: dead?.eventId })).toEqual({
      status: 202,
      body: { events: 1 },
    })
    await world.worker.drain()
    expect(world.at(webhook).at(-1)?.headers['webhook-id']).toBe(dead?.eventId)
    expect(await world.deliveries(webhook)).toMatchObject([{ state: 'delivered', attempts: 1, replays: 1 }])
  })

  test.each([
    ['an answer that never comes', () => {}, 'timeout', null],
    ['a body that never ends', (response: { write(text: string): void }) => response.write('x'), 'delivered', 200],
    ['a redirect', 302, 'refused', 302],
    ['a closed connection', (response: { destroy(): void }) => response.destroy(), 'connection_failed', null],
    ['a refusal', 403, 'refused', 403],
  ] as const)('ends in time with %s', async (_case, behaviour, outcome, httpStatus) => {
    const webhook = await tryOne(behaviour)
    const [delivery] = await world.deliveries(webhook)
    expect(delivery).toMatchObject({ outcome, httpStatus })
    expect(delivery?.durationMs).toBeLessThan(DEADLINE_MS * 10)
  })

  test('follows no redirect, whatever it leads to', async () => {
    const webhook = await tryOne((response) => {
      response.writeHead(307, { location: `${world.receiver.address}/elsewhere` }).end()
    })
    expect(world.at(webhook)).toHaveLength(1)
    expect(world.receiver.received.map(({ path }) => path)).not.toContain('/elsewhere')
  })

  test('throws a huge answer away', async () => {
    let written = 0
    const webhook = await tryOne((response) => {
      const chunk = Buffer.alloc(64 * 1024, 'x')
      const pour = (): void => {
        while (!response.destroyed && written < 64 * 1024 * 1024) {
          written += chunk.length
          if (!response.write(chunk)) return void response.once('drain', pour)
        }
        response.end()
      }
      pour()
    })
    expect(await world.deliveries(webhook)).toMatchObject([{ state: 'delivered', httpStatus: 200 }])
    expect(written).toBeLessThan(16 * 1024 * 1024)
  })
})

describe('a receiver that takes nothing', () => {
  test('is left alone after five refusals, and gets everything once one trial is taken', async () => {
    const webhook = await world.register(REGISTERED)
    world.receiver.behave(webhook.path, 500)
    for (let count = 0; count < 8; count++) await world.intake()
    await world.worker.drain()
    const tried = world.at(webhook).length
    expect(tried).toBe(8)
    await world.intake()
    await world.worker.drain()
    expect(world.at(webhook)).toHaveLength(tried)
    world.clock.advance(5 * MINUTE_MS)
    await world.worker.drain()
    expect(world.at(webhook)).toHaveLength(tried + 1)
    world.receiver.behave(webhook.path, 204)
    world.clock.advance(HOUR_MS)
    await world.worker.drain()
    expect(await world.deliveries(webhook, 'delivered')).toHaveLength(9)
    expect(await world.deliveries(webhook, 'pending')).toEqual([])
  })

  test('is paused after three days, in the log of acts, and owed everything when an admin resumes it', async () => {
    const webhook = await tryOne(500)
    world.clock.advance(3 * 24 * HOUR_MS)
    await world.intake()
    await world.worker.drain()
    const reply = await world.whole.send({ as: 'admin', method: 'GET', url: `/api/v1/webhooks/${webhook.id}` })
    expect(reply.json()).toMatchObject({ status: 'paused', pausedBecause: 'failing' })
    expect(world.audited).toContainEqual(
      expect.objectContaining({
        action: 'change_webhook',
        actorRole: 'system',
        subjectId: webhook.id,
        details: { status: 'paused', because: 'failing' },
      }),
    )
    await world.intake()
    world.receiver.behave(webhook.path, 204)
    const before = world.at(webhook).length
    world.clock.advance(24 * HOUR_MS)
    await world.worker.drain()
    expect(world.at(webhook)).toHaveLength(before)
    expect(await world.post(`${webhook.id}/resume`)).toMatchObject({
      status: 200,
      body: { status: 'active', failures: 0 },
    })
    await world.worker.drain()
    expect(await world.deliveries(webhook, 'delivered')).toHaveLength(3)
  })

  test('is paused at once when it says that it is gone', async () => {
    const webhook = await tryOne(410)
    const reply = await world.whole.send({ as: 'admin', method: 'GET', url: `/api/v1/webhooks/${webhook.id}` })
    expect(reply.json()).toMatchObject({ status: 'paused', pausedBecause: 'gone' })
    expect(await world.post(`${webhook.id}/ping`)).toMatchObject({ status: 409 })
  })

  test('holds up no other one, not even of its own host', async () => {
    const slow = await world.register(REGISTERED)
    const quick = await world.register(REGISTERED)
    const waiting: ServerResponse[] = []
    const answer = (): void => {
      if (world.at(quick).length === 4) for (const response of waiting.splice(0)) response.writeHead(204).end()
    }
    // The slow one answers only when the quick one has had everything.
    world.receiver.behave(slow.path, (response) => {
      waiting.push(response)
      answer()
    })
    world.receiver.behave(quick.path, (response) => {
      response.writeHead(204).end()
      answer()
    })
    for (let count = 0; count < 4; count++) await world.intake()
    const patient = world.createWorker({ settings: { ...world.whole.config.webhooks, deadlineMs: 20_000 } })
    await patient.drain()
    for (const webhook of [slow, quick]) {
      const all = await world.deliveries(webhook)
      expect(all.map(({ state, attempts }) => `${state} ${attempts}`)).toEqual(Array(4).fill('delivered 1'))
    }
    await patient.webhooks.close()
  })
})

describe('a secret', () => {
  test('that is replaced signs beside the new one until the overlap ends', async () => {
    const webhook = await world.register(REGISTERED)
    const reply = await world.post(`${webhook.id}/secret`, { overlapHours: 24 })
    const { secret } = reply.body as { secret: string }
    expect(secret).not.toBe(webhook.secret)
    const renewed = { ...webhook, secret }
    await world.intake()
    await world.worker.drain()
    const [during] = world.at(webhook)
    if (!during) throw new Error('nothing came')
    expect(during.headers['webhook-signature']).toBe(`${signatureOf(renewed, during)} ${signatureOf(webhook, during)}`)
    world.clock.advance(25 * HOUR_MS)
    await world.intake()
    await world.worker.drain()
    const after = world.at(webhook).at(-1)
    if (!after) throw new Error('nothing came')
    expect(after.headers['webhook-signature']).toBe(signatureOf(renewed, after))
  })

  test('is shown by no other answer and lies sealed in the database', async () => {
    const webhook = await world.register(REGISTERED)
    const bare = webhook.secret.replace('whsec_', '')
    for (const url of ['/api/v1/webhooks', `/api/v1/webhooks/${webhook.id}`]) {
      expect((await world.whole.send({ as: 'admin', method: 'GET', url })).body).not.toContain(bare)
    }
    const row = await world.whole.database.owner
      .selectFrom('webhook_endpoint')
      .selectAll()
      .where('id', '=', webhook.id)
      .executeTakeFirstOrThrow()
    expect(row.secret_sealed.includes(Buffer.from(bare))).toBe(false)
    expect(world.whole.log()).not.toContain(bare)
  })
})

describe('a replay', () => {
  test('of a time brings back what happened then, once, and leaves the rest', async () => {
    const webhook = await world.register(REGISTERED)
    await world.intake()
    await world.worker.drain()
    const from = new Date().toISOString()
    await world.intake()
    await world.intake()
    const to = new Date(Date.now() + 1).toISOString()
    await world.worker.drain()
    const first = world.at(webhook).map(({ headers }) => headers['webhook-id'])
    expect(first).toHaveLength(3)
    expect(await world.post(`${webhook.id}/replays`, { from, to })).toEqual({ status: 202, body: { events: 2 } })
    // What is on its way already is left alone.
    expect(await world.post(`${webhook.id}/replays`, { from, to })).toEqual({ status: 202, body: { events: 0 } })
    expect(await world.post(`${webhook.id}/replays`, { from, to, onlyDead: true })).toEqual({
      status: 202,
      body: { events: 0 },
    })
    await world.worker.drain()
    const again = world
      .at(webhook)
      .slice(3)
      .map(({ headers }) => headers['webhook-id'])
    expect(again.toSorted()).toEqual(first.slice(1).toSorted())
  })

  test('of an event that the endpoint does not hear of is not found', async () => {
    const webhook = await tryOne(204)
    const deaf = await world.register({ events: ['message.inbound'] })
    const [heard] = await world.deliveries(webhook)
    expect(await world.post(`${deaf.id}/replays`, { eventId: heard?.eventId })).toMatchObject({ status: 404 })
  })
})

test('a ping is delivered to its endpoint alone', async () => {
  const [one, other] = [await world.register(), await world.register()]
  const reply = await world.post(`${one.id}/ping`)
  expect(reply.status).toBe(202)
  await world.worker.drain()
  expect(world.at(other)).toEqual([])
  expect(world.at(one).map(({ body }) => JSON.parse(body))).toMatchObject([
    {
      id: (reply.body as { eventId: string }).eventId,
      type: 'webhook.ping',
      data: { endpointId: one.id, regionCode: '32.74' },
    },
  ])
})
