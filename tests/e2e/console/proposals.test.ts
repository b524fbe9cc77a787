import readXlsxFile from 'read-excel-file/node'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { signIn } from '../../../scripts/lib/session.ts'
import { type RegisteredCase, registerCase } from '../../support/console/cases.ts'
import { type ConsoleWorld, DEMO_PASSWORD, openConsoleWorld } from '../../support/console/console.ts'
import { makeMember } from '../../support/intake-body.ts'

let world: ConsoleWorld
let one: RegisteredCase
beforeAll(async () => {
  world = await openConsoleWorld()
  const head = makeMember({ fullName: 'SITI AMINAH', sex: 'female' })
  one = await registerCase(world.address, {
    members: [
      head,
      makeMember({
        fullName: 'BUDI SANTOSO',
        relationship: 'anak',
        birthDate: '2015-03-02',
        sex: 'male',
        maritalStatus: 'belum_kawin',
      }),
    ],
  })
})
afterAll(() => world.close())

test('a reviewer finds a person by NIK and reads the whole file', async () => {
  const page = await world.open({ as: 'verifikator' })
  await page.goto('/usulan')
  await page.getByRole('textbox', { name: /^Cari/ }).fill(String(one.body.members[0]?.nik))
  await page.keyboard.press('Enter')
  await page.getByRole('link', { name: 'SITI AMINAH' }).click()
  await page.getByRole('heading', { level: 1, name: 'SITI AMINAH' }).waitFor()
  await page.getByText(one.body.address.street).waitFor()
  const text = await page.getByRole('main').innerText()
  expect(text).toContain('Menunggu verifikasi')
  expect(text).toContain('Bukan peserta')
  expect(text).toContain('BUDI SANTOSO')
  expect(text).not.toContain(String(one.body.members[0]?.nik))
  await page.getByRole('button', { name: 'Tampilkan nomor lengkap' }).click()
  await page.getByText(one.body.familyCardNumber).waitFor()
})

test('the address holds the view: another browser sees the same list', async () => {
  const page = await world.open({ as: 'verifikator' })
  await page.goto('/usulan')
  await page.getByRole('textbox', { name: /^Cari/ }).fill('siti')
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: /Didaftarkan/ }).click()
  await expect.poll(() => new URL(page.url()).search).toContain('sort')
  const other = await world.open({ as: 'verifikator' })
  await other.goto(page.url())
  await other.getByRole('link', { name: 'SITI AMINAH' }).waitFor()
  expect(await other.getByRole('columnheader', { name: /Didaftarkan/ }).getAttribute('aria-sort')).toBe('ascending')
  expect(await other.getByRole('textbox', { name: /^Cari/ }).inputValue()).toBe('siti')
})

test('the list that is shown opens in another spreadsheet program, with the numbers masked', async () => {
  const page = await world.open({ as: 'verifikator' })
  await page.goto('/usulan?q=siti')
  await page.getByRole('link', { name: 'SITI AMINAH' }).waitFor()
  await page.getByRole('button', { name: 'Ekspor', exact: true }).click()
  await page.getByRole('radio', { name: 'Excel (XLSX)' }).check()
  const coming = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Unduh' }).click()
  const file = await coming
  expect(file.suggestedFilename()).toMatch(/\.xlsx$/)
  const [sheet] = await readXlsxFile(await file.path())
  const [titles = [], ...rows] = sheet?.data ?? []
  expect(titles).toContain('Nama lengkap')
  expect(rows).toHaveLength(1)
  expect(rows[0]?.[titles.indexOf('Nama lengkap')]).toBe('SITI AMINAH')
  expect(rows[0]?.[titles.indexOf('Nomor tanda terima')]).toBe(one.receiptNumber)
  expect(JSON.stringify(rows)).not.toContain(String(one.body.members[0]?.nik))
})

test('a case is withdrawn with the reason for it, after a look at what is said', async () => {
  const { id } = await registerCase(world.address, { members: [makeMember({ fullName: 'LILIS KARLINA' })] })
  const page = await world.open({ as: 'petugas' })
  await page.goto(`/usulan/${id}`)
  await page.getByRole('button', { name: 'Tarik usulan' }).click()
  const dialog = page.getByRole('dialog', { name: 'Tarik usulan' })
  await dialog.getByRole('button', { name: 'Batal' }).click()
  await dialog.waitFor({ state: 'detached' })
  const session = await signIn(world.address, 'petugas', DEMO_PASSWORD)
  expect((await session.must('GET', `/api/v1/proposals/${id}`)).state).toBe('in_review')

  await page.getByRole('button', { name: 'Tarik usulan' }).click()
  // Too short a reason is told, and nothing is lost.
  await dialog.getByRole('textbox', { name: 'Alasan' }).fill('oke')
  await dialog.getByRole('button', { name: 'Kirim' }).click()
  await dialog.getByRole('alert').waitFor()
  await dialog.getByRole('textbox', { name: 'Alasan' }).fill('Keluarga sudah didaftarkan oleh kantor tempat ia bekerja')
  await dialog.getByRole('button', { name: 'Kirim' }).click()
  await dialog.waitFor({ state: 'detached' })
  await page
    .getByText(/ditarik pemohon/i)
    .first()
    .waitFor()
  expect(await page.getByRole('button', { name: 'Tarik usulan' }).count()).toBe(0)
  expect(await session.must('GET', `/api/v1/proposals/${id}`)).toMatchObject({
    state: 'closed',
    history: expect.arrayContaining([
      expect.objectContaining({
        action: 'withdraw',
        reasons: [expect.objectContaining({ note: 'Keluarga sudah didaftarkan oleh kantor tempat ia bekerja' })],
      }),
    ]),
  })
})

test('a case is claimed in one browser and shown as held in another', async () => {
  const page = await world.open({ as: 'verifikator' })
  await page.goto(`/usulan/${one.id}`)
  await page.getByRole('button', { name: 'Ambil', exact: true }).click()
  await page.getByText(/Dipegang oleh .*sampai/).waitFor()
  const supervisor = await world.open({ as: 'supervisor' })
  await supervisor.goto(`/usulan/${one.id}`)
  await supervisor.getByText(/Dipegang oleh .*sampai/).waitFor()
  await supervisor.getByRole('button', { name: 'Ambil alih' }).waitFor()
  await page.getByRole('button', { name: 'Lepas' }).click()
  await page.getByRole('button', { name: 'Ambil', exact: true }).waitFor()
})
