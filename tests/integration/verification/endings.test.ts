import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Actor } from '../../../src/contracts/access.ts'
import { makeNik } from '../../support/intake-body.ts'
import { createVerificationFixture, type VerificationFixture } from './fixture.ts'
import { INACTIVE } from './membership-stand-in.ts'

const NOTE = { version: 1, note: 'keluarga datang dengan surat baru' }
const BORN = { birthDate: '1990-05-06', nik: makeNik('1990-05-06', 'female') }
const rejected = (...codes: string[]) => ({
  version: 1,
  decision: 'rejected',
  reasons: codes.map((code) => ({ code })),
})

describe('how a case ends', () => {
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

  const told = async (id: string) =>
    (await fixture.notices(id)).map(({ template, variables }) => ({ template, variables }))
  const inReactivation = async (): Promise<string> => {
    fixture.directory.teach(BORN.nik, INACTIVE)
    const id = await fixture.propose(BORN)
    await fixture.runChecks()
    expect(await fixture.snapshot(id)).toMatchObject({ state: 'needs_reactivation' })
    return id
  }

  describe('for a reason that closes it', () => {
    it.each([
      ['PINDAH', 'moved_away'],
      ['SEGMEN_PEKERJA', 'other_segment'],
    ])('%s closes it as %s and tells the household so', async (code, closedAs) => {
      const id = await fixture.claimed(reviewer)
      expect((await fixture.view(reviewer, id)).allowedActions).toContain('decide_closed')
      const answer = await fixture.act(reviewer, id, 'decisions', rejected(code))
      expect(answer).toMatchObject({ status: 200, body: { state: 'closed', closedAs, lease: null } })
      expect(await told(id)).toMatchObject([{ template: 'closed', variables: { closedAs } }])
      await fixture.requireReplayEqual(id)
    })

    it('a death closes it and writes to nobody', async () => {
      const id = await fixture.claimed(reviewer)
      const answer = await fixture.act(reviewer, id, 'decisions', rejected('MENINGGAL'))
      expect(answer.body).toMatchObject({ state: 'closed', closedAs: 'deceased' })
      expect(await told(id)).toEqual([])
    })

    it('a death that is set aside again is told to nobody either', async () => {
      const id = await fixture.claimed(reviewer)
      await fixture.act(reviewer, id, 'decisions', rejected('MENINGGAL'))
      expect((await fixture.act(supervisor, id, 'set-aside', NOTE)).body).toMatchObject({ state: 'in_review' })
      expect(await told(id)).toEqual([])
    })

    it('frees the NIK, and a supervisor may set it aside', async () => {
      const id = await fixture.claimed(reviewer, BORN)
      await fixture.act(reviewer, id, 'decisions', rejected('PINDAH'))
      expect((await fixture.act(supervisor, id, 'set-aside', NOTE)).body).toMatchObject({
        state: 'in_review',
        closedAs: null,
      })
      await fixture.act(reviewer, id, 'claim')
      await fixture.act(reviewer, id, 'decisions', rejected('PINDAH'))
      await fixture.propose(BORN)
    })

    it('stands alone: another reason beside it is refused', async () => {
      const id = await fixture.claimed(reviewer)
      const answer = await fixture.act(reviewer, id, 'decisions', rejected('PINDAH', 'NIK_GANDA'))
      expect(answer.body).toMatchObject({ errors: [{ path: 'reasons.0.code', code: 'reason_stands_alone' }] })
      expect((await fixture.snapshot(id)).state).toBe('in_review')
    })

    it('ends a reactivation too when an employer must enrol the person', async () => {
      const id = await inReactivation()
      expect((await fixture.view(reviewer, id)).allowedActions).toEqual(['close_reactivation', 'note'])
      const other = await fixture.act(reviewer, id, 'decisions', rejected('BUKAN_PENDUDUK_SINI'))
      expect(other.body.code).toBe('action_not_allowed')
      const answer = await fixture.act(reviewer, id, 'decisions', rejected('SEGMEN_PEKERJA'))
      expect(answer.body).toMatchObject({ state: 'closed', closedAs: 'other_segment' })
      expect(await told(id)).toMatchObject([
        { template: 'needs_reactivation' },
        { template: 'closed', variables: { closedAs: 'other_segment' } },
      ])
      await fixture.requireReplayEqual(id)
    })
  })

  describe('for fraud or a wrong person', () => {
    let second: Actor
    beforeEach(() => {
      second = fixture.actor('verifikator')
    })
    const proposed = async (code = 'DIDUGA_PALSU'): Promise<string> => {
      const id = await fixture.claimed(reviewer)
      const answer = await fixture.act(reviewer, id, 'decisions', rejected(code))
      expect(answer).toMatchObject({
        status: 200,
        body: { state: 'in_review', flags: ['rejection_proposed'], lease: null },
      })
      return id
    }

    it.each(['DIDUGA_PALSU', 'ORANG_BERBEDA'])(
      '%s rejects when a second person says so too, and only then the household hears it',
      async (code) => {
        const id = await proposed(code)
        expect(await told(id)).toEqual([])
        await fixture.act(second, id, 'claim')
        expect((await fixture.view(second, id)).allowedActions).toEqual([
          'record_membership',
          'claim',
          'release',
          'confirm_rejection',
          'turn_down_rejection',
          'note',
        ])
        const answer = await fixture.act(second, id, 'decisions', rejected(code))
        expect(answer).toMatchObject({ status: 200, body: { state: 'rejected', flags: [] } })
        expect(await told(id)).toMatchObject([{ template: 'rejected', variables: { reasons: [code] } }])
        expect((await fixture.audited('decide')).map(({ actorId }) => actorId)).toEqual([
          reviewer.userId,
          second.userId,
        ])
        await fixture.requireReplayEqual(id)
      },
    )

    it('whoever proposed it does not confirm it, whatever the case is called meanwhile', async () => {
      const id = await proposed()
      await fixture.act(reviewer, id, 'claim')
      expect((await fixture.view(reviewer, id)).allowedActions).not.toContain('confirm_rejection')
      const again = await fixture.act(reviewer, id, 'decisions', rejected('ORANG_BERBEDA'))
      expect(again).toMatchObject({ status: 403, body: { code: 'second_person_required' } })
      expect((await fixture.snapshot(id)).state).toBe('in_review')
    })

    it('stands in the way of every other decision until it is answered', async () => {
      const id = await proposed()
      await fixture.act(second, id, 'claim')
      for (const decision of [
        { version: 1, decision: 'eligible' },
        { version: 1, decision: 'needs_correction', reasons: [{ code: 'KTP_TIDAK_TERBACA' }] },
        rejected('BUKAN_PENDUDUK_SINI'),
        rejected('PINDAH'),
      ]) {
        const answer = await fixture.act(second, id, 'decisions', decision)
        expect(answer).toMatchObject({ status: 409, body: { code: 'rejection_proposed' } })
      }
    })

    it('is turned down by the second person, who may then decide otherwise', async () => {
      const id = await proposed()
      await fixture.act(second, id, 'claim')
      const turnedDown = await fixture.act(second, id, 'decisions', { version: 1, decision: 'turn_down_rejection' })
      expect(turnedDown).toMatchObject({ status: 200, body: { state: 'in_review', flags: [] } })
      expect(await told(id)).toEqual([])
      const answer = await fixture.act(second, id, 'decisions', { version: 1, decision: 'eligible' })
      expect(answer.body).toMatchObject({ state: 'eligible' })
      expect(await told(id)).toMatchObject([{ template: 'eligible' }])
      await fixture.requireReplayEqual(id)
    })

    it('is not turned down where nothing was proposed', async () => {
      const id = await fixture.claimed(reviewer)
      const answer = await fixture.act(reviewer, id, 'decisions', { version: 1, decision: 'turn_down_rejection' })
      expect(answer.body.code).toBe('action_not_allowed')
    })

    it('ends with the case when the family takes it back', async () => {
      const id = await proposed()
      await fixture.act(fixture.petugas, id, 'withdraw', NOTE)
      expect(await fixture.snapshot(id)).toMatchObject({ state: 'closed', closedAs: 'withdrawn', flags: [] })
    })
  })
})
