import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { BANDUNG, CIREBON } from '../verification/fixture.ts'
import { createQuotaWorld, nextPerson, type QuotaWorld, URL_2026 } from './quota-world.ts'

const RESERVED = { state: 'reserved', place: null }
const inLine = (place: number) => ({ state: 'waiting', place })
const NOTE = { version: 1, note: 'diputuskan dalam rapat' }

describe('a seat of the local budget', () => {
  let world: QuotaWorld
  beforeAll(async () => {
    world = await createQuotaWorld()
  })
  beforeEach(() => world.start())
  afterAll(() => world.close())

  /** Whatever has happened, nothing was counted twice or forgotten. */
  const requireWhole = async (): Promise<void> => {
    for (const { budget, seats, entries, free } of await world.recount()) {
      expect(seats).toEqual(budget)
      expect(entries).toEqual(budget)
      expect(free).toBeGreaterThanOrEqual(0)
      if (budget.waiting > 0) expect(free).toBe(0)
    }
    expect(await world.strays()).toEqual([])
  }

  it('is not asked for where nobody has entered a budget: an approval goes on, and the case says so', async () => {
    const [id = ''] = await world.claimedCases(1)
    expect(await world.approve(id)).toMatchObject({
      status: 200,
      body: { state: 'eligible', quota: { state: 'unlimited', place: null } },
    })
    expect(await world.quota2026()).toMatchObject({ seats: null, free: null, reserved: 1, waiting: 0, version: 0 })
  })

  it('is reserved by an approval, and a shortage makes the case wait with its place in line', async () => {
    await world.setSeats(1)
    const [first = '', second = '', third = ''] = await world.claimedCases(3)
    expect(await world.seatOf(first)).toBeNull()
    expect(await world.approve(first)).toMatchObject({ status: 200, body: { quota: RESERVED } })
    world.clock.advance(1_000)
    // Approved later, though its id is lower.
    expect(await world.approve(third)).toMatchObject({ status: 200, body: { state: 'eligible', quota: inLine(1) } })
    world.clock.advance(1_000)
    expect(await world.approve(second)).toMatchObject({ status: 200, body: { state: 'eligible', quota: inLine(2) } })
    expect(await world.quota2026()).toMatchObject({ seats: 1, reserved: 1, waiting: 2, free: 0 })
    const { body } = await world.call(world.approver, 'GET', `/api/v1/proposals?queue=to_seal&sort=submittedAt`)
    const items = body['items'] as { id: string; quota: unknown }[]
    expect(Object.fromEntries(items.map(({ id, quota }) => [id, quota]))).toEqual({
      [first]: RESERVED,
      [second]: inLine(2),
      [third]: inLine(1),
    })
    const listed = async (seat: string) => {
      const { body } = await world.call(world.reviewer, 'GET', `/api/v1/proposals?seat=${seat}`)
      return (body['items'] as { id: string; quota: unknown }[]).map(({ id, quota }) => [id, quota])
    }
    expect(Object.fromEntries(await listed('waiting'))).toEqual({ [second]: inLine(2), [third]: inLine(1) })
    expect(await listed('moved_up')).toEqual([])
    const line = await world.call(world.approver, 'GET', `${URL_2026}/line?limit=1`)
    expect(line.body).toMatchObject({ items: [{ proposalId: third, place: 1 }], nextCursor: third })
    const next = await world.call(world.approver, 'GET', `${URL_2026}/line?cursor=${third}`)
    expect(next.body).toMatchObject({ items: [{ proposalId: second, place: 2 }], nextCursor: null })
    // Whoever moves up is found where it can be sealed now, until it is.
    await world.setSeats(2)
    expect(await listed('waiting')).toEqual([[second, inLine(1)]])
    expect(await listed('moved_up')).toEqual([[third, RESERVED]])
    await world.commit([third])
    expect(await listed('moved_up')).toEqual([])
    await requireWhole()
  })

  it.each([
    ['recalled', (id: string) => world.act(world.reviewer, id, 'recall', NOTE)],
    ['withdrawn', (id: string) => world.act(world.petugas, id, 'withdraw', NOTE)],
    ['undone', (id: string) => world.act(world.reviewer, id, 'undo', { version: 1 })],
  ])('goes to the first in line when the approval that held it is %s', async (_how, takeBack) => {
    await world.setSeats(1)
    const [first = '', second = '', third = ''] = await world.claimedCases(3)
    for (const id of [first, second, third]) await world.approve(id, { undoable: true })
    expect((await takeBack(first)).status).toBeLessThan(300)
    expect(await world.seatOf(second)).toEqual(RESERVED)
    expect(await world.seatOf(third)).toEqual(inLine(1))
    expect(await world.seatOf(first)).toBeNull()
    await requireWhole()
  })

  it('that is taken by others meanwhile is waited for again: whoever is approved anew stands at the end', async () => {
    await world.setSeats(1)
    const [first = '', second = ''] = await world.claimedCases(2)
    await world.approve(first, { undoable: true })
    await world.approve(second)
    await world.act(world.reviewer, first, 'undo', { version: 1 })
    world.clock.advance(1_000)
    expect(await world.approve(first)).toMatchObject({ body: { quota: inLine(1) } })
    expect(await world.seatOf(second)).toEqual(RESERVED)
    await requireWhole()
  })

  it('goes to the line when the budget grows, and back to it, the last first, when it shrinks', async () => {
    await world.setSeats(1)
    const ids = await world.claimedCases(4)
    for (const id of ids) await world.approve(id)
    expect(await world.setSeats(3)).toMatchObject({ status: 200, body: { reserved: 3, waiting: 1, free: 0 } })
    expect(await Promise.all(ids.map(world.seatOf))).toEqual([RESERVED, RESERVED, RESERVED, inLine(1)])
    expect(await world.setSeats(2)).toMatchObject({ status: 200, body: { reserved: 2, waiting: 2, free: 0 } })
    expect(await Promise.all(ids.map(world.seatOf))).toEqual([RESERVED, RESERVED, inLine(1), inLine(2)])
    await requireWhole()
  })

  it('is held by whoever was approved before there was a budget, the first of them where it has too few', async () => {
    const ids = await world.claimedCases(3)
    for (const id of ids) await world.approve(id)
    expect(await world.setSeats(2)).toMatchObject({ status: 200, body: { reserved: 2, waiting: 1, free: 0 } })
    expect(await Promise.all(ids.map(world.seatOf))).toEqual([RESERVED, RESERVED, inLine(1)])
    await requireWhole()
  })

  it('is committed for good by sealing, and nobody is sealed who waits for one', async () => {
    await world.setSeats(2)
    const [first = '', second = '', third = ''] = await world.claimedCases(3)
    for (const id of [first, second, third]) await world.approve(id)
    await expect(world.commit([first, third])).rejects.toMatchObject({
      code: 'quota_short',
      details: { count: 1, waiting: [{ proposalId: third, place: 1 }] },
    })
    expect(await world.seatOf(first)).toEqual(RESERVED)
    await world.commit([first])
    expect(await world.seatOf(first)).toEqual({ state: 'committed', place: null })
    // Asking again changes nothing.
    await world.commit([first])
    expect(await world.quota2026()).toMatchObject({ reserved: 1, committed: 1, waiting: 1, free: 0 })
    expect(await world.setSeats(0)).toMatchObject({
      status: 409,
      body: { code: 'seats_below_paid', details: { paid: 1, seats: 0 } },
    })
    expect(await world.setSeats(1)).toMatchObject({ status: 200, body: { reserved: 0, committed: 1, waiting: 2 } })
    await requireWhole()
  })

  it('of a case that is sealed with effect in another year is one of that year', async () => {
    await world.setSeats(5)
    await world.setSeats(1, 2027)
    const [first = '', second = ''] = await world.claimedCases(2)
    for (const id of [first, second]) await world.approve(id)
    await expect(world.commit([first, second], 2027)).rejects.toMatchObject({
      code: 'quota_short',
      details: { count: 1, waiting: [{ proposalId: second, place: 1 }] },
    })
    await world.commit([first], 2027)
    expect((await world.recount()).map(({ place, budget }) => [place, budget])).toEqual([
      ['32.74/2026', { reserved: 1, committed: 0, waiting: 0 }],
      ['32.74/2027', { reserved: 0, committed: 1, waiting: 0 }],
    ])
    await requireWhole()
  })

  it('that was not sealed in its year is one of the new year, in the order of the approvals', async () => {
    await world.setSeats(1)
    const ids = await world.claimedCases(3)
    for (const id of ids) await world.approve(id)
    await world.setSeats(2, 2027)
    const signal = new AbortController().signal
    // The last minute of the year in Cirebon, then the first.
    world.clock.set(new Date('2026-12-31T16:59:00.000Z'))
    expect(await world.quota.rollOver(signal)).toBe(0)
    world.clock.advance(60_000)
    expect(await world.quota.rollOver(signal)).toBe(3)
    expect(await world.quota.rollOver(signal)).toBe(0)
    expect((await world.recount()).map(({ place, budget }) => [place, budget])).toEqual([
      ['32.74/2026', { reserved: 0, committed: 0, waiting: 0 }],
      ['32.74/2027', { reserved: 2, committed: 0, waiting: 1 }],
    ])
    expect(await Promise.all(ids.map(world.seatOf))).toEqual([RESERVED, RESERVED, inLine(1)])
    await requireWhole()
  })

  it('is given to no more than there are, by 100 approvals at once and by what is taken back among them', async () => {
    await world.setSeats(37)
    const ids = await world.claimedCases(100)
    const answers = await Promise.all(ids.map((id) => world.approve(id, { undoable: true })))
    expect(answers.map(({ status }) => status)).toEqual(ids.map(() => 200))
    expect(await world.quota2026()).toMatchObject({ seats: 37, reserved: 37, waiting: 63, free: 0 })
    const seats = await Promise.all(ids.map(world.seatOf))
    const places = seats.flatMap((seat) => (seat as { place: number | null }).place ?? [])
    expect(places.sort((a, b) => a - b)).toEqual(Array.from({ length: 63 }, (_, index) => index + 1))
    await requireWhole()

    // Half of them taken back, together with a budget that grows.
    const [undone] = await Promise.all([
      Promise.all(ids.slice(0, 50).map((id) => world.act(world.reviewer, id, 'undo', { version: 1 }))),
      world.setSeats(40),
    ])
    expect(undone.map(({ status }) => status)).toEqual(undone.map(() => 200))
    expect(await world.quota2026()).toMatchObject({ seats: 40, reserved: 40, waiting: 10, free: 0 })
    await requireWhole()
  }, 120_000)

  it('is reserved for each of many that are approved together, and freed when that is undone', async () => {
    await world.setSeats(3)
    for (let index = 0; index < 5; index += 1) await world.propose(nextPerson())
    await world.runChecks()
    const begun = await world.call(world.reviewer, 'POST', '/api/v1/bulk-jobs', {
      action: 'eligible',
      filter: { queue: 'new_review' },
      reasons: [],
      dryRun: false,
    })
    const id = begun.body['id'] as string
    const goOn = () =>
      world.verification.goOnWithBulk({ payload: { jobId: id } }, { signal: new AbortController().signal })
    await goOn()
    expect(await world.quota2026()).toMatchObject({ reserved: 3, waiting: 2, free: 0 })
    await requireWhole()
    expect(await world.call(world.reviewer, 'POST', `/api/v1/bulk-jobs/${id}/undo`)).toMatchObject({ status: 202 })
    await goOn()
    expect(await world.quota2026()).toMatchObject({ reserved: 0, waiting: 0, free: 3 })
    await requireWhole()
  })

  it('is reserved in several budgets by one transaction, and two of those never wait for each other in a circle', async () => {
    const provincial = world.actor('penyetuju', { regionCode: '32' })
    const elsewhere = world.actor('petugas', {
      regionCode: BANDUNG.region,
      officeId: BANDUNG.office,
      officeIds: [BANDUNG.office],
    })
    for (const { region } of [CIREBON, BANDUNG]) {
      const budget = { version: 0, seats: 5, note: '' }
      const entered = await world.call(provincial, 'PUT', `/api/v1/quotas/${region}/2026`, budget)
      expect(entered.status).toBe(200)
    }
    const ids: string[] = []
    for (let index = 0; index < 24; index += 1) {
      const by = index % 2 === 0 ? world.petugas : elsewhere
      ids.push(await world.propose(nextPerson(), { confirmWarnings: ['outside_domicile'] }, by))
    }
    await world.runChecks()
    const mover = { id: world.actor('supervisor', { regionCode: '32' }).userId, role: 'supervisor' as const }
    const moveAll = async (
      proposalIds: readonly string[],
      action: 'decide_eligible' | 'recall',
    ): Promise<boolean[]> => {
      const claims = action === 'decide_eligible' ? { claims: true as const } : {}
      const moves = proposalIds.map((proposalId) => ({ proposalId, action, mover, ...claims }))
      const results = await world.database.db.transaction().execute((tx) => world.intake.moveMany(tx, moves))
      return results.map(({ moved }) => moved)
    }
    // Each has cases of both regions, and they begin at opposite ends.
    const halves = [ids.slice(0, 12), ids.slice(12).reverse()]
    for (const action of ['decide_eligible', 'recall', 'decide_eligible', 'recall', 'decide_eligible'] as const) {
      const moved = await Promise.all(halves.map((half) => moveAll(half, action)))
      expect(moved.flat()).toEqual(ids.map(() => true))
    }
    expect((await world.recount()).map(({ place, budget }) => [place, budget])).toEqual([
      ['32.73/2026', { reserved: 5, committed: 0, waiting: 7 }],
      ['32.74/2026', { reserved: 5, committed: 0, waiting: 7 }],
    ])
    await requireWhole()
  })

  it('is looked at by the check of the data: nothing is wrong until somebody tampers with it', async () => {
    await world.setSeats(1)
    const [first = '', second = ''] = await world.claimedCases(2)
    for (const id of [first, second]) await world.approve(id)
    const faults = async () => (await world.intake.verifyData([world.quota.checkSeats])).faults
    expect(await faults()).toEqual([])
    const { owner } = world.database
    await owner.updateTable('quota_seat').set({ state: 'freed' }).where('proposal_id', '=', second).execute()
    expect(await faults()).toEqual([
      { kind: 'seat_differs', count: 1, ids: [second] },
      { kind: 'budget_differs', count: 1, ids: ['32.74/2026'] },
    ])
    await owner.updateTable('quota_seat').set({ state: 'waiting' }).where('proposal_id', '=', second).execute()
    await owner.deleteFrom('quota_entry').where('proposal_id', '=', first).execute()
    expect(await faults()).toEqual([{ kind: 'seat_differs', count: 1, ids: [first] }])
  })
})
