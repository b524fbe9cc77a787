import { afterAll, beforeAll, expect, test } from 'vitest'
import type { DriftPerson, Telling } from '../../../src/contracts/api/lists.ts'
import { makeMember } from '../../support/intake-body.ts'
import { createListsWorld, csv, type ListsWorld, nikOf } from './lists-world.ts'

let world: ListsWorld
beforeAll(async () => {
  world = await createListsWorld()
  await world.whole.addAccount({
    username: 'verifikator.kesambi',
    role: 'verifikator',
    regionCode: '32.74.05',
    officeIds: [],
  })
  await world.whole.addAccount({ username: 'supervisor.lain', role: 'supervisor', regionCode: '32.09', officeIds: [] })
})
afterAll(() => world?.close())

const INACTIVE = 'NON AKTIF KARENA PREMI'
const kesambi = { kecamatan: 'KESAMBI', village: 'Kel. Drajat' }

test('two months are compared as soon as both are there, by village and as work lists, whichever came first', async () => {
  const november = csv(
    { nik: nikOf(1) },
    { nik: nikOf(2), status: INACTIVE },
    { nik: nikOf(3), status: INACTIVE, ...kesambi },
    { nik: nikOf(4) },
    { nik: nikOf(5), segment: 'PBI (APBN)' },
    { nik: nikOf(7) },
    { nik: nikOf(8), status: 'ENTAH' },
  )
  const october = csv(
    { nik: nikOf(1) },
    { nik: nikOf(2) },
    { nik: nikOf(3), ...kesambi },
    { nik: nikOf(4), status: INACTIVE },
    { nik: nikOf(5) },
    { nik: nikOf(6) },
    { nik: nikOf(8) },
  )
  await world.importList(november, { month: '2026-10' })
  expect(await world.drifts()).toEqual([])
  await world.importList(october, { month: '2026-09' })
  const [drift] = await world.drifts()
  expect(drift).toMatchObject({
    fromMonth: '2026-09',
    toMonth: '2026-10',
    counts: { newly_inactive: 2, newly_active: 1, newly_unclear: 1, moved_segment: 1, vanished: 1, new: 1 },
  })
  const detail = await world.ok('auditor', 'GET', `/api/v1/drifts/${drift?.id}`)
  expect(detail.villages).toEqual([
    expect.objectContaining({ villageCode: '32.74.01.1001', villageName: 'Kejaksan' }),
    {
      villageCode: '32.74.05.1004',
      villageName: expect.any(String),
      counts: { newly_inactive: 1, newly_active: 0, newly_unclear: 0, moved_segment: 0, vanished: 0, new: 0 },
    },
  ])
  const page = (query: string) => world.ok('verifikator', 'GET', `/api/v1/drifts/${drift?.id}/people?${query}`)
  const first = await page('kind=newly_inactive&limit=1')
  const second = await page(`kind=newly_inactive&limit=1&cursor=${first.nextCursor}`)
  expect([first.items[0], second.items[0], second.nextCursor]).toEqual([
    {
      fullName: 'SITI AMINAH',
      nikMasked: `••••${nikOf(2).slice(-4)}`,
      villageCode: '32.74.01.1001',
      villageName: 'Kejaksan',
      from: { standing: 'active', segment: 'PBI (APBD)' },
      to: { standing: 'inactive', segment: 'PBI (APBD)', statusText: INACTIVE },
      proposalId: null,
    },
    expect.objectContaining({ villageCode: '32.74.05.1004' }),
    null,
  ])
  const vanished: DriftPerson[] = (await page('kind=vanished')).items
  expect(vanished).toMatchObject([{ nikMasked: `••••${nikOf(6).slice(-4)}`, to: { standing: null, statusText: null } }])
})

test('a caller of a kecamatan sees what lives there, one of another region nothing', async () => {
  const [drift] = await world.drifts('verifikator.kesambi')
  expect(drift?.counts).toMatchObject({ newly_inactive: 1, newly_active: 0, vanished: 0 })
  const url = `/api/v1/drifts/${drift?.id}`
  const people = await world.ok('verifikator.kesambi', 'GET', `${url}/people?kind=newly_inactive`)
  expect(people.items).toHaveLength(1)
  expect(await world.drifts('supervisor.lain')).toEqual([])
  for (const path of ['', '/people?kind=new']) {
    expect(await world.call('supervisor.lain', 'GET', `${url}${path}`)).toMatchObject({ status: 404 })
  }
})

test('absence from a partial list makes nobody vanish, and nobody new after one', async () => {
  const all = [{ nik: nikOf(101) }, { nik: nikOf(102) }]
  await world.importList(csv(...all), { month: '2025-01' })
  await world.importList(csv({ nik: nikOf(101) }), { month: '2025-02', isPartial: true })
  await world.importList(csv(...all), { month: '2025-03' })
  const counts = (await world.drifts()).filter(({ toMonth }) => toMonth.startsWith('2025')).map((one) => one.counts)
  expect(counts.map(({ vanished, new: added }) => ({ vanished, added }))).toEqual([
    { vanished: 0, added: 0 },
    { vanished: 0, added: 0 },
  ])
})

test('people of a work list are asked to come once for a month, and only those who agreed', async () => {
  const born = { birthDate: '1990-05-05', sex: 'female' as const }
  const withConsent = makeMember(born)
  const without = makeMember(born)
  const told = await world.register({ members: [withConsent] })
  await world.register({ members: [without], consent: { processing: true, whatsapp: false } })
  const rows = [withConsent, without, { nik: nikOf(201) }].map(({ nik }) => ({ nik: nik ?? '' }))
  await world.importList(csv(...rows), { month: '2026-02' })
  await world.importList(csv(...rows.map((row) => ({ ...row, status: INACTIVE }))), { month: '2026-03' })
  const drift = (await world.drifts()).find(({ toMonth }) => toMonth === '2026-03')
  const tell = (dryRun: boolean): Promise<Telling> =>
    world.ok('supervisor', 'POST', `/api/v1/drifts/${drift?.id}/tellings`, { kind: 'newly_inactive', dryRun })
  const people = { people: 3, registered: 2, withConsent: 1 }
  expect(await tell(true)).toEqual({ id: null, ...people, alreadyChosen: 0, chosen: 1 })
  const telling = await tell(false)
  expect(telling).toEqual({ id: expect.any(String), ...people, alreadyChosen: 0, chosen: 1 })
  const drifts = world.whole.features.drift
  await Promise.all([1, 2].map(() => drifts.goOn(telling.id ?? '', world.signal)))
  expect(await tell(false)).toMatchObject({ alreadyChosen: 1, chosen: 0 })
  const notices = await world.whole.database.owner
    .selectFrom('notice')
    .select(['proposal_id', 'version'])
    .where('template', '=', 'membership_visit')
    .execute()
  expect(notices).toEqual([{ proposal_id: told.proposalId, version: 202_603 }])
})

test('a list of the poor is evidence on the case, with its month, and changes nothing about it', async () => {
  const member = makeMember({ birthDate: '1990-05-05', sex: 'female' })
  const { proposalId } = await world.register({ members: [member] })
  const before = await world.ok('verifikator', 'GET', `/api/v1/proposals/${proposalId}`)
  const siks = `ID,IDDTKS,KECAMATAN,KELURAHAN,NOKA_BPJS,PSNOKA_BPJS,NAMA,TANGGAL_LAHIR,NIK,NOKK,DESIL\n1,2,KEJAKSAN,KEJAKSAN,,,SITI AMINAH,1990-05-05,${member.nik},3274010101010001,3\n`
  const list = await world.importList(siks, { kind: 'poor', month: '2026-10' })
  expect(list).toMatchObject({ kind: 'poor', state: 'applied', counts: { matched: 1 } })
  expect(await world.ok('petugas', 'GET', `/api/v1/proposals/${proposalId}/evidence`)).toEqual({
    poor: [{ month: '2026-10', decile: 3, appliedAt: list.appliedAt }],
    membership: [],
  })
  expect(await world.ok('verifikator', 'GET', `/api/v1/proposals/${proposalId}`)).toEqual(before)
})
