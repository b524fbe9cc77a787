import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts'
import { makeIntakeBody, makeMember } from '../../support/intake-body.ts'
import { createWholeApp, type WholeApp } from '../../support/whole-app.ts'

// Monday 15:00 WIB: what must be looked at within four working hours is due on Tuesday at eleven.
const MONDAY = new Date('2026-11-23T08:00:00.000Z')
const URL = '/api/v1/holidays'

let clock: FakeClock
let whole: WholeApp
beforeAll(async () => {
  clock = createFakeClock()
  clock.set(MONDAY)
  whole = await createWholeApp({ HOLIDAYS: '2026-12-25' }, clock)
  const elsewhere = { role: 'admin' as const, officeIds: [] }
  await whole.addAccount({ ...elsewhere, username: 'admin.kabupaten', regionCode: '32.09' })
  await whole.addAccount({ ...elsewhere, username: 'admin.provinsi', regionCode: '32' })
})
afterAll(() => whole?.close())

const put = (day: string, name: string, as = 'admin') =>
  whole.send({ as, method: 'PUT', url: `${URL}/${day}`, payload: { name } })
const remove = (day: string, as = 'admin') => whole.send({ as, method: 'DELETE', url: `${URL}/${day}` })
const list = async (year: number, as = 'petugas') => (await whole.send({ as, url: `${URL}?year=${year}` })).json().items

/** When a household that registers now must have been answered. */
async function dueOfNewCase(): Promise<string> {
  const reply = await whole.send({
    as: 'petugas',
    method: 'POST',
    url: '/api/v1/intakes',
    headers: { 'idempotency-key': randomUUID() },
    payload: makeIntakeBody({ members: [makeMember()] }),
  })
  expect(reply.statusCode).toBe(201)
  const [{ id }] = reply.json().proposals
  const { intake } = whole.features
  await whole.database.db.transaction().execute(async (tx) => {
    const system = { id: null, role: 'system' } as const
    await intake.moveMany(tx, [
      { proposalId: id, action: 'start_checks', mover: system },
      { proposalId: id, action: 'complete_checks', mover: system, data: { flags: [] } },
    ])
  })
  return (await whole.send({ as: 'verifikator', url: `/api/v1/proposals/${id}` })).json().dueAt
}

describe('holidays', () => {
  test('are added, renamed and taken off by an admin, and each change is an entry of the audit log', async () => {
    expect((await put('2027-03-11', 'Nyepi')).json()).toEqual({ day: '2027-03-11', name: 'Nyepi', regionCode: '32.74' })
    expect((await put('2027-03-11', 'Hari Suci Nyepi')).statusCode).toBe(200)
    expect(await list(2027)).toEqual([{ day: '2027-03-11', name: 'Hari Suci Nyepi', regionCode: '32.74' }])
    expect((await remove('2027-03-11')).statusCode).toBe(204)
    expect((await remove('2027-03-11')).json()).toMatchObject({ status: 404, code: 'not_found' })
    expect(await list(2027)).toEqual([])
    const log = await whole.send({ as: 'admin', url: '/api/v1/audit?subjectType=holiday&subjectId=2027-03-11' })
    expect(log.json().items.map(({ action, details }: Record<string, unknown>) => [action, details])).toEqual([
      ['delete_holiday', { name: 'Hari Suci Nyepi' }],
      ['record_holiday', { from: 'Nyepi', to: 'Hari Suci Nyepi' }],
      ['record_holiday', { from: null, to: 'Nyepi' }],
    ])
  })

  test('of the installation stand among them and are nobody’s to take off', async () => {
    expect(await list(2026)).toEqual([{ day: '2026-12-25', name: null, regionCode: null }])
    expect((await remove('2026-12-25')).statusCode).toBe(404)
  })

  test('of a province close its kab/kota, those of a kab/kota only itself', async () => {
    await put('2028-01-03', 'Hari jadi provinsi', 'admin.provinsi')
    await put('2028-01-04', 'Hari jadi kabupaten', 'admin.kabupaten')
    const days = (items: { day: string }[]): string[] => items.map(({ day }) => day)
    expect(days(await list(2028, 'admin'))).toEqual(['2028-01-03'])
    expect(days(await list(2028, 'admin.kabupaten'))).toEqual(['2028-01-03', '2028-01-04'])
    expect((await remove('2028-01-03')).statusCode).toBe(404)
    expect((await remove('2028-01-04')).statusCode).toBe(404)
  })

  test.each([
    ['a day that is none', '2026-02-30', 'Hari libur', 'not_a_date'],
    ['a name of two letters', '2027-01-01', 'ab', 'too_short'],
  ])('are refused with %s', async (_, day, name, code) => {
    const reply = await put(day, name)
    expect(reply.statusCode).toBe(400)
    expect(reply.json().errors[0].code).toBe(code)
  })
})

describe('the clock of a case', () => {
  test('passes over a holiday from the moment an admin adds it, and keeps what was promised before', async () => {
    clock.set(MONDAY)
    const before = await dueOfNewCase()
    expect(before).toBe('2026-11-24T04:00:00.000Z')
    await put('2026-11-24', 'Pilkada')
    expect(await dueOfNewCase()).toBe('2026-11-25T04:00:00.000Z')
    await remove('2026-11-24')
    expect(await dueOfNewCase()).toBe(before)
  })

  test('learns within a minute what another process was told', async () => {
    clock.set(MONDAY)
    const before = await dueOfNewCase()
    const row = { region_code: '32.74', name: 'Pilkada', created_by: 'admin', created_at: MONDAY }
    await whole.database.owner
      .insertInto('holiday')
      .values({ ...row, day: '2026-11-24' })
      .execute()
    expect(await dueOfNewCase()).toBe(before)
    clock.advance(60_000)
    expect(await dueOfNewCase()).toBe('2026-11-25T04:01:00.000Z')
    await remove('2026-11-24')
  })

  test('of another kab/kota does not care', async () => {
    clock.set(MONDAY)
    await put('2026-11-24', 'Hari jadi kabupaten', 'admin.kabupaten')
    expect(await dueOfNewCase()).toBe('2026-11-24T04:00:00.000Z')
  })
})
