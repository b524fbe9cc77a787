import { randomUUID } from 'node:crypto'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeIntakeBody, makeMember } from '../../support/intake-body.ts'
import { createIntakeFixture, type IntakeFixture } from './fixture.ts'

let fixture: IntakeFixture
beforeAll(async () => {
  fixture = await createIntakeFixture()
})
afterAll(() => fixture.close())

/** Does the work that a registration leaves behind, as the relay would. */
const tell = (intakeId: string): Promise<void> =>
  fixture.intake.jobs['intake.received']([{ id: 0, key: intakeId, payload: { intakeId }, attempt: 1 }], {
    signal: new AbortController().signal,
    logger: pino({ level: 'silent' }),
    settle: async () => {},
    fail(_id, error) {
      throw error
    },
    async each(items, _concurrency, work) {
      for (const item of items) await work(item)
    },
  })

test.each([
  ['the west', '32.74', '2026-11-23T01:30:00Z'],
  ['the middle', '73.71', '2026-11-23T00:30:00Z'],
  // Half past eight there is the day before in UTC.
  ['the east', '91.71', '2026-11-22T23:30:00Z'],
])(
  'in %s a family reads the day of its own calendar by which the NIK of a newborn is awaited',
  async (_where, regionCode, at) => {
    const officeId = randomUUID()
    const code = `PKM-${regionCode}`
    const place = { name: 'Puskesmas', address: 'Jl. Contoh 1' }
    await fixture.database.owner
      .insertInto('office')
      .values({ id: officeId, code, kind: 'puskesmas', region_code: regionCode, ...place })
      .execute()
    fixture.clock.set(new Date(at))
    fixture.notices.length = 0
    const petugas = fixture.actor('petugas', { regionCode, officeId, officeIds: [officeId] })
    const baby = makeMember({ nik: null, fullName: 'HASAN', birthDate: '2026-11-20', relationship: 'anak' })
    const members = [makeMember(), baby]
    const reply = await fixture.register(petugas, makeIntakeBody({ members, confirmWarnings: ['outside_domicile'] }))
    expect(reply.statusCode, reply.body).toBe(201)
    const { id, proposals } = reply.json()
    await tell(id)
    expect(fixture.notices).toEqual([
      {
        intakeId: id,
        proposalId: null,
        version: 1,
        sequence: 0,
        template: 'received',
        variables: { names: ['Siti A.', 'Hasan'] },
      },
      {
        intakeId: id,
        proposalId: proposals[1].id,
        version: 1,
        sequence: 0,
        template: 'needs_correction',
        // 13 weeks from a Monday.
        variables: { name: 'Hasan', reasons: ['NIK_BELUM_ADA'], dueOn: '2027-02-22' },
      },
    ])

    // The job runs again when the journal has gone on: what it says is the same notices still.
    const first = [...fixture.notices]
    const note = {
      method: 'POST' as const,
      url: `/api/v1/proposals/${proposals[1].id}/notes`,
      headers: fixture.as(petugas),
    }
    const noted = await fixture.app.inject({ ...note, payload: { note: 'keluarga menunggu Dukcapil' } })
    expect(noted.statusCode, noted.body).toBe(204)
    await tell(id)
    expect(fixture.notices).toEqual([...first, ...first])
  },
)
