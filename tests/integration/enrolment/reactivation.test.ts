import { afterAll, beforeAll, describe, expect, it, test } from 'vitest'
import { reactivationPathsSchema } from '../../../src/contracts/api/reactivation.ts'
import { dayInZone } from '../../../src/contracts/primitives/calendar-date.ts'
import { REACTIVATION_REASONS } from '../../../src/contracts/reactivation-terms.ts'
import { LANGUAGES, translate } from '../../../src/contracts/text/index.ts'
import { createReactivationWorld, type ReactivationWorld, SEGMENT, STATUS } from './reactivation-world.ts'

const LETTER = { done: true, letterNumber: '445/12/PKM', letterDate: '2026-01-15' }
const LETTER_SEEN = { facilityLetterSeen: true }
const NOTE = 'ditanyakan kepada kantor cabang'

let world: ReactivationWorld
beforeAll(async () => {
  world = await createReactivationWorld()
})
afterAll(() => world?.close())

describe('the reason of an inactive membership', () => {
  it.each([
    ['pbi_switched_off', 'dinsos', STATUS.monthEnd, SEGMENT.pbi],
    ['pbi_switched_off', 'dinsos', STATUS.premium, SEGMENT.pbi],
    ['arrears', 'bpjs_branch', STATUS.premium, SEGMENT.self],
    ['contract_ended', 'resident', STATUS.monthEnd, SEGMENT.employee],
    ['over_age', 'resident', STATUS.notCovered, SEGMENT.employee],
    ['employer_must_enrol', 'employer', STATUS.premium, SEGMENT.employee],
    ['local_payment_ended', 'resident', STATUS.premium, SEGMENT.region],
    // Nobody knows for certain: a person finds out.
    ['unclear', 'reviewer', STATUS.suspended, SEGMENT.employee],
    ['unclear', 'reviewer', STATUS.premium, SEGMENT.pensioner],
    ['unclear', 'reviewer', STATUS.monthEnd, SEGMENT.self],
  ])('is %s and leads to %s, by the answer of BPJS', async (reason, route, status, segment) => {
    const id = await world.register(status, segment)
    const { state, reactivation } = await world.view(id)
    expect(state).toBe('needs_reactivation')
    expect(reactivation).toMatchObject({ reason, route, correctedReason: null })
    // No office has confirmed a number of days: none is invented, and the day on which we close the case is still told.
    expect(reactivation?.deadline).toMatchObject({ days: null, dueOn: expect.stringMatching(/^\d{4}-\d\d-\d\d$/) })
  })

  it('of the deceased, and of a status that nobody knows, goes to a reviewer and is told to nobody', async () => {
    const dead = await world.register(STATUS.deceased, SEGMENT.pensioner)
    expect(await world.view(dead, 'verifikator')).toMatchObject({
      state: 'in_review',
      reactivation: { reason: 'deceased', outcomes: ['to_person'], mayBeProposed: false },
    })
    const strange = await world.register(STATUS.strange, SEGMENT.region)
    expect(await world.view(strange, 'verifikator')).toMatchObject({
      state: 'in_review',
      reactivation: { reason: 'unclear', outcomes: ['to_person'] },
    })
    const { rows } = await noticesOf(dead, strange)
    expect(rows.filter(({ template }) => template === 'needs_reactivation')).toEqual([])
  })

  it('is set anew by a reviewer who says how they know, and the path is another one then', async () => {
    const id = await world.register(STATUS.suspended, SEGMENT.employee)
    expect((await world.complete(id)).body).toMatchObject({ code: 'reactivation_needs_person' })
    expect((await world.view(id)).allowedActions).not.toContain('complete_reactivation')
    const input = { reason: 'contract_ended', note: NOTE }
    expect((await world.put('petugas', id, 'reason', input)).status).toBe(403)
    expect((await world.put('verifikator', id, 'reason', input)).status).toBe(200)
    expect(await world.wayOf(id)).toMatchObject({
      reason: 'contract_ended',
      correctedReason: { note: NOTE, by: { id: await world.whole.userIdOf('verifikator') } },
      missing: ['end_of_work_letter', 'no_employer'],
    })
    expect(await auditsOf(id, 'correct_reactivation_reason')).toEqual([{ from: 'unclear', to: 'contract_ended' }])
  })

  it('is nobody’s to set where the person is no inactive member', async () => {
    const id = await world.register({ kode: '0', keterangan: 'AKTIF' }, SEGMENT.pbi)
    expect((await world.view(id)).reactivation).toBeNull()
    const answer = await world.put('verifikator', id, 'reason', { reason: 'arrears', note: NOTE })
    expect(answer.body.code).toBe('action_not_allowed')
  })
})

describe('the checklist', () => {
  it('keeps a case until every required item is recorded, and names those that are missing', async () => {
    const id = await world.register(STATUS.monthEnd, SEGMENT.pbi)
    const missingOf = async () => {
      const { status, body } = await world.complete(id, LETTER_SEEN)
      const errors = (body.errors ?? []) as { path: string; message: string }[]
      return status === 204 ? [] : errors.map(({ path, message }) => `${path}: ${message}`)
    }
    expect(await missingOf()).toEqual([
      expect.stringMatching(/^reactivation\.facility_letter: Surat keterangan fasilitas kesehatan wajib diisi/),
      expect.stringMatching(/^reactivation\.identity_matches: NIK dan nama sama dengan KTP wajib diisi/),
      expect.stringMatching(/^reactivation\.dtsen_decile: Desil DTSEN wajib diisi/),
    ])
    expect((await world.record(id, 'facility_letter', LETTER)).status).toBe(200)
    expect((await world.record(id, 'identity_matches')).status).toBe(200)
    expect(await missingOf()).toHaveLength(1)
    // Nobody knows the decile: that is an answer too.
    expect((await world.record(id, 'dtsen_decile', { done: true, decile: 'unknown' })).status).toBe(200)
    const { checklist, missing } = await world.wayOf(id)
    expect(missing).toEqual([])
    expect(checklist.find(({ item }) => item === 'facility_letter')?.record).toMatchObject({
      letterNumber: LETTER.letterNumber,
      letterDate: LETTER.letterDate,
      by: { id: await world.whole.userIdOf('petugas') },
    })
    expect(await auditsOf(id, 'record_reactivation_item')).toEqual([
      { item: 'facility_letter', done: true },
      { item: 'identity_matches', done: true },
      { item: 'dtsen_decile', done: true },
    ])
    expect(await missingOf()).toEqual([])
    expect((await world.view(id, 'verifikator')).state).toBe('in_review')
    // What was recorded stays with the case, and is not changed behind the reviewer's back.
    expect((await world.record(id, 'identity_matches', { done: false })).body.code).toBe('action_not_allowed')
  })

  it('takes back what was recorded, and refuses what does not fit the item', async () => {
    const id = await world.register(STATUS.monthEnd, SEGMENT.pbi)
    const codesOf = async (item: string, payload: object) => {
      const { body } = await world.record(id, item, payload)
      return ((body.errors ?? []) as { path: string; code: string }[]).map(({ path, code }) => `${path} ${code}`)
    }
    expect(await codesOf('facility_letter', { done: true })).toEqual(['letterNumber required', 'letterDate required'])
    expect(await codesOf('facility_letter', { ...LETTER, letterDate: '2099-01-01' })).toEqual([
      'letterDate date_in_future',
    ])
    expect(await codesOf('identity_matches', { done: true, decile: 3 })).toEqual(['decile unknown_field'])
    expect((await world.record(id, 'arrears_explained')).status).toBe(404)
    await world.record(id, 'identity_matches')
    await world.record(id, 'identity_matches', { done: false })
    expect((await world.wayOf(id)).missing).toContain('identity_matches')
  })
})

describe('nobody is approved as new while another segment pays', () => {
  const approve = (id: string) => world.decide(id, { decision: 'eligible' })
  const toReview = async (id: string, more = {}) => expect((await world.complete(id, more)).status).toBe(204)

  it('whom the central government pays: not in deciles 1 to 5, nor when nobody knows the decile', async () => {
    const poor = await world.register(STATUS.monthEnd, SEGMENT.pbi)
    await world.record(poor, 'facility_letter', LETTER)
    await world.record(poor, 'identity_matches')
    for (const decile of [5, 'unknown']) {
      await world.record(poor, 'dtsen_decile', { done: true, decile })
      expect(await world.wayOf(poor)).toMatchObject({ mayBeProposed: false })
    }
    await toReview(poor, LETTER_SEEN)
    const refused = await approve(poor)
    expect(refused).toMatchObject({ status: 409, body: { code: 'other_segment_pays' } })
    expect(refused.body.detail).toMatch(/reaktivasi/)
    expect((await world.view(poor, 'verifikator')).state).toBe('in_review')
    expect((await world.view(poor, 'verifikator')).allowedActions).not.toContain('decide_eligible')

    const better = await world.register(STATUS.monthEnd, SEGMENT.pbi)
    await world.record(better, 'facility_letter', LETTER)
    await world.record(better, 'identity_matches')
    await world.record(better, 'dtsen_decile', { done: true, decile: 6 })
    await toReview(better, LETTER_SEEN)
    expect((await approve(better)).status).toBe(200)
  })

  it('who owes contributions: only after asking to move to another segment', async () => {
    const id = await world.register(STATUS.premium, SEGMENT.self)
    await world.record(id, 'arrears_explained')
    await toReview(id)
    expect((await approve(id)).body.code).toBe('other_segment_pays')
    expect((await world.decide(id, { decision: 'needs_reactivation' })).status).toBe(200)
    await world.record(id, 'segment_move_requested')
    await toReview(id)
    expect((await approve(id)).status).toBe(200)
  })

  it('whom an employer has to enrol: such a case does not come back, and a reviewer closes it', async () => {
    const id = await world.register(STATUS.premium, SEGMENT.employee)
    await world.record(id, 'employer_told')
    expect((await world.complete(id)).body).toMatchObject({ code: 'reactivation_needs_person' })
    const reasons = [{ code: 'SEGMEN_PEKERJA' }]
    const closed = await world.send('verifikator', 'POST', `/api/v1/proposals/${id}/decisions`, {
      version: 1,
      decision: 'rejected',
      reasons,
    })
    expect(closed.status).toBe(200)
    expect(await world.view(id)).toMatchObject({ state: 'closed', closedAs: 'other_segment' })
  })

  it('and a reason that a reviewer sets counts as much as an answer of BPJS', async () => {
    const id = await world.register(STATUS.notCovered, SEGMENT.employee)
    await world.record(id, 'lives_here')
    await world.record(id, 'no_employer')
    await toReview(id)
    await world.put('verifikator', id, 'reason', { reason: 'employer_must_enrol', note: NOTE })
    expect((await approve(id)).body.code).toBe('other_segment_pays')
    await world.put('verifikator', id, 'reason', { reason: 'over_age', note: NOTE })
    expect((await approve(id)).status).toBe(200)
  })
})

describe('days and words of a path', () => {
  const url = (from: string, region = '32.74') =>
    `/api/v1/enrolment/reactivation-paths/${region}/contract_ended/${from}`
  const words = { id: 'Minta surat berhenti bekerja.', en: 'Ask for the letter about the end of work.' }
  // In Cirebon, where it is tomorrow already in the evening of UTC.
  const today = (later = 0) => dayInZone(new Date(world.clock.now().getTime() + later), 'Asia/Jakarta')
  const tomorrow = () => today(3 * 86_400_000)

  it('are set by an administrator from a day on, for new cases, and audited', async () => {
    const before = await world.register(STATUS.monthEnd, SEGMENT.employee)
    const untouched = (await world.wayOf(before)).deadline.dueOn
    const later = { deadlineDays: 90, counterText: { ...words, en: 'From that day on, say this.' } }
    expect((await world.send('admin', 'PUT', url(tomorrow()), later)).status).toBe(200)
    expect((await world.wayOf(before)).deadline.days).toBeNull()
    expect((await world.send('admin', 'PUT', url(today()), { deadlineDays: 10, counterText: words })).status).toBe(200)
    const after = await world.register(STATUS.monthEnd, SEGMENT.employee)
    const way = await world.wayOf(after)
    const dueOn = new Date(world.clock.now().getTime() + 10 * 86_400_000)
    const inCirebon = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Jakarta', dateStyle: 'short' }).format(dueOn)
    expect(way).toMatchObject({ deadline: { days: 10, dueOn: inCirebon }, counterText: words })
    expect(way.missing).toEqual(['end_of_work_letter', 'no_employer'])
    expect((await world.wayOf(before)).deadline.dueOn).toBe(untouched)
    // All that counted, counts and will count, and which of them does today.
    const { body: listed } = await world.send(
      'verifikator',
      'GET',
      '/api/v1/enrolment/reactivation-paths?regionCode=32.74',
    )
    expect(
      reactivationPathsSchema
        .parse(listed)
        .items.filter(({ reason }) => reason === 'contract_ended')
        .map(({ validFrom, countsToday }) => [validFrom, countsToday]),
    ).toEqual([
      [tomorrow(), false],
      [today(), true],
      ['2026-01-01', false],
    ])
    expect(await auditsOf('32.74', 'record_reactivation_path')).toEqual([
      { reason: 'contract_ended', validFrom: tomorrow(), deadlineDays: 90 },
      { reason: 'contract_ended', validFrom: today(), deadlineDays: 10 },
    ])
  })

  it('are not set in another region, nor by a reviewer', async () => {
    const body = { deadlineDays: null, counterText: words }
    expect((await world.send('admin', 'PUT', url('2090-01-01', '11.01'), body)).status).toBe(404)
    expect((await world.send('verifikator', 'PUT', url('2090-01-01'), body)).status).toBe(403)
  })
})

test('no word of a reason is in what the phone gets, whatever the reason', async () => {
  const cases = [
    await world.register(STATUS.monthEnd, SEGMENT.pbi),
    await world.register(STATUS.premium, SEGMENT.self),
    await world.register(STATUS.monthEnd, SEGMENT.employee),
    await world.register(STATUS.notCovered, SEGMENT.employee),
    await world.register(STATUS.premium, SEGMENT.employee),
    await world.register(STATUS.premium, SEGMENT.region),
    await world.register(STATUS.suspended, SEGMENT.employee),
  ]
  const { rows } = await noticesOf(...cases)
  const told = rows.filter(({ template }) => template === 'needs_reactivation')
  expect(told).toHaveLength(cases.length)
  const words =
    /PBI|tunggak|arrear|owed|iuran|contribution|premi|kontrak|contract|kerja|employ|usia|umur|meninggal|deceased|desil|decile|dinsos|segmen|tidak aktif|nonaktif/i
  for (const id of cases) {
    const text = await world.toldAbout(id)
    expect(text).toContain('langkah lanjutan')
    expect(text).not.toMatch(words)
  }
  for (const language of LANGUAGES) {
    const given = { name: 'Rina', names: 'Rina', place: 'Puskesmas Kesambi', office: 'Puskesmas Kesambi' }
    for (const key of ['single', 'line', 'note'] as const) {
      expect(translate(language, 'notices', `${key}.needs_reactivation`, given)).not.toMatch(words)
    }
  }
})

test('every reason has a path that was shipped, with words in both languages and no deadline that nobody confirmed', async () => {
  const { body } = await world.send('supervisor', 'GET', '/api/v1/enrolment/reactivation-paths?regionCode=32.74')
  const shipped = (
    body['items'] as { reason: string; regionCode: string | null; deadlineDays: number | null }[]
  ).filter(({ regionCode }) => regionCode === null)
  expect(shipped.map(({ reason }) => reason).toSorted()).toEqual(REACTIVATION_REASONS.toSorted())
  expect(new Set(shipped.map(({ deadlineDays }) => deadlineDays))).toEqual(new Set([null]))
})

async function noticesOf(...ids: string[]) {
  const rows = await world.whole.database.owner
    .selectFrom('notice')
    .select('template')
    .where('proposal_id', 'in', ids)
    .execute()
  return { rows }
}

async function auditsOf(subjectId: string, action: string): Promise<unknown[]> {
  const rows = await world.whole.database.owner
    .selectFrom('audit_event')
    .select('details')
    .where('action', '=', action)
    .where('subject_id', '=', subjectId)
    .orderBy('id')
    .execute()
  return rows.map(({ details }) => details)
}
