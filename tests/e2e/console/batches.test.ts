import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { signIn } from '../../../scripts/lib/session.ts'
import {
  type ConsoleWorld,
  DEMO_PASSWORD,
  expectAccessible,
  expectForEverybody,
  expectNoOverflow,
  openConsoleWorld,
  takeScreenshot,
} from '../../support/console/console.ts'
import { type Approved, approveCase } from '../../support/console/sent-batches.ts'
import { onServer } from '../../support/database.ts'

let world: ConsoleWorld
beforeAll(async () => {
  world = await openConsoleWorld()
})
afterAll(() => world.close())

const approve = (fullName: string, birthDate: string): Promise<Approved> =>
  approveCase(world.address, fullName, birthDate)

async function teachActive({ nik, fullName }: Approved, birthDate: string): Promise<void> {
  const answer = await fetch(new URL(`/control/participants/${nik}`, world.mockAddress), {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      nama: fullName,
      tglLahir: birthDate,
      sex: 'P',
      noKartu: '0001234567890',
      status: { kode: '0', keterangan: 'AKTIF' },
      jenis: { kode: '22', keterangan: 'PBI (APBD)' },
    }),
  })
  expect(answer.status).toBe(200)
}

test('an approver fills a batch, sees what is set aside and why, seals it, and takes letter and file', async () => {
  const ratna = await approve('RATNA DEWI', '1981-03-04')
  const siti = await approve('SITI AMINAH', '1984-10-21')
  const budi = await approve('BUDI HARTONO', '1979-08-15')
  const own = await approve('WAWAN SETIAWAN', '1990-01-30')
  const active = await approve('INDAH LESTARI', '1986-06-17')
  await teachActive(active, '1986-06-17')
  const office = await signIn(world.address, 'penyetuju', DEMO_PASSWORD)
  const year = new Date().getFullYear()
  const { version } = await office.must('GET', `/api/v1/quotas/32.74/${year}`)
  await office.must('PUT', `/api/v1/quotas/32.74/${year}`, { version, seats: 5, note: '' })
  const last = await approve('JOKO PURNOMO', '1975-12-02')

  const page = await world.open({ as: 'penyetuju' })
  await page.goto('/')
  await page.getByRole('link', { name: 'Berkas ke BPJS' }).click()
  await page.getByText('Belum ada berkas.').waitFor()
  await page.getByRole('textbox', { name: 'Nama berkas' }).fill('Minggu ketiga')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1, name: 'Minggu ketiga' }).waitFor()

  // One by one, then all that the filter finds; who waits for a seat stays out, with the reason.
  await page
    .getByRole('checkbox', { name: /RATNA DEWI/ })
    .first()
    .check()
  await page.getByRole('button', { name: 'Masukkan yang dipilih (1)' }).click()
  await page.getByText('1 usulan masuk, 0 sudah ada').waitFor()
  await page.getByRole('button', { name: 'Masukkan semua (6)' }).click()
  await page.getByText('4 usulan masuk, 1 sudah ada').waitFor()
  await page.getByRole('status').getByText('Belum ada kursi anggaran').waitFor()
  expect(await page.getByRole('status').getByRole('link', { name: last.receiptNumber }).count()).toBe(1)
  const content = page.getByRole('table', { name: 'Isi berkas' })
  await content.getByText('BUDI HARTONO').waitFor()
  await expectForEverybody(page, 'berkas-terbuka')

  // Out with one, by hand.
  await content.getByRole('checkbox', { name: 'Pilih BUDI HARTONO' }).check()
  await page.getByRole('button', { name: 'Keluarkan yang dipilih (1)' }).click()
  await content.getByText('BUDI HARTONO').waitFor({ state: 'detached' })
  await page.locator('[data-count=in]').getByText('4', { exact: true }).waitFor()

  // Four eyes: what the approver decided before the role changed is refused by name, and can be taken out here.
  await onServer(
    world.databaseUrl,
    `update proposal_status set reviewer_id = (select id from auth_user where username = 'penyetuju') where proposal_id = '${own.id}'`,
  )
  await page.getByRole('button', { name: 'Segel berkas' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('4 usulan dikirim ke BPJS').waitFor()
  await dialog.getByText(`4 kursi anggaran ${year} terpakai tetap, dari 5 kursi`).waitFor()
  await dialog.getByText('Ketentuan wilayah belum diisi').waitFor()
  await dialog.getByRole('textbox', { name: 'Nomor surat' }).fill('440/123/Dinkes')
  await page.keyboard.press('Enter')
  await dialog.getByRole('link', { name: own.receiptNumber }).waitFor()
  await dialog.getByText('Orang lain yang harus mengirimnya').waitFor()
  expect(await dialog.getByText('penolakan').count()).toBe(0)
  await expectAccessible(page)
  await takeScreenshot(page, 'berkas-empat-mata-id-light-1280')
  await page.setViewportSize({ width: 360, height: 740 })
  await expectAccessible(page)
  await expectNoOverflow(page)
  await takeScreenshot(page, 'berkas-empat-mata-id-light-360')
  await page.setViewportSize({ width: 1280, height: 800 })
  await dialog.getByRole('button', { name: 'Keluarkan 1 usulan ini' }).click()
  await dialog.getByRole('button', { name: 'Segel 3 usulan' }).click()

  // BPJS knows one of them by now: the batch is open again and says why.
  await content.getByText('Sudah menjadi peserta aktif.').waitFor()
  await page.getByRole('alert').getByText('disisihkan').first().waitFor()
  expect(await content.getByText('INDAH LESTARI').count()).toBe(1)
  expect(await content.getByText('RATNA DEWI').count()).toBe(0)
  await expectForEverybody(page, 'berkas-disisihkan')
  await page.getByRole('button', { name: 'Keluarkan semua yang disisihkan (1)' }).click()
  await content.getByText('RATNA DEWI').waitFor()

  await page.getByRole('button', { name: 'Segel berkas' }).click()
  await dialog.getByRole('button', { name: 'Segel 2 usulan' }).click()
  await page.getByRole('heading', { name: /Berkas 3274-\d{4}-0001/ }).waitFor()
  await page.getByText('440/123/Dinkes').waitFor()
  await page.getByText('2 orang dari 2 keluarga').waitFor()
  await expectForEverybody(page, 'berkas-tersegel')

  const [letter] = await Promise.all([
    page.context().waitForEvent('page'),
    page.getByRole('link', { name: 'Cetak surat pengantar' }).click(),
  ])
  await letter.getByText('440/123/Dinkes').waitFor()
  await letter.close()

  // The file has full numbers: whoever signed in long ago is asked for the password first.
  const late = await world.open({ as: 'penyetuju' })
  await onServer(world.databaseUrl, `update auth_session set created_at = now() - interval '16 minutes'`)
  await late.goto(page.url())
  await late.getByRole('combobox', { name: 'Tata letak' }).click()
  await late.getByRole('option').first().click()
  await late.getByRole('radio', { name: 'CSV' }).check()
  await late.getByRole('button', { name: 'Unduh data' }).click()
  const again = late.getByRole('dialog', { name: 'Masuk lagi untuk langkah ini' })
  await again.getByRole('textbox', { name: 'Kata sandi', exact: true }).fill(DEMO_PASSWORD)
  const [download] = await Promise.all([late.waitForEvent('download'), late.keyboard.press('Enter')])
  const file = await readFile(await download.path(), 'utf8')
  expect(file).toContain(ratna.nik)
  expect(file).toContain(siti.nik)
  expect(file).not.toContain(budi.nik)
  await late.getByText('Data sudah diunduh.').waitFor()
  await late.getByText('versi 1.').waitFor()

  // Who reads sees the batch, and nothing to change it by.
  const reader = await world.open({ as: 'auditor' })
  await reader.goto(page.url())
  await reader.getByRole('heading', { name: /Berkas 3274-/ }).waitFor()
  expect(await reader.getByRole('button', { name: 'Unduh data' }).count()).toBe(0)
})

test('a sealing goes on behind a page that was opened again, and is stopped from there', async () => {
  await approve('EKO SUSANTO', '1988-02-11')
  const office = await signIn(world.address, 'penyetuju', DEMO_PASSWORD)
  const year = new Date().getFullYear()
  const { version } = await office.must('GET', `/api/v1/quotas/32.74/${year}`)
  await office.must('PUT', `/api/v1/quotas/32.74/${year}`, { version, seats: 100, note: '' })
  const { id } = await office.must('POST', '/api/v1/enrolment/batches', { name: 'Berkas lambat' })
  await office.must('POST', `/api/v1/enrolment/batches/${id}/rows`, { filter: {} })
  // BPJS is away: the checks wait for it.
  await fetch(new URL('/control/faults', world.mockAddress), {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ mode: '500' }),
  })
  const page = await world.open({ as: 'penyetuju', phone: true })
  await page.goto(`/berkas-bpjs/${id}`)
  await page.getByRole('button', { name: 'Segel berkas' }).click()
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /^Segel \d+ usulan/ })
    .click()
  await page.getByText(/^\d+ dari \d+ usulan sudah diperiksa ke BPJS/).waitFor()
  await page.reload()
  await page.getByText(/^\d+ dari \d+ usulan sudah diperiksa ke BPJS/).waitFor()
  await expectForEverybody(page, 'berkas-diperiksa')
  await page.getByRole('button', { name: 'Hentikan penyegelan' }).click()
  await page.getByRole('status').getByText('Terbuka').waitFor()

  await page.getByRole('button', { name: 'Batalkan berkas' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Batalkan berkas' }).click()
  await page.getByRole('status').getByText('Dibatalkan').waitFor()
  await page.getByRole('link', { name: 'Semua berkas' }).click()
  await page.getByRole('link', { name: 'Berkas lambat' }).waitFor()
  await expectForEverybody(page, 'berkas-daftar')
})
