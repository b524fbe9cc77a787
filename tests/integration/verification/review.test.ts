import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Actor } from '../../../src/contracts/access.ts'
import { makeNik } from '../../support/intake-body.ts'
import { BANDUNG, createVerificationFixture, keyOf, type VerificationFixture } from './fixture.ts'

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE
const RETURN = { version: 1, decision: 'needs_correction', reasons: [{ code: 'KTP_TIDAK_TERBACA' }] }
const ELIGIBLE = { version: 1, decision: 'eligible' }

describe('reviewing', () => {
  let fixture: VerificationFixture
  let reviewer: Actor
  let supervisor: Actor
  beforeAll(async () => {
    fixture = await createVerificationFixture()
  })
  beforeEach(async () => {
    await fixture.reset()
    reviewer = fixture.actor('verifikator')
    supervisor = fixture.actor('supervisor')
  })
  afterAll(() => fixture.close())

  describe('claiming', () => {
    it('gives a case to exactly one of 200 who ask at once, and tells the others who has it', async () => {
      const id = await fixture.propose()
      await fixture.runChecks()
      const reviewers = Array.from({ length: 200 }, () => fixture.actor('verifikator'))
      const answers = await Promise.all(reviewers.map((one) => fixture.act(one, id, 'claim')))

      const winners = answers.flatMap((answer, index) => (answer.status === 200 ? [reviewers[index]] : []))
      expect(winners).toHaveLength(1)
      const lost = answers.filter((answer) => answer.status === 409)
      expect(lost).toHaveLength(199)
      for (const { body } of lost) {
        expect(body).toMatchObject({
          code: 'already_claimed',
          details: { holder: { id: winners[0]?.userId, name: winners[0]?.displayName } },
        })
      }
      expect(await fixture.audited('claim')).toHaveLength(1)
      await fixture.requireReplayEqual(id)
    })

    it('ends 20 minutes after the last activity of its holder', async () => {
      const id = await fixture.claimed(reviewer)
      const other = fixture.actor('verifikator')
      fixture.clock.advance(19 * MINUTE)
      await fixture.view(reviewer, id)
      fixture.clock.advance(19 * MINUTE)
      await fixture.view(other, id)
      expect((await fixture.act(other, id, 'claim')).status).toBe(409)
      fixture.clock.advance(2 * MINUTE)
      expect((await fixture.act(reviewer, id, 'decisions', ELIGIBLE)).body.code).toBe('lease_required')
      expect((await fixture.act(other, id, 'claim')).status).toBe(200)
      expect(await fixture.act(reviewer, id, 'decisions', ELIGIBLE)).toMatchObject({
        status: 409,
        body: { code: 'already_claimed', details: { holder: { id: other.userId } } },
      })
    })

    it('is given back only by its holder', async () => {
      const id = await fixture.claimed(reviewer)
      const other = fixture.actor('verifikator')
      expect((await fixture.act(other, id, 'release')).body.code).toBe('lease_required')
      expect(await fixture.act(reviewer, id, 'release')).toMatchObject({ status: 200, body: { lease: null } })
      expect((await fixture.act(reviewer, id, 'release')).body.code).toBe('lease_required')
      expect((await fixture.act(other, id, 'claim', {})).status).toBe(200)
    })

    it('may be taken over by a supervisor, not by a colleague', async () => {
      const id = await fixture.claimed(reviewer)
      expect((await fixture.act(fixture.actor('verifikator'), id, 'claim', { takeOver: true })).status).toBe(403)
      expect((await fixture.act(supervisor, id, 'claim')).status).toBe(409)
      expect((await fixture.act(supervisor, id, 'claim', { takeOver: true })).status).toBe(200)
      expect((await fixture.view(reviewer, id)).lease).toMatchObject({ holderId: supervisor.userId })
      expect((await fixture.act(reviewer, id, 'decisions', ELIGIBLE)).status).toBe(409)
      expect(await fixture.audited('take_over')).toHaveLength(1)
    })

    it('is refused for a case that does not wait for review, and for one outside the region', async () => {
      const id = await fixture.propose()
      expect((await fixture.act(reviewer, id, 'claim')).body.code).toBe('action_not_allowed')
      const elsewhere = fixture.actor('verifikator', { regionCode: BANDUNG.region })
      for (const act of ['claim', 'release']) expect((await fixture.act(elsewhere, id, act)).status).toBe(404)
      expect((await fixture.act(elsewhere, id, 'decisions', ELIGIBLE)).status).toBe(404)
    })

    it.each(['petugas', 'kader', 'penyetuju', 'auditor', 'admin'] as const)('is not for a %s', async (role) => {
      const id = await fixture.propose()
      await fixture.runChecks()
      expect((await fixture.act(fixture.actor(role), id, 'claim')).status).toBe(403)
      expect((await fixture.act(fixture.actor(role), id, 'decisions', ELIGIBLE)).status).toBe(403)
    })
  })

  describe('deciding', () => {
    it('approves: state, notice, audit entry and journal together', async () => {
      const id = await fixture.claimed(reviewer)
      const answer = await fixture.act(reviewer, id, 'decisions', ELIGIBLE)
      expect(answer).toMatchObject({ status: 200, body: { state: 'eligible', lease: null } })
      expect(await fixture.notices(id)).toMatchObject([{ template: 'eligible' }])
      expect(await fixture.audited('decide')).toEqual([{ subjectId: id, actorId: reviewer.userId }])
      expect((await fixture.snapshot(id)).reviewerId).toBe(reviewer.userId)
      await fixture.requireReplayEqual(id)
      expect((await fixture.act(reviewer, id, 'decisions', ELIGIBLE)).body.code).toBe('action_not_allowed')
      expect(await fixture.notices(id)).toHaveLength(1)
    })

    it('needs the lease', async () => {
      const id = await fixture.propose()
      await fixture.runChecks()
      expect(await fixture.act(reviewer, id, 'decisions', ELIGIBLE)).toMatchObject({
        status: 409,
        body: { code: 'lease_required' },
      })
    })

    it('needs the version the reviewer looked at', async () => {
      const id = await fixture.claimed(reviewer)
      const answer = await fixture.act(reviewer, id, 'decisions', { ...ELIGIBLE, version: 2 })
      expect(answer).toMatchObject({ status: 409, body: { code: 'version_conflict' } })
      expect((await fixture.act(reviewer, id, 'decisions', { decision: 'eligible' })).status).toBe(400)
    })

    it.each([
      ['a return without a reason', { decision: 'needs_correction' }, 'reasons', 'reason_required'],
      [
        'a return for a final reason',
        { decision: 'needs_correction', reasons: [{ code: 'PINDAH' }] },
        'reasons.0.code',
        'reason_not_correctable',
      ],
      [
        'a return that names no field',
        { decision: 'needs_correction', reasons: [{ code: 'LAINNYA', note: 'alamat di KK sudah berubah' }] },
        'reasons.0.field',
        'required',
      ],
      ['a rejection without a reason', { decision: 'rejected' }, 'reasons', 'reason_required'],
      [
        'a rejection for something that can be mended',
        { decision: 'rejected', reasons: [{ code: 'KTP_TIDAK_TERBACA' }] },
        'reasons.0.code',
        'reason_not_final',
      ],
      [
        'LAINNYA in a few words',
        { decision: 'rejected', reasons: [{ code: 'LAINNYA', note: 'tidak cocok' }] },
        'reasons.0.note',
        'too_short',
      ],
      ['a link to nothing', { decision: 'duplicate_of' }, 'duplicateOf', 'required'],
      [
        'a link beside another decision',
        { decision: 'eligible', duplicateOf: '00000000-0000-4000-8000-000000000001' },
        'duplicateOf',
        'unknown_field',
      ],
      [
        'a link to an unknown proposal',
        { decision: 'duplicate_of', duplicateOf: '00000000-0000-4000-8000-000000000001' },
        'duplicateOf',
        'proposal_unknown',
      ],
    ])('refuses %s', async (_what, decision, path, code) => {
      const id = await fixture.claimed(reviewer)
      const answer = await fixture.act(reviewer, id, 'decisions', { version: 1, ...decision })
      expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_input', errors: [{ path, code }] } })
      expect((await fixture.snapshot(id)).state).toBe('in_review')
      expect(await fixture.notices(id)).toEqual([])
    })

    it('returns with a field from the reason, five working days, and a notice with the day', async () => {
      const id = await fixture.claimed(reviewer)
      const answer = await fixture.act(reviewer, id, 'decisions', RETURN)
      // Monday 10:00 WIB and five working days.
      expect(answer.body).toMatchObject({ state: 'needs_correction', correctionDueAt: '2026-11-30T03:00:00.000Z' })
      expect(answer.body.history).toContainEqual(
        expect.objectContaining({ reasons: [{ code: 'KTP_TIDAK_TERBACA', field: 'documents.ktp' }] }),
      )
      expect(await fixture.notices(id)).toMatchObject([
        { template: 'needs_correction', variables: { reasons: ['KTP_TIDAK_TERBACA'], dueOn: '2026-11-30' } },
      ])
    })

    it('remembers the reviewer and the age of a case that comes back corrected', async () => {
      const id = await fixture.claimed(reviewer)
      const before = await fixture.view(reviewer, id)
      await fixture.act(reviewer, id, 'decisions', RETURN)
      fixture.clock.advance(2 * DAY)
      const answers = [{ field: 'documents.ktp', explanation: 'KTP sudah difoto ulang' }]
      await fixture.act(fixture.petugas, id, 'corrections', { version: 1, answers })
      await fixture.runChecks()

      expect(await fixture.snapshot(id)).toMatchObject({
        state: 'in_review',
        version: 2,
        flags: ['resubmitted'],
        reviewerId: reviewer.userId,
      })
      const after = await fixture.view(reviewer, id)
      expect([after.submittedAt, after.dueAt]).toEqual([before.submittedAt, before.dueAt])
      const queue = await fixture.call(reviewer, 'GET', '/api/v1/proposals?queue=resubmitted')
      expect(queue.body).toMatchObject({ items: [{ id }] })
    })

    it('does not decide on an intake of one’s own, whatever role one has now', async () => {
      const promoted = fixture.actor('petugas')
      const id = await fixture.propose({}, {}, promoted)
      await fixture.runChecks()
      const now = fixture.actor('verifikator', { userId: promoted.userId })
      expect(await fixture.act(now, id, 'claim')).toMatchObject({ status: 403, body: { code: 'own_intake' } })
      expect((await fixture.act(now, id, 'decisions', ELIGIBLE)).body.code).toBe('own_intake')
      expect((await fixture.view(now, id)).allowedActions).toEqual(['record_membership', 'note'])
    })

    it('asks BPJS again when the answer is older than a day', async () => {
      const nik = makeNik('1990-05-06', 'female')
      const id = await fixture.claimed(reviewer, { nik, birthDate: '1990-05-06' })
      fixture.clock.advance(DAY + MINUTE)
      await fixture.act(reviewer, id, 'claim')
      expect((await fixture.act(reviewer, id, 'decisions', ELIGIBLE)).body.code).toBe('membership_stale')

      fixture.directory.isDown = true
      const failed = await fixture.act(reviewer, id, 'membership-checks/refresh')
      expect(failed).toMatchObject({ status: 503, body: { code: 'bpjs_unavailable' } })
      expect((await fixture.snapshot(id)).membership).toBe('not_found')

      fixture.directory.isDown = false
      expect((await fixture.act(reviewer, id, 'membership-checks/refresh')).status).toBe(200)
      expect((await fixture.act(reviewer, id, 'decisions', ELIGIBLE)).status).toBe(200)
    })

    it('does not approve a member who turns out to be active', async () => {
      const nik = makeNik('1990-05-06', 'female')
      const id = await fixture.claimed(reviewer, { nik, birthDate: '1990-05-06' })
      fixture.directory.teach(nik, {})
      const refreshed = await fixture.act(reviewer, id, 'membership-checks/refresh')
      expect(refreshed.body).toMatchObject({ state: 'in_review', membership: { outcome: 'found_active' } })
      expect((await fixture.act(reviewer, id, 'decisions', ELIGIBLE)).body.code).toBe('action_not_allowed')
      expect((await fixture.act(reviewer, id, 'decisions', { version: 1, decision: 'already_active' })).status).toBe(
        200,
      )
    })
  })

  describe('likely duplicates', () => {
    const twoAlike = async (): Promise<[string, string]> => {
      const one = await fixture.propose({ birthDate: '1990-05-06' })
      await fixture.runChecks()
      const other = await fixture.propose({ birthDate: '1990-05-06' })
      await fixture.runChecks()
      await fixture.act(reviewer, other, 'claim')
      return [one, other]
    }

    it('stand in the way of an approval until the holder says they are two people', async () => {
      const [one, other] = await twoAlike()
      expect((await fixture.act(reviewer, other, 'decisions', ELIGIBLE)).body.code).toBe('open_duplicate')
      const note = { note: 'ibu kandung berbeda, sudah dicek KK' }
      expect((await fixture.act(reviewer, one, `duplicates/${other}/dismiss`, note)).body.code).toBe('lease_required')
      fixture.clock.advance(15 * MINUTE)
      const dismissed = await fixture.act(reviewer, other, `duplicates/${one}/dismiss`, note)
      expect(dismissed).toMatchObject({ status: 200, body: { flags: [], duplicates: [{ judgement: 'dismissed' }] } })
      expect((await fixture.snapshot(one)).flags).toEqual([])
      fixture.clock.advance(15 * MINUTE)
      expect((await fixture.act(reviewer, other, 'decisions', ELIGIBLE)).status).toBe(200)
      expect(await fixture.audited('dismiss_duplicate')).toHaveLength(1)
      await fixture.requireReplayEqual(one)
      await fixture.requireReplayEqual(other)
    })

    it('cannot be dismissed when nobody found them', async () => {
      const id = await fixture.claimed(reviewer)
      const answer = await fixture.act(reviewer, id, `duplicates/${id.slice(0, -4)}0000/dismiss`, {
        note: 'bukan orang ini',
      })
      expect(answer.status).toBe(404)
    })

    it('are linked: one ends as the duplicate of the other, which is free again', async () => {
      const [one, other] = await twoAlike()
      const link = { version: 1, decision: 'duplicate_of', duplicateOf: one }
      expect((await fixture.act(reviewer, other, 'decisions', { ...link, duplicateOf: other })).status).toBe(400)
      const linked = await fixture.act(reviewer, other, 'decisions', link)
      expect(linked.body).toMatchObject({ state: 'closed', closedAs: 'duplicate_of', duplicateOf: one })
      expect((await fixture.snapshot(one)).flags).toEqual([])
      expect(await fixture.notices(other)).toMatchObject([
        { template: 'closed', variables: { closedAs: 'duplicate_of' } },
      ])

      await fixture.act(reviewer, one, 'claim')
      const circle = await fixture.act(reviewer, one, 'decisions', { ...link, duplicateOf: other })
      expect(circle.body).toMatchObject({ errors: [{ code: 'duplicate_of_circle' }] })

      const back = await fixture.act(supervisor, other, 'set-aside', { version: 1, note: 'ternyata kakak beradik' })
      expect(back.body).toMatchObject({ state: 'in_review', flags: ['potential_duplicate'], duplicateOf: null })
      expect((await fixture.snapshot(one)).flags).toEqual(['potential_duplicate'])
      for (const id of [one, other]) await fixture.requireReplayEqual(id)
    })

    it('linked both ways at once by two reviewers end one case, not both', async () => {
      const [one, other] = await twoAlike()
      const colleague = fixture.actor('verifikator')
      await fixture.act(colleague, one, 'claim')
      const answers = await Promise.all([
        fixture.act(reviewer, other, 'decisions', { version: 1, decision: 'duplicate_of', duplicateOf: one }),
        fixture.act(colleague, one, 'decisions', { version: 1, decision: 'duplicate_of', duplicateOf: other }),
      ])
      expect(answers.map((answer) => answer.status).sort()).toEqual([200, 400])
    })
  })

  describe('taking decisions back', () => {
    const NOTE = { version: 1, note: 'salah tekan tombol' }

    it('a supervisor sets a rejection aside and the resident is told', async () => {
      const id = await fixture.claimed(reviewer)
      const reasons = [{ code: 'BUKAN_PENDUDUK_SINI' }]
      await fixture.act(reviewer, id, 'decisions', { version: 1, decision: 'rejected', reasons })
      expect((await fixture.act(reviewer, id, 'set-aside', NOTE)).status).toBe(403)
      expect((await fixture.act(supervisor, id, 'set-aside', NOTE)).body).toMatchObject({ state: 'in_review' })
      expect((await fixture.notices(id)).map((notice) => notice.template)).toEqual(['rejected', 'correction_of_notice'])
      expect((await fixture.act(supervisor, id, 'set-aside', NOTE)).body.code).toBe('action_not_allowed')
      await fixture.requireReplayEqual(id)
    })

    it('not after 30 days, and not when the NIK is proposed again', async () => {
      const nik = makeNik('1990-05-06', 'female')
      const member = { nik, birthDate: '1990-05-06' }
      const id = await fixture.claimed(reviewer, member)
      const reasons = [{ code: 'BUKAN_PENDUDUK_SINI' }]
      await fixture.act(reviewer, id, 'decisions', { version: 1, decision: 'rejected', reasons })
      const second = await fixture.propose(member)
      expect((await fixture.act(supervisor, id, 'set-aside', NOTE)).body.code).toBe('nik_already_proposed')
      await fixture.act(fixture.petugas, second, 'withdraw', NOTE)
      fixture.clock.advance(30 * DAY + MINUTE)
      expect((await fixture.act(supervisor, id, 'set-aside', NOTE)).body.code).toBe('set_aside_expired')
    })

    it('an approval is recalled by its reviewer or a supervisor, by nobody else', async () => {
      const id = await fixture.claimed(reviewer)
      await fixture.act(reviewer, id, 'decisions', ELIGIBLE)
      expect((await fixture.act(fixture.actor('verifikator'), id, 'recall', NOTE)).status).toBe(403)
      expect((await fixture.act(reviewer, id, 'recall', NOTE)).body).toMatchObject({ state: 'in_review' })
      expect((await fixture.notices(id)).map((notice) => notice.template)).toEqual(['eligible', 'correction_of_notice'])
      await fixture.act(reviewer, id, 'claim')
      await fixture.act(reviewer, id, 'decisions', ELIGIBLE)
      expect((await fixture.act(supervisor, id, 'recall', { ...NOTE, version: 2 })).body.code).toBe('version_conflict')
      expect((await fixture.act(supervisor, id, 'recall', NOTE)).status).toBe(200)
    })
  })

  describe('looking at a case', () => {
    it('is audited, and shows neither NIK nor KK number', async () => {
      const nik = makeNik('1990-05-06', 'female')
      const id = await fixture.propose({ nik, birthDate: '1990-05-06' })
      await fixture.runChecks()
      const view = await fixture.view(reviewer, id)
      expect(JSON.stringify(view)).not.toContain(nik)
      expect(view.nikMasked).toContain(nik.slice(-4))
      expect(await fixture.audited('read_proposal')).toEqual([{ subjectId: id, actorId: reviewer.userId }])
    })

    it('is open to its own office, its own kader, penyetuju and auditor, and to nobody else', async () => {
      const kader = fixture.actor('kader')
      const id = await fixture.propose({}, {}, kader)
      const read = async (actor: Actor) => (await fixture.call(actor, 'GET', `/api/v1/proposals/${id}`)).status
      expect(await read(kader)).toBe(200)
      for (const role of ['petugas', 'penyetuju', 'auditor'] as const) expect(await read(fixture.actor(role))).toBe(200)
      expect(await read(fixture.actor('kader'))).toBe(404)
      expect(await read(fixture.actor('petugas', { officeIds: [BANDUNG.office], officeId: BANDUNG.office }))).toBe(404)
      expect(await read(fixture.actor('auditor', { regionCode: BANDUNG.region }))).toBe(404)
      expect(await read(fixture.actor('admin'))).toBe(403)
      expect((await fixture.app.inject(`/api/v1/proposals/${id}`)).statusCode).toBe(401)
    })

    it('says the public label in the language of the reader', async () => {
      const id = await fixture.propose()
      const ask = (language: string) =>
        fixture.app.inject({
          url: `/api/v1/proposals/${id}`,
          headers: { 'x-api-key': keyOf(reviewer), 'accept-language': language },
        })
      const [indonesian, english] = await Promise.all([ask('id'), ask('en')])
      expect(indonesian.json().publicLabel).not.toBe(english.json().publicLabel)
    })
  })
})
