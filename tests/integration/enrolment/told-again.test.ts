import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dayInZone } from '../../../src/contracts/primitives/calendar-date.ts'
import { makeFamilyCardNumber, makeIntakeBody, makeMember } from '../../support/intake-body.ts'
import { SILENT } from '../bpjs/mock-world.ts'
import { createJobDriver, type JobDriver } from '../whatsapp/job-driver.ts'
import type { Person } from './enrolment-world.ts'
import { createReactivationWorld, type ReactivationWorld, SEGMENT, STATUS, unlikeOthers } from './reactivation-world.ts'
import { createResultSteps, refused } from './results-world.ts'

const HOUR = 60 * 60_000
const NEEDS_REACTIVATION = { decision: 'needs_reactivation' }
const ELIGIBLE = { decision: 'eligible' }

/** The whole product: what a household hears when the same outcome of the same content comes a second time. */
let world: ReactivationWorld
let whatsapp: JobDriver
beforeAll(async () => {
  world = await createReactivationWorld()
  const { features, database } = world.whole
  const { jobs } = features.whatsapp.connect(features.simulator.gateway)
  whatsapp = createJobDriver({ pool: database.pool, clock: world.clock, logger: SILENT, jobs })
})
afterAll(() => world?.close())

type Told = { template: string; body: string | null; state: string; version: number }

/**
 * What messages have said about the case so far, once the household's other news has been waited for. A text carries its message's own
 * reference: of what was said in one breath the last stands for all.
 */
const told = async (id: string): Promise<Told[]> => {
  world.clock.advance(2 * 60_000)
  await whatsapp.drain()
  const { body } = await world.send('petugas', 'GET', `/api/v1/proposals/${id}/messages`)
  const items = (body['items'] ?? []) as Told[]
  const said = items.filter(({ template, body: text, state }) => {
    return template !== 'received' && text !== null && state !== 'suppressed'
  })
  return [...new Map(said.map((one) => [one.body, one])).values()]
}
const templates = async (id: string) => (await told(id)).map(({ template }) => template)

const act = (as: string, id: string, path: string, payload: object = {}) =>
  world.send(as, 'POST', `/api/v1/proposals/${id}/${path}`, payload)
const decide = async (id: string, payload: object): Promise<void> => {
  await act('verifikator', id, 'claim')
  await act('verifikator', id, 'membership-checks/refresh')
  const answer = await world.decide(id, payload)
  if (answer.status !== 200) throw new Error(JSON.stringify(answer.body))
}

/** All that the way back of this member asks for is recorded. */
const inReactivation = async (): Promise<string> => {
  const id = await world.register(STATUS.premium, SEGMENT.region)
  for (const { item } of (await world.wayOf(id)).checklist) await world.record(id, item)
  return id
}
const bringPapers = async (id: string): Promise<void> => {
  const answer = await world.complete(id)
  if (answer.status !== 204) throw new Error(JSON.stringify(answer.body))
}
const endOf = async (id: string): Promise<Date> => new Date((await world.view(id)).correctionDueAt ?? '')
const remindAll = () => world.whole.features.intake.remindUnanswered()

describe('a reactivation that is asked for again', () => {
  it('is told again, and reminded of again before its new end, each once', async () => {
    const id = await inReactivation()
    const remind = async () => {
      world.clock.set(new Date((await endOf(id)).getTime() - HOUR))
      // The schedule, running twice at once and again.
      await Promise.all([remindAll(), remindAll()])
      expect(await remindAll()).toBe(0)
      return dayInZone(await endOf(id), 'Asia/Jakarta')
    }
    expect(await templates(id)).toEqual(['needs_reactivation'])
    const firstDay = await remind()
    expect(await templates(id)).toEqual(['needs_reactivation', 'correction_reminder'])

    await bringPapers(id)
    await decide(id, NEEDS_REACTIVATION)
    // The same decision once more is refused, and nobody hears of it.
    expect((await world.decide(id, NEEDS_REACTIVATION)).status).toBe(409)
    expect(await templates(id)).toEqual(['needs_reactivation', 'correction_reminder', 'needs_reactivation'])

    const secondDay = await remind()
    expect(secondDay > firstDay).toBe(true)
    const all = await told(id)
    expect(all.map(({ template }) => template)).toEqual([
      'needs_reactivation',
      'correction_reminder',
      'needs_reactivation',
      'correction_reminder',
    ])
    expect(new Set(all.map(({ version }) => version))).toEqual(new Set([1]))
    const [before, after] = all.filter(({ template }) => template === 'correction_reminder')
    const written = (day: string) =>
      new Intl.DateTimeFormat('id', { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(day))
    expect(before?.body).toContain(written(firstDay))
    expect(after?.body).toContain(written(secondDay))

    world.clock.set(new Date((await endOf(id)).getTime() + HOUR))
    await world.whole.features.intake.expireUnanswered()
    expect((await templates(id)).at(-1)).toBe('closed')
  })

  it('and again is told each time', async () => {
    const id = await inReactivation()
    for (let times = 1; times <= 3; times++) {
      expect(await templates(id)).toEqual(Array.from({ length: times }, () => 'needs_reactivation'))
      await bringPapers(id)
      await decide(id, NEEDS_REACTIVATION)
    }
  })

  it('before anybody heard of the first time is told once', async () => {
    const id = await inReactivation()
    await bringPapers(id)
    await decide(id, NEEDS_REACTIVATION)
    expect(await templates(id)).toEqual(['needs_reactivation'])
  })

  it('and taken back within its seconds is not told again', async () => {
    const id = await inReactivation()
    expect(await templates(id)).toEqual(['needs_reactivation'])
    await bringPapers(id)
    await decide(id, { ...NEEDS_REACTIVATION, undoable: true })
    expect((await act('verifikator', id, 'undo', { version: 1 })).status).toBe(200)
    world.clock.advance(HOUR)
    expect(await templates(id)).toEqual(['needs_reactivation'])
  })
})

it('a return is reminded of, also where the reactivation before it was', async () => {
  const id = await inReactivation()
  const remind = async () => {
    await told(id)
    world.clock.set(new Date((await endOf(id)).getTime() - HOUR))
    await remindAll()
    await told(id)
  }
  await remind()
  await bringPapers(id)
  await decide(id, { decision: 'needs_correction', reasons: [{ code: 'KTP_TIDAK_TERBACA' }] })
  await remind()
  expect(await templates(id)).toEqual([
    'needs_reactivation',
    'correction_reminder',
    'needs_correction',
    'correction_reminder',
  ])
})

it('what is decided after BPJS has returned a case is told, also where it is what was decided before', async () => {
  const steps = createResultSteps(world)
  const approved = await world.approve()
  const { id } = approved
  // Approved by moves alone, of which nobody is told.
  expect(await templates(id)).toEqual([])
  const seal = (person: Person) => steps.seal([person])
  const batchId = await seal(approved)
  expect(await steps.apply(batchId, [refused(approved)])).toMatchObject({ state: 'applied' })
  expect(await templates(id)).toEqual(['submitted_to_bpjs'])
  await decide(id, ELIGIBLE)
  expect(await templates(id)).toEqual(['submitted_to_bpjs', 'eligible'])
  await seal(approved)
  expect(await templates(id)).toEqual(['submitted_to_bpjs', 'eligible', 'submitted_to_bpjs'])
})

describe('an approval that falls with another KK number', () => {
  const family = async () => {
    const spouse = { relationship: 'istri', birthDate: '1981-02-03', fullName: unlikeOthers() }
    const members = [makeMember({ fullName: unlikeOthers() }), makeMember(spouse)]
    const { body } = await world.send('petugas', 'POST', '/api/v1/intakes', makeIntakeBody({ members }))
    const [first = '', second = ''] = ((body['proposals'] ?? []) as { id: string }[]).map((proposal) => proposal.id)
    await world.runChecks()
    await decide(first, { decision: 'needs_correction', reasons: [{ code: 'KK_SALAH_FORMAT' }] })
    // Heard by itself: nothing of the other waits for it.
    await told(first)
    return [first, second] as const
  }
  const correct = async (id: string): Promise<void> => {
    const changes = { familyCardNumber: makeFamilyCardNumber() }
    const answer = await act('petugas', id, 'corrections', { version: 1, changes, answers: [] })
    if (answer.status !== 204) throw new Error(JSON.stringify(answer.body))
    await world.runChecks()
  }

  it('is taken back on the phone too, and told anew with the new content', async () => {
    const [first, second] = await family()
    await decide(second, ELIGIBLE)
    expect(await templates(second)).toEqual(['eligible'])
    await correct(first)
    expect(await templates(second)).toEqual(['eligible', 'correction_of_notice'])
    await decide(second, { ...ELIGIBLE, version: 2 })
    expect(await templates(second)).toEqual(['eligible', 'correction_of_notice', 'eligible'])
  })

  it('while it may still be undone is never told', async () => {
    const [first, second] = await family()
    await decide(second, { ...ELIGIBLE, undoable: true })
    await correct(first)
    expect((await world.view(second)).state).toBe('in_review')
    world.clock.advance(HOUR)
    expect(await templates(second)).toEqual([])
  })
})
