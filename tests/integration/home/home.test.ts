import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Home, homeResponse } from '../../../src/contracts/api/home.ts'
import { uuidIds } from '../../../src/platform/ids.ts'
import { createFakeClock } from '../../support/fake-clock.ts'
import { createStreamWorld, ELSEWHERE, NEIGHBOUR, type StreamWorld } from '../stream/world.ts'

// The moment of the start, and no later one: the day does not end in the middle of a test.
const clock = createFakeClock(new Date())
let world: StreamWorld
beforeAll(async () => {
  world = await createStreamWorld(clock)
})
afterAll(() => world?.close())

const HOUR_MS = 60 * 60 * 1000
const after = (ms: number): Date => new Date(clock.now().getTime() + ms)

async function home(username: string, headers: Record<string, string> = {}): Promise<Home> {
  const reply = await world.whole.send({ as: username, method: 'GET', url: '/api/v1/home', headers })
  if (reply.statusCode !== 200) throw new Error(`home answered ${reply.statusCode} ${reply.body}`)
  return homeResponse.parse(reply.json())
}

const queueOf = (found: Home, queue: string) => found.queues.find((one) => one.queue === queue)

const setDue = (proposalId: string, dueAt: Date) =>
  world.whole.database.owner
    .updateTable('proposal_status')
    .set({ due_at: dueAt })
    .where('proposal_id', '=', proposalId)
    .execute()

/** A notice about the household, being handed over. */
async function addNotice(intakeId: string): Promise<string> {
  const { owner } = world.whole.database
  const [contactId, id] = [uuidIds.next(), uuidIds.next()]
  await owner.insertInto('whatsapp_contact').values({ id: contactId, created_at: clock.now() }).execute()
  const values = { recipient: Buffer.of(1), body: Buffer.of(1), essential: false, kind: 'notice', state: 'sending' }
  await owner
    .insertInto('message')
    .values({
      id,
      intake_id: intakeId,
      region_code: '32.74',
      contact_id: contactId,
      reference: id,
      queued_at: clock.now(),
      attempts: 1,
      ...values,
    })
    .execute()
  return id
}

const settle = (id: string, state: 'sent' | 'delivered' | 'read' | 'failed' | 'unknown') =>
  world.whole.database.owner
    .updateTable('message')
    .set({ state, [`${state}_at`]: clock.now(), ...(state === 'failed' && { outcome_code: 'gave_up' }) })
    .where('id', '=', id)
    .execute()

test('a queue says how much waits, what is due first, and what is late or nearly so', async () => {
  const [late, soon, fresh] = [await world.inReview(), await world.inReview(), await world.inReview()]
  await setDue(late.proposalId, after(-HOUR_MS))
  // A quarter of four working hours is at least an hour away, whatever day it is.
  await setDue(soon.proposalId, after(HOUR_MS / 6))
  await setDue(fresh.proposalId, after(60 * 24 * HOUR_MS))
  const seen = queueOf(await home('verifikator'), 'new_review')
  expect(seen).toMatchObject({ total: 3, amber: 1, red: 1, oldest: { dueAt: after(-HOUR_MS).toISOString() } })
  expect(queueOf(await home(ELSEWHERE.reviewer), 'new_review')).toMatchObject({
    total: 0,
    amber: 0,
    red: 0,
    oldest: null,
  })
})

test('everybody finds the queues of the own role, with the returned cases of the own office', async () => {
  const { proposalId } = await world.inReview()
  expect(await world.act('verifikator', proposalId, 'claim')).toBe(200)
  const decision = {
    version: 1,
    decision: 'needs_correction',
    reasons: [{ code: 'KTP_TIDAK_TERBACA', field: 'documents.ktp' }],
  }
  expect(await world.act('verifikator', proposalId, 'decisions', decision)).toBe(200)
  expect(queueOf(await home('petugas'), 'to_correct')).toMatchObject({ total: 1, red: 0 })
  expect(queueOf(await home(NEIGHBOUR), 'to_correct')).toMatchObject({ total: 0, oldest: null })
  expect((await home('penyetuju')).queues.map(({ queue }) => queue)).toEqual(['to_seal', 'not_yet_active'])
  expect((await home('admin')).queues).toEqual([])
})

test('own leases are there, those of others are not', async () => {
  const { proposalId } = await world.inReview()
  await world.act('verifikator', proposalId, 'claim')
  const until = after(20 * 60_000).toISOString()
  expect((await home('verifikator')).leases).toMatchObject([{ proposalId, until }])
  expect((await home('supervisor')).leases).toEqual([])
})

test('the day counts what was registered and decided, in the scope of whoever asks', async () => {
  const before = { region: await home('supervisor'), office: await home('petugas'), other: await home(NEIGHBOUR) }
  const { proposalId } = await world.inReview()
  await world.act('verifikator', proposalId, 'claim')
  const decision = { version: 1, decision: 'rejected', reasons: [{ code: 'BUKAN_PENDUDUK_SINI' }] }
  const decided = await world.act('verifikator', proposalId, 'decisions', decision)
  await world.register(NEIGHBOUR)
  const now = { region: await home('supervisor'), office: await home('petugas'), other: await home(NEIGHBOUR) }
  const grown = (key: keyof typeof now, figure: 'registered' | 'decided'): number =>
    (now[key].today[figure] ?? 0) - (before[key].today[figure] ?? 0)
  expect(decided).toBe(200)
  expect([grown('region', 'registered'), grown('office', 'registered'), grown('other', 'registered')]).toEqual([
    2, 1, 1,
  ])
  await world.whole.features.console.rollUpFigures()
  expect((await home('supervisor')).today.decided).toBe(now.region.today.decided)
  expect((await home(ELSEWHERE.reviewer)).today).toMatchObject({ registered: 0, decided: 0 })
  expect((await home('kader')).today).toMatchObject({ decided: null, notices: null })
  expect((await home('admin')).today).toMatchObject({ registered: null, decided: null })
})

test('a notice counts as what it is now, also after it was told of otherwise', async () => {
  const { intakeId } = await world.register()
  const [first, second, third] = [await addNotice(intakeId), await addNotice(intakeId), await addNotice(intakeId)]
  await settle(first, 'sent')
  await settle(first, 'delivered')
  await settle(first, 'read')
  await settle(second, 'unknown')
  await settle(third, 'failed')
  const notices = { delivered: 1, failed: 1, unknown: 1 }
  expect((await home('petugas')).today.notices).toEqual(notices)
  expect((await home('admin')).today.notices).toEqual(notices)
  await world.whole.features.console.rollUpFigures()
  await settle(second, 'delivered')
  expect((await home('supervisor')).today.notices).toEqual({ delivered: 2, failed: 1, unknown: 0 })
  expect((await home(NEIGHBOUR)).today.notices).toEqual({ delivered: 0, failed: 0, unknown: 0 })
})

test('the connections are told in one word and one sentence, in the language of whoever asks', async () => {
  const [id, en] = [await home('petugas'), await home('petugas', { 'accept-language': 'en' })]
  expect(id.bpjs).toMatchObject({ state: 'ok', code: 'by_hand' })
  expect(id.whatsapp).toMatchObject({ state: 'ok', code: 'ready' })
  expect(id.whatsapp.text).not.toBe(en.whatsapp.text)
  expect(id).toMatchObject({ timeZone: 'Asia/Jakarta', at: clock.now().toISOString() })
})
