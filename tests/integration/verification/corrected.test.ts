import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Actor } from '../../../src/contracts/access.ts'
import { makeFamilyCardNumber, makeIntakeBody, makeMember, makeNik } from '../../support/intake-body.ts'
import { createVerificationFixture, type VerificationFixture } from './fixture.ts'

let fixture: VerificationFixture
let reviewer: Actor
beforeAll(async () => {
  fixture = await createVerificationFixture()
  reviewer = fixture.actor('verifikator')
})
afterAll(() => fixture.close())

const BORN = '1975-03-04'
let serial = 0
/** Never the same twice. */
function nextNik(): string {
  serial += 1
  return makeNik(BORN, 'female', String(serial).padStart(4, '0'))
}

/** A couple, of whom the second was returned. */
async function returnedCouple() {
  const members = [
    makeMember({ fullName: 'BUDI SANTOSO', sex: 'male' }),
    makeMember({ relationship: 'istri', birthDate: BORN, nik: nextNik() }),
  ]
  const body = makeIntakeBody({ members })
  const { proposals } = await fixture.register(body)
  await fixture.runChecks()
  const [husband = '', wife = ''] = proposals.map(({ id }) => id)
  await giveBack(wife, 1)
  return { body, husband, wife }
}

async function giveBack(id: string, version: number): Promise<void> {
  await fixture.act(reviewer, id, 'claim')
  const reasons = [{ code: 'NIK_DATA_BEDA' }]
  const answer = await fixture.act(reviewer, id, 'decisions', { version, decision: 'needs_correction', reasons })
  expect(answer.status).toBe(200)
}

async function correct(id: string, version: number, changes: object): Promise<void> {
  expect(await fixture.act(fixture.petugas, id, 'corrections', { version, changes })).toMatchObject({ status: 204 })
  await fixture.runChecks()
}

const lastFour = (number: string | null | undefined): string => String(number).slice(-4)

test('nothing was corrected before the first correction', async () => {
  const { wife } = await returnedCouple()
  expect((await fixture.view(reviewer, wife)).corrected).toEqual([])
})

test('the reviewer sees every corrected field as it was and as it became, numbers masked', async () => {
  const { body, wife } = await returnedCouple()
  const nik = nextNik()
  await correct(wife, 1, { nik, fullName: 'SITI AMINAH PUTRI', maritalStatus: 'kawin', address: { rt: '7' } })
  const { corrected } = await fixture.view(reviewer, wife)
  expect(corrected).toEqual([
    {
      field: 'nik',
      left: expect.stringContaining(lastFour(body.members[1]?.nik)),
      right: expect.stringContaining(lastFour(nik)),
      differs: true,
    },
    { field: 'fullName', left: 'SITI AMINAH', right: 'SITI AMINAH PUTRI', differs: true },
    { field: 'maritalStatus', left: 'kawin', right: 'kawin', differs: false },
    { field: 'address.rt', left: '001', right: '007', differs: true },
  ])
  expect(JSON.stringify(corrected)).not.toContain(nik)
})

test('another KK number is shown at every member whose content it is', async () => {
  const { body, husband, wife } = await returnedCouple()
  const familyCardNumber = makeFamilyCardNumber()
  await correct(wife, 1, { familyCardNumber, nik: nextNik() })
  const { corrected } = await fixture.view(reviewer, husband)
  expect(corrected).toEqual([
    {
      field: 'familyCardNumber',
      left: expect.stringContaining(lastFour(body.familyCardNumber)),
      right: expect.stringContaining(lastFour(familyCardNumber)),
      differs: true,
    },
  ])
})

test('the last of several corrections counts', async () => {
  const { wife } = await returnedCouple()
  await correct(wife, 1, { nik: nextNik(), fullName: 'SITI AMINAH SATU' })
  await giveBack(wife, 2)
  await correct(wife, 2, { nik: nextNik(), fullName: 'SITI AMINAH DUA' })
  const { corrected } = await fixture.view(reviewer, wife)
  expect(corrected.find(({ field }) => field === 'fullName')).toEqual({
    field: 'fullName',
    left: 'SITI AMINAH SATU',
    right: 'SITI AMINAH DUA',
    differs: true,
  })
})

test('a refused correction leaves nothing behind', async () => {
  const { wife } = await returnedCouple()
  const refused = await fixture.act(fixture.petugas, wife, 'corrections', { version: 1, changes: { fullName: 'SITI' } })
  expect(refused.status).toBe(400)
  expect((await fixture.view(reviewer, wife)).corrected).toEqual([])
  const rows = await fixture.database.db.selectFrom('correction').selectAll().where('proposal_id', '=', wife).execute()
  expect(rows).toEqual([])
})
