import { afterAll, beforeAll, expect, test } from 'vitest'
import { type RegisteredCase, registerCase } from '../../support/console/cases.ts'
import { type ConsoleWorld, openConsoleWorld } from '../../support/console/console.ts'
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

test('a case is claimed in one browser and shown as held in another', async () => {
  const page = await world.open({ as: 'verifikator' })
  await page.goto(`/usulan/${one.id}`)
  await page.getByRole('button', { name: 'Ambil', exact: true }).click()
  await page.getByText(/Dipegang .* sampai/).waitFor()
  const supervisor = await world.open({ as: 'supervisor' })
  await supervisor.goto(`/usulan/${one.id}`)
  await supervisor.getByText(/Dipegang .* sampai/).waitFor()
  await supervisor.getByRole('button', { name: 'Ambil alih' }).waitFor()
  await page.getByRole('button', { name: 'Lepas' }).click()
  await page.getByRole('button', { name: 'Ambil', exact: true }).waitFor()
})
