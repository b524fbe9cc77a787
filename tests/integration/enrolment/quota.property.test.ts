import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { AppError } from '../../../src/platform/errors.ts'
import { makeNik } from '../../support/intake-body.ts'
import { createQuotaWorld, type QuotaWorld, URL_2026 } from './quota-world.ts'

const HISTORIES = 12
const STEPS = 30
const CASES = 8
const NOTE = 'dicatat oleh uji acak'
const NOTHING = { status: 204 }
const STRANGERS = ['0001', '0002', '0003', '0004', '0005', '0006'].map((last) => makeNik('1950-02-03', 'male', last))

/** What people do with cases and budgets; each may be refused, and then nothing has changed. */
const STEP = fc.record({
  act: fc.constantFrom(
    'approve',
    'approve',
    'approve',
    'undo',
    'recall',
    'withdraw',
    'seats',
    'seats',
    'open',
    'close',
    'take_over',
    'take_over',
    'commit',
    'next_year',
  ),
  which: fc.nat(CASES - 1),
  number: fc.nat(6),
})

describe('whatever happens to approvals and budgets', () => {
  let world: QuotaWorld
  beforeAll(async () => {
    world = await createQuotaWorld()
  })
  beforeEach(() => world.start())
  afterAll(() => world.close())

  const doStep = async (
    act: string,
    ids: readonly string[],
    id: string,
    number: number,
  ): Promise<{ status: number }> => {
    switch (act) {
      case 'approve':
        await world.act(world.reviewer, id, 'claim')
        return await world.approve(id, { undoable: true })
      case 'undo':
        return await world.act(world.reviewer, id, 'undo', { version: 1 })
      case 'recall':
        return await world.act(world.reviewer, id, 'recall', { version: 1, note: NOTE })
      case 'withdraw':
        return number === 0 ? await world.act(world.petugas, id, 'withdraw', { version: 1, note: NOTE }) : NOTHING
      case 'seats':
        return await world.setSeats(number)
      case 'open': {
        const opening = { source: 'jamkesda', people: 1 + number, asOf: '2026-01-01', document: 'BA 12/2026' }
        return await world.send(world.approver, 'POST', `${URL_2026}/openings`, opening)
      }
      case 'close': {
        const [opening] = (await world.quota2026()).openings
        return opening ? await world.send(world.approver, 'DELETE', `${URL_2026}/openings/${opening.id}`) : NOTHING
      }
      case 'take_over': {
        // Some of the cases' own people, beside others whom nobody has proposed.
        const people = [...world.niksOf(ids).slice(0, number % 4), ...STRANGERS.slice(number % 3, number)]
        return await world.takeOver([...new Set([...world.niksOf([id]), ...people])])
      }
      case 'commit': {
        const { state } = await world.snapshot(id)
        if (state !== 'eligible') return NOTHING
        const refused = await world.commit([id], 2026 + (number % 2)).then(
          () => false,
          (error: unknown) => {
            if (error instanceof AppError && error.code === 'quota_short') return true
            throw error
          },
        )
        return { status: refused ? 409 : 200 }
      }
      default:
        return number > 4 ? await world.setSeats(number, 2027) : NOTHING
    }
  }

  it('the counts equal a recount, nobody is counted twice, no budget is overdrawn, and nobody waits while a seat is free', async () => {
    const seen = { waited: 0, refused: 0, committed: 0, takenOver: 0, tooMany: 0, covered: 0, dissolved: 0 }
    await fc.assert(
      fc.asyncProperty(fc.array(STEP, { minLength: STEPS, maxLength: STEPS }), async (steps) => {
        await world.start()
        const ids = await world.claimedCases(CASES)
        for (const { act, which, number } of steps) {
          world.clock.advance(1_000)
          const { status } = await doStep(act, ids, ids[which] ?? '', number)
          // Refused is a possible answer, a fault is none.
          expect(status).toBeLessThan(500)
          if (act === 'seats' && status === 409) seen.refused += 1
          if (act === 'commit' && status === 200) seen.committed += 1
          if (act === 'take_over') seen[status === 200 ? 'takenOver' : 'tooMany'] += 1
          if (act === 'close' && status === 200) seen.dissolved += 1
          for (const { budget, seats, entries, opening, free } of await world.recount()) {
            expect(seats).toEqual(budget)
            expect(entries).toEqual(budget)
            expect(opening).toMatchObject({ openings: opening.budget, people: opening.budget, told: opening.taken })
            seen.covered += opening.taken
            expect(free).toBeGreaterThanOrEqual(0)
            if (budget.waiting > 0) expect(free).toBe(0)
            seen.waited += budget.waiting
          }
          expect(await world.strays()).toEqual([])
        }
      }),
      { numRuns: HISTORIES },
    )
    // A run in which nothing was short would have shown nothing.
    expect(Object.values(seen).every((count) => count > 0)).toBe(true)
  }, 120_000)
})
