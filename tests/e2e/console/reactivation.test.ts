import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ConsoleWorld, expectForEverybody, openConsoleWorld } from '../../support/console/console.ts'
import { recordItems, viewAs } from '../../support/console/corrections.ts'
import { registerInactive } from '../../support/console/inactive.ts'

const PBI = { kode: '21', keterangan: 'PBI (APBN)' }
const SELF = { kode: '14', keterangan: 'PEKERJA MANDIRI' }
const EMPLOYEE = { kode: '13', keterangan: 'PEGAWAI SWASTA' }

let world: ConsoleWorld
beforeAll(async () => {
  world = await openConsoleWorld()
})
afterAll(() => world.close())

test('an officer fills the checklist of a former PBI without a mouse, and sends the case back', async () => {
  const one = await registerInactive(world, PBI)
  const page = await world.open({ as: 'petugas' })
  await page.goto(`/perbaikan/${one.id}`)
  const way = page.getByRole('region', { name: 'Jalur reaktivasi' })
  await way.getByText('PBI pusat dinonaktifkan').waitFor()
  await way.getByRole('cell', { name: 'Dinas Sosial' }).waitFor()
  await way.getByText('Belum ada ketentuan yang dipastikan').waitFor()
  await way.getByText(/minta surat keterangan dari fasilitas kesehatan/).waitFor()
  await expectForEverybody(page, 'reaktivasi')

  await page.getByRole('textbox', { name: /Berkas apa/ }).fill('Surat faskes dan KTP asli')
  await page.getByRole('checkbox', { name: 'Saya sudah melihat surat dari faskes' }).check()
  await page.getByRole('button', { name: 'Kirim ke verifikator' }).press('Enter')
  // What is missing is named.
  await page.getByText(/Desil DTSEN wajib diisi/).waitFor()
  expect((await viewAs(world.address, 'petugas', one)).state).toBe('needs_reactivation')

  await way.getByRole('textbox', { name: 'Nomor: Surat keterangan fasilitas kesehatan' }).focus()
  await page.keyboard.type('445/31/PKM')
  await page.keyboard.press('Tab')
  await page.keyboard.type('20/1/2026')
  await page.keyboard.press('Enter')
  await way
    .getByText(/^Sudah ada$/)
    .first()
    .waitFor()
  await way.getByRole('checkbox', { name: 'NIK dan nama di surat sama dengan KTP' }).press('Space')
  await expect
    .poll(async () => (await viewAs(world.address, 'petugas', one)).reactivation.missing)
    .toEqual(['dtsen_decile'])
  await way.getByRole('combobox', { name: 'Desil DTSEN' }).selectOption('7')
  await expect.poll(async () => (await viewAs(world.address, 'petugas', one)).reactivation.missing).toEqual([])
  await page.getByRole('button', { name: 'Kirim ke verifikator' }).press('Enter')
  await page.getByText('Berkas reaktivasi terkirim').waitFor()
  expect((await viewAs(world.address, 'petugas', one)).state).toBe('in_review')

  const reviewer = await world.open({ as: 'verifikator' })
  await reviewer.goto(`/usulan/${one.id}`)
  const read = reviewer.getByRole('region', { name: 'Jalur reaktivasi' })
  await read.getByText('Surat keterangan fasilitas kesehatan · 445/31/PKM · 20 Januari 2026').waitFor()
  await read.getByText('Desil DTSEN · 7').waitFor()
  expect(await read.getByRole('checkbox').count()).toBe(0)
})

test('a reviewer is not offered to approve who owes contributions, and sees why', async () => {
  const one = await registerInactive(world, SELF)
  await recordItems(world.address, one, { arrears_explained: {} })
  const officer = await world.open({ as: 'petugas' })
  await officer.goto(`/perbaikan/${one.id}`)
  await officer.getByText(/jangan lewat WhatsApp. Pilihannya/).waitFor()
  await officer.getByRole('textbox', { name: /Berkas apa/ }).fill('Sudah dijelaskan di loket')
  await officer.getByRole('button', { name: 'Kirim ke verifikator' }).click()
  await officer.getByText('Berkas reaktivasi terkirim').waitFor()
  const reviewer = await world.open({ as: 'verifikator' })
  await reviewer.goto(`/usulan/${one.id}`)
  await reviewer.getByRole('button', { name: 'Ambil', exact: false }).first().click()
  await reviewer.goto(`/antrean/mine/${one.id}`)
  await reviewer
    .getByText('Usulan ini belum dapat disetujui sebagai peserta baru: segmen lain yang membayar.')
    .waitFor()
  const { allowedActions } = await viewAs(world.address, 'verifikator', one)
  expect(allowedActions).toContain('decide_needs_reactivation')
  expect(allowedActions).not.toContain('decide_eligible')
  await expectForEverybody(reviewer, 'reaktivasi-verifikasi')
})

test('a reviewer sets another reason and says how they know', async () => {
  const one = await registerInactive(world, EMPLOYEE)
  const page = await world.open({ as: 'verifikator' })
  await page.goto(`/usulan/${one.id}`)
  const way = page.getByRole('region', { name: 'Jalur reaktivasi' })
  await way.getByText('Pemberi kerja wajib mendaftarkan').first().waitFor()
  await way.getByText(/Jalur ini tidak kembali lewat berkas/).waitFor()
  await way.getByRole('button', { name: 'Ubah alasan' }).press('Enter')
  await page.getByRole('combobox', { name: 'Alasan tidak aktif' }).selectOption('contract_ended')
  await page.getByRole('textbox', { name: /Dari mana Anda tahu/ }).fill('Surat berhenti sudah dilihat')
  await page.getByRole('button', { name: 'Simpan alasan' }).press('Enter')
  await way.getByText('Hubungan kerja berakhir').waitFor()
  await way.getByText(/Surat berhenti sudah dilihat/).waitFor()
  await expectForEverybody(page, 'reaktivasi-alasan')
  const { reactivation } = await viewAs(world.address, 'petugas', one)
  expect(reactivation).toMatchObject({ reason: 'contract_ended', missing: ['end_of_work_letter', 'no_employer'] })
})
