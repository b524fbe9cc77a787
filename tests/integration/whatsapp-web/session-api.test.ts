import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { WhatsappQr, WhatsappSession } from '../../../src/contracts/api/whatsapp-session.ts'
import { sealContext } from '../../../src/features/whatsapp/seal-context.ts'
import { type HeldState, renewLease, takeLease } from '../../../src/features/whatsapp/web/session/session.repository.ts'
import { createWholeApp, type WholeApp } from '../../support/whole-app.ts'

const LEASE_MS = 60_000
const QR_TEXT = '2@synthetic-link-text,abc,def,1'
const MINUTE = 60_000

let whole: WholeApp
beforeAll(async () => {
  whole = await createWholeApp({ WHATSAPP_GATEWAY: 'web', PROCESS_ROLES: 'api' })
})
beforeEach(async () => {
  const { owner } = whole.database
  await owner.deleteFrom('whatsapp_session_request').execute()
  await owner.deleteFrom('whatsapp_account').execute()
  await owner.updateTable('whatsapp_session').set({ holder: null, lease_until: null, state: 'offline' }).execute()
})
afterAll(async () => {
  await whole.close()
})

const ago = (milliseconds: number): Date => new Date(Date.now() - milliseconds)

/** Another process holds the session, and this is how it says it is. */
async function hold(changes: Partial<HeldState> = {}): Promise<void> {
  const taken = await takeLease(whole.database.db, { holder: 'gateway-1/42', leaseMs: LEASE_MS, at: new Date() })
  if (!taken) throw new Error('somebody holds it')
  const state: HeldState = {
    state: 'connected',
    detail: null,
    since: new Date(),
    generation: 3,
    pageState: 'CONNECTED',
    webVersion: '2.3000.1',
    keyShape: 'dollar_one',
    rssBytes: 400_000_000,
    probedAt: new Date(),
    lastEventAt: ago(1_000),
    lastReceiptAt: ago(2_000),
    oldestUnreceiptedAt: null,
    qr: null,
    pairingCode: null,
    ...changes,
  }
  expect(await renewLease(whole.database.db, { token: taken.token, leaseMs: LEASE_MS }, state)).toBe(true)
}

async function trouble(scope: 'cold' | 'account', probeId: string | null): Promise<void> {
  await whole.database.owner
    .insertInto('whatsapp_account')
    .values({
      gateway: 'web',
      since: new Date(),
      breaker_scope: scope,
      breaker_code: '463',
      breaker_opened_at: ago(MINUTE),
      breaker_probe_at: new Date(Date.now() + MINUTE),
      breaker_probe_id: probeId,
      breaker_trips: 1,
    })
    .execute()
}

async function show(language = 'id'): Promise<WhatsappSession> {
  const reply = await whole.send({
    as: 'admin',
    url: '/api/v1/whatsapp/session',
    headers: { 'accept-language': language },
  })
  expect(reply.statusCode).toBe(200)
  return reply.json<WhatsappSession>()
}

const post = (path: string, payload?: object) =>
  whole.send({
    as: 'admin',
    method: 'POST',
    url: `/api/v1/whatsapp/session/${path}`,
    ...(payload && { payload }),
  })

const isReady = async (): Promise<boolean> =>
  await whole.features.whatsapp.session.requireReady().then(
    () => true,
    () => false,
  )

describe('GET /api/v1/whatsapp/session', () => {
  test('tells how it is, by the word of whoever holds it', async () => {
    await hold()
    expect(await show()).toMatchObject({
      gateway: 'web',
      ready: true,
      state: 'connected',
      detailCode: null,
      detail: 'Terhubung. Pesan dapat dikirim.',
      pageState: 'CONNECTED',
      webVersion: '2.3000.1',
      keyShape: 'dollar_one',
      memoryBytes: 400_000_000,
      holder: 'gateway-1/42',
      generation: 3,
      lastReceiptAt: expect.any(String),
      breaker: { gateway: 'web', state: 'closed', scope: null, waiting: 0 },
      queueDepth: 0,
      pairing: false,
    })
    expect(await isReady()).toBe(true)
  })

  test.each([
    ['probe_overdue', { probedAt: ago(2 * MINUTE) }],
    ['probe_overdue', { probedAt: null }],
    ['page_not_connected', { pageState: 'TIMEOUT' }],
    ['engine_shape', { keyShape: 'unknown' }],
    ['receipts_overdue', { oldestUnreceiptedAt: ago(6 * MINUTE) }],
    ['catching_up', { detail: 'catching_up' }],
  ] as const)('is not ready: %s', async (detailCode, changes) => {
    await hold(changes)
    expect(await show()).toMatchObject({ ready: false, state: 'connected', detailCode })
    expect(await isReady()).toBe(false)
  })

  test('is ready with chats that are not read yet, and says so; trouble of the account comes first', async () => {
    await hold({ detail: 'chats_unread' })
    expect(await show()).toMatchObject({ ready: true, state: 'connected', detailCode: 'chats_unread' })
    expect(await isReady()).toBe(true)
    await trouble('account', null)
    expect(await show()).toMatchObject({ ready: false, detailCode: 'breaker_account' })
  })

  test.each([
    { scope: 'account', probeId: null, state: 'open', ready: false },
    { scope: 'account', probeId: randomUUID(), state: 'half_open', ready: false },
    { scope: 'cold', probeId: null, state: 'open', ready: true },
  ] as const)('tells of trouble of the account: $scope, $state', async ({ scope, probeId, state, ready }) => {
    await hold()
    await trouble(scope, probeId)
    const session = await show('en')
    // Nothing that leaves anyway could show that people who never wrote can be written to again: a person closes that.
    const probeAt = scope === 'cold' ? null : expect.any(String)
    expect(session).toMatchObject({
      ready,
      state: 'connected',
      detailCode: `breaker_${scope}`,
      breaker: { gateway: 'web', state, scope, code: '463', openedAt: expect.any(String), probeAt },
    })
    expect(session.detail).toMatch(/^Connected, but WhatsApp has reported trouble/)
    // Nothing that another process of ours could do better.
    expect(await isReady()).toBe(true)
    expect(session.breaker).toEqual((await whole.send({ as: 'admin', url: '/api/v1/whatsapp/breaker' })).json())
  })

  test('says first what is wrong with the link', async () => {
    await hold({ state: 'action_required', detail: 'logged_out', pageState: null })
    await trouble('account', null)
    expect(await show()).toMatchObject({ ready: false, detailCode: 'logged_out', breaker: { state: 'open' } })
  })

  test('is not ready before a person has acted, and says in plain words what to do, in both languages', async () => {
    await hold({ state: 'action_required', detail: 'logged_out', pageState: null })
    expect(await show()).toMatchObject({
      ready: false,
      detail: 'Perangkat ini dikeluarkan dari ponsel. Minta kode QR baru, lalu tautkan lagi.',
    })
    expect((await show('en')).detail).toBe(
      'This device was logged out on the phone. Ask for a new QR code and link it again.',
    )
  })

  test('believes nothing of a holder whose lease has ended', async () => {
    await hold()
    await whole.database.owner
      .updateTable('whatsapp_session')
      .set({ lease_until: ago(1) })
      .execute()
    expect(await show()).toMatchObject({ ready: false, state: 'offline', holder: null, pageState: null })
  })

  test('leaves the API ready whatever WhatsApp does', async () => {
    await hold({ state: 'waiting', detail: 'browser_gone', pageState: null })
    expect((await whole.send({ url: '/readyz' })).statusCode).toBe(200)
    expect((await whole.send({ url: '/livez' })).statusCode).toBe(200)
    expect(await isReady()).toBe(false)
  })
})

describe('GET /api/v1/whatsapp/session/qr', () => {
  const codes = (expiresAt: Date): Partial<HeldState> => {
    const { sealer } = whole.features
    const seal = (text: string, context: string) => ({ sealed: sealer.seal(text, context), at: ago(5_000), expiresAt })
    return {
      state: 'awaiting_scan',
      pageState: null,
      qr: seal(QR_TEXT, sealContext.sessionQr()),
      pairingCode: seal('WXYZ5678', sealContext.sessionPairingCode()),
    }
  }
  const look = () => whole.send({ as: 'admin', url: '/api/v1/whatsapp/session/qr' })

  test('shows it as text and picture with its age, is kept by nobody, and every look is audited', async () => {
    await hold(codes(new Date(Date.now() + MINUTE)))
    expect((await show()).pairing).toBe(true)
    const before = await countLooks()
    const reply = await look()
    await look()
    expect(reply.headers['cache-control']).toBe('no-store')
    const body = reply.json<WhatsappQr>()
    expect(body.qr).toMatchObject({ text: QR_TEXT, svg: expect.stringMatching(/^<svg/), expiresAt: expect.any(String) })
    expect(body.qr?.ageSeconds).toBeGreaterThanOrEqual(5)
    expect(body.pairingCode).toMatchObject({ code: 'WXYZ5678' })
    expect(await countLooks()).toBe(before + 2)
  })

  test('shows nothing that has expired, or whose holder is gone', async () => {
    await hold(codes(ago(1)))
    expect((await look()).json()).toMatchObject({ qr: null, pairingCode: null })
    await whole.database.owner.updateTable('whatsapp_session').set({ holder: null, lease_until: null }).execute()
    await hold(codes(new Date(Date.now() + MINUTE)))
    await whole.database.owner
      .updateTable('whatsapp_session')
      .set({ lease_until: ago(1) })
      .execute()
    expect((await look()).json()).toMatchObject({ qr: null, pairingCode: null })
  })

  test('leaves neither code in the database in clear, nor in the log, nor in the audit log', async () => {
    await hold(codes(new Date(Date.now() + MINUTE)))
    await look()
    const { owner } = whole.database
    const stored = await owner.selectFrom('whatsapp_session').select(['qr', 'pairing_code']).executeTakeFirstOrThrow()
    expect(`${stored.qr?.toString('latin1')}${stored.pairing_code?.toString('latin1')}`).not.toMatch(
      /synthetic-link-text|WXYZ5678/,
    )
    const audited = JSON.stringify(await owner.selectFrom('audit_event').select(['details', 'action']).execute())
    for (const place of [whole.log(), audited]) expect(place).not.toMatch(/synthetic-link-text|WXYZ5678/)
  })

  const countLooks = async (): Promise<number> => {
    const rows = await whole.database.owner
      .selectFrom('audit_event')
      .select('action')
      .where('action', '=', 'read_whatsapp_link')
      .execute()
    return rows.length
  }
})

describe('what an admin asks for', () => {
  const requests = () =>
    whole.database.owner
      .selectFrom('whatsapp_session_request')
      .select(['kind', 'phone', 'id'])
      .orderBy('kind')
      .execute()

  test('waits for the holder, once of each kind, and is audited without the number', async () => {
    for (const path of ['restart', 'restart', 'log-out', 'qr']) expect((await post(path)).statusCode).toBe(202)
    for (const phone of ['0812-0000-0001', '0812-0000-0002']) {
      expect((await post('pairing-code', { phone })).statusCode).toBe(202)
    }
    const waiting = await requests()
    expect(waiting.map((request) => request.kind)).toEqual(['log_out', 'pairing_code', 'restart', 'show_qr'])
    const [, code] = waiting
    const context = sealContext.sessionRequestPhone(code?.id ?? '')
    expect(whole.features.sealer.open(code?.phone ?? Buffer.from(''), context)).toBe('6281200000002')
    const audited = await whole.database.owner
      .selectFrom('audit_event')
      .select(['action', 'details'])
      .where('subject_type', '=', 'whatsapp_session')
      .execute()
    expect(new Set(audited.map(({ action }) => action))).toEqual(
      new Set(['read_whatsapp_link', 'request_whatsapp_link', 'restart_whatsapp', 'log_out_whatsapp']),
    )
    expect(JSON.stringify(audited)).not.toContain('6281200000')
    expect(whole.log()).not.toContain('6281200000')
  })

  test('is told whether it is still open', async () => {
    await hold({ state: 'awaiting_scan', pageState: null })
    await post('pairing-code', { phone: '081200000001' })
    const reply = await whole.send({ as: 'admin', url: '/api/v1/whatsapp/session/qr' })
    expect(reply.json<WhatsappQr>().pairingRequest).toBe('open')
  })

  test('must name a number for a pairing code', async () => {
    const reply = await post('pairing-code', { phone: 'bukan nomor' })
    expect(reply.statusCode).toBe(400)
    expect(await requests()).toEqual([])
  })

  test.each(['supervisor', 'petugas', 'auditor'])('is nothing for a %s', async (role) => {
    expect((await whole.send({ as: role, url: '/api/v1/whatsapp/session' })).statusCode).toBe(403)
    expect((await whole.send({ as: role, url: '/api/v1/whatsapp/session/qr' })).statusCode).toBe(403)
    const reply = await whole.send({ as: role, method: 'POST', url: '/api/v1/whatsapp/session/log-out' })
    expect(reply.statusCode).toBe(403)
  })
})
