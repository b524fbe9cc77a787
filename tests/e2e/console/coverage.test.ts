import { readFile } from 'node:fs/promises'
import type { Download, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { signIn } from '../../../scripts/lib/session.ts'
import {
  type ConsoleWorld,
  DEMO_PASSWORD,
  expectAccessible,
  expectForEverybody,
  expectNoOverflow,
  openConsoleWorld,
} from '../../support/console/console.ts'

let world: ConsoleWorld
beforeAll(async () => {
  world = await openConsoleWorld()
  const session = await signIn(world.address, 'admin', DEMO_PASSWORD)
  for (const [month, registered, active] of [
    ['2026-04', 330_000, 270_000],
    ['2026-07', 333_000, 274_000],
    ['2026-09', 336_004, 280_000],
  ]) {
    await session.must('POST', '/api/v1/coverage/figures', {
      month,
      source: 'bpjs',
      detail: 'Laporan BPJS KC Cirebon',
      asOf: `${month}-28`,
      rows: [{ regionCode: '32.74', segment: 'all', registered, active, printedCoverage: '97.67' }],
    })
  }
})
afterAll(() => world.close())

const button = (within: Page | Locator, name: string | RegExp): Locator =>
  within.getByRole('button', { name, exact: true })
const region = (page: Page, name: string): Locator => page.getByRole('region', { name, exact: true })
const numberIn = (within: Locator, label: string): Locator => within.getByRole('textbox', { name: label, exact: true })

/** What a button hands over. */
async function takeFile(page: Page, name: string): Promise<Download> {
  const [file] = await Promise.all([page.waitForEvent('download'), button(page, name).click()])
  return file
}

describe('coverage', () => {
  test('a supervisor enters figures of a document, and finds them with source, date and sum, down to the village', async () => {
    const page = await world.open({ as: 'supervisor' })
    await page.goto('/cakupan')
    await page.getByRole('link', { name: 'Pekalipan' }).click()
    await page.getByRole('link', { name: 'Isi angka' }).click()
    await page.getByRole('heading', { name: 'Isi angka cakupan: Pekalipan' }).waitFor()
    await page.getByLabel(/^Bulan/).fill('2026-10')
    await page.getByLabel('Nama dokumen').fill('Rekap kecamatan Oktober 2026')
    await page.getByLabel('Tanggal angka').fill('2026-10-31')
    for (const [index, name] of ['Jagasatru', 'Pekalipan', 'Pulasaren', 'Pekalangan'].entries()) {
      const fields = page.getByRole('group', { name, exact: true }).last()
      await numberIn(fields, 'Penduduk').fill('8.000')
      await numberIn(fields, 'Terdaftar').fill(String(7900 + index * 100))
      await numberIn(fields, 'Aktif').fill('6.500')
    }
    // What is no number is told at its field, and what was typed stays.
    const last = page.getByRole('group', { name: 'Pekalangan', exact: true })
    await numberIn(last, 'Aktif').fill('banyak')
    await button(page, 'Simpan 4 wilayah').click()
    await page.getByRole('alert').waitFor()
    expect(await numberIn(last, 'Terdaftar').inputValue()).toBe('8200')
    await numberIn(last, 'Aktif').fill('6500')
    await button(page, 'Simpan 4 wilayah').click()
    await page.getByText('angka disimpan').waitFor()
    await expectForEverybody(page, 'coverage-entry')

    await page.getByRole('link', { name: 'Kembali ke cakupan' }).click()
    await page.getByText('100,63 % dari 32.000 penduduk').waitFor()
    await expect.poll(() => new URL(page.url()).searchParams.get('wilayah')).toBe('32.74.04')
    const table = page.getByRole('table', { name: 'Wilayah di bawahnya' })
    const row = table.getByRole('row', { name: /Pekalangan/ })
    expect(await row.innerText()).toContain('102,50 % dari 8.000 penduduk')
    expect(await row.innerText()).toContain('Rekap kecamatan Oktober 2026, 31 Oktober 2026')
    expect(await row.innerText()).toContain('Cakupan di atas 100 %')
    await table.getByRole('link', { name: 'Jagasatru' }).click()
    await page.getByText('98,75 % dari 8.000 penduduk').waitFor()
    await page.goBack()
    await page.getByRole('heading', { name: /^Pekalipan/ }).waitFor()
  })

  test('a table is looked at before it is stored, and a wrong cell is told by row and column', async () => {
    const page = await world.open({ as: 'supervisor', phone: true })
    await page.goto('/cakupan/isi?wilayah=32.74.05')
    await page.getByLabel(/^Bulan/).fill('2026-08')
    await page.getByLabel('Nama dokumen').fill('Rekap Kesambi')
    await page.getByLabel('Tanggal angka').fill('2026-08-31')
    const choose = async (line: string) => {
      const [chooser] = await Promise.all([page.waitForEvent('filechooser'), button(page, 'Berkas').click()])
      const buffer = Buffer.from(`Kode wilayah;Terdaftar;Aktif\r\n${line}`)
      await chooser.setFiles({ name: 'rekap.csv', mimeType: 'text/csv', buffer })
      await button(page, 'Periksa berkas').click()
    }
    await choose('32.74.05.1001;12,5;3')
    await page
      .getByRole('alert')
      .getByText(/Baris 2.*kolom B.*bukan jumlah orang/)
      .waitFor()
    await choose('32.74.05.1001;125;100')
    await page.getByText('Berkas benar: 1 baris untuk 1 wilayah').waitFor()
    await button(page, 'Simpan isi berkas').click()
    await page.getByText('Tersimpan: 1 baris, 1 angka baru atau berubah.').waitFor()
    await expectNoOverflow(page)
  })

  test('shows coverage and active rate apart, what was printed, the trend and the standing', async () => {
    const page = await world.open({ as: 'verifikator' })
    await page.goto('/cakupan?bulan=2026-09')
    const totals = region(page, 'Kota Cirebon · September 2026 · Laporan BPJS Kesehatan')
    await totals.getByText('94,22 % dari 356.629 penduduk').waitFor()
    await totals.getByText('83,33 % dari 336.004 terdaftar').waitFor()
    await totals.getByText('Tertulis 97.67 %, hitungan 94,22 %.').waitFor()
    await totals.getByText('antara 344.003 dan 344.037').waitFor()
    expect(await button(page, 'Isi angka').count()).toBe(0)

    const standing = region(page, 'Kedudukan terhadap aturan')
    const uhc = standing.getByRole('listitem').filter({ hasText: 'UHC Prioritas' }).first()
    await uhc.getByText(/Cakupan paling sedikit 98,00 %: Belum terpenuhi.*Kurang 13\.493 orang/).waitFor()
    await uhc.getByText(/Keadaan iuran daerah belum dicatat/).waitFor()

    await page.getByRole('img', { name: /Grafik cakupan dan tingkat aktif/ }).waitFor()
    await page.getByText('Lihat sebagai tabel').click()
    await page.getByRole('row', { name: /April 2026.*330\.000 \(92,53 %\).*270\.000 \(81,82 %\)/ }).waitFor()
    await expectForEverybody(page, 'coverage')
  })

  test('filters by month, segment and source, and the address holds it', async () => {
    const page = await world.open({ as: 'penyetuju' })
    await page.goto('/cakupan')
    await page.getByRole('combobox', { name: 'Bulan' }).click()
    await page.getByRole('option', { name: 'Juli 2026' }).click()
    await page.getByText('93,37 % dari 356.629 penduduk').waitFor()
    await page.getByRole('combobox', { name: 'Segmen' }).click()
    await page.getByRole('option', { name: 'PBPU dan BP Pemda' }).click()
    await page.getByRole('heading', { name: 'Kota Cirebon · Juli 2026 · PBPU dan BP Pemda' }).waitFor()
    await expect.poll(() => new URL(page.url()).search).toBe('?bulan=2026-07&segmen=pbpu_pemda')
    await page.reload()
    await page.getByRole('heading', { name: 'Kota Cirebon · Juli 2026 · PBPU dan BP Pemda' }).waitFor()
  })

  test('is taken away as CSV, XLSX and a picture, and printed without what only a screen needs', async () => {
    const page = await world.open({ as: 'auditor' })
    await page.goto('/cakupan?bulan=2026-09')
    const csv = await takeFile(page, 'Unduh CSV')
    expect(csv.suggestedFilename()).toBe('cakupan-32.74-2026-09.csv')
    expect(await readFile(await csv.path(), 'utf8')).toContain('"336004";"Laporan BPJS KC Cirebon"')
    expect((await readFile(await (await takeFile(page, 'Unduh XLSX')).path())).subarray(0, 2).toString()).toBe('PK')
    const picture = await readFile(await (await takeFile(page, 'Simpan gambar (PNG)')).path())
    expect(picture.subarray(1, 4).toString()).toBe('PNG')
    expect(picture.readUInt32BE(16)).toBe(1260)

    await page.emulateMedia({ media: 'print' })
    await button(page, 'Cetak').waitFor({ state: 'hidden' })
    await page.getByRole('navigation', { name: /menu/i }).waitFor({ state: 'hidden' })
    await page.getByText('94,22 % dari 356.629 penduduk').waitFor()
  })

  test('an admin records the contributions and adds a rule, and both show in the standing', async () => {
    const page = await world.open({ as: 'admin', phone: true })
    await page.goto('/cakupan/isi?wilayah=32.74')
    const contribution = region(page, 'Iuran pemerintah daerah')
    await contribution.getByLabel('Keadaan pada tanggal').fill('2026-09-30')
    await contribution.getByLabel('Sumber').fill('BPKAD Kota Cirebon')
    await button(contribution, 'Simpan keadaan iuran').click()
    await contribution.getByText('Keadaan iuran disimpan.').waitFor()
    const rule = region(page, 'Tambah aturan')
    await rule.getByLabel('Nama (Indonesia)').fill('Target wali kota')
    await rule.getByLabel('Nama (Inggris)').fill('Target of the mayor')
    await rule.getByLabel('Dasar aturan').fill('Perwali 1/2026')
    await rule.getByLabel('Berlaku mulai').fill('2026-01-01')
    await rule.getByLabel('Cakupan (%)').fill('94,2')
    await button(rule, 'Tambah aturan').click()
    await rule.getByText('Aturan ditambahkan.').waitFor()
    await expectNoOverflow(page)
    await page.goto('/cakupan?bulan=2026-09')
    await page.getByText('Iuran daerah tidak menunggak menurut BPKAD Kota Cirebon, 30 September 2026.').waitFor()
    const added = page.getByRole('listitem').filter({ hasText: 'Target wali kota' }).first()
    await added.getByText('Terpenuhi', { exact: true }).waitFor()
  })

  test('before seven in the morning the forms begin with today, not with yesterday', async () => {
    const page = await world.open({ as: 'admin' })
    // Half past five on 1 October on the clock of the office; the world's clock is still in September.
    await page.clock.setFixedTime('2026-09-30T22:30:00Z')
    await page.goto('/cakupan/isi?wilayah=32.74')
    await expect.poll(() => page.getByLabel('Tanggal angka').inputValue()).toBe('2026-10-01')
    expect(
      await page
        .getByLabel(/^Bulan/)
        .first()
        .inputValue(),
    ).toBe('2026-10')
    const contribution = region(page, 'Iuran pemerintah daerah')
    expect(await contribution.getByLabel('Keadaan pada tanggal').inputValue()).toBe('2026-10-01')
  })

  test('everybody reads totals on the public page, without a session or a script', async () => {
    const page = await world.open()
    await page.goto('/cakupan-publik?wilayah=32.74&bulan=2026-09')
    await page.getByText('94,22 % dari 356.629 orang').waitFor()
    await page.getByRole('link', { name: 'Pekalipan' }).waitFor()
    await expectAccessible(page)
    await page.setViewportSize({ width: 360, height: 740 })
    await expectNoOverflow(page)
    await expectAccessible(page)
    await page.getByRole('link', { name: 'Jawa Barat' }).click()
    await page.getByRole('heading', { name: 'Cakupan JKN: Jawa Barat' }).waitFor()
  })
})
