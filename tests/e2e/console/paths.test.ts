import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ConsoleWorld, expectNoOverflow, openConsoleWorld } from '../../support/console/console.ts'
import { registerInactive } from '../../support/console/inactive.ts'
import { officeDay } from '../../support/console/sent.ts'
import { sessionOf } from '../../support/console/sessions.ts'

let world: ConsoleWorld
beforeAll(async () => {
  world = await openConsoleWorld()
})
afterAll(() => world.close())

const PAGE = '/pengaturan/jalur-reaktivasi'
const written = (day: string): string =>
  new Intl.DateTimeFormat('id-ID', { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(`${day}T00:00:00Z`))

const versionsOf = async (reason: string) => {
  const admin = await sessionOf(world.address, 'admin')
  const { items } = await admin.must('GET', '/api/v1/enrolment/reactivation-paths?regionCode=32.74')
  return (items as { reason: string; validFrom: string; regionCode: string | null; deadlineDays: number | null }[])
    .filter((path) => path.reason === reason)
    .map(({ validFrom, regionCode, deadlineDays }) => ({ validFrom, regionCode, deadlineDays }))
}

test('an admin sets words and days of a path from a day on; the former version stays, and the counter reads the new one', async () => {
  const page = await world.open({ as: 'admin' })
  await page.goto('/pengaturan')
  await page.getByRole('link', { name: 'Jalur reaktivasi' }).click()
  await page.getByRole('heading', { level: 1, name: 'Jalur reaktivasi' }).waitFor()
  await page.getByRole('combobox', { name: 'Alasan tidak aktif' }).click()
  await page.getByRole('option', { name: 'Tunggakan iuran mandiri' }).click()
  await expect.poll(() => new URL(page.url()).searchParams.get('reason')).toBe('arrears')

  // What was shipped: read, with its steps, which nobody changes here.
  const today = page.getByRole('region', { name: 'Yang dibaca petugas hari ini' })
  await today.getByText(/jangan lewat WhatsApp. Pilihannya/).waitFor()
  await today.getByText('Belum ada ketentuan yang dipastikan').waitFor()
  const steps = page.getByRole('region', { name: 'Langkah dan berkas' })
  await steps.getByRole('cell', { name: 'Kantor cabang BPJS Kesehatan' }).waitFor()
  await steps.getByText('Sudah dijelaskan di loket: tunggakan tetap menjadi utang').waitFor()
  await steps.getByText('Hanya bila dicatat salah satu: Warga meminta pindah segmen').waitFor()
  expect(await steps.getByRole('textbox').count()).toBe(0)
  // The phone gets the same words whatever the reason.
  const resident = page.getByRole('region', { name: 'Yang dibaca warga' })
  await resident
    .getByText(/langkah lanjutan/)
    .first()
    .waitFor()
  expect(await resident.innerText()).not.toMatch(/tunggak|iuran/i)

  // What is wrong is said at its field.
  const form = page.getByRole('form', { name: 'Versi baru' })
  await form.getByLabel('Berlaku mulai').fill('2026-01-05')
  const days = form.getByRole('textbox', { name: 'Batas waktu (hari)' })
  await days.fill('6 bulan')
  await form.getByRole('textbox', { name: 'Kalimat di loket, bahasa Indonesia' }).fill('Pendek')
  await form.getByRole('button', { name: 'Simpan versi baru' }).click()
  await expect.poll(() => days.getAttribute('aria-invalid')).toBe('true')
  // No days are made of it: it stays as it was typed, and the server says what it has to be.
  expect(await days.inputValue()).toBe('6 bulan')
  await form
    .getByText(/Batas waktu \(hari\) harus berupa angka/)
    .first()
    .waitFor()
  await days.fill('900')
  await form.getByRole('button', { name: 'Simpan versi baru' }).click()
  await form
    .getByText(/Batas waktu \(hari\) terlalu besar. Nilainya paling besar 730/)
    .first()
    .waitFor()
  const words = form.getByRole('textbox', { name: 'Kalimat di loket, bahasa Indonesia' })
  expect(await words.getAttribute('aria-invalid')).toBe('true')
  await days.fill('60')
  await words.fill('Sampaikan di loket: tunggakan dapat dicicil lewat program REHAB.')
  await form
    .getByRole('textbox', { name: 'Kalimat di loket, bahasa Inggris' })
    .fill('Say at the counter: what is owed may be paid in parts.')
  await form.getByRole('button', { name: 'Simpan versi baru' }).click()
  await expect.poll(() => form.getByLabel('Berlaku mulai').getAttribute('aria-invalid')).toBe('true')
  expect(await versionsOf('arrears')).toEqual([{ validFrom: '2026-01-01', regionCode: null, deadlineDays: null }])

  // What is typed is seen before it is saved.
  const preview = page.getByRole('region', { name: 'Pratinjau: yang akan dibaca petugas' })
  await preview.getByText('60 hari').waitFor()
  await preview.getByText(/dicicil lewat program REHAB/).waitFor()
  await preview.getByText(/paid in parts/).waitFor()
  await form.getByLabel('Berlaku mulai').fill(officeDay(0))
  await form.getByRole('button', { name: 'Simpan versi baru' }).press('Enter')
  await page
    .getByRole('status')
    .getByText(`Tersimpan. Berlaku mulai ${written(officeDay(0))}.`)
    .waitFor()
  // Whoever saved is led on to what was said of it: the form begins anew.
  await expect.poll(() => page.evaluate('document.activeElement?.textContent')).toContain('Tersimpan.')
  await today.getByText(/dicicil lewat program REHAB/).waitFor()
  await today.getByText('60 hari').waitFor()

  // The next one waits for its day, and what was shipped is still there to be read.
  await form.getByLabel('Berlaku mulai').fill(officeDay(30))
  await days.fill('')
  await form.getByRole('button', { name: 'Simpan versi baru' }).click()
  await page
    .getByRole('status')
    .getByText(`Berlaku mulai ${written(officeDay(30))}.`)
    .waitFor()
  const versions = page.getByRole('table', { name: 'Semua versi' }).getByRole('row')
  await expect.poll(() => versions.count()).toBe(4)
  expect(
    (await versions.allInnerTexts())
      .slice(1)
      .map((text) => /Akan berlaku|Berlaku hari ini|Tidak berlaku lagi/.exec(text)?.[0]),
  ).toEqual(['Akan berlaku', 'Berlaku hari ini', 'Tidak berlaku lagi'])
  expect(await versionsOf('arrears')).toEqual([
    { validFrom: officeDay(30), regionCode: '32.74', deadlineDays: null },
    { validFrom: officeDay(0), regionCode: '32.74', deadlineDays: 60 },
    { validFrom: '2026-01-01', regionCode: null, deadlineDays: null },
  ])
  await versions
    .last()
    .getByRole('button', { name: /^Pakai sebagai awal/ })
    .click()
  await expect.poll(() => words.inputValue()).toContain('Kepesertaan mandiri tidak aktif')

  // The counter.
  const one = await registerInactive(world, { kode: '14', keterangan: 'PEKERJA MANDIRI' })
  const officer = await world.open({ as: 'petugas', phone: true })
  await officer.goto(`/perbaikan/${one.id}`)
  const way = officer.getByRole('region', { name: 'Jalur reaktivasi' })
  await way.getByText(/dicicil lewat program REHAB/).waitFor()
  await way.getByText('60 hari').waitFor()
})

test('who decides reads the paths and changes none; who registers is not led there; on a phone nothing is cut off', async () => {
  const reader = await world.open({ as: 'supervisor', phone: true })
  await reader.goto(`${PAGE}?reason=pbi_switched_off`)
  await reader.getByRole('table', { name: 'Semua versi' }).waitFor()
  await reader.getByText(/Desil DTSEN mulai 6, Jawaban bahwa PBI tidak dipulihkan/).waitFor()
  expect(await reader.getByRole('form').count()).toBe(0)
  expect(await reader.getByRole('button', { name: /^Pakai sebagai awal/ }).count()).toBe(0)
  await expectNoOverflow(reader)
  await reader.goto(`${PAGE}?reason=tidak-ada`)
  await reader.getByRole('cell', { name: 'PBI pusat dinonaktifkan' }).first().waitFor()

  const officer = await world.open({ as: 'petugas' })
  await officer.goto('/akun')
  await officer.getByRole('heading', { level: 1, name: 'Akun saya' }).waitFor()
  expect(await officer.getByRole('link', { name: 'Jalur reaktivasi' }).count()).toBe(0)
})
