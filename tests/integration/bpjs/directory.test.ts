import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createMockPopulation, type MockMember } from '../../../src/features/bpjs/mock/index.ts'
import { AppError } from '../../../src/platform/errors.ts'
import { actorWith, createBpjsWorld } from './bpjs-world.ts'
import { createKeptLog, type MockControl, startMock } from './mock-world.ts'

// 09.00 in Jakarta; its day ends at 17.00 UTC.
const MORNING = '2026-11-22T02:00:00Z'
const HOUR = 3_600_000
const population = createMockPopulation()
const pick = (matches: (member: MockMember) => boolean): MockMember => {
  const member = population.find(matches)
  if (!member) throw new Error('no such synthetic member')
  return member
}
const active = pick((member) => member.participant.status.kode === '0' && member.differs === 'no')
const applicant = active.applicant
const unknown = { ...applicant, nik: '3274010101709001' }

let world: Awaited<ReturnType<typeof createBpjsWorld>>
let mock: MockControl

beforeAll(async () => {
  world = await createBpjsWorld()
  return () => world.close()
})
beforeEach(async () => {
  await world.reset(MORNING)
  mock = await startMock(world.clock)
  return () => mock.mock.close()
})

const openMock = (timeoutMs = 2_000) => world.open({ source: 'mock', baseUrl: mock.url, timeoutMs })
const asked = async () => (await mock.requests()).total

describe('a look-up', () => {
  test('finds an active member', async () => {
    expect(await openMock().directory.lookUp(applicant)).toEqual({
      outcome: 'found_active',
      source: 'mock',
      checkedAt: new Date(MORNING),
      asOf: null,
      statusCode: '0',
      statusText: 'AKTIF',
      statusKnown: true,
      segmentCode: active.participant.jenis.kode,
      segmentText: active.participant.jenis.keterangan,
      cardNumber: active.participant.noKartu,
      arrears: 0,
      differences: [],
    })
  })

  test('tells inactivity with its code, also over a protocol that sends only the text', async () => {
    const inactive = pick((member) => member.participant.status.kode === '9' && member.differs === 'no')
    expect(await openMock().directory.lookUp(inactive.applicant)).toMatchObject({
      outcome: 'found_inactive',
      statusCode: '9',
      statusText: 'NON AKTIF KARENA PREMI',
      statusKnown: true,
      arrears: inactive.participant.tunggakan,
    })
  })

  test('leaves an unknown status to a person', async () => {
    const odd = pick((member) => member.participant.status.kode === '88')
    expect(await openMock().directory.lookUp(odd.applicant)).toMatchObject({
      outcome: 'found_inactive',
      statusKnown: false,
      statusText: 'DALAM PENELITIAN',
    })
  })

  test.each([
    ['name', 'fullName'],
    ['birth_date', 'birthDate'],
  ] as const)('calls a member whose %s differs a mismatch and says where, not what', async (differs, field) => {
    const member = pick((candidate) => candidate.differs === differs)
    const result = await openMock().directory.lookUp(member.applicant)
    expect(result).toMatchObject({ outcome: 'found_mismatch', differences: [{ field, degree: 'slight' }] })
    expect(JSON.stringify(result)).not.toContain(member.participant.nama)
  })

  test('calls a stranger under our NIK a mismatch', async () => {
    const stranger = { ...applicant, fullName: 'ORANG LAIN', birthDate: '2001-12-31' }
    expect(await openMock().directory.lookUp(stranger)).toMatchObject({ outcome: 'found_mismatch' })
  })

  test('never asks about the zero NIK', async () => {
    const result = await openMock().directory.lookUp({ ...applicant, nik: '0000000000000000' })
    expect(result).toMatchObject({ outcome: 'unavailable', kind: 'rejected', reason: 'unusable_nik', retryable: false })
    expect(await asked()).toBe(0)
  })

  test('tells an outage from a refusal', async () => {
    await mock.fault('500')
    expect(await openMock().directory.lookUp(applicant)).toMatchObject({
      outcome: 'unavailable',
      kind: 'outage',
      reason: 'http_error',
      retryable: true,
    })
    await mock.fault('clockSkew')
    expect(await openMock().directory.lookUp(applicant)).toMatchObject({ kind: 'rejected', reason: 'clock_skew' })
  })

  test('ends by its deadline', async () => {
    await mock.fault('hang')
    const deadline = new Date(world.clock.now().getTime() + 60)
    const startedAt = performance.now()
    expect(await openMock().directory.lookUp(applicant, { deadline })).toMatchObject({ reason: 'timeout' })
    expect(performance.now() - startedAt).toBeLessThan(1_500)
  })
})

describe('the same-day cache', () => {
  test('answers for the rest of the day in Jakarta, over a restart, and asks again after midnight', async () => {
    await openMock().directory.lookUp(applicant)
    world.clock.advance(15 * HOUR - 1)
    const bpjs = openMock()
    expect(await bpjs.directory.lookUp(applicant)).toMatchObject({
      outcome: 'found_active',
      checkedAt: new Date(MORNING),
    })
    expect(await asked()).toBe(1)
    world.clock.advance(1)
    expect(await bpjs.directory.lookUp(applicant)).toMatchObject({ checkedAt: world.clock.now() })
    expect(await asked()).toBe(2)
  })

  test('keeps "not found" too', async () => {
    const bpjs = openMock()
    await bpjs.directory.lookUp(unknown)
    expect(await bpjs.directory.lookUp(unknown)).toMatchObject({ outcome: 'not_found' })
    expect(await asked()).toBe(1)
  })

  test('is passed by on request, and then holds the fresh answer', async () => {
    const bpjs = openMock()
    await bpjs.directory.lookUp(applicant)
    world.clock.advance(HOUR)
    await bpjs.directory.lookUp(applicant, { fresh: true })
    expect(await asked()).toBe(2)
    expect(await bpjs.directory.lookUp(applicant)).toMatchObject({ checkedAt: world.clock.now() })
    expect(await asked()).toBe(2)
  })

  test('never holds an outage', async () => {
    const bpjs = openMock()
    await mock.fault('500')
    await bpjs.directory.lookUp(applicant)
    expect(await world.db.selectFrom('membership_answer').selectAll().execute()).toEqual([])
    await mock.fault('none')
    expect(await bpjs.directory.lookUp(applicant)).toMatchObject({ outcome: 'found_active' })
  })

  test('holds the answer, so a corrected applicant is compared anew without asking', async () => {
    const bpjs = openMock()
    expect(await bpjs.directory.lookUp({ ...applicant, fullName: 'SALAH KETIK' })).toMatchObject({
      outcome: 'found_mismatch',
    })
    expect(await bpjs.directory.lookUp(applicant)).toMatchObject({ outcome: 'found_active' })
    expect(await asked()).toBe(1)
  })

  test('is sealed: neither NIK nor name can be read in the table', async () => {
    await openMock().directory.lookUp(applicant)
    const rows = await world.owner.selectFrom('membership_answer').selectAll().execute()
    const stored = rows.map((row) =>
      Object.values(row)
        .map((value) => (Buffer.isBuffer(value) ? value.toString('latin1') : String(value)))
        .join(),
    )
    expect(stored).toHaveLength(1)
    for (const secret of [applicant.nik, applicant.fullName, active.participant.noKartu]) {
      expect(stored.join()).not.toContain(secret)
    }
  })

  test('asks again when its row cannot be opened any more', async () => {
    await openMock().directory.lookUp(applicant)
    const rekeyed = world.open({ source: 'mock', baseUrl: mock.url }, { keys: Buffer.alloc(32, 7) })
    expect(await rekeyed.directory.lookUp(applicant)).toMatchObject({ outcome: 'found_active' })
    expect(await asked()).toBe(2)
  })

  test('lets go of earlier days', async () => {
    const bpjs = openMock()
    await bpjs.directory.lookUp(applicant)
    world.clock.advance(24 * HOUR)
    await bpjs.directory.lookUp(unknown)
    const rows = await world.db.selectFrom('membership_answer').select('local_day').execute()
    expect(rows).toEqual([{ local_day: '2026-11-23' }])
  })

  test('serves two hundred look-ups at once, twice the same person among them', async () => {
    // Patience for a busy machine: how long an answer may take is not what is asked here.
    const bpjs = openMock(25_000)
    const applicants = [...population, ...population].map((member) => member.applicant)
    const results = await Promise.all(applicants.map((person) => bpjs.directory.lookUp(person)))
    expect(results.some((result) => result.outcome === 'unavailable' || result.outcome === 'not_found')).toBe(false)
    await mock.reset()
    await Promise.all(applicants.map((person) => bpjs.directory.lookUp(person)))
    expect(await asked()).toBe(0)
  })
})

describe('a manual check', () => {
  const check = { outcome: 'not_found', evidence: 'Dicek di loket BPJS, nomor antrean 12', checkedAt: MORNING } as const
  const record = (
    bpjs: ReturnType<typeof openMock>,
    change: object = {},
    role: 'verifikator' | 'petugas' = 'verifikator',
  ) =>
    world.db.transaction().execute((tx) =>
      bpjs.recordManualCheck(tx, {
        actor: actorWith(role),
        requestId: 'request-1',
        nik: applicant.nik,
        check: { ...check, ...change },
      }),
    )

  test('is the source when nothing else is configured, and its absence is not "not found"', async () => {
    const bpjs = world.open({ source: 'manual' })
    expect(await bpjs.directory.lookUp(applicant)).toMatchObject({ outcome: 'unavailable', reason: 'no_manual_check' })
    await record(bpjs)
    expect(await bpjs.directory.lookUp(applicant)).toEqual({
      outcome: 'not_found',
      source: 'manual',
      checkedAt: new Date(MORNING),
      asOf: null,
    })
    expect(await bpjs.directory.lookUp(unknown)).toMatchObject({ outcome: 'unavailable' })
  })

  test('the newest counts, for 24 hours', async () => {
    const bpjs = world.open({ source: 'manual' })
    await record(bpjs)
    world.clock.advance(HOUR)
    const later = world.clock.now().toISOString()
    const found = { outcome: 'found_inactive', statusCode: '9', statusText: 'NON AKTIF KARENA PREMI', checkedAt: later }
    await record(bpjs, found)
    await record(bpjs)
    expect(await bpjs.directory.lookUp(applicant)).toMatchObject({
      outcome: 'found_inactive',
      statusCode: '9',
      statusKnown: true,
    })
    world.clock.advance(24 * HOUR)
    expect(await bpjs.directory.lookUp(applicant)).toMatchObject({ outcome: 'found_inactive' })
    world.clock.advance(1)
    expect(await bpjs.directory.lookUp(applicant)).toMatchObject({ outcome: 'unavailable' })
  })

  test('stands in while BPJS is silent, and not when it answers', async () => {
    const bpjs = openMock()
    await record(bpjs)
    expect(await bpjs.directory.lookUp(applicant)).toMatchObject({ source: 'mock', outcome: 'found_active' })
    await mock.fault('500')
    expect(await bpjs.directory.lookUp(applicant, { fresh: true })).toMatchObject({
      source: 'manual',
      outcome: 'not_found',
    })
  })

  test('is written with its audit entry, which names nobody', async () => {
    await record(world.open({ source: 'manual' }))
    expect(world.audited).toMatchObject([
      { action: 'record_membership', actorId: 'user-verifikator', details: { outcome: 'not_found' } },
    ])
    expect(JSON.stringify(world.audited)).not.toContain(applicant.nik)
  })

  test('cannot be changed or deleted by the application', async () => {
    await record(world.open({ source: 'manual' }))
    await expect(
      world.db.updateTable('manual_membership_check').set({ outcome: 'found_active' }).execute(),
    ).rejects.toThrow(/permission/)
    await expect(world.db.deleteFrom('manual_membership_check').execute()).rejects.toThrow(/permission/)
  })

  test.each([
    ['a registrar', {}, 'petugas', 'forbidden'],
    ['a time to come', { checkedAt: '2026-11-22T02:00:01Z' }, 'verifikator', 'invalid_input'],
    ['a check of the day before yesterday', { checkedAt: '2026-11-20T02:00:00Z' }, 'verifikator', 'invalid_input'],
  ] as const)('is refused from %s', async (_, change, role, code) => {
    const refusal = await record(world.open({ source: 'manual' }), change, role).catch((error: unknown) => error)
    expect(refusal).toBeInstanceOf(AppError)
    expect(refusal).toMatchObject({ code })
    expect(world.audited).toEqual([])
  })
})

test('the main way leaves no identity data in the log, at trace', async () => {
  const { logger, text } = createKeptLog()
  const bpjs = world.open({ source: 'mock', baseUrl: mock.url, timeoutMs: 100 }, { logger })
  const people = population.slice(85, 125)
  await Promise.all(people.map((member) => bpjs.directory.lookUp(member.applicant)))
  await mock.fault('text')
  await Promise.all(people.map((member) => bpjs.directory.lookUp(member.applicant, { fresh: true })))
  world.open({ source: 'mock', baseUrl: mock.url }, { logger, keys: Buffer.alloc(32, 9) })
  logger.trace(bpjs.health())
  expect(text()).toContain('bpjs did not answer')
  for (const { participant, applicant: person } of people) {
    for (const secret of [person.nik, person.fullName, participant.nama, participant.noKartu]) {
      expect(text().includes(secret)).toBe(false)
    }
  }
})

describe('health', () => {
  test('says how the source is doing', async () => {
    const bpjs = openMock()
    expect(bpjs.health()).toMatchObject({ source: 'mock', breaker: 'closed', lastSuccessAt: null, lastFailure: null })
    await bpjs.directory.lookUp(applicant)
    expect(bpjs.health()).toMatchObject({ lastSuccessAt: world.clock.now().toISOString(), clockSkewSeconds: 0 })
    expect(world.open({ source: 'list' }).health()).toMatchObject({ source: 'list', breaker: 'none' })
  })
})
