import { afterAll, beforeAll, expect, test } from 'vitest'
import { signIn } from '../../../scripts/lib/session.ts'
import {
  type ConsoleWorld,
  DEMO_PASSWORD,
  expectForEverybody,
  openConsoleWorld,
} from '../../support/console/console.ts'

let world: ConsoleWorld
beforeAll(async () => {
  world = await openConsoleWorld()
})
afterAll(() => world.close())

test('an approver copies a layout, changes its columns and codes, looks at a sample, and saves a version', async () => {
  const page = await world.open({ as: 'penyetuju' })
  await page.goto('/berkas-bpjs')
  await page.getByRole('link', { name: 'Tata letak berkas', exact: true }).click()
  await page.getByRole('table', { name: 'Tata letak berkas BPJS' }).waitFor()
  await expectForEverybody(page, 'tata-letak')

  // What is shipped is read and copied, never changed.
  await page.getByRole('link', { name: 'Dinas, 21 kolom' }).click()
  await page.getByText('Tata letak bawaan tidak dapat diubah').waitFor()
  expect(await page.getByRole('button', { name: 'Simpan sebagai versi baru' }).count()).toBe(0)
  expect(await page.getByRole('button', { name: /^Ubah kolom/ }).count()).toBe(0)
  await page.getByRole('button', { name: 'Salin' }).click()
  await page.getByRole('dialog').getByRole('textbox', { name: 'Nama tata letak baru' }).fill('Cabang Cirebon')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1, name: 'Cabang Cirebon' }).waitFor()
  await page.getByRole('status').getByText('Versi 1').waitFor()

  // NIK before KK, another header, another code, another way of writing dates.
  await page.getByRole('button', { name: 'Naikkan kolom 3 NIK/KITAS/KITAP' }).click()
  await page.getByRole('button', { name: 'Ubah kolom 2 NIK/KITAS/KITAP' }).click()
  await page.getByRole('textbox', { name: 'Judul kolom' }).fill('NIK')
  await page.getByRole('button', { name: /^Ubah kolom 8 JENIS KELAMIN/ }).click()
  await page.getByRole('textbox', { name: 'Laki-laki' }).fill('1')
  await page.getByRole('textbox', { name: 'Perempuan' }).fill('')
  await expectForEverybody(page, 'tata-letak-ubah')
  await page.getByRole('combobox', { name: 'Penulisan tanggal' }).click()
  await page.getByRole('option', { name: '1990-05-31' }).click()
  await page.getByRole('button', { name: 'Tampilkan pratinjau' }).click()
  const sample = page.getByRole('table', { name: 'Contoh berkas' })
  await sample.getByText('USULAN PESERTA JKN').waitFor()
  await sample
    .getByText(/^\d{4}-\d{2}-\d{2}$/)
    .first()
    .waitFor()
  const issues = page.getByRole('list', { name: 'Yang perlu dilihat' })
  await issues.getByText('kolom 8, Perempuan: Tidak ada kode untuk nilai ini').first().waitFor()
  await expectForEverybody(page, 'tata-letak-pratinjau')

  await page.getByRole('textbox', { name: 'Perempuan' }).fill('2')
  await page.getByRole('button', { name: 'Simpan sebagai versi baru' }).click()
  await page.getByRole('status').getByText('Versi 2').waitFor()
  await page.reload()
  await page.getByRole('button', { name: 'Ubah kolom 2 NIK', exact: true }).waitFor()
  const office = await signIn(world.address, 'penyetuju', DEMO_PASSWORD)
  const id = new URL(page.url()).searchParams.get('layout') ?? ''
  const { definition, version } = await office.must('GET', `/api/v1/enrolment/profiles/${id}`)
  expect(version).toBe(2)
  expect(definition.dateFormat).toBe('yyyy-mm-dd')
  expect(definition.columns[1]).toMatchObject({ source: 'nik', headers: ['NIK'] })
  expect(definition.columns[7]).toMatchObject({ source: 'sex', codes: { male: '1', female: '2' } })

  // Somebody else was quicker: what was typed is refused, and the newest version can be fetched.
  await office.must('PUT', `/api/v1/enrolment/profiles/${id}`, { name: 'Cabang Cirebon 2', definition, version })
  await page.getByRole('textbox', { name: 'Nama lembar kerja' }).fill('Lembar')
  await page.getByRole('button', { name: 'Simpan sebagai versi baru' }).click()
  await page.getByRole('button', { name: 'Ambil versi terbaru' }).click()
  await page.getByRole('heading', { level: 1, name: 'Cabang Cirebon 2' }).waitFor()
  await page.getByRole('status').getByText('Versi 3').waitFor()
})

test('an admin enters the rule of the region by its day, and takes back what has not begun', async () => {
  const page = await world.open({ as: 'admin', phone: true })
  await page.goto('/pengaturan/ketentuan')
  await page.getByText('Belum ada ketentuan.').waitFor()
  const form = page.getByRole('form', { name: 'Ketentuan baru' })
  await form.getByRole('textbox', { name: 'Kantor cabang BPJS' }).fill('Kantor Cabang Cirebon')
  await form.getByRole('button', { name: 'Simpan ketentuan' }).click()
  const rules = page.getByRole('table', { name: 'Ketentuan wilayah' })
  await rules.getByText('UHC Prioritas: aktif pada hari diterima').waitFor()

  const next = new Date().getFullYear() + 1
  await form.getByRole('radio', { name: /^Batas tanggal/ }).check()
  await form.getByLabel('Berlaku mulai').fill(`${next}-03-01`)
  await form.getByRole('textbox', { name: /^Batas tanggal/ }).fill('45')
  await form.getByRole('button', { name: 'Simpan ketentuan' }).click()
  await form.getByRole('alert').waitFor()
  await form.getByRole('textbox', { name: /^Batas tanggal/ }).fill('20')
  await form.getByRole('button', { name: 'Simpan ketentuan' }).click()
  await rules.getByText('Batas tanggal 20: aktif mulai tanggal 1, 1 bulan kemudian').waitFor()
  await expectForEverybody(page, 'ketentuan-wilayah')
  await rules.getByRole('button', { name: `Hapus: 1 Maret ${next}` }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Hapus' }).click()
  await rules.getByText('Batas tanggal 20').waitFor({ state: 'detached' })

  const reader = await world.open({ as: 'supervisor' })
  await reader.goto('/pengaturan/ketentuan')
  await reader.getByText('Kantor Cabang Cirebon').waitFor()
  expect(await reader.getByRole('button', { name: 'Simpan ketentuan' }).count()).toBe(0)
})
