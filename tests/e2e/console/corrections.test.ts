import { afterAll, beforeAll, expect, test } from 'vitest'
import { signIn, until } from '../../../scripts/lib/session.ts'
import { createMockPopulation } from '../../../src/features/bpjs/mock/index.ts'
import { makePhoto, registerCase } from '../../support/console/cases.ts'
import {
  type ConsoleWorld,
  DEMO_PASSWORD,
  expectForEverybody,
  openConsoleWorld,
} from '../../support/console/console.ts'
import {
  focusedField,
  giveBack,
  nextNik,
  recordItems,
  registerWoman,
  sendCorrection,
  viewAs,
} from '../../support/console/corrections.ts'
import { makeFamily, teachMember } from '../../support/console/family.ts'
import { makeMember } from '../../support/intake-body.ts'

let world: ConsoleWorld
beforeAll(async () => {
  world = await openConsoleWorld()
})
afterAll(() => world.close())

test('what is right already is explained, and every other field may be corrected along', async () => {
  const one = await registerWoman(world.address, 'SARI WULANDARI')
  await giveBack(world.address, one, [{ code: 'WA_TIDAK_AKTIF' }, { code: 'PERSETUJUAN_BELUM_ADA' }])
  const page = await world.open({ as: 'petugas' })
  await page.goto(`/perbaikan/${one.id}`)
  await expect.poll(() => focusedField(page)).toBe('whatsappNumber')
  const phone = page.getByRole('group', { name: 'Nomor WhatsApp' })
  await phone.getByRole('checkbox', { name: 'Sudah benar' }).check()
  await phone.getByRole('textbox', { name: /Mengapa/ }).fill('Sudah ditelepon dan diangkat')
  await page.getByRole('textbox', { name: /Apa yang sudah dilakukan/ }).fill('Sudah dibacakan dan disetujui')
  await page.getByRole('textbox', { name: 'Jalan' }).fill('Jl. Kartini 5')
  await page.getByRole('combobox', { name: 'Kelurahan atau desa' }).fill('Kesambi')
  await page
    .getByRole('option', { name: /^Kesambi/i })
    .first()
    .click()
  await sendCorrection(page)
  await page.getByText('Perbaikan terkirim').waitFor()
  const { corrected, history } = await viewAs(world.address, 'verifikator', one)
  expect(corrected.map(({ field }: { field: string }) => field)).toEqual(['address.street', 'address.villageCode'])
  const answers = history.find(({ action }: { action: string }) => action === 'correct').reasons
  expect(answers.map(({ field }: { field: string }) => field)).toEqual(['whatsappNumber', 'consent'])
})

test('a warning is confirmed before the correction is taken', async () => {
  const one = await registerWoman(world.address, 'LINA HERLINA')
  await giveBack(world.address, one, [{ code: 'NIK_DATA_BEDA' }])
  const page = await world.open({ as: 'petugas' })
  await page.goto(`/perbaikan/${one.id}`)
  await page.getByLabel('Tanggal lahir').fill('13/6/1985')
  await page.getByRole('textbox', { name: 'NIK' }).fill(nextNik())
  await sendCorrection(page)
  const warning = page.getByRole('checkbox', { name: /tidak cocok dengan tanggal lahir/ })
  await warning.waitFor()
  expect(await page.getByRole('button', { name: 'Kirim perbaikan' }).isDisabled()).toBe(true)
  await warning.check()
  await sendCorrection(page)
  await page.getByText('Perbaikan terkirim').waitFor()
})

test('who becomes the head of the family says what the former one is now', async () => {
  const husband = makeMember({ fullName: 'ASEP SUNANDAR', sex: 'male' })
  const wife = makeMember({ fullName: 'IIS DAHLIA', relationship: 'istri' })
  const first = await registerCase(world.address, { members: [husband, wife] })
  const session = await signIn(world.address, 'petugas', DEMO_PASSWORD)
  const { proposals } = await session.must('GET', `/api/v1/intakes/${first.intakeId}`)
  const second = { ...first, id: proposals.find(({ id }: { id: string }) => id !== first.id).id }
  await until(
    () => viewAs(world.address, 'petugas', second),
    ({ state }) => state === 'in_review',
  )
  await giveBack(world.address, second, [{ code: 'WA_TIDAK_AKTIF' }])
  const page = await world.open({ as: 'petugas' })
  await page.goto(`/perbaikan/${second.id}`)
  const phone = page.getByRole('group', { name: 'Nomor WhatsApp' })
  await phone.getByRole('checkbox', { name: 'Sudah benar' }).check()
  await phone.getByRole('textbox', { name: /Mengapa/ }).fill('Sudah ditelepon dan diangkat')
  const former = page.getByRole('combobox', { name: 'Kepala keluarga yang lama menjadi' })
  expect(await former.count()).toBe(0)
  await page.getByRole('combobox', { name: 'Hubungan keluarga' }).click()
  await page.getByRole('option', { name: 'Kepala keluarga' }).click()
  await former.click()
  // Nobody stays the head beside another one.
  expect(await page.getByRole('option', { name: 'Kepala keluarga' }).count()).toBe(0)
  await page.getByRole('option', { name: 'Suami' }).click()
  await sendCorrection(page)
  await page.getByText('Perbaikan terkirim').waitFor()
  expect(await viewAs(world.address, 'petugas', second)).toMatchObject({ relationship: 'kepala_keluarga' })
  expect(await viewAs(world.address, 'petugas', first)).toMatchObject({ relationship: 'suami' })
})

test('a case that changed meanwhile keeps what was typed', async () => {
  const one = await registerWoman(world.address, 'TUTI ALAWIYAH')
  await giveBack(world.address, one, [{ code: 'NIK_DATA_BEDA' }])
  const page = await world.open({ as: 'petugas' })
  await page.goto(`/perbaikan/${one.id}`)
  const nik = nextNik()
  await page.getByRole('textbox', { name: 'NIK' }).fill(nik)
  // A colleague answers it, and it is returned once more.
  const officer = await signIn(world.address, 'petugas', DEMO_PASSWORD)
  const answers = [{ field: 'nik', explanation: 'sesuai dengan KK' }]
  await officer.must('POST', `/api/v1/proposals/${one.id}/corrections`, { version: 1, answers })
  await until(
    () => viewAs(world.address, 'verifikator', one),
    ({ state }) => state === 'in_review',
  )
  await giveBack(world.address, one, [{ code: 'NIK_TIDAK_DITEMUKAN' }])
  await sendCorrection(page)
  await page.getByText('Berkas ini berubah sementara Anda mengisi').waitFor()
  await page.getByRole('button', { name: 'Pakai data terbaru dan lanjutkan' }).click()
  await page.getByText('NIK tidak ditemukan').first().waitFor()
  expect(await page.getByRole('textbox', { name: 'NIK' }).inputValue()).toBe(nik)
  await sendCorrection(page)
  await page.getByText('Perbaikan terkirim').waitFor()
  expect((await viewAs(world.address, 'petugas', one)).version).toBe(3)
})

test('papers are seen and added on the case page', async () => {
  const one = await registerWoman(world.address, 'YANTI SUSANTI')
  const page = await world.open({ as: 'petugas' })
  await page.goto(`/usulan/${one.id}`)
  await page.getByText(/Tidak ada foto dokumen/).waitFor()
  await page.locator('input[type="file"]').setInputFiles({
    name: 'ktp.png',
    mimeType: 'image/jpeg',
    buffer: await makePhoto('#208040'),
  })
  await page.getByText('Foto tersimpan.').waitFor()
  await page.getByRole('img', { name: /^KTP yang diunggah/ }).waitFor()
  const reviewer = await world.open({ as: 'verifikator' })
  await reviewer.goto(`/usulan/${one.id}`)
  await reviewer.getByRole('img', { name: /^KTP yang diunggah/ }).waitFor()
  expect(await reviewer.locator('input[type="file"]').count()).toBe(0)
})

test('a former PBI (APBN) is sent on only by an officer who has seen the letter of the health facility', async () => {
  const [, member] = makeFamily().members
  if (!member) throw new Error('a family has more than one')
  await teachMember(world.mockAddress, member, false, { kode: '21', keterangan: 'PBI (APBN)' })
  const one = await registerCase(world.address, {
    members: [makeMember({ ...member, maritalStatus: 'belum_kawin' })],
  })
  const page = await world.open({ as: 'petugas' })
  await page.goto(`/perbaikan/${one.id}`)
  await page.getByRole('textbox', { name: /Berkas apa/ }).fill('Surat keterangan dan KK terbaru')
  const letter = page.getByRole('checkbox', { name: 'Saya sudah melihat surat dari faskes' })
  expect(await letter.isChecked()).toBe(false)
  await page.getByRole('button', { name: 'Kirim ke verifikator' }).click()
  await page.getByRole('alert').waitFor()
  expect((await viewAs(world.address, 'petugas', one)).state).toBe('needs_reactivation')
  await letter.check()
  await recordItems(world.address, one, {
    facility_letter: { letterNumber: '445/7', letterDate: '2026-01-20' },
    identity_matches: {},
    dtsen_decile: { decile: 3 },
  })
  await page.getByRole('button', { name: 'Kirim ke verifikator' }).click()
  await page.getByText('Berkas reaktivasi terkirim').waitFor()
  const { state, history } = await viewAs(world.address, 'petugas', one)
  expect(state).toBe('in_review')
  expect(history.at(-1).reasons.map(({ code }: { code: string }) => code)).toContain('FACILITY_LETTER_SEEN')
})

test('the papers of a reactivation are sent to the reviewers', async () => {
  const inactive = createMockPopulation().find(
    ({ participant, differs }) => participant.status.kode === '9' && differs === 'no',
  )?.applicant
  const one = await registerCase(world.address, {
    members: [makeMember({ ...inactive, maritalStatus: 'belum_kawin' })],
  })
  expect((await viewAs(world.address, 'petugas', one)).state).toBe('needs_reactivation')
  const page = await world.open({ as: 'petugas' })
  await page.goto('/perbaikan')
  await page.getByRole('link', { name: one.fullName }).click()
  await page.getByRole('textbox', { name: /Berkas apa/ }).fill('Surat keterangan dan KK terbaru')
  await recordItems(world.address, one, { arrears_explained: {} })
  await expectForEverybody(page, 'perbaikan-reaktivasi')
  await page.getByRole('button', { name: 'Kirim ke verifikator' }).click()
  await page.getByText('Berkas reaktivasi terkirim').waitFor()
  expect((await viewAs(world.address, 'petugas', one)).state).toBe('in_review')
})
