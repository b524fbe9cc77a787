import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { signIn, until } from '../../../scripts/lib/session.ts'
import { createMockPopulation } from '../../../src/features/bpjs/mock/index.ts'
import { addPhoto, makePhoto, type RegisteredCase, registerCase } from '../../support/console/cases.ts'
import {
  type ConsoleWorld,
  DEMO_PASSWORD,
  expectForEverybody,
  openConsoleWorld,
} from '../../support/console/console.ts'
import { makeMember, makeNik } from '../../support/intake-body.ts'

let world: ConsoleWorld
beforeAll(async () => {
  world = await openConsoleWorld()
})
afterAll(() => world.close())

const BORN = '1985-06-12'
let serial = 0
/** Never the same twice. */
function nextNik(): string {
  serial += 1
  return makeNik(BORN, 'female', String(serial).padStart(4, '0'))
}

const registerWoman = (fullName: string): Promise<RegisteredCase> =>
  registerCase(world.address, { members: [makeMember({ fullName, birthDate: BORN, nik: nextNik() })] })

/** Returned over HTTP, where the way there is not what a test is about. */
async function giveBack({ id }: RegisteredCase, reasons: object[]): Promise<void> {
  const reviewer = await signIn(world.address, 'verifikator', DEMO_PASSWORD)
  const { version } = await reviewer.must('GET', `/api/v1/proposals/${id}`)
  await reviewer.must('POST', `/api/v1/proposals/${id}/claim`, {})
  const decision = { version, decision: 'needs_correction', reasons }
  await reviewer.must('POST', `/api/v1/proposals/${id}/decisions`, decision)
}

async function viewAs(role: string, { id }: RegisteredCase) {
  const session = await signIn(world.address, role, DEMO_PASSWORD)
  return session.must('GET', `/api/v1/proposals/${id}`)
}

const focused = (page: Page): Promise<string> =>
  page.evaluate('document.activeElement?.closest("[data-returned]")?.dataset.returned ?? ""')
const send = (page: Page): Promise<void> => page.getByRole('button', { name: 'Kirim perbaikan' }).click()

test('a returned case is corrected, and the reviewer who returned it sees old and new', async () => {
  const one = await registerWoman('RINA MARLINA')
  await addPhoto(world.address, 'ktp', one.id, await makePhoto('#808080'))
  const before = await viewAs('verifikator', one)

  const reviewer = await world.open({ as: 'verifikator' })
  await reviewer.goto(`/antrean/new_review/${one.id}`)
  await reviewer.getByRole('button', { name: 'Ambil berkas ini' }).click()
  await reviewer.getByRole('button', { name: 'Kembalikan untuk diperbaiki' }).click()
  await reviewer.getByRole('checkbox', { name: 'Data NIK berbeda' }).check()
  await reviewer.getByRole('checkbox', { name: 'KTP tidak terbaca' }).check()
  await reviewer.getByRole('button', { name: 'Putuskan' }).click()
  await until(
    () => viewAs('petugas', one),
    ({ state }) => state === 'needs_correction',
  )

  const officer = await world.open({ as: 'petugas' })
  await officer.goto('/perbaikan')
  await officer.getByRole('link', { name: 'RINA MARLINA' }).click()
  await expect.poll(() => focused(officer)).toBe('nik')
  await officer.getByText('Data NIK berbeda').first().waitFor()

  // Nothing is sent while something that was asked for is untouched; it is said at its field.
  const nik = nextNik()
  await officer.getByRole('textbox', { name: 'NIK' }).fill(nik)
  await send(officer)
  const asked = officer.getByRole('group', { name: 'Foto KTP' })
  await asked.getByText(/belum diubah/).waitFor()
  await asked.locator('input[type="file"]').setInputFiles({
    name: 'ktp.jpg',
    mimeType: 'image/jpeg',
    buffer: await makePhoto('#2040a0'),
  })
  await asked.getByRole('img', { name: 'Foto baru: KTP' }).waitFor()
  expect(await officer.getByRole('textbox', { name: 'NIK' }).inputValue()).toBe(nik)
  await send(officer)
  await officer.getByText('Perbaikan terkirim').waitFor()

  const after = await until(
    () => viewAs('verifikator', one),
    ({ state }) => state === 'in_review',
  )
  expect(after.version).toBe(2)
  expect(after.flags).toContain('resubmitted')
  expect(after.submittedAt).toBe(before.submittedAt)
  const session = await signIn(world.address, 'verifikator', DEMO_PASSWORD)
  const me = await session.must('GET', '/api/v1/me')
  const { items } = await session.must('GET', '/api/v1/proposals?queue=resubmitted')
  expect(items).toEqual([
    expect.objectContaining({ id: one.id, reservedFor: me.userId, submittedAt: before.submittedAt }),
  ])

  await reviewer.goto(`/antrean/resubmitted/${one.id}`)
  const corrected = reviewer.getByRole('region', { name: 'Yang diperbaiki' })
  const row = corrected.getByRole('row', { name: /^NIK/ })
  await row.waitFor()
  const [, left, right] = await row.getByRole('cell').or(row.getByRole('rowheader')).allInnerTexts()
  expect(left).toContain(String(one.body.members[0]?.nik).slice(-4))
  expect(right).toContain(nik.slice(-4))
  await expect.poll(() => corrected.getByRole('img', { name: /^KTP/ }).count()).toBe(2)
  await expectForEverybody(reviewer, 'verifikasi-diperbaiki')
})

test('what is right already is explained, and every other field may be corrected along', async () => {
  const one = await registerWoman('SARI WULANDARI')
  await giveBack(one, [{ code: 'WA_TIDAK_AKTIF' }, { code: 'PERSETUJUAN_BELUM_ADA' }])
  const page = await world.open({ as: 'petugas' })
  await page.goto(`/perbaikan/${one.id}`)
  await expect.poll(() => focused(page)).toBe('whatsappNumber')
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
  await send(page)
  await page.getByText('Perbaikan terkirim').waitFor()
  const { corrected, history } = await viewAs('verifikator', one)
  expect(corrected.map(({ field }: { field: string }) => field)).toEqual(['address.street', 'address.villageCode'])
  const answers = history.find(({ action }: { action: string }) => action === 'correct').reasons
  expect(answers.map(({ field }: { field: string }) => field)).toEqual(['whatsappNumber', 'consent'])
})

test('a warning is confirmed before the correction is taken', async () => {
  const one = await registerWoman('LINA HERLINA')
  await giveBack(one, [{ code: 'NIK_DATA_BEDA' }])
  const page = await world.open({ as: 'petugas' })
  await page.goto(`/perbaikan/${one.id}`)
  await page.getByLabel('Tanggal lahir').fill('1985-06-13')
  await page.getByRole('textbox', { name: 'NIK' }).fill(nextNik())
  await send(page)
  const warning = page.getByRole('checkbox', { name: /tidak cocok dengan tanggal lahir/ })
  await warning.waitFor()
  expect(await page.getByRole('button', { name: 'Kirim perbaikan' }).isDisabled()).toBe(true)
  await warning.check()
  await send(page)
  await page.getByText('Perbaikan terkirim').waitFor()
})

test('a case that changed meanwhile keeps what was typed', async () => {
  const one = await registerWoman('TUTI ALAWIYAH')
  await giveBack(one, [{ code: 'NIK_DATA_BEDA' }])
  const page = await world.open({ as: 'petugas' })
  await page.goto(`/perbaikan/${one.id}`)
  const nik = nextNik()
  await page.getByRole('textbox', { name: 'NIK' }).fill(nik)
  // A colleague answers it, and it is returned once more.
  const officer = await signIn(world.address, 'petugas', DEMO_PASSWORD)
  const answers = [{ field: 'nik', explanation: 'sesuai dengan KK' }]
  await officer.must('POST', `/api/v1/proposals/${one.id}/corrections`, { version: 1, answers })
  await until(
    () => viewAs('verifikator', one),
    ({ state }) => state === 'in_review',
  )
  await giveBack(one, [{ code: 'NIK_TIDAK_DITEMUKAN' }])
  await send(page)
  await page.getByText('Berkas ini berubah sementara Anda mengisi').waitFor()
  await page.getByRole('button', { name: 'Pakai data terbaru dan lanjutkan' }).click()
  await page.getByText('NIK tidak ditemukan').first().waitFor()
  expect(await page.getByRole('textbox', { name: 'NIK' }).inputValue()).toBe(nik)
  await send(page)
  await page.getByText('Perbaikan terkirim').waitFor()
  expect((await viewAs('petugas', one)).version).toBe(3)
})

test('papers are seen and added on the case page', async () => {
  const one = await registerWoman('YANTI SUSANTI')
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

test('corrections are for everybody', async () => {
  const one = await registerWoman('WATI SETIAWATI')
  await addPhoto(world.address, 'ktp', one.id, await makePhoto('#808080'))
  await giveBack(one, [{ code: 'NIK_DATA_BEDA' }, { code: 'KTP_TIDAK_TERBACA' }])
  const page = await world.open({ as: 'petugas' })
  await page.goto('/perbaikan')
  await page.getByRole('link', { name: 'WATI SETIAWATI' }).waitFor()
  await expectForEverybody(page, 'perbaikan')
  await page.goto(`/perbaikan/${one.id}`)
  await page.getByRole('img', { name: /^KTP yang diunggah/ }).waitFor()
  await expectForEverybody(page, 'perbaikan-berkas')
  await page.goto(`/usulan/${one.id}`)
  await page.getByRole('img', { name: /^KTP yang diunggah/ }).waitFor()
  await expectForEverybody(page, 'berkas-dokumen')
})

test('the papers of a reactivation are sent to the reviewers', async () => {
  const inactive = createMockPopulation().find(
    ({ participant, differs }) => participant.status.kode === '9' && differs === 'no',
  )?.applicant
  const one = await registerCase(world.address, {
    members: [makeMember({ ...inactive, maritalStatus: 'belum_kawin' })],
  })
  expect((await viewAs('petugas', one)).state).toBe('needs_reactivation')
  const page = await world.open({ as: 'petugas' })
  await page.goto('/perbaikan')
  await page.getByRole('link', { name: one.fullName }).click()
  await page.getByRole('textbox', { name: /Berkas apa/ }).fill('Surat keterangan dan KK terbaru')
  await expectForEverybody(page, 'perbaikan-reaktivasi')
  await page.getByRole('button', { name: 'Kirim ke verifikator' }).click()
  await page.getByText('Berkas reaktivasi terkirim').waitFor()
  expect((await viewAs('petugas', one)).state).toBe('in_review')
})
