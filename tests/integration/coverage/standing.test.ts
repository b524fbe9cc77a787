import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type CoverageWorld, createCoverageWorld, type Row } from './coverage-world.ts'

let world: CoverageWorld
beforeAll(async () => {
  world = await createCoverageWorld()
})
afterAll(() => world?.close())

const enter = (month: string, given: Row) => world.enter({ month, asOf: `${month}-28`, rows: [given] })

const judge = async (code: string, name: string, month: string) => {
  const { rules } = await world.standing(code, `?month=${month}`)
  const found = rules.find(({ rule }) => rule.nameId === name)
  if (!found) throw new Error(`no rule ${name}`)
  return found
}
const put = (code: string, body: object) =>
  world.whole.send({
    as: `admin.${code.slice(0, 2)}`,
    method: 'PUT',
    url: `/api/v1/coverage/${code}/contributions`,
    payload: body,
  })

describe('the standing against a rule', () => {
  test('says how many people are missing, and the month in which the gap closes at the pace of six months', async () => {
    await enter('2026-04', { regionCode: '33.17', registered: 600_000, population: 646_488 })
    await enter('2026-10', { regionCode: '33.17', registered: 615_844 })
    const { alternatives, state, reachedBy } = await judge('33.17', 'Target RPJMN 98 %', '2026-10')
    // 98 % of 646,488 is 633,558.24: 633,559 people. 17,715 are missing; 15,844 of the gap were closed in six months.
    expect(alternatives[0]?.criteria).toMatchObject([
      {
        criterion: 'coverage',
        state: 'missed',
        threshold: 9800,
        missingPeople: 17_715,
        reachedBy: '2027-05',
        paceFault: null,
        rate: { hundredths: 9526 },
      },
    ])
    expect({ state, reachedBy }).toEqual({ state: 'missed', reachedBy: '2027-05' })
  })

  test('has no month when the gap does not close, or there is nothing to compare with', async () => {
    await enter('2026-04', { regionCode: '33.16', registered: 900, population: 1000 })
    await enter('2026-10', { regionCode: '33.16', registered: 900 })
    const pace = async (month: string) =>
      (await judge('33.16', 'Target RPJMN 98 %', month)).alternatives[0]?.criteria[0]
    expect(await pace('2026-10')).toMatchObject({ missingPeople: 80, reachedBy: null, paceFault: 'pace_not_positive' })
    expect(await pace('2026-04')).toMatchObject({ missingPeople: 80, reachedBy: null, paceFault: 'no_earlier_figure' })
  })

  test('of UHC Prioritas needs coverage, active members and no arrears: Pamekasan lost it', async () => {
    await enter('2026-10', { regionCode: '33.15', registered: 9860, active: 7803, population: 10_000 })
    const criteria = async () => (await judge('33.15', 'UHC Prioritas', '2026-10')).alternatives[0]?.criteria ?? []
    expect(await criteria()).toMatchObject([
      { criterion: 'coverage', state: 'met', missingPeople: null },
      { criterion: 'active', state: 'missed', missingPeople: 85 },
      { criterion: 'no_arrears', state: 'unknown', unknownBecause: 'contribution_missing' },
    ])
    expect((await judge('33.15', 'UHC Prioritas', '2026-10')).state).toBe('missed')
    await enter('2026-10', { regionCode: '33.15', registered: 9860, active: 7888 })
    expect((await judge('33.15', 'UHC Prioritas', '2026-10')).state).toBe('unknown')
    const said = { asOf: '2026-10-31', inArrears: true, paidUntil: null, source: 'BPKAD' }
    expect((await put('33.15', said)).statusCode).toBe(200)
    expect((await judge('33.15', 'UHC Prioritas', '2026-10')).state).toBe('missed')
    await put('33.15', { ...said, inArrears: false })
    expect((await judge('33.15', 'UHC Prioritas', '2026-10')).state).toBe('met')
    // What is known of October says nothing about September.
    await enter('2026-09', { regionCode: '33.15', registered: 9860, active: 7888 })
    expect((await judge('33.15', 'UHC Prioritas', '2026-09')).state).toBe('unknown')
  })

  test('of UHC Award 2026 Madya is met by either of its alternatives', async () => {
    const people = { regionCode: '33.14', registered: 9900, population: 10_000 }
    await put('33.14', { asOf: '2026-10-31', inArrears: false, paidUntil: '2025-09', source: 'BPKAD' })
    const states = async (active: number, local: number) => {
      await enter('2026-10', { ...people, active })
      await enter('2026-10', { regionCode: '33.14', segment: 'pbpu_pemda', registered: local })
      const { state, alternatives } = await judge('33.14', 'UHC Award 2026 Madya', '2026-10')
      return [state, ...alternatives.map((one) => one.state)]
    }
    expect(await states(8415, 990)).toEqual(['met', 'met', 'missed'])
    expect(await states(7920, 2475)).toEqual(['met', 'missed', 'met'])
    expect(await states(8414, 2474)).toEqual(['missed', 'missed', 'missed'])
  })

  test('is unknown while regions are missing in the sum', async () => {
    await enter('2026-10', { regionCode: '61.72', registered: 241_733, population: 242_146 })
    const [criterion] = (await judge('61', 'Target RPJMN 98 %', '2026-10')).alternatives[0]?.criteria ?? []
    expect(criterion).toMatchObject({ state: 'unknown', unknownBecause: 'figure_partial', missingPeople: null })
  })

  test('names rules that are over, and those that are in force first', async () => {
    const { rules } = await world.standing('33.17', '?month=2026-10')
    expect(rules.map(({ rule, inForce }) => [rule.nameId, inForce])).toEqual([
      ['UHC Award 2026 Pratama', true],
      ['UHC Award 2026 Madya', true],
      ['UHC Award 2026 Utama', true],
      ['Target RPJMN 98 %', true],
      ['UHC Prioritas', true],
      ['UHC Award 2023', false],
      ['UHC 95 %', false],
    ])
  })
})

describe('a rule', () => {
  const rule = {
    regionCode: '33.17',
    nameId: 'Target bupati',
    nameEn: 'Target of the regent',
    basis: 'Perbup 1/2026',
    validFrom: '2026-01-01',
    validTo: null,
    noArrears: false,
    paidUntil: null,
    alternatives: [{ coverage: 9500, active: null, localShare: null }],
  }
  const add = (body: object, as = 'admin.33') =>
    world.whole.send({ as, method: 'POST', url: '/api/v1/coverage/rules', payload: body })

  test('that an admin adds holds for the region from then on, and is an entry of the audit log', async () => {
    const { id } = (await add(rule)).json()
    expect(await judge('33.17', 'Target bupati', '2026-10')).toMatchObject({ state: 'met', inForce: true })
    expect((await world.standing('33.16', '?month=2026-10')).rules.map((one) => one.rule.nameId)).not.toContain(
      'Target bupati',
    )
    const log = await world.whole.send({
      as: 'admin.33',
      url: `/api/v1/audit?subjectType=coverage_rule&subjectId=${id}`,
    })
    expect(log.json().items).toMatchObject([
      { action: 'create_coverage_rule', details: { rule: { basis: 'Perbup 1/2026' } } },
    ])
  })

  test('of another region is not found, and one that asks nothing or ends before it begins is refused', async () => {
    expect((await add({ ...rule, regionCode: '32.74' })).statusCode).toBe(404)
    const empty = await add({ ...rule, alternatives: [{ coverage: null, active: null, localShare: null }] })
    expect(empty.json().errors).toMatchObject([{ path: 'alternatives.0.coverage', code: 'required' }])
    const reversed = await add({ ...rule, validTo: '2025-12-31' })
    expect(reversed.json().errors).toMatchObject([{ path: 'validTo', code: 'ends_before_it_begins' }])
  })
})
