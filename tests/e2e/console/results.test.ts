import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Client } from 'pg'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { csvOf, type Line, written } from '../../integration/enrolment/results-world.ts'
import {
  type ConsoleWorld,
  DEMO_PASSWORD,
  expectAccessible,
  expectForEverybody,
  expectNoOverflow,
  openConsoleWorld,
  takeScreenshot,
} from '../../support/console/console.ts'
import {
  type Approved,
  approveCase,
  sealBatch,
  sendResults,
  settledResult,
} from '../../support/console/sent-batches.ts'
import { sessionOf } from '../../support/console/sessions.ts'
import { onServer } from '../../support/database.ts'
import { makeWorkbook, rowsOf, sheetXml } from '../../support/workbook.ts'

let world: ConsoleWorld
let directory: string
beforeAll(async () => {
  world = await openConsoleWorld()
  directory = await mkdtemp(path.join(tmpdir(), 'puntadewa-'))
})
afterAll(async () => {
  await world?.close()
  await rm(directory, { recursive: true, force: true })
})

const approve = (fullName: string, birthDate: string): Promise<Approved> =>
  approveCase(world.address, fullName, birthDate)
const accepted = ({ nik, fullName }: Approved, more: Partial<Line> = {}): Line => ({
  nik,
  name: fullName,
  status: 'Diterima',
  ...more,
})
const refused = ({ nik, fullName }: Approved, text = 'NIK tidak padan'): Line => ({
  nik,
  name: fullName,
  status: 'Ditolak',
  code: '17',
  text,
})

const choose = (page: Page, name: string, buffer: Buffer) =>
  page.locator('input[type=file]').setInputFiles({ name, mimeType: 'application/octet-stream', buffer })
const send = (page: Page) => page.getByRole('button', { name: 'Unggah dan periksa' }).click()
const figure = (page: Page, name: string) => page.locator(`[data-count=${name}]`).innerText()
const lines = (page: Page) => page.getByRole('table', { name: 'Baris di berkas hasil' }).getByRole('row')
const line = (page: Page, number: number) =>
  lines(page).filter({ has: page.getByRole('cell', { name: new RegExp(`^${number}(?!\\d)`) }) })
/** Its box is drawn by its label: it is found and pressed by keyboard. */
const show = (page: Page, name: string) => page.getByRole('radio', { name }).press('Space')
/** The first of the next month, from which a branch says that somebody is active. */
const nextMonth = ((now) => new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1)))(new Date())
  .toISOString()
  .slice(0, 10)
const inWords = (day: string): string =>
  new Intl.DateTimeFormat('id', { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(day))
const idOf = (page: Page): string => new URL(page.url()).pathname.split('/').at(-1) ?? ''

/** What stands over the page, or does not stand for long: at both widths, as it is. */
async function lookAt(page: Page, name: string): Promise<void> {
  for (const width of [360, 1280]) {
    await page.setViewportSize({ width, height: 800 })
    await expectAccessible(page)
    await expectNoOverflow(page)
    await takeScreenshot(page, `${name}-id-light-${width}`)
  }
}

const focused = (page: Page) => page.evaluate('document.activeElement?.textContent')

/** Requests to an address wait until the answer is called. */
async function holdCalls(page: Page, url: string): Promise<() => void> {
  const held = Promise.withResolvers<void>()
  await page.route(url, async (route) => {
    await held.promise
    await route.continue()
  })
  return held.resolve
}

/** Nothing of a batch can be applied until the answer is called. */
async function holdRows(batchId: string): Promise<() => Promise<void>> {
  const client = new Client({ connectionString: world.databaseUrl })
  await client.connect()
  await client.query('BEGIN')
  await client.query('SELECT 1 FROM enrolment_batch_row WHERE batch_id = $1 FOR UPDATE', [batchId])
  return async () => {
    await client.query('COMMIT')
    await client.end()
  }
}

test('an approver sends a file of BPJS, reads what is made of each row, applies it, and takes it back', async () => {
  const ratna = await approve('RATNA DEWI', '1981-03-04')
  const budi = await approve('BUDI HARTONO', '1979-08-15')
  const siti = await approve('SITI AMINAH', '1984-10-21')
  const joko = await approve('JOKO PURNOMO', '1975-12-02')
  const people = [ratna, budi, siti, joko]
  const batchId = await sealBatch(world.address, 'Minggu ketiga', people)
  const page = await world.open({ as: 'penyetuju' })
  // Signed in long ago, before the first request: a caller is remembered for a minute.
  await onServer(world.databaseUrl, `update auth_session set created_at = now() - interval '16 minutes'`)
  await page.goto(`/berkas-bpjs/${batchId}`)
  const section = page.getByRole('region', { name: 'Hasil dari BPJS' })
  await section.getByText('4 usulan di berkas ini belum dijawab BPJS.').waitFor()
  await section.getByText('Belum ada berkas hasil yang diunggah.').waitFor()

  // Refused files: which column, which row, what to do; what was chosen stays.
  await choose(page, 'tanpa-status.csv', Buffer.from(`NIK;NAMA\r\n${ratna.nik};RATNA\r\n`))
  await send(page)
  await section.getByRole('alert').getByText('Kolom yang diperlukan tidak ada').waitFor()
  await section.getByText('tanpa-status.csv').waitFor()
  await section.getByRole('link', { name: 'Profil hasil BPJS' }).waitFor()
  await expectForEverybody(page, 'hasil-ditolak')
  await choose(page, 'ganda.csv', Buffer.from(`NIK;NAMA;STATUS;NO NIK\r\n${ratna.nik};RATNA;OK;1\r\n`))
  await send(page)
  await section.getByRole('alert').getByText('yang kedua di kolom D. Sisakan satu').waitFor()
  const quotes = `NIK;NAMA;STATUS\r\n${ratna.nik};RATNA;OK\r\n${budi.nik};"BUDI"X;OK\r\n`
  await choose(page, 'kutip.csv', Buffer.from(quotes))
  await send(page)
  await section
    .getByRole('alert')
    .getByText(/Baris 3: Ada tanda kutip/)
    .waitFor()

  // A workbook with two sheets: the one that is meant is chosen in place.
  const header = ['No NIK', 'Nama Peserta', 'Hasil', 'Kode', 'Keterangan', 'TMT']
  const table = [
    header,
    [ratna.nik, ratna.fullName, 'Berhasil', '', '', written(nextMonth)],
    [budi.nik, budi.fullName, 'Gagal', '17', 'NIK tidak padan'],
    [siti.nik, 'BAMBANG PAMUNGKAS', 'Berhasil'],
    [joko.nik, joko.fullName, 'Menunggu'],
    ['9990001112223334', 'ORANG LUAR', 'Berhasil'],
    [ratna.nik, ratna.fullName, 'Berhasil'],
  ]
  const book = makeWorkbook({
    sheets: [
      { name: 'Rekap', xml: sheetXml(rowsOf([['Jumlah'], ['6']])) },
      { name: 'Hasil', xml: sheetXml(rowsOf(table)) },
    ],
  })
  await choose(page, 'hasil.xlsx', book)
  await send(page)
  await section.getByRole('alert').getByText('Lebih dari satu lembar berisi data: Rekap, Hasil').waitFor()
  await section.getByText('hasil.xlsx').waitFor()
  await page.getByLabel('Lembar yang dibaca').first().fill('Has')
  await page.getByRole('option', { name: 'Hasil', exact: true }).click()
  await send(page)

  await page.getByRole('status').getByText('Menunggu keputusan penyetuju').waitFor()
  for (const name of ['accepted', 'refused', 'contradictory', 'faulty', 'unmatched', 'repeated']) {
    expect(await figure(page, name), name).toBe('1')
  }
  await line(page, 2).getByText('RATNA DEWI').waitFor()
  expect(await line(page, 2).innerText()).toMatch(
    new RegExp(`Diterima\\s+Aktif mulai ${inWords(nextMonth)}\\s+Untuk diterapkan`),
  )
  expect(await line(page, 3).innerText()).toMatch(
    /Ditolak\s+BPJS: 17: NIK tidak padan\s+Alasan di sini: Data NIK berbeda/,
  )
  expect(await line(page, 4).innerText()).toMatch(/SITI AMINAH[^]*bertentangan\s+Nama di hasil BPJS berbeda/)
  expect(await line(page, 5).innerText()).toMatch(/kolom C[^]*tidak terbaca\s+Status di kolom C tidak dikenal/)
  expect(await line(page, 6).innerText()).toMatch(/Tidak dikenal[^]*NIK ini tidak ada di berkas yang dikirim/)
  expect(await page.content()).not.toContain(ratna.nik)
  await expectForEverybody(page, 'hasil-uji-coba')

  // Rows of one kind, also after the page was loaded anew.
  await show(page, 'Tidak terbaca (1)')
  await expect.poll(() => lines(page).count()).toBe(2)
  await page.reload()
  await line(page, 5).getByText('kolom C', { exact: true }).waitFor()
  expect(await lines(page).count()).toBe(2)
  await show(page, 'Semua (6)')
  await expect.poll(() => lines(page).count()).toBe(7)

  // By keyboard, with the password once more; the page is loaded anew while it is being applied.
  const release = await holdRows(batchId)
  await page.getByRole('button', { name: 'Terapkan 2 hasil' }).focus()
  await page.keyboard.press('Enter')
  const question = page.getByRole('dialog', { name: 'Terapkan 2 hasil' })
  await expect
    .poll(() => page.evaluate('document.activeElement?.closest("[role=dialog]") && document.activeElement.textContent'))
    .toBe('Terapkan 2 hasil')
  await question.getByText(/^Terapkan 2 hasil pada berkas Minggu ketiga\? 1 orang .*; 1 usulan kembali/).waitFor()
  await page.keyboard.press('Enter')
  const again = page.getByRole('dialog', { name: 'Masuk lagi untuk langkah ini' })
  await again.getByRole('textbox', { name: 'Kata sandi', exact: true }).fill(DEMO_PASSWORD)
  await page.keyboard.press('Enter')
  await page.getByRole('status').getByText('Menunggu diterapkan').waitFor()
  await page.reload()
  await page.getByText('0 dari 2 hasil sudah diterapkan').waitFor()
  await page.getByText('Halaman ini boleh ditutup dan dibuka lagi.').waitFor()
  await lookAt(page, 'hasil-diterapkan')
  await release()
  await page.getByRole('status').getByText('Diterapkan', { exact: true }).waitFor()
  expect(await figure(page, 'applied')).toBe('2')
  await page.getByRole('alert').getByText('2 hasil sudah diterapkan.').waitFor()
  await page.getByRole('alert').getByText('2 usulan di berkas ini belum dijawab BPJS.').waitFor()
  expect(await line(page, 3).innerText()).toContain('Sudah diterapkan')
  const office = await sessionOf(world.address, 'penyetuju')
  const batch = () => office.must('GET', `/api/v1/enrolment/batches/${batchId}`)
  expect((await batch()).counts).toMatchObject({ accepted: 1, refused: 1, sealed: 2 })

  // Taken back as a whole; the batch waits for its answers again.
  await page.getByRole('button', { name: 'Batalkan penerapan' }).click()
  const undo = page.getByRole('dialog', { name: 'Batalkan penerapan' })
  await undo.getByText('2 hasil yang diterapkan dari berkas hasil ini dibatalkan').waitFor()
  await lookAt(page, 'hasil-tanya-batal')
  // While it is under way nothing keeps the results any more; and they are taken back although the answer is lost.
  const letGo = Promise.withResolvers<void>()
  await page.route('**/enrolment/results/*/undo', async (route) => {
    await letGo.promise
    await route.fetch()
    await route.abort()
  })
  await undo.getByRole('button', { name: 'Batalkan penerapan' }).click()
  await expect.poll(() => undo.getByRole('button', { name: 'Jangan batalkan' }).isDisabled()).toBe(true)
  await page.keyboard.press('Escape')
  expect(await undo.isVisible()).toBe(true)
  letGo.resolve()
  await page.getByRole('status').getByText('Penerapan dibatalkan').waitFor()
  await page.unroute('**/enrolment/results/*/undo')
  await undo.waitFor({ state: 'detached' })
  await page.getByRole('radio', { name: 'Dipakai dari berkas hasil (2)' }).waitFor({ state: 'attached' })
  expect(await line(page, 2).innerText()).toContain('Diterapkan, lalu dibatalkan')
  expect((await batch()).counts).toMatchObject({ accepted: 0, refused: 0, sealed: 4 })
  await page.getByRole('link', { name: /^Berkas 3274-/ }).click()
  const imports = page.getByRole('table', { name: 'Berkas hasil yang diunggah' })
  await imports.getByText('Penerapan dibatalkan').waitFor()
  await section.getByText('4 usulan di berkas ini belum dijawab BPJS.').waitFor()

  // The same again; once a reviewer holds the one that came back, nothing can be taken back, and the page says why.
  const second = await sendResults(world.address, batchId, csvOf([accepted(ratna), refused(budi)]))
  await page.goto(`/berkas-bpjs/${batchId}/hasil/${second.id}`)
  await page.getByRole('button', { name: 'Terapkan 2 hasil' }).click()
  await question.getByRole('button', { name: 'Terapkan 2 hasil' }).click()
  await page.getByRole('status').getByText('Diterapkan', { exact: true }).waitFor()
  const reviewer = await sessionOf(world.address, 'verifikator')
  await reviewer.must('POST', `/api/v1/proposals/${budi.id}/claim`, {})
  await page.getByRole('button', { name: 'Batalkan penerapan' }).click()
  await undo.getByRole('button', { name: 'Batalkan penerapan' }).click()
  await undo.getByText('1 dari 2 usulan sudah diproses lebih lanjut, jadi tidak ada yang dibatalkan.').waitFor()
  await lookAt(page, 'hasil-tidak-dapat-batal')
  const night = await world.open({ as: 'penyetuju', phone: true, language: 'en', theme: 'dark' })
  await night.goto(page.url())
  await night.getByRole('button', { name: 'Undo the results' }).click()
  await night.getByRole('dialog').getByText('2 results applied from this file of results will be taken back').waitFor()
  await expectAccessible(night)
  await expectNoOverflow(night)
  await takeScreenshot(night, 'hasil-tanya-batal-en-dark-360')
  await undo.getByRole('button', { name: 'Jangan batalkan' }).click()
  expect((await settledResult(world.address, second.id)).state).toBe('applied')
  await page.goto(`/berkas-bpjs/${batchId}`)
  await imports.getByText('2 baris, 2 diterapkan').waitFor()
  await expectForEverybody(page, 'berkas-dengan-hasil')

  // Given back while it was being applied: it does not say that nothing was, and is finished instead of ended.
  const giveBack = `update enrolment_result set state = 'dry_run_ready', problem = 'forbidden' where id = '${second.id}'`
  await onServer(world.databaseUrl, giveBack)
  await page.goto(`/berkas-bpjs/${batchId}/hasil/${second.id}`)
  await page.getByRole('alert').getByText('2 hasil dari berkas ini sudah diterapkan, sisanya belum').waitFor()
  expect(await page.getByText('Belum ada yang diterapkan').count()).toBe(0)
  await page.getByRole('button', { name: 'Terapkan sisanya' }).waitFor()
  expect(await page.getByRole('button', { name: /^Hentikan/ }).count()).toBe(0)
})

test('on a phone: what is ended, what nobody can apply, what was left out, and rows page by page', async () => {
  const one = await approve('WATI SETIAWATI', '1988-02-11')
  const other = await approve('EKO SUSANTO', '1990-01-30')
  const batchId = await sealBatch(world.address, 'Berkas kecil', [one, other])
  const page = await world.open({ as: 'penyetuju', phone: true })
  await page.goto(`/berkas-bpjs/${batchId}`)

  // Saved again after it was chosen: the browser cannot read it, which is no matter of the network.
  const file = path.join(directory, 'hasil.csv')
  const strangers = Array.from(
    { length: 59 },
    (_, index): Line => ({
      nik: `99900011122${String(index).padStart(5, '0')}`,
      name: 'ORANG LUAR',
      status: 'OK',
    }),
  )
  await writeFile(file, 'NIK;NAMA\r\n1;A\r\n')
  await page.locator('input[type=file]').setInputFiles(file)
  await writeFile(file, csvOf([accepted(one), ...strangers]))
  await send(page)
  await page.getByText('Berkas berubah sejak dipilih').waitFor()
  await page.locator('input[type=file]').setInputFiles(file)
  await send(page)
  await page.getByRole('status').getByText('Menunggu keputusan penyetuju').waitFor()
  await expect.poll(() => lines(page).count()).toBe(51)
  await page.getByRole('button', { name: 'Tampilkan lebih banyak' }).click()
  await expect.poll(() => lines(page).count()).toBe(61)
  await show(page, 'Tidak termasuk yang dikirim (59)')
  await expect.poll(() => lines(page).count()).toBe(51)
  const first = idOf(page)

  // Ended, it changes nothing, and may come again as another import.
  await page.getByRole('button', { name: 'Hentikan berkas hasil ini' }).click()
  const letEnd = await holdCalls(page, '**/enrolment/results/*/abort')
  await page.getByRole('dialog').getByRole('button', { name: 'Hentikan berkas hasil ini' }).click()
  await expect.poll(() => page.getByRole('dialog').getByRole('button', { name: 'Batal' }).isDisabled()).toBe(true)
  letEnd()
  await page.getByRole('status').getByText('Dihentikan').waitFor()
  // The button that was pressed is gone: its reader is at what came of it.
  await expect.poll(() => focused(page)).toBe('Dihentikan')
  await show(page, 'Tidak diterapkan (1)')
  await expect.poll(() => lines(page).count()).toBe(2)
  await line(page, 2).getByText('Tidak diterapkan: berkas hasil dihentikan').waitFor()
  await page.getByText('Dihentikan sebelum diterapkan. Tidak ada yang berubah.').waitFor()
  expect(await page.getByRole('button', { name: /^Terapkan/ }).count()).toBe(0)
  await page.getByRole('link', { name: /^Berkas 3274-/ }).click()
  await choose(page, 'hasil.csv', csvOf([accepted(one), ...strangers]))
  await send(page)
  await page.getByRole('status').getByText('Menunggu keputusan penyetuju').waitFor()
  expect(idOf(page)).not.toBe(first)

  // Two files about the same person: the later one leaves it out, and says so.
  const late = await sendResults(world.address, batchId, csvOf([accepted(one), accepted(other)]))
  await sendResults(world.address, batchId, csvOf([refused(one)]))
  await page.goto(`/berkas-bpjs/${batchId}`)
  await page.getByRole('table', { name: 'Berkas hasil yang diunggah' }).getByRole('link').first().click()
  const apply = async (name: string, state: string): Promise<void> => {
    await page.getByRole('button', { name }).click()
    await page.getByRole('dialog').getByRole('button', { name }).click()
    await page.getByRole('status').getByText(state, { exact: true }).waitFor()
  }
  await apply('Terapkan 1 hasil', 'Diterapkan')
  await page.goto(`/berkas-bpjs/${batchId}/hasil/${late.id}`)
  await apply('Terapkan 2 hasil', 'Diterapkan sebagian')
  await page.getByRole('alert').getByText('1 hasil diterapkan, 1 dilewati.').waitFor()
  expect(await figure(page, 'leftOut')).toBe('1')
  await show(page, 'Dilewati (1)')
  await expect.poll(() => lines(page).count()).toBe(2)
  expect(await line(page, 2).innerText()).toContain('Usulan ini sudah berubah sejak hasil diperiksa.')
  await expectForEverybody(page, 'hasil-sebagian')

  // Nothing in it that may be applied; and one that cannot be read at all.
  const known = await sendResults(world.address, batchId, csvOf([refused(one, 'lagi'), accepted(other)]))
  await page.goto(`/berkas-bpjs/${batchId}/hasil/${known.id}`)
  await page.getByText('Tidak ada yang dapat diterapkan').waitFor()
  expect(await figure(page, 'known')).toBe('2')
  expect(await page.getByRole('button', { name: /^Terapkan/ }).count()).toBe(0)
  const broken = await sendResults(world.address, batchId, csvOf([accepted(one, { nik: '3.27E+15' })]))
  await page.goto(`/berkas-bpjs/${batchId}/hasil/${broken.id}`)
  await page.getByRole('alert').getByText('Terlalu banyak baris yang tidak terbaca').waitFor()
  await page.getByRole('main').getByRole('link', { name: 'Profil hasil BPJS' }).waitFor()
  await expectForEverybody(page, 'hasil-tidak-terbaca')

  // Who reads sees all of it, and nothing to change it by.
  for (const role of ['auditor', 'supervisor'] as const) {
    const reader = await world.open({ as: role })
    await reader.goto(`/berkas-bpjs/${batchId}/hasil/${late.id}`)
    await reader.getByRole('status').getByText('Diterapkan sebagian').waitFor()
    await reader.getByRole('alert').getByText('1 hasil diterapkan, 1 dilewati.').waitFor()
    // What to do is told to those who can.
    expect(await reader.getByText(/periksa usulannya satu per satu/).count()).toBe(0)
    await lines(reader).first().waitFor()
    expect(await reader.getByRole('button', { name: /Batalkan|Hentikan|Terapkan/ }).count()).toBe(0)
    await reader.getByRole('link', { name: /^Berkas 3274-/ }).click()
    await reader.getByRole('table', { name: 'Berkas hasil yang diunggah' }).waitFor()
    expect(await reader.getByRole('button', { name: 'Unggah dan periksa' }).count()).toBe(0)
  }
})

test('a region teaches the product the headers, words and codes of its branch', async () => {
  const one = await approve('YANTI KUSUMA', '1986-06-17')
  const other = await approve('DEDI MULYONO', '1977-09-09')
  const batchId = await sealBatch(world.address, 'Berkas profil', [one, other])
  const page = await world.open({ as: 'penyetuju' })
  await page.goto('/pengaturan/tata-letak')
  await page.getByRole('link', { name: 'Cara berkas hasil dari BPJS dibaca' }).click()
  await page.getByRole('status').getByText('Profil bawaan').waitFor()
  await page.getByText('Wilayah ini masih memakai profil bawaan.').waitFor()

  // A header that leads to two columns and a word that means both are named where they stand.
  const field = (name: string) => page.getByRole('textbox', { name, exact: true })
  const add = async (name: string, more: string): Promise<void> =>
    field(name).fill(`${await field(name).inputValue()}\n${more}`)
  await add('Status', 'keputusan')
  await add('Keterangan', 'Keputusan')
  await add('Berarti diterima', 'Lolos Verif')
  await add('Berarti ditolak', 'LOLOS-VERIF')
  await page.getByRole('button', { name: 'Tambah kode' }).click()
  await expect.poll(() => page.evaluate('document.activeElement?.value')).toBe('')
  await page.keyboard.type('X-99')
  await page.getByRole('combobox').last().selectOption({ label: 'Meninggal' })
  await page.getByRole('button', { name: 'Simpan profil' }).click()
  const problem = page.getByRole('alert')
  await problem.getByText(/Keterangan \d+: Kata ini sudah punya arti lain/).waitFor()
  const wrong = page.locator('[aria-invalid=true]')
  expect(await wrong.count()).toBe(2)
  await expectForEverybody(page, 'profil-hasil-salah')
  await field('Keterangan').fill('Keterangan')
  await field('Berarti ditolak').fill('Ditolak\nGagal')
  await page.getByRole('button', { name: 'Simpan profil' }).click()
  await page.getByRole('status').getByText('Tersimpan. Profil wilayah ini, versi 1').waitFor()
  await expect.poll(() => focused(page)).toBe('Tersimpan. Profil wilayah ini, versi 1')
  await page.reload()
  expect(await field('Status').inputValue()).toContain('keputusan')
  await expectForEverybody(page, 'profil-hasil')

  // Files that come now are read by it.
  const table = `NIK;NAMA;KEPUTUSAN;KODE\r\n${one.nik};${one.fullName};lolos verif;\r\n${other.nik};${other.fullName};Gagal;x99\r\n`
  const { id } = await sendResults(world.address, batchId, Buffer.from(table))
  await page.goto(`/berkas-bpjs/${batchId}/hasil/${id}`)
  await line(page, 3).getByText('Alasan di sini: Meninggal').waitFor()
  expect(await figure(page, 'accepted')).toBe('1')

  // Somebody else was quicker: what was typed is refused, and the newest version can be fetched.
  await page.goto('/pengaturan/profil-hasil')
  await page.getByRole('status').getByText('versi 1').waitFor()
  const office = await sessionOf(world.address, 'penyetuju')
  const url = '/api/v1/enrolment/result-profiles/32.74'
  const { definition, version } = await office.must('GET', url)
  await office.must('PUT', url, { version, definition: { ...definition, refused: ['Ditolak', 'Batal'] } })
  await add('Berarti diterima', 'Masuk')
  await page.getByRole('button', { name: 'Simpan profil' }).click()
  await page.getByRole('button', { name: 'Ambil versi terbaru' }).click()
  await page.getByRole('status').getByText('versi 2').waitFor()
  expect(await field('Berarti ditolak').inputValue()).toBe('Ditolak\nBatal')
  await page.getByRole('button', { name: 'Hapus X-99' }).click()
  await page.getByRole('button', { name: 'Simpan profil' }).click()
  await page.getByRole('status').getByText('versi 3').waitFor()
  expect((await office.must('GET', url)).definition.reasons).toEqual(
    definition.reasons.filter(({ answer }: { answer: string }) => answer !== 'X-99'),
  )

  const reader = await world.open({ as: 'supervisor', phone: true })
  await reader.goto('/pengaturan/profil-hasil')
  await reader.getByText('NIK tidak padan: Data NIK berbeda').waitFor()
  expect(await reader.getByRole('button', { name: /^(?:Simpan|Tambah|Hapus)/ }).count()).toBe(0)
  await expectForEverybody(reader, 'profil-hasil-dibaca')
})
