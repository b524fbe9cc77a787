import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { signIn } from '../../../scripts/lib/session.ts'
import { DEMO_OFFICES } from '../../../src/features/regions/index.ts'
import { type ConsoleWorld, DEMO_PASSWORD, openConsoleWorld } from '../../support/console/console.ts'
import { makeFamily } from '../../support/console/family.ts'
import {
  checkbox,
  fillHousehold,
  fillMember,
  focused,
  member,
  openForm,
  RESULT,
  registerButton,
  registeredOn,
  savedDraft,
  textbox,
} from '../../support/console/intake-form.ts'

let world: ConsoleWorld
beforeAll(async () => {
  world = await openConsoleWorld()
})
afterAll(() => world.close())

/** Everything that this browser keeps for the page, as somebody would read it who sits down before it. */
const readDevice = (page: Page): Promise<string> =>
  page.evaluate(`(async () => {
    const database = await new Promise((resolve, reject) => {
      const request = indexedDB.open('puntadewa')
      request.onsuccess = () => resolve(request.result)
      request.onerror = () => reject(request.error)
    })
    const read = (name) => new Promise((resolve, reject) => {
      const request = database.transaction(name).objectStore(name).getAll()
      request.onsuccess = () => resolve(request.result)
      request.onerror = () => reject(request.error)
    })
    const rows = await Promise.all([...database.objectStoreNames].map(read))
    database.close()
    const isExtractable = rows.flat().some(({ key }) => key?.extractable)
    const text = JSON.stringify(rows.flat(), (_, value) =>
      value instanceof ArrayBuffer || ArrayBuffer.isView(value)
        ? new TextDecoder('latin1').decode(value)
        : value)
    return [rows.flat().length + ' rows', 'extractable: ' + isExtractable, text,
      JSON.stringify({ ...localStorage }), JSON.stringify({ ...sessionStorage })].join(' ')
  })()`)

test('what the NIK says otherwise is told at once, and confirmed one by one', async () => {
  const family = makeFamily()
  const page = await world.open({ as: 'petugas' })
  await openForm(page)
  await fillHousehold(page, family)
  const row = member(page, 1)
  await row.getByRole('textbox', { name: 'NIK' }).fill('3274013505900001')
  await row.getByText(/tanggal yang tidak mungkin/).waitFor()
  await row.getByRole('textbox', { name: 'NIK' }).fill(family.members[0]?.nik ?? '')
  await row.getByRole('textbox', { name: 'Tanggal lahir' }).fill('15-03-1985')
  await row.getByRole('combobox', { name: 'Jenis kelamin' }).selectOption('female')
  await row.getByText('NIK tidak cocok dengan tanggal lahir').waitFor()
  await row.getByText('NIK tidak cocok dengan jenis kelamin').waitFor()
  await registerButton(page).click()
  await page.getByText('Ada yang perlu dipastikan').waitFor()
  const [first, second] = [checkbox(page, /cocok dengan tanggal lahir/), checkbox(page, /cocok dengan jenis kelamin/)]
  await first.check()
  await registerButton(page).click()
  expect(page.url()).not.toMatch(RESULT)
  await expect.poll(() => focused(page)).toContain('jenis kelamin')
  await second.check()
  await registerButton(page).click()
  await page.waitForURL(RESULT)
})

test('a fault lands at its field with the focus, and a NIK that is proposed is told by receipt', async () => {
  const family = makeFamily()
  const page = await world.open({ as: 'petugas' })
  await openForm(page)
  await registerButton(page).click()
  await expect.poll(() => focused(page)).toContain('Nomor KK')
  await page.getByText('Nomor KK wajib diisi').waitFor()
  await fillHousehold(page, family)
  await registerButton(page).click()
  await page.waitForURL(RESULT)

  await page.getByRole('link', { name: 'Pendaftaran berikutnya' }).click()
  await textbox(page, 'Nomor KK').fill(family.familyCardNumber)
  await page.getByText('KK ini sudah dikenal').waitFor()
  // A household with a head needs no second one.
  await expect
    .poll(() => member(page, 1).getByRole('combobox', { name: 'Hubungan keluarga' }).inputValue())
    .toBe('anak')
  await fillHousehold(page, family)
  await member(page, 1).getByText('Masih punya usulan yang berjalan').waitFor()
  await registerButton(page).click()
  await expect.poll(() => focused(page)).toContain('NIK')
  await page
    .getByText(/masih punya usulan yang berjalan dengan tanda terima/)
    .first()
    .waitFor()
  expect(await registeredOn(world.address, family)).toHaveLength(1)

  const elsewhere = await world.open({ as: 'kader' })
  await openForm(elsewhere)
  await fillMember(elsewhere, 1, family.members[0] ?? { nik: '', fullName: '' })
  await member(elsewhere, 1).getByText('Sudah diusulkan di kantor lain').waitFor()
})

test('a draft survives a reload, is not readable on the device, and is gone when sent or signed out', async () => {
  const family = makeFamily()
  const page = await world.open({ as: 'petugas' })
  await openForm(page)
  await fillHousehold(page, family)
  await savedDraft(page).waitFor()
  await page.reload()
  await expect.poll(() => textbox(page, 'Nomor KK').inputValue()).toBe(family.familyCardNumber)
  expect(await checkbox(page, /bersedia keluarganya/).isChecked()).toBe(true)
  const kept = await readDevice(page)
  expect(kept).toMatch(/^2 rows extractable: false/)
  for (const secret of [
    family.familyCardNumber,
    family.phone,
    'Siliwangi',
    ...family.members.flatMap(({ nik, fullName }) => [nik, fullName]),
  ]) {
    expect(kept).not.toContain(secret)
  }

  // A second one beside it: each is found again.
  await page.getByRole('button', { name: 'Isi formulir lain' }).click()
  await expect.poll(() => textbox(page, 'Nomor KK').inputValue()).toBe('')
  await page.getByText('Draf yang belum dikirim').waitFor()
  await page.getByRole('button', { name: /^Lanjutkan/ }).click()
  await expect.poll(() => textbox(page, 'Nomor KK').inputValue()).toBe(family.familyCardNumber)

  await registerButton(page).click()
  await page.waitForURL(RESULT)
  expect(await readDevice(page)).toMatch(/^1 rows/)

  await page.goto('/pendaftaran')
  await textbox(page, 'Nomor KK').fill(makeFamily().familyCardNumber)
  await savedDraft(page).waitFor()
  await page.getByRole('button', { name: /^Akun/ }).click()
  await page.getByRole('menuitem', { name: 'Keluar' }).click()
  await page.getByRole('button', { name: 'Keluar dan hapus 1 draf' }).click()
  await page.waitForURL(/\/masuk/)
  expect(await readDevice(page)).toMatch(/^0 rows/)
})

test('a BPJS that is silent holds nothing up', async () => {
  const family = makeFamily()
  await fetch(`${world.mockAddress}/control/faults`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ mode: '500' }),
  })
  try {
    const page = await world.open({ as: 'petugas' })
    await openForm(page)
    await fillHousehold(page, family)
    await member(page, 1).getByText('Keanggotaan belum dapat diperiksa').waitFor({ timeout: 60_000 })
    await registerButton(page).click()
    await page.waitForURL(RESULT)
  } finally {
    await fetch(`${world.mockAddress}/control/faults`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ mode: 'none' }),
    })
  }
})

test('the receipt prints on its own paper and on nothing else', async () => {
  const family = makeFamily()
  const page = await world.open({ as: 'petugas' })
  await openForm(page)
  await fillHousehold(page, family)
  await registerButton(page).click()
  await page.waitForURL(RESULT)
  await page.getByRole('region', { name: 'Tanda terima pendaftaran JKN' }).waitFor()
  const sheet = async (): Promise<{ size: string | undefined; pages: number }> => {
    const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1')
    const [, width = '', height = ''] = /MediaBox ?\[0 0 ([\d.]+) ([\d.]+)\]/.exec(pdf) ?? []
    const millimetres = (points: string): number => Math.round((Number(points) / 72) * 25.4)
    return {
      size: `${millimetres(width)} x ${millimetres(height)}`,
      pages: pdf.match(/\/Type ?\/Page\b/g)?.length ?? 0,
    }
  }
  expect(await sheet()).toEqual({ size: '105 x 148', pages: 1 })
  await page.getByText('Termal 80 mm').click()
  expect(await sheet()).toEqual({ size: '80 x 200', pages: 1 })
  await page.reload()
  await expect.poll(() => page.getByRole('radio', { name: 'Termal 80 mm' }).isChecked()).toBe(true)
  await page.emulateMedia({ media: 'print' })
  expect(await page.getByRole('link', { name: 'Pendaftaran berikutnya' }).isVisible()).toBe(false)
  expect(await page.getByRole('region', { name: 'Tanda terima pendaftaran JKN' }).isVisible()).toBe(true)
})

test('an officer whose office is closed is told so and what to do, and loses nothing', async () => {
  const family = makeFamily()
  const page = await world.open({ as: 'kader' })
  await openForm(page)
  await fillHousehold(page, family)
  const admin = await signIn(world.address, 'admin', DEMO_PASSWORD)
  await admin.must('PATCH', `/api/v1/offices/${DEMO_OFFICES.otherPuskesmas}`, { version: 1, active: false })
  await registerButton(page).click()
  const alert = page.getByRole('alert').filter({ hasText: 'Akun ini tanpa kantor yang buka' })
  await alert.getByText(/kantornya sudah ditutup.*Minta admin/).waitFor()
  expect(await textbox(page, 'Nomor KK').inputValue()).toBe(family.familyCardNumber)
  expect(await registeredOn(world.address, family)).toHaveLength(0)
})
