import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DEMO_OFFICES } from '../../../src/features/regions/index.ts'
import { makeFamilyCardNumber, makeIntakeBody, makeMember, makeNik } from '../../support/intake-body.ts'
import { createIntakeFixture, type IntakeFixture } from './fixture.ts'

let fixture: IntakeFixture
beforeAll(async () => {
  fixture = await createIntakeFixture()
})
afterAll(() => fixture.close())

const countIntakes = async (): Promise<number> => {
  const row = await fixture.database.owner
    .selectFrom('intake')
    .select((eb) => eb.fn.countAll<number>().as('total'))
    .executeTakeFirstOrThrow()
  return row.total
}

describe('registering a household', () => {
  test('answers with a receipt and one proposal per proposed member', async () => {
    const body = makeIntakeBody({
      members: [
        makeMember({ fullName: '  siti  aminah ' }),
        makeMember({ fullName: "nur'aini m. a-z", relationship: 'anak', maritalStatus: 'belum_kawin' }),
        makeMember({ relationship: 'suami', sex: 'male', propose: false }),
      ],
    })
    const response = await fixture.register(fixture.actor('petugas'), body)
    expect(response.statusCode).toBe(201)
    const created = response.json()
    expect(created.receiptNumber).toMatch(/^PDW-3274-2611-\d{6}-[0-9A-Z]$/)
    expect(created.proposals.map((proposal: { fullName: string }) => proposal.fullName)).toEqual([
      'SITI AMINAH',
      "NUR'AINI M. A-Z",
    ])
    expect(created.proposals[0]).toMatchObject({ state: 'submitted', warnings: [] })
    expect(created.proposals[0].nikMasked.endsWith(body.members[0]?.nik?.slice(-4) ?? '')).toBe(true)
    expect(response.body).not.toContain(body.members[0]?.nik)
  })

  test('stores no identity number in clear', async () => {
    const body = makeIntakeBody()
    const { id } = (await fixture.register(fixture.actor('petugas'), body)).json()
    const tables = [
      'intake',
      'proposal',
      'proposal_status',
      'journal',
      'idempotency_key',
      'outbox',
      'audit_event',
    ] as const
    for (const table of tables) {
      const rows = await fixture.database.owner.selectFrom(table).selectAll().execute()
      const text = JSON.stringify(rows, (_key, value: unknown) =>
        value !== null && typeof value === 'object' && 'type' in value && value.type === 'Buffer' ? 'bytes' : value,
      )
      expect(text).not.toContain(body.familyCardNumber)
      expect(text).not.toContain(body.members[0]?.nik)
      expect(text).not.toContain(body.whatsappNumber.slice(1))
    }
    expect(id).toBeTruthy()
  })

  test('writes journal, audit and outbox rows with the household', async () => {
    const { id, proposals } = (await fixture.register(fixture.actor('petugas'))).json()
    const { owner } = fixture.database
    const journal = await owner.selectFrom('journal').selectAll().where('proposal_id', '=', proposals[0].id).execute()
    expect(journal.map((entry) => entry.action)).toEqual(['submit'])
    const audit = await owner.selectFrom('audit_event').selectAll().where('subject_id', '=', id).execute()
    expect(audit.map((entry) => entry.action)).toEqual(['register_intake'])
    const outbox = await owner
      .selectFrom('outbox')
      .selectAll()
      .where('key', 'in', [id, `${proposals[0].id}-1`])
      .execute()
    expect(outbox.map((row) => row.topic).sort()).toEqual(['intake.received', 'proposal.check'])
  })

  test('needs an office that is active', async () => {
    const response = await fixture.register(fixture.actor('petugas', { officeId: null, officeIds: [] }))
    expect([response.statusCode, response.json().code]).toEqual([403, 'no_active_office'])
  })

  test('holds a newborn without NIK instead of refusing it', async () => {
    const body = makeIntakeBody({
      members: [
        makeMember(),
        makeMember({ nik: null, relationship: 'anak', birthDate: '2026-11-01', maritalStatus: 'belum_kawin' }),
      ],
    })
    const { proposals } = (await fixture.register(fixture.actor('petugas'), body)).json()
    expect(proposals[1]).toMatchObject({ state: 'needs_correction', nikMasked: null, warnings: ['nik_missing'] })
  })
})

describe('somebody without NIK', () => {
  const register = (birthDate: string, changes = {}) => {
    const child = makeMember({ nik: null, relationship: 'anak', birthDate, maritalStatus: 'belum_kawin' })
    return fixture.register(fixture.actor('petugas'), makeIntakeBody({ members: [makeMember(), child], ...changes }))
  }

  test('is a newborn until the day after the first birthday, and asked about from then on', async () => {
    expect((await register('2025-11-23')).json().proposals[1].warnings).toEqual(['nik_missing'])
    const asked = await register('2025-11-22')
    expect(asked.json()).toMatchObject({
      code: 'warnings_unconfirmed',
      errors: [{ path: 'members.1.nik', code: 'nik_missing_not_newborn' }],
    })
    const confirmed = await register('2025-11-22', { confirmWarnings: ['nik_missing_not_newborn'] })
    expect(confirmed.json().proposals[1]).toMatchObject({
      state: 'needs_correction',
      warnings: ['nik_missing_not_newborn', 'nik_missing'],
    })
  })
})

describe('warnings', () => {
  test('wait for a confirmation, and store nothing before', async () => {
    const actor = fixture.actor('petugas')
    const body = makeIntakeBody({
      members: [makeMember({ birthDate: '1990-05-05', nik: makeNik('1990-05-06', 'female') })],
    })
    const before = await countIntakes()
    const refused = await fixture.register(actor, body)
    expect(refused.statusCode).toBe(422)
    expect(refused.json()).toMatchObject({
      code: 'warnings_unconfirmed',
      errors: [{ path: 'members.0.nik', code: 'nik_birthdate_differs' }],
    })
    expect(await countIntakes()).toBe(before)
    const accepted = await fixture.register(actor, { ...body, confirmWarnings: ['nik_birthdate_differs'] })
    expect(accepted.statusCode).toBe(201)
    expect(accepted.json().proposals[0].warnings).toEqual(['nik_birthdate_differs'])
  })

  test('a NIK first issued elsewhere is asked about once, and stays visible as a flag', async () => {
    const actor = fixture.actor('petugas')
    const body = makeIntakeBody({ members: [makeMember({ birthDate: '1990-05-05', nik: '3209204505900123' })] })
    const refused = await fixture.register(actor, body)
    expect(refused.json()).toMatchObject({
      code: 'warnings_unconfirmed',
      errors: [{ path: 'members.0.nik', code: 'nik_region_differs' }],
    })
    const accepted = await fixture.register(actor, { ...body, confirmWarnings: ['nik_region_differs'] })
    const [proposal] = accepted.json().proposals
    expect(proposal.warnings).toEqual(['nik_region_differs'])
    const { flags } = await fixture.database.owner
      .selectFrom('proposal_status')
      .select('flags')
      .where('proposal_id', '=', proposal.id)
      .executeTakeFirstOrThrow()
    expect(flags).toEqual(['nik_region_differs'])
  })

  test('an address outside the office region, and a village code that is not in the table', async () => {
    const body = makeIntakeBody()
    body.address.villageCode = '32.09.99.2999'
    const refused = await fixture.register(fixture.actor('petugas'), body)
    expect(refused.json().errors.map((error: { code: string }) => error.code)).toEqual([
      'village_code_unknown',
      'outside_domicile',
      'nik_region_differs',
    ])
  })
})

describe('one head per KK', () => {
  test('two heads, and none at all, are refused', async () => {
    const twoHeads = makeIntakeBody({ members: [makeMember(), makeMember()] })
    expect((await fixture.register(fixture.actor('petugas'), twoHeads)).json()).toMatchObject({
      code: 'invalid_input',
      errors: [{ path: 'members.1.relationship', code: 'family_card_two_heads' }],
    })
    const noHead = makeIntakeBody({ members: [makeMember({ relationship: 'istri' })] })
    expect((await fixture.register(fixture.actor('petugas'), noHead)).json()).toMatchObject({
      errors: [{ path: 'members', code: 'family_card_without_head' }],
    })
  })

  test('a head known from an earlier visit counts; another one is a warning', async () => {
    const actor = fixture.actor('petugas')
    const familyCardNumber = makeFamilyCardNumber()
    await fixture.register(actor, makeIntakeBody({ familyCardNumber }))
    const baby = await fixture.register(
      actor,
      makeIntakeBody({ familyCardNumber, members: [makeMember({ relationship: 'anak' })] }),
    )
    expect(baby.statusCode).toBe(201)
    expect(baby.json().knownMembers).toHaveLength(1)
    const otherHead = await fixture.register(actor, makeIntakeBody({ familyCardNumber }))
    expect(otherHead.json()).toMatchObject({ code: 'warnings_unconfirmed', errors: [{ code: 'family_head_differs' }] })
  })

  test('known members of a KK are told to the same office only', async () => {
    const familyCardNumber = makeFamilyCardNumber()
    await fixture.register(fixture.actor('petugas'), makeIntakeBody({ familyCardNumber }))
    const lookUp = (officeId: string) =>
      fixture.app.inject({
        method: 'POST',
        url: '/api/v1/households/lookup',
        headers: fixture.as(fixture.actor('petugas', { officeId, officeIds: [officeId] })),
        payload: { familyCardNumber },
      })
    expect((await lookUp(DEMO_OFFICES.puskesmas)).json()).toMatchObject({
      known: true,
      members: [{ fullName: 'SITI AMINAH' }],
    })
    expect((await lookUp(DEMO_OFFICES.otherPuskesmas)).json()).toMatchObject({ known: true, members: [] })
  })
})

describe('repeating a request', () => {
  test('100 parallel identical posts make one intake and one answer', async () => {
    const actor = fixture.actor('petugas')
    const body = makeIntakeBody()
    const key = randomUUID()
    const before = await countIntakes()
    const responses = await Promise.all(Array.from({ length: 100 }, () => fixture.register(actor, body, key)))
    expect(new Set(responses.map((response) => response.statusCode))).toEqual(new Set([201]))
    expect(new Set(responses.map((response) => response.body)).size).toBe(1)
    expect(await countIntakes()).toBe(before + 1)
  })

  test('the same key with another body is refused', async () => {
    const actor = fixture.actor('petugas')
    const key = randomUUID()
    await fixture.register(actor, makeIntakeBody(), key)
    const other = await fixture.register(actor, makeIntakeBody(), key)
    expect(other.statusCode).toBe(422)
    expect(other.json().code).toBe('idempotency_key_reused')
  })

  test('the key is required, and belongs to its account', async () => {
    const actor = fixture.actor('petugas')
    const without = await fixture.app.inject({
      method: 'POST',
      url: '/api/v1/intakes',
      headers: fixture.as(actor),
      payload: makeIntakeBody(),
    })
    expect(without.json().code).toBe('idempotency_key_missing')
    const key = randomUUID()
    expect((await fixture.register(actor, makeIntakeBody(), key)).statusCode).toBe(201)
    expect((await fixture.register(fixture.actor('petugas'), makeIntakeBody(), key)).statusCode).toBe(201)
  })
})

describe('one NIK, one open proposal', () => {
  test('100 parallel posts of one NIK leave exactly one open', async () => {
    const actor = fixture.actor('petugas')
    const member = makeMember()
    const responses = await Promise.all(
      Array.from({ length: 100 }, () => fixture.register(actor, makeIntakeBody({ members: [member] }))),
    )
    const accepted = responses.filter((response) => response.statusCode === 201)
    const refused = responses.filter((response) => response.statusCode === 409)
    expect([accepted.length, refused.length]).toEqual([1, 99])
    const receipt = accepted[0]?.json().receiptNumber
    expect(refused[0]?.json()).toMatchObject({
      code: 'nik_already_proposed',
      errors: [{ path: 'members.0.nik', code: 'nik_already_proposed' }],
    })
    expect(refused[0]?.json().errors[0].message).toContain(receipt)
  })

  test('another office learns only that it is proposed elsewhere', async () => {
    const member = makeMember()
    const first = await fixture.register(fixture.actor('petugas'), makeIntakeBody({ members: [member] }))
    const officeId = DEMO_OFFICES.otherPuskesmas
    const second = await fixture.register(
      fixture.actor('petugas', { officeId, officeIds: [officeId] }),
      makeIntakeBody({ members: [member] }),
    )
    expect(second.json().errors).toMatchObject([{ code: 'nik_proposed_elsewhere' }])
    expect(second.body).not.toContain(first.json().receiptNumber)
  })

  test('the NIK is free again once the proposal is closed', async () => {
    const actor = fixture.actor('petugas')
    const member = makeMember()
    const { proposals } = (await fixture.register(actor, makeIntakeBody({ members: [member] }))).json()
    const withdrawn = await fixture.app.inject({
      method: 'POST',
      url: `/api/v1/proposals/${proposals[0].id}/withdraw`,
      headers: fixture.as(actor),
      payload: { version: 1, note: 'atas permintaan warga' },
    })
    expect(withdrawn.statusCode).toBe(204)
    expect((await fixture.register(actor, makeIntakeBody({ members: [member] }))).statusCode).toBe(201)
  })
})
