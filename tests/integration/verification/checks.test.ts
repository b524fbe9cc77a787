import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { makeFamilyCardNumber, makeIntakeBody, makeMember, makeNik } from '../../support/intake-body.ts'
import { CIREBON, createVerificationFixture, type VerificationFixture } from './fixture.ts'
import { INACTIVE } from './membership-stand-in.ts'

const BORN = '1990-05-06'
const MINUTE = 60_000

describe('the automatic checks', () => {
  let fixture: VerificationFixture
  beforeAll(async () => {
    fixture = await createVerificationFixture()
  })
  beforeEach(() => fixture.reset())
  afterAll(() => fixture.close())

  const proposeWith = async (changes: object = {}) => {
    const nik = makeNik(BORN, 'female')
    const id = await fixture.propose({ nik, birthDate: BORN, sex: 'female', ...changes })
    return { id, nik }
  }

  it('puts somebody BPJS does not know before a reviewer, with every check done', async () => {
    const { id } = await proposeWith()
    await fixture.runChecks()

    const view = await fixture.view(fixture.actor('verifikator'), id)
    expect(view).toMatchObject({ state: 'in_review', version: 1, flags: [], membership: { outcome: 'not_found' } })
    expect(view.checks.map(({ kind, outcome }) => [kind, outcome])).toEqual([
      ['duplicates', 'ok'],
      ['format', 'ok'],
      ['membership', 'ok'],
    ])
    expect(view.history.map((entry) => entry.action)).toEqual(['submit', 'start_checks', 'complete_checks'])
    expect(await fixture.openChecks()).toBe(0)
    await fixture.requireReplayEqual(id)
  })

  it('ends the case of an active member and tells them', async () => {
    const { id, nik } = await proposeWith()
    fixture.directory.teach(nik, {})
    await fixture.runChecks()

    expect(await fixture.snapshot(id)).toMatchObject({ state: 'already_active', membership: 'found_active' })
    expect(await fixture.notices(id)).toMatchObject([
      { template: 'already_active', version: 1, variables: { name: 'Siti A.' } },
    ])
    await fixture.requireReplayEqual(id)
  })

  it('sends an inactive member to the reactivation path and tells them', async () => {
    const { id, nik } = await proposeWith()
    fixture.directory.teach(nik, INACTIVE)
    await fixture.runChecks()

    expect(await fixture.snapshot(id)).toMatchObject({ state: 'needs_reactivation', membership: 'found_inactive' })
    expect(await fixture.notices(id)).toMatchObject([{ template: 'needs_reactivation' }])
  })

  it('leaves an entry of the system in the audit log for each case that it decides, and none for the others', async () => {
    const active = await proposeWith({ fullName: 'AGUS WIJAYA' })
    const inactive = await proposeWith({ fullName: 'RATNA KUSUMA' })
    await proposeWith({ fullName: 'HENDRA PURNOMO' })
    fixture.directory.teach(active.nik, {})
    fixture.directory.teach(inactive.nik, INACTIVE)
    await fixture.runChecks()

    const entries = await fixture.database.owner
      .selectFrom('audit_event')
      .select(['actor_id', 'actor_role', 'subject_type', 'subject_id', 'office_id', 'region_code', 'details'])
      .where('action', '=', 'decide')
      .execute()
    const entryOf = (id: string, decision: string, action: string) => ({
      actor_id: null,
      actor_role: 'system',
      subject_type: 'proposal',
      subject_id: id,
      office_id: CIREBON.office,
      region_code: CIREBON.region,
      details: { decision, action },
    })
    expect(entries).toHaveLength(2)
    expect(entries).toContainEqual(entryOf(active.id, 'already_active', 'auto_already_active'))
    expect(entries).toContainEqual(entryOf(inactive.id, 'needs_reactivation', 'auto_reactivation'))
    // A second run finds nothing to decide, and writes nothing.
    await fixture.runChecks()
    expect(await fixture.audited('decide')).toHaveLength(2)
  })

  it.each([
    [
      'a mismatch',
      { outcome: 'found_mismatch', differences: [{ field: 'fullName', degree: 'different' }] },
      ['membership_mismatch'],
      'membership_mismatch',
    ],
    [
      'a status nobody knows',
      { ...INACTIVE, statusCode: '77', statusKnown: false },
      ['membership_status_unknown'],
      'membership_status_unknown',
    ],
    [
      'a member recorded as deceased',
      { ...INACTIVE, statusCode: '2', statusText: 'MENINGGAL' },
      ['membership_deceased'],
      'member_deceased',
    ],
  ] as const)('leaves %s to a person and tells nobody', async (_what, answer, flags, code) => {
    const { id, nik } = await proposeWith()
    fixture.directory.teach(nik, { ...answer, differences: [...('differences' in answer ? answer.differences : [])] })
    await fixture.runChecks()

    const view = await fixture.view(fixture.actor('verifikator'), id)
    expect(view).toMatchObject({ state: 'in_review', flags })
    expect(view.checks.find((check) => check.kind === 'membership')?.codes).toEqual([code])
    expect(await fixture.notices(id)).toEqual([])
  })

  it('stores the card number sealed and of differences only the field', async () => {
    const { id, nik } = await proposeWith()
    fixture.directory.teach(nik, { outcome: 'found_mismatch', differences: [{ field: 'birthDate', degree: 'slight' }] })
    await fixture.runChecks()

    const stored = await fixture.database.owner
      .selectFrom('membership_check')
      .selectAll()
      .where('proposal_id', '=', id)
      .execute()
    expect(stored).toHaveLength(1)
    expect(stored[0]?.differences).toEqual(['birthDate'])
    expect(stored[0]?.card_sealed).toBeInstanceOf(Buffer)
    expect(JSON.stringify(stored)).not.toContain('0001234567890')
    expect(JSON.stringify(stored)).not.toContain(Buffer.from('0001234567890').toString('hex'))
  })

  it('warns of relations that make no sense', async () => {
    const created = await fixture.register(
      makeIntakeBody({
        members: [
          makeMember({ birthDate: '1980-02-03', sex: 'male', fullName: 'BUDI HARTONO' }),
          makeMember({
            birthDate: '1979-01-01',
            sex: 'female',
            fullName: 'RINA',
            relationship: 'anak',
            maritalStatus: 'belum_kawin',
          }),
          makeMember({
            birthDate: '2014-04-05',
            sex: 'female',
            fullName: 'DEWI',
            relationship: 'istri',
            maritalStatus: 'kawin',
          }),
        ],
      }),
    )
    await fixture.runChecks()
    const codes = await Promise.all(
      created.proposals.map(async ({ id }) => {
        const { checks } = await fixture.view(fixture.actor('verifikator'), id)
        return checks.find((check) => check.kind === 'format')?.codes
      }),
    )
    expect(codes).toEqual([[], ['child_older_than_head'], ['spouse_under_15']])
  })

  describe('looking for duplicates', () => {
    it('flags both proposals of one person entered twice with another NIK', async () => {
      const { id: first } = await proposeWith({ fullName: 'MUHAMMAD RIZKY FADILAH' })
      await fixture.runChecks()
      expect((await fixture.snapshot(first)).flags).toEqual([])
      const { id: second } = await proposeWith({ fullName: 'M. RIZKI FADILLAH' })
      await fixture.runChecks()

      for (const id of [first, second]) {
        const view = await fixture.view(fixture.actor('verifikator'), id)
        expect(view.flags).toEqual(['potential_duplicate'])
        expect(view.duplicates).toHaveLength(1)
        expect(view.duplicates[0]).toMatchObject({ proposalId: id === first ? second : first, judgement: 'open' })
        expect(view.duplicates[0]?.parts.map((part) => part.field)).toContain('fullName')
        await fixture.requireReplayEqual(id)
      }
    })

    it('finds two entered at the same time in one batch once', async () => {
      const ids = await Promise.all([proposeWith(), proposeWith()])
      await fixture.runChecks()
      for (const { id } of ids) expect((await fixture.snapshot(id)).flags).toEqual(['potential_duplicate'])
      const pairs = await fixture.database.owner.selectFrom('possible_duplicate').selectAll().execute()
      expect(pairs).toHaveLength(1)
    })

    it('knows a NIK again whose case is closed, in another city, and shows no data of it', async () => {
      const nik = makeNik(BORN, 'female')
      const there = fixture.actor('petugas', {
        officeId: '00000000-0000-4000-8000-000000003273',
        officeIds: ['00000000-0000-4000-8000-000000003273'],
        regionCode: '32.73',
      })
      const first = await fixture.propose(
        { nik, birthDate: BORN, fullName: 'RATNA SARI' },
        {
          address: { street: 'Jl. Dadali 1', rt: '001', rw: '001', villageCode: '32.73.01.1001' },
          confirmWarnings: ['nik_region_differs'],
        },
        there,
      )
      await fixture.runChecks()
      expect((await fixture.act(there, first, 'withdraw', { version: 1, note: 'pindah ke Cirebon' })).status).toBe(204)
      const second = await fixture.propose({ nik, birthDate: BORN, fullName: 'RATNA SARI' })
      await fixture.runChecks()

      const view = await fixture.view(fixture.actor('verifikator'), second)
      expect(view).toMatchObject({ flags: ['potential_duplicate'], duplicates: [], hiddenDuplicates: 1 })
      expect(view.checks.find((check) => check.kind === 'duplicates')?.codes).toEqual(['nik_proposed_before'])
      const province = await fixture.view(fixture.actor('verifikator', { regionCode: '32' }), second)
      expect(province.duplicates).toMatchObject([{ proposalId: first, score: 1, state: 'closed' }])
    })

    it('knows somebody of the same KK again whose birth day was mistyped, which is too far away among strangers', async () => {
      const familyCardNumber = makeFamilyCardNumber()
      const born = (birthDate: string) => ({ nik: makeNik(birthDate, 'female'), birthDate, sex: 'female' as const })
      const first = await fixture.propose(born('1990-05-06'), { familyCardNumber })
      const second = await fixture.propose(born('1990-05-16'), {
        familyCardNumber,
        confirmWarnings: ['family_head_differs'],
      })
      const stranger = await fixture.propose(born('1990-05-26'))
      await fixture.runChecks()

      const view = await fixture.view(fixture.actor('verifikator'), second)
      expect(view.duplicates).toMatchObject([{ proposalId: first, judgement: 'open' }])
      expect(view.duplicates[0]?.parts.find((part) => part.field === 'familyCardNumber')?.score).toBe(1)
      expect(view.checks.find((check) => check.kind === 'duplicates')?.codes).toEqual(['person_alike'])
      expect((await fixture.snapshot(stranger)).flags).toEqual([])
    })

    it('takes brothers and sisters of one visit for different people', async () => {
      const familyCardNumber = makeFamilyCardNumber()
      await fixture.register(
        makeIntakeBody({
          familyCardNumber,
          members: [
            makeMember({ birthDate: '1980-02-03', sex: 'male', fullName: 'BUDI HARTONO' }),
            makeMember({
              birthDate: '2010-02-03',
              sex: 'male',
              fullName: 'HASAN HARTONO',
              relationship: 'anak',
              maritalStatus: 'belum_kawin',
            }),
            makeMember({
              birthDate: '2010-02-03',
              sex: 'male',
              fullName: 'HASIN HARTONO',
              relationship: 'anak',
              maritalStatus: 'belum_kawin',
            }),
          ],
        }),
      )
      await fixture.runChecks()
      expect(await fixture.database.owner.selectFrom('possible_duplicate').selectAll().execute()).toEqual([])
    })

    it('sends an inactive member with a likeness to a person', async () => {
      await proposeWith()
      await fixture.runChecks()
      const { id, nik } = await proposeWith()
      fixture.directory.teach(nik, INACTIVE)
      await fixture.runChecks()
      expect(await fixture.snapshot(id)).toMatchObject({
        state: 'in_review',
        flags: ['potential_duplicate'],
        membership: 'found_inactive',
      })
    })
  })

  describe('when a job runs again', () => {
    it('changes nothing the second time', async () => {
      const { id, nik } = await proposeWith()
      fixture.directory.teach(nik, {})
      await fixture.runChecks()
      const before = await fixture.snapshot(id)
      await addCheck(id, 1)
      await fixture.runChecks()
      expect(await fixture.snapshot(id)).toEqual(before)
      expect(await fixture.notices(id)).toHaveLength(1)
      expect(await fixture.openChecks()).toBe(0)
    })

    it('drops a version that is no longer current, and one that never was', async () => {
      const { id } = await proposeWith()
      await fixture.runChecks()
      fixture.directory.asked.length = 0
      await addCheck(id, 7)
      await addCheck('00000000-0000-4000-8000-000000000001', 1)
      await fixture.runChecks()
      expect(await fixture.openChecks()).toBe(0)
      expect(fixture.directory.asked).toEqual([])
    })

    it('passes over a case that was withdrawn while BPJS was being asked', async () => {
      const { id } = await proposeWith()
      let answer = (): void => {}
      fixture.directory.gate = new Promise((resolve) => {
        answer = resolve
      })
      const running = fixture.runChecks()
      await expect.poll(() => fixture.snapshot(id).then((snapshot) => snapshot.state)).toBe('checking')
      expect(
        (await fixture.act(fixture.petugas, id, 'withdraw', { version: 1, note: 'sudah punya kartu' })).status,
      ).toBe(204)
      answer()
      await running
      expect(await fixture.snapshot(id)).toMatchObject({ state: 'closed', closedAs: 'withdrawn' })
      expect(await fixture.openChecks()).toBe(0)
    })

    it('tries the others singly when one of a batch cannot be checked', async () => {
      const broken = await proposeWith()
      const healthy = await Promise.all(Array.from({ length: 5 }, () => proposeWith({ fullName: 'AGUS WIJAYA' })))
      fixture.directory.throwFor(broken.nik)
      await fixture.runChecks()
      for (const { id } of healthy) expect((await fixture.snapshot(id)).state).toBe('in_review')
      expect((await fixture.snapshot(broken.id)).state).toBe('checking')
      expect(await fixture.openChecks()).toBe(1)
      fixture.directory.reset()
      fixture.clock.advance(10 * MINUTE)
      await fixture.runChecks()
      expect((await fixture.snapshot(broken.id)).state).toBe('in_review')
    })
  })

  const addCheck = async (proposalId: string, version: number): Promise<void> => {
    await fixture.database.owner
      .insertInto('outbox')
      .values({
        topic: 'proposal.check',
        key: `${proposalId}-${version}`,
        payload: JSON.stringify({ proposalId, version }),
        due_at: fixture.clock.now(),
      })
      .execute()
  }
})
