import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { IntakeCreated } from '../../../src/contracts/api/intakes.ts'
import type { ProposalView } from '../../../src/contracts/api/proposals.ts'
import { systemClock } from '../../../src/platform/clock.ts'
import { type IntakeBody, makeIntakeBody, makeMember, makeNik, makePhone } from '../../support/intake-body.ts'
import { createWholeApp, type WholeApp } from '../../support/whole-app.ts'
import { createJobDriver, type JobDriver } from '../whatsapp/job-driver.ts'

/** Intake and WhatsApp as the product wires them: what residents hear of what officers do, and officers of the phones. */
let whole: WholeApp
let jobs: JobDriver
beforeAll(async () => {
  whole = await createWholeApp()
  const { features, database } = whole
  const connection = features.whatsapp.connect(features.simulator.gateway)
  const logger = pino({ level: 'silent' })
  jobs = createJobDriver({ pool: database.pool, clock: systemClock, logger, jobs: connection.jobs })
})
afterAll(() => whole?.close())

const post = (url: string, payload: object) => whole.send({ as: 'petugas', method: 'POST', url, payload })
const act = (proposalId: string, name: string, payload: object) =>
  post(`/api/v1/proposals/${proposalId}/${name}`, payload)
const international = (phone: string): string => `62${phone.slice(1)}`

async function view(proposalId: string): Promise<ProposalView> {
  return (await whole.send({ as: 'petugas', url: `/api/v1/proposals/${proposalId}` })).json<ProposalView>()
}

const BORN = new Date(Date.now() - 10 * 24 * 3_600_000).toISOString().slice(0, 10)

/** A head of family and two held newborns, with a phone that has WhatsApp or not. */
async function registerFamily(isOnWhatsapp: boolean) {
  const newborn = (fullName: string) =>
    makeMember({ nik: null, fullName, birthDate: BORN, relationship: 'anak', maritalStatus: 'belum_kawin' })
  const body: IntakeBody = makeIntakeBody({ members: [makeMember(), newborn('HASAN'), newborn('HUSEIN')] })
  const { phones } = whole.features.simulator
  const phone = international(body.whatsappNumber)
  if (!isOnWhatsapp) await phones.behave(phone, { mode: 'not_on_whatsapp' })
  const reply = await whole.send({
    as: 'petugas',
    method: 'POST',
    url: '/api/v1/intakes',
    headers: { 'idempotency-key': crypto.randomUUID() },
    payload: body,
  })
  const { proposals } = reply.json<IntakeCreated>()
  const [head = '', first = '', second = ''] = proposals.map(({ id }) => id)
  return { phone, head, first, second }
}

const withdrawal = { version: 1, note: 'keluarga pindah ke luar kota' }
const flagsOf = async (...ids: string[]) => (await Promise.all(ids.map(view))).map(({ flags }) => flags)
const nikOfNewborn = () => makeNik(BORN, 'female')

describe('a withdrawal', () => {
  test('is told to the resident, once', async () => {
    const { phone, head } = await registerFamily(true)
    expect((await act(head, 'withdraw', withdrawal)).statusCode).toBe(204)
    await jobs.drain()
    const texts = (await whole.features.simulator.phones.listChat(phone)).map(({ body }) => body)
    expect(texts).toHaveLength(1)
    expect(texts[0]).toContain('Ini sesuai permintaan keluarga Anda')
    expect(await view(head)).toMatchObject({ state: 'closed', closedAs: 'withdrawn' })
    expect((await act(head, 'withdraw', withdrawal)).json().code).toBe('action_not_allowed')
    await jobs.drain()
    expect(await whole.features.simulator.phones.listChat(phone)).toHaveLength(1)
  })

  test('of another version than the present one is refused, and nobody is told', async () => {
    const { phone, head } = await registerFamily(true)
    const refused = await act(head, 'withdraw', { ...withdrawal, version: 2 })
    expect(refused.statusCode).toBe(409)
    expect(refused.json().code).toBe('version_conflict')
    await jobs.drain()
    expect(await view(head)).toMatchObject({ state: 'submitted' })
    expect(await whole.features.simulator.phones.listChat(phone)).toEqual([])
  })
})

describe('a number that is not on WhatsApp', () => {
  test('flags every open member of the household until it is corrected', async () => {
    const { head, first, second } = await registerFamily(false)
    await act(head, 'withdraw', withdrawal)
    await jobs.drain()
    for (const flags of await flagsOf(first, second)) expect(flags).toContain('wa_unreachable')
    expect((await view(head)).flags).not.toContain('wa_unreachable')

    const changes = { nik: nikOfNewborn(), whatsappNumber: makePhone() }
    const corrected = await act(first, 'corrections', { version: 1, changes })
    expect(corrected.statusCode, corrected.body).toBe(204)
    for (const flags of await flagsOf(first, second)) expect(flags).not.toContain('wa_unreachable')
    expect((await view(second)).version).toBe(1)
    expect(await view(first)).toMatchObject({ state: 'submitted', version: 2 })
  })

  test('stays flagged when something else, or the same number again, is sent', async () => {
    const { phone, head, first, second } = await registerFamily(false)
    await act(head, 'withdraw', withdrawal)
    await jobs.drain()
    const changes = { nik: nikOfNewborn(), whatsappNumber: phone }
    expect((await act(first, 'corrections', { version: 1, changes })).statusCode).toBe(204)
    for (const flags of await flagsOf(first, second)) expect(flags).toContain('wa_unreachable')
  })

  test('says nothing about the number that has taken its place', async () => {
    const { phone, head, first, second } = await registerFamily(true)
    const { phones } = whole.features.simulator
    await phones.behave(phone, { mode: 'busy' })
    await act(head, 'withdraw', withdrawal)
    await jobs.drain()
    await phones.behave(phone, { mode: 'not_on_whatsapp' })
    const changes = { nik: nikOfNewborn(), whatsappNumber: makePhone() }
    expect((await act(first, 'corrections', { version: 1, changes })).statusCode).toBe(204)
    await whole.database.owner
      .updateTable('outbox')
      .set({ due_at: new Date(0) })
      .execute()
    await jobs.drain()
    const stopped = await whole.database.owner
      .selectFrom('message')
      .selectAll()
      .where('outcome_code', '=', 'number_changed')
      .where('intake_id', '=', (await view(head)).intakeId)
      .execute()
    expect(stopped).toHaveLength(1)
    for (const flags of await flagsOf(first, second)) expect(flags).not.toContain('wa_unreachable')
  })
})
