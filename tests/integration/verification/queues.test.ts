import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Actor, Role } from '../../../src/contracts/access.ts'
import type { ProposalListItem } from '../../../src/contracts/api/proposals.ts'
import { makeNik } from '../../support/intake-body.ts'
import { BANDUNG, createVerificationFixture, type VerificationFixture } from './fixture.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const BORN = '1990-05-06'
const NOTE = { version: 1, note: 'salah tekan tombol' }
const RETURN = { version: 1, decision: 'needs_correction', reasons: [{ code: 'KTP_TIDAK_TERBACA' }] }
const ANSWERS = { answers: [{ field: 'documents.ktp', explanation: 'KTP sudah difoto ulang' }] }

describe('queues of reviewers', () => {
  let fixture: VerificationFixture
  let reviewer: Actor
  let colleague: Actor
  let supervisor: Actor
  beforeAll(async () => {
    fixture = await createVerificationFixture()
  })
  beforeEach(async () => {
    await fixture.reset()
    reviewer = fixture.actor('verifikator')
    colleague = fixture.actor('verifikator')
    supervisor = fixture.actor('supervisor')
  })
  afterAll(() => fixture.close())

  const listed = async (by: Actor, queue: string): Promise<ProposalListItem[]> =>
    (await fixture.call(by, 'GET', `/api/v1/proposals?queue=${queue}`)).body.items as ProposalListItem[]
  const idsIn = async (by: Actor, queue: string): Promise<string[]> => (await listed(by, queue)).map((item) => item.id)
  const counted = async (by: Actor, queue: string): Promise<number | undefined> => {
    const { queues } = (await fixture.call(by, 'GET', '/api/v1/queues')).body as {
      queues: { queue: string; total: number }[]
    }
    return queues.find((row) => row.queue === queue)?.total
  }

  describe('a case that comes back corrected', () => {
    /** Returned by the reviewer, corrected an hour later, back in review on Monday at 11:00 WIB. */
    const comesBack = async (
      member: { nik?: string; birthDate?: string; urgentCare?: boolean } = {},
    ): Promise<string> => {
      const id = await fixture.claimed(reviewer, member)
      await fixture.act(reviewer, id, 'decisions', RETURN)
      fixture.clock.advance(HOUR)
      await fixture.act(fixture.petugas, id, 'corrections', { version: 1, ...ANSWERS })
      await fixture.runChecks()
      return id
    }

    it('is kept for its reviewer for four working hours, then everybody sees and may claim it', async () => {
      const id = await comesBack()
      expect(await fixture.act(colleague, id, 'claim')).toMatchObject({
        status: 409,
        body: {
          code: 'reserved_for_reviewer',
          details: {
            reviewer: { id: reviewer.userId, name: reviewer.displayName },
            until: '2026-11-23T08:00:00.000Z',
          },
        },
      })
      // Whoever asked before it came back is refused by the claim itself.
      const mover = { id: colleague.userId, role: colleague.role }
      await expect(fixture.intake.claim(fixture.database.db, id, mover, false)).rejects.toMatchObject({
        code: 'reserved_for_reviewer',
      })
      expect((await fixture.view(colleague, id)).allowedActions).not.toContain('claim')
      expect((await fixture.view(reviewer, id)).allowedActions).toContain('claim')
      expect([await idsIn(colleague, 'resubmitted'), await counted(colleague, 'resubmitted')]).toEqual([[], 0])
      expect([await idsIn(reviewer, 'resubmitted'), await counted(reviewer, 'resubmitted')]).toEqual([[id], 1])

      fixture.clock.set(new Date('2026-11-23T08:00:00.000Z'))
      expect([await idsIn(colleague, 'resubmitted'), await counted(colleague, 'resubmitted')]).toEqual([[id], 1])
      expect((await fixture.act(colleague, id, 'claim')).status).toBe(200)
    })

    it('is claimed by its reviewer as any other', async () => {
      const id = await comesBack()
      expect((await fixture.act(reviewer, id, 'claim')).status).toBe(200)
      expect((await fixture.act(colleague, id, 'claim')).body.code).toBe('already_claimed')
    })

    it('does not keep a supervisor waiting', async () => {
      const id = await comesBack()
      expect([await idsIn(supervisor, 'resubmitted'), await counted(supervisor, 'resubmitted')]).toEqual([[id], 1])
      expect((await fixture.act(supervisor, id, 'claim')).status).toBe(200)
    })

    it('is no younger for notes and new answers, and no longer kept', async () => {
      const id = await comesBack()
      fixture.clock.advance(HOUR)
      await fixture.act(fixture.petugas, id, 'notes', { note: 'warga menelepon' })
      await fixture.act(supervisor, id, 'membership-checks/refresh')
      const { body } = await fixture.act(colleague, id, 'claim')
      expect(body.details).toMatchObject({ until: '2026-11-23T08:00:00.000Z' })
    })

    it('stays with a colleague who held it when it came to the queue', async () => {
      const nik = makeNik(BORN, 'female')
      const id = await fixture.claimed(reviewer, { nik, birthDate: BORN })
      await fixture.act(reviewer, id, 'decisions', RETURN)
      await fixture.act(fixture.petugas, id, 'corrections', { version: 1, ...ANSWERS })
      fixture.directory.isDown = true
      fixture.directory.isRetryable = false
      await fixture.runChecks()
      expect((await fixture.act(colleague, id, 'claim')).status).toBe(200)
      fixture.directory.isDown = false
      await fixture.act(colleague, id, 'membership-checks/refresh')
      expect(await fixture.snapshot(id)).toMatchObject({ flags: ['resubmitted'], membership: 'not_found' })
      expect((await fixture.act(colleague, id, 'claim')).status).toBe(200)
      expect((await fixture.act(colleague, id, 'decisions', { version: 2, decision: 'eligible' })).status).toBe(200)
    })

    it('waits for nobody who has left: switched off, in another role, or in another region', async () => {
      const id = await comesBack()
      await fixture.intake.endReservations(fixture.database.db, reviewer.userId)
      expect(await idsIn(colleague, 'resubmitted')).toEqual([id])

      fixture.forget(reviewer)
      const elsewhere: [Role, Partial<Actor>][] = [
        ['petugas', {}],
        ['verifikator', { regionCode: BANDUNG.region, officeId: BANDUNG.office, officeIds: [BANDUNG.office] }],
      ]
      for (const [role, changes] of elsewhere) {
        const moved = fixture.actor(role, { userId: reviewer.userId, ...changes })
        await fixture.act(fixture.petugas, id, 'notes', { note: 'warga menelepon lagi' })
        expect(await idsIn(colleague, 'resubmitted')).toEqual([id])
        fixture.forget(moved)
      }
      await fixture.act(fixture.petugas, id, 'notes', { note: 'warga menelepon lagi' })
      expect((await fixture.act(colleague, id, 'claim')).status).toBe(200)
    })

    it('is kept for nobody when it is being treated, or when a decision was taken back', async () => {
      const urgent = await comesBack({ urgentCare: true })
      expect((await fixture.act(colleague, urgent, 'claim')).status).toBe(200)

      const id = await comesBack()
      await fixture.act(reviewer, id, 'claim')
      await fixture.act(reviewer, id, 'decisions', {
        version: 2,
        decision: 'rejected',
        reasons: [{ code: 'BUKAN_PENDUDUK_SINI' }],
      })
      await fixture.act(supervisor, id, 'set-aside', { ...NOTE, version: 2 })
      expect(await idsIn(colleague, 'new_review')).toEqual([id])
      expect((await fixture.act(colleague, id, 'claim')).status).toBe(200)
      await fixture.requireReplayEqual(id)
    })
  })

  describe('somebody who is being treated', () => {
    it('comes before all others, with an hour, and stays first through checks and a correction', async () => {
      const id = await fixture.propose({ urgentCare: true })
      await fixture.propose()
      await fixture.runChecks()
      expect(await listed(reviewer, 'urgent_care')).toMatchObject([
        { id, flags: ['urgent_care'], dueAt: '2026-11-23T04:00:00.000Z' },
      ])
      expect(await idsIn(reviewer, 'new_review')).not.toContain(id)
      await fixture.act(reviewer, id, 'claim')
      await fixture.act(reviewer, id, 'decisions', RETURN)
      expect(await idsIn(fixture.petugas, 'to_correct')).toEqual([id])
      await fixture.act(fixture.petugas, id, 'corrections', { version: 1, ...ANSWERS })
      await fixture.runChecks()
      expect(await idsIn(reviewer, 'urgent_care')).toEqual([id])
      await fixture.requireReplayEqual(id)
    })
  })

  describe('likely duplicates', () => {
    const propose = async (fullName: string): Promise<string> => {
      const id = await fixture.propose({ birthDate: BORN, fullName })
      await fixture.runChecks()
      return id
    }
    const scores = async (): Promise<Map<string, number | null>> =>
      new Map((await listed(reviewer, 'duplicates')).map((item) => [item.id, item.likeness]))

    it('come with the most alike first, whatever was submitted first', async () => {
      const one = await propose('SITI AMINAH RAHAYU')
      const alike = await propose('SITI AMINA RAHAYU')
      const same = await propose('SITI AMINAH RAHAYU')
      const found = await scores()
      expect(new Set(found.keys())).toEqual(new Set([one, alike, same]))
      expect([...found.values()]).toEqual([...found.values()].toSorted((a, b) => (b ?? 0) - (a ?? 0)))
      expect([...found.keys()].indexOf(alike)).toBe(2)
      for (const [id, likeness] of found) {
        const { duplicates } = await fixture.view(reviewer, id)
        expect(likeness).toBe(Math.max(...duplicates.map((pair) => pair.score)))
      }
    })

    it('are ranked by what is still open: after a dismissal, a link, and a link taken back', async () => {
      const one = await propose('SITI AMINAH RAHAYU')
      const alike = await propose('SITI AMINA RAHAYU')
      const same = await propose('SITI AMINAH RAHAYU')
      const before = await scores()
      await fixture.act(reviewer, same, 'claim')
      await fixture.act(reviewer, same, `duplicates/${one}/dismiss`, { note: 'ibu kandung berbeda' })
      const after = await scores()
      for (const id of [one, same]) expect(after.get(id) ?? 0).toBeLessThan(before.get(id) ?? 0)
      expect(after.get(alike)).toBe(before.get(alike))

      await fixture.act(reviewer, same, 'decisions', { version: 1, decision: 'duplicate_of', duplicateOf: alike })
      expect([...(await scores()).keys()].sort()).toEqual([one, alike].sort())
      await fixture.act(supervisor, same, 'set-aside', NOTE)
      expect((await scores()).get(same)).toBe(after.get(same))
    })
  })

  describe('the lease', () => {
    const RECORD = { outcome: 'not_found', evidence: 'Loket BPJS, petugas Rini' }
    const DRAFT = { version: 1, decision: 'needs_correction', reasons: [{ code: 'KTP_TIDAK_TERBACA' }] }
    const activities: [string, (by: Actor, id: string) => Promise<{ status: number }>][] = [
      ['writes a note', (by, id) => fixture.act(by, id, 'notes', { note: 'menelepon puskesmas' })],
      ['reveals the numbers', (by, id) => fixture.act(by, id, 'reveal')],
      ['looks at the case', (by, id) => fixture.call(by, 'GET', `/api/v1/proposals/${id}`)],
      [
        'records a membership',
        (by, id) =>
          fixture.act(by, id, 'membership-checks', { ...RECORD, checkedAt: fixture.clock.now().toISOString() }),
      ],
      ['asks BPJS again', (by, id) => fixture.act(by, id, 'membership-checks/refresh')],
      ['looks at the papers', (by, id) => fixture.call(by, 'GET', `/api/v1/proposals/${id}/documents`)],
      ['keeps a decision half written', (by, id) => fixture.call(by, 'PUT', `/api/v1/proposals/${id}/draft`, DRAFT)],
    ]

    it.each(activities)('is renewed when its holder %s', async (_what, act) => {
      const id = await fixture.claimed(reviewer)
      fixture.clock.advance(15 * MINUTE)
      expect((await act(reviewer, id)).status).toBeLessThan(300)
      fixture.clock.advance(15 * MINUTE)
      expect((await fixture.act(colleague, id, 'claim')).body.code).toBe('already_claimed')
      fixture.clock.advance(5 * MINUTE)
      expect((await fixture.act(colleague, id, 'claim')).status).toBe(200)
    })

    it.each(activities)('is not renewed when somebody else %s', async (_what, act) => {
      const id = await fixture.claimed(reviewer)
      fixture.clock.advance(15 * MINUTE)
      expect((await act(supervisor, id)).status).toBeLessThan(300)
      fixture.clock.advance(5 * MINUTE)
      expect((await fixture.act(colleague, id, 'claim')).status).toBe(200)
    })
  })
})
