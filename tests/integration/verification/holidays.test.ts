import { afterAll, beforeAll, expect, it } from 'vitest'
import { createVerificationFixture, type VerificationFixture } from './fixture.ts'

const ANSWERS = { answers: [{ field: 'documents.ktp', explanation: 'KTP sudah difoto ulang' }] }
let fixture: VerificationFixture
beforeAll(async () => {
  fixture = await createVerificationFixture({ holidays: ['2026-11-24', '2026-11-26'] })
})
afterAll(() => fixture.close())

it('no clock of a case runs on a public holiday', async () => {
  const reviewer = fixture.actor('verifikator')
  // Monday 15:00 WIB, the day before a holiday.
  fixture.clock.set(new Date('2026-11-23T08:00:00.000Z'))
  const id = await fixture.claimed(reviewer)
  expect((await fixture.view(reviewer, id)).dueAt).toBe('2026-11-25T04:00:00.000Z')
  const reasons = [{ code: 'KTP_TIDAK_TERBACA' }]
  const returned = await fixture.act(reviewer, id, 'decisions', { version: 1, decision: 'needs_correction', reasons })
  // Five working days: Wednesday, Friday, and Monday to Wednesday, in parts.
  expect(returned.body).toMatchObject({
    correctionDueAt: '2026-12-02T08:00:00.000Z',
    dueAt: '2026-12-02T08:00:00.000Z',
  })
  await fixture.act(fixture.petugas, id, 'corrections', { version: 1, ...ANSWERS })
  await fixture.runChecks()
  const { body } = await fixture.act(fixture.actor('verifikator'), id, 'claim')
  expect(body.details).toMatchObject({ until: '2026-11-25T04:00:00.000Z' })
})
