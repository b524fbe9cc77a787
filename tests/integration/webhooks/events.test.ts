import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type Move, SYSTEM } from '../../../src/features/intake/index.ts'
import { uuidIds } from '../../../src/platform/ids.ts'
import { createWorld, type Webhook, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await createWorld()
  const { whole } = world
  await whole.addAccount({ username: 'admin.kab', role: 'admin', regionCode: '32.09', officeIds: [] })
  await whole.addAccount({ username: 'admin.jabar', role: 'admin', regionCode: '32', officeIds: [] })
  await whole.addAccount({ username: 'admin.kec', role: 'admin', regionCode: '32.74.01', officeIds: [] })
})
afterEach(() => world.reset())
afterAll(() => world?.close())

const bodiesAt = (webhook: Webhook) => world.at(webhook).map(({ body }) => JSON.parse(body))

const move = (proposalId: string, ...moves: Omit<Move, 'proposalId'>[]): Promise<void> =>
  world.whole.database.db.transaction().execute(async (tx) => {
    const results = await world.whole.features.intake.moveMany(
      tx,
      moves.map((one) => ({ proposalId, ...one })),
    )
    const refused = results.find(({ moved }) => !moved)
    if (refused) throw new Error(`refused: ${JSON.stringify(refused)}`)
  })

/** What is in the tables of webhooks, and what is owed to them. */
async function countAll(): Promise<number[]> {
  const counts = await world.whole.countRows()
  const { rows } = await world.whole.database.pool.query(
    "SELECT count(*)::int AS count FROM outbox WHERE topic LIKE 'webhooks.%'",
  )
  return [counts['public.webhook_event'] ?? -1, counts['public.webhook_delivery'] ?? -1, rows[0].count]
}

describe('without an endpoint that wants it', () => {
  test('nothing is written at all', async () => {
    const { proposalId } = await world.intake()
    await move(proposalId, { action: 'start_checks', mover: SYSTEM })
    expect(await countAll()).toEqual([0, 0, 0])
  })

  test('of the region or of the kind, neither', async () => {
    await world.register({ as: 'admin.kab' })
    await world.register({ events: ['message.inbound'] })
    const { proposalId } = await world.intake()
    await move(proposalId, { action: 'start_checks', mover: SYSTEM })
    expect(await countAll()).toEqual([0, 0, 0])
  })
})

describe('a proposal', () => {
  test('tells of its registration and of every change of state, in its order and with what is public', async () => {
    const webhook = await world.register()
    const { proposalId, intakeId, receiptNumber } = await world.intake()
    const reviewer = { id: await world.whole.userIdOf('verifikator'), role: 'verifikator' as const }
    await move(
      proposalId,
      { action: 'start_checks', mover: SYSTEM },
      {
        action: 'complete_checks',
        mover: SYSTEM,
        data: { membership: 'not_found', membershipAt: new Date().toISOString() },
      },
    )
    await world.whole.database.db
      .transaction()
      .execute((tx) => world.whole.features.intake.claim(tx, proposalId, reviewer, false))
    await move(proposalId, {
      action: 'decide_rejected',
      mover: reviewer,
      reasons: [{ code: 'BUKAN_PENDUDUK_SINI', note: 'Warga bernama Siti pindah' }, { code: 'SEGMEN_PEKERJA' }],
    })
    await world.worker.drain()
    const household = { proposalId, intakeId, receiptNumber, regionCode: '32.74', version: 1 }
    const bodies = bodiesAt(webhook).sort((a, b) => a.position - b.position)
    expect(bodies.map(({ type, data }) => ({ type, ...data }))).toEqual([
      { type: 'proposal.registered', ...household, state: 'submitted', sequence: 1 },
      { type: 'proposal.state_changed', ...household, from: 'submitted', to: 'in_review', sequence: 3, reasons: [] },
      {
        type: 'proposal.state_changed',
        ...household,
        from: 'in_review',
        to: 'rejected',
        sequence: 5,
        // The other reason is told at the counter only; notes are told nowhere.
        reasons: ['BUKAN_PENDUDUK_SINI'],
      },
    ])
  })

  test('tells nothing of what was rolled back, nor of what does not change its state', async () => {
    await world.register({ events: ['proposal.state_changed'] })
    const { proposalId } = await world.intake()
    const before = await countAll()
    const undone = world.whole.database.db.transaction().execute(async (tx) => {
      await world.whole.features.intake.moveMany(tx, [{ proposalId, action: 'start_checks', mover: SYSTEM }])
      throw new Error('undone')
    })
    await expect(undone).rejects.toThrow('undone')
    await move(proposalId, { action: 'record_flags', mover: SYSTEM, data: { addFlags: ['wa_unreachable'] } })
    expect(await countAll()).toEqual(before)
  })

  test('is told to the kab/kota and to the province, not to another kab/kota', async () => {
    const [own, province, other] = [
      await world.register(),
      await world.register({ as: 'admin.jabar' }),
      await world.register({ as: 'admin.kab' }),
    ]
    await world.intake()
    await world.worker.drain()
    expect([own, province, other].map((webhook) => world.at(webhook).length)).toEqual([1, 1, 0])
  })
})

describe('a message', () => {
  /** A message of a household, as its writer stores it. */
  async function store(intakeId: string | null, regionCode: string | null) {
    const { owner } = world.whole.database
    const [contactId, id] = [uuidIds.next(), uuidIds.next()]
    const at = new Date()
    await owner.insertInto('whatsapp_contact').values({ id: contactId, created_at: at }).execute()
    await owner
      .insertInto('message')
      .values({
        id,
        kind: 'notice',
        essential: false,
        intake_id: intakeId,
        region_code: regionCode,
        contact_id: contactId,
        recipient: Buffer.from('sealed'),
        body: Buffer.from('sealed'),
        reference: id.slice(-12),
        state: 'queued',
        queued_at: at,
      })
      .execute()
    const become = (state: string, more: object = {}) =>
      owner
        .updateTable('message')
        .set({ state, ...more })
        .where('id', '=', id)
        .execute()
    return { id, contactId, become }
  }

  test('tells of its states as people see them, with its templates and the proposals it is about', async () => {
    const webhook = await world.register({ events: ['message.state_changed'] })
    const { intakeId, receiptNumber, proposalId } = await world.intake()
    await world.whole.database.db
      .transaction()
      .execute((tx) =>
        world.whole.features.whatsapp.recordNotices(tx, [
          { intakeId, proposalId, version: 1, sequence: 2, template: 'eligible', variables: { name: 'Siti A.' } },
        ]),
      )
    const { id, become } = await store(intakeId, '32.74')
    const { owner } = world.whole.database
    const { id: notice_id } = await owner
      .selectFrom('notice')
      .select('id')
      .where('intake_id', '=', intakeId)
      .executeTakeFirstOrThrow()
    await owner.insertInto('message_notice').values({ notice_id, message_id: id }).execute()
    const at = new Date()
    await become('sending', { attempts: 1 })
    await become('unknown', { unknown_at: at })
    await become('delivered', { delivered_at: at })
    await become('read', { read_at: at })
    await world.worker.drain()
    const bodies = bodiesAt(webhook).sort((a, b) => a.position - b.position)
    const carried = {
      intakeId,
      receiptNumber,
      regionCode: '32.74',
      kind: 'notice',
      outcome: null,
      templates: ['eligible'],
      proposalIds: [proposalId],
    }
    expect(bodies.map(({ data }) => data)).toEqual(
      [
        [null, 'queued'],
        ['queued', 'unknown'],
        ['unknown', 'delivered'],
        ['delivered', 'read'],
      ].map(([from, to]) => ({ messageId: id, ...carried, from, to })),
    )
  })

  test('to a stranger is nobody else’s business', async () => {
    await world.register()
    const before = await countAll()
    const { become } = await store(null, null)
    await become('failed', { outcome_code: 'gave_up', failed_at: new Date() })
    expect(await countAll()).toEqual(before)
  })

  test('that a household writes is told without a word of it; what the office typed itself is not', async () => {
    const webhook = await world.register({ events: ['message.inbound'] })
    const { intakeId, receiptNumber } = await world.intake()
    const { contactId } = await store(intakeId, '32.74')
    const inbound = (kind: string) => ({
      id: uuidIds.next(),
      gateway: 'simulator',
      gateway_message_id: uuidIds.next(),
      contact_id: contactId,
      body: Buffer.from('sealed'),
      meaning: 'other',
      kind,
      at: new Date(),
      received_at: new Date(),
    })
    const [text, own] = [inbound('text'), inbound('own')]
    await world.whole.database.owner.insertInto('inbound_message').values([text, own]).execute()
    await world.worker.drain()
    expect(bodiesAt(webhook).map(({ data }) => data)).toEqual([
      { messageId: text.id, intakeId, receiptNumber, regionCode: '32.74', kind: 'text', backfilled: false },
    ])
  })
})

describe('an admin', () => {
  test('of another region finds nothing of it', async () => {
    const webhook = await world.register()
    const path = `/api/v1/webhooks/${webhook.id}`
    const calls = [
      ['GET', path],
      ['GET', `${path}/deliveries`],
      ['PATCH', path, { description: 'x' }],
      ['POST', `${path}/secret`, {}],
      ['POST', `${path}/pause`],
      ['POST', `${path}/resume`],
      ['POST', `${path}/ping`],
      ['POST', `${path}/replays`, { eventId: uuidIds.next() }],
      ['DELETE', path],
    ] as const
    for (const [method, url, payload] of calls) {
      const reply = await world.whole.send({ as: 'admin.kab', method, url, ...(payload && { payload }) })
      expect([url, reply.statusCode]).toEqual([url, 404])
    }
    const list = await world.whole.send({ as: 'admin.kab', method: 'GET', url: '/api/v1/webhooks' })
    expect(list.json()).toEqual({ items: [] })
  })

  test('of a kecamatan cannot have one: events are of whole kab/kota', async () => {
    await expect(world.register({ as: 'admin.kec' })).rejects.toThrow('403')
  })

  test.each([
    ['http://penerima.example/', 'webhook_url_not_https'],
    ['https://192.168.1.1/', 'webhook_url_private'],
    ['https://u:p@penerima.example/', 'webhook_url_invalid'],
  ])('may not register %s', async (url, code) => {
    await expect(world.register({ url })).rejects.toThrow(code)
  })

  test('leaves a trace of every act, without the secret and without the path, which may hold one', async () => {
    const { id, secret, path } = await world.register()
    await world.whole.send({
      as: 'admin',
      method: 'PATCH',
      url: `/api/v1/webhooks/${id}`,
      payload: { events: ['message.inbound'] },
    })
    await world.post(`${id}/secret`, { overlapHours: 1 })
    await world.post(`${id}/pause`)
    await world.post(`${id}/pause`)
    await world.post(`${id}/resume`)
    const { body } = await world.post(`${id}/ping`)
    await world.worker.drain()
    await world.post(`${id}/replays`, { eventId: (body as { eventId: string }).eventId })
    await world.whole.send({ as: 'admin', method: 'DELETE', url: `/api/v1/webhooks/${id}` })
    const entries = await world.whole.database.owner
      .selectFrom('audit_event')
      .select(['action', 'actor_id', 'details'])
      .where('subject_id', '=', id)
      .orderBy('id')
      .execute()
    expect(entries.map(({ action }) => action)).toEqual([
      'create_webhook',
      'change_webhook',
      'rotate_webhook_secret',
      'change_webhook',
      'change_webhook',
      'test_webhook',
      'replay_webhook',
      'delete_webhook',
    ])
    expect(new Set(entries.map(({ actor_id }) => actor_id))).toEqual(new Set([await world.whole.userIdOf('admin')]))
    expect(JSON.stringify(entries)).not.toContain(path)
    expect(JSON.stringify(entries)).not.toContain(secret.slice(6))
  })

  test('has at most twenty', async () => {
    for (let count = 0; count < 20; count++) await world.register()
    await expect(world.register()).rejects.toThrow('webhook_too_many')
  })
})

test('events are forgotten after thirty days, with what was owed of them', async () => {
  const webhook = await world.register()
  await world.intake()
  await world.worker.drain()
  const signal = new AbortController().signal
  await world.worker.webhooks.purge(signal)
  expect((await countAll())[1]).toBeGreaterThan(0)
  world.clock.advance(31 * 24 * 3_600_000)
  await world.worker.webhooks.purge(signal)
  expect((await countAll()).slice(0, 2)).toEqual([0, 0])
  expect(await world.deliveries(webhook)).toEqual([])
})

test('an event that is not what its contract says stays behind alone, and is tried again', async () => {
  const webhook = await world.register({ events: ['proposal.registered'] })
  const { proposalId, intakeId } = await world.intake()
  const { owner } = world.whole.database
  const odd = {
    type: 'proposal.registered',
    region_code: '32.74',
    subject_id: proposalId,
    intake_id: intakeId,
    change: JSON.stringify({ state: 'submitted', version: 1, sequence: 2, fullName: 'SITI AMINAH' }),
    at: new Date(),
  }
  const { id } = await owner.insertInto('webhook_event').values(odd).returning('id').executeTakeFirstOrThrow()
  const rows = await owner
    .selectFrom('outbox')
    .select(['id', 'key'])
    .where('topic', '=', 'webhooks.compose')
    .orderBy('id')
    .execute()
  expect(rows).toHaveLength(2)
  const failed: number[] = []
  const settled: number[] = []
  await world.worker.webhooks.jobs['webhooks.compose'](
    rows.map(({ id: item, key }) => ({ id: item, key, attempt: 1, payload: { eventId: key } })),
    {
      signal: new AbortController().signal,
      logger: pino({ level: 'silent' }),
      settle: async (_, ids) => void settled.push(...ids),
      fail: (item) => void failed.push(item),
      each: async () => {},
    },
  )
  const oddItem = rows.find(({ key }) => key === id)?.id
  expect(failed).toEqual([oddItem])
  expect(settled).toEqual(rows.map((row) => row.id).filter((item) => item !== oddItem))
  expect(await world.deliveries(webhook)).toHaveLength(1)
})

test('metrics say how the endpoints fare', async () => {
  const [well, ill, paused] = [await world.register(), await world.register(), await world.register()]
  world.receiver.behave(ill.path, 500)
  await world.post(`${paused.id}/pause`)
  await world.intake()
  await world.worker.drain()
  expect(world.at(well)).toHaveLength(1)
  expect(await world.worker.webhooks.countEndpoints()).toEqual({ active: 1, failing: 1, paused: 1, dead: 0 })
})
