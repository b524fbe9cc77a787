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
import { makeFamily } from '../../support/console/family.ts'
import {
  countKept,
  fillHousehold,
  openForm,
  RESULT,
  registerButton,
  savedDraft,
  textbox,
} from '../../support/console/intake-form.ts'

let world: ConsoleWorld
beforeAll(async () => {
  world = await openConsoleWorld()
})
afterAll(() => world.close())

test('whoever signs out is told how many families would be lost, and may stay', async () => {
  const page = await world.open({ as: 'petugas' })
  await openForm(page)
  const family = makeFamily()
  await textbox(page, 'Nomor KK').fill(family.familyCardNumber)
  await savedDraft(page).waitFor()
  await page.getByRole('button', { name: 'Isi formulir lain' }).click()
  await expect.poll(() => textbox(page, 'Nomor KK').inputValue()).toBe('')
  await textbox(page, 'Nomor KK').fill(makeFamily().familyCardNumber)
  await savedDraft(page).waitFor()

  const leave = async (): Promise<void> => {
    await page.getByRole('button', { name: /^Akun/ }).click()
    await page.getByRole('menuitem', { name: 'Keluar' }).click()
  }
  await leave()
  const question = page.getByRole('dialog', { name: 'Ada pendaftaran yang belum dikirim' })
  await question.getByText('2 keluarga di perangkat ini belum dikirim').waitFor()
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    await page.locator(`html[data-mantine-color-scheme=${colorScheme}]`).waitFor()
    await expectAccessible(page)
    await takeScreenshot(page, `keluar-${colorScheme}`)
  }
  // Enter stays.
  await page.keyboard.press('Enter')
  await question.waitFor({ state: 'hidden' })
  expect(await countKept(page)).toBe(3)
  await page.reload()
  await page.getByRole('button', { name: /^Lanjutkan/ }).waitFor()

  await leave()
  await page.getByRole('button', { name: 'Keluar dan hapus 2 draf' }).click()
  await page.waitForURL(/\/masuk/)
  expect(await countKept(page)).toBe(0)
})

test('whoever has nothing unsent is not asked', async () => {
  const page = await world.open({ as: 'petugas' })
  await openForm(page)
  await page.getByRole('button', { name: /^Akun/ }).click()
  await page.getByRole('menuitem', { name: 'Keluar' }).click()
  await page.waitForURL(/\/masuk/)
})

test('a server that stays in trouble is given up by the form, not the family: kept as a draft, sent later, once', async () => {
  const family = makeFamily()
  const page = await world.open({ as: 'petugas' })
  await openForm(page)
  await fillHousehold(page, family)
  const keys: (string | undefined)[] = []
  await page.route('**/api/v1/intakes', async (route) => {
    keys.push(route.request().headers()['idempotency-key'])
    const problem = {
      type: 'urn:puntadewa:problem:internal',
      title: 'x',
      status: 500,
      detail: 'x',
      code: 'internal',
      requestId: 'r',
    }
    await route.fulfill({ status: 500, contentType: 'application/problem+json', body: JSON.stringify(problem) })
  })
  await registerButton(page).click()
  await page.getByText('Server belum dapat menerima pendaftaran').waitFor({ timeout: 90_000 })
  await page.getByText('Data keluarga ini aman').waitFor()
  expect(keys).toHaveLength(4)
  await expectForEverybody(page, 'pendaftaran-server-bermasalah')
  expect(keys).toHaveLength(4)

  await page.getByRole('button', { name: 'Coba lagi' }).click()
  await expect.poll(() => keys.length).toBeGreaterThan(4)
  await page.getByText('Server belum dapat menerima pendaftaran').waitFor({ timeout: 90_000 })
  await page.getByRole('button', { name: 'Simpan sebagai draf' }).click()
  await expect.poll(() => textbox(page, 'Nomor KK').inputValue()).toBe('')
  await page.getByText('sudah dikirim, belum ada jawaban').waitFor()

  await page.unroute('**/api/v1/intakes')
  page.on('request', (request) => {
    if (request.method() === 'POST' && request.url().endsWith('/api/v1/intakes'))
      keys.push(request.headers()['idempotency-key'])
  })
  await page.getByRole('button', { name: /^Lanjutkan/ }).click()
  await page.waitForURL(RESULT)
  expect(new Set(keys).size).toBe(1)
  const officer = await signIn(world.address, 'petugas', DEMO_PASSWORD)
  const { familyCardNumber } = family
  const { members } = await officer.must('POST', '/api/v1/households/lookup', { familyCardNumber })
  expect(members).toHaveLength(1)
})

test('the dialog that asks to sign in again holds the keyboard, is for everybody, and gives the page back', async () => {
  const family = makeFamily()
  const page = await world.open({ as: 'petugas' })
  await openForm(page)
  await fillHousehold(page, family)
  await savedDraft(page).waitFor()
  await page.context().clearCookies()
  await registerButton(page).press('Enter')
  const dialog = page.getByRole('dialog', { name: 'Sesi Anda telah berakhir' })
  await dialog.waitFor()
  const isInside = () => page.evaluate(`document.querySelector('dialog').contains(document.activeElement)`)
  expect(await page.evaluate('document.activeElement?.type')).toBe('password')
  for (let count = 0; count < 8; count += 1) {
    await page.keyboard.press('Tab')
    // The browser's own controls come in between, nothing of the page.
    expect((await isInside()) || (await page.evaluate('document.activeElement === document.body'))).toBe(true)
  }
  for (let count = 0; count < 3; count += 1) await page.keyboard.press('Escape')
  expect(await dialog.isVisible()).toBe(true)
  for (const [colorScheme, width] of [
    ['dark', 360],
    ['light', 1280],
  ] as const) {
    await page.emulateMedia({ colorScheme })
    await page.locator(`html[data-mantine-color-scheme=${colorScheme}]`).waitFor()
    await page.setViewportSize({ width, height: 740 })
    await expectAccessible(page)
    await expectNoOverflow(page)
    await takeScreenshot(page, `masuk-lagi-${colorScheme}-${width}`)
  }

  // Somebody else may take the counter: the draft is not deleted without a word.
  await dialog.getByRole('button', { name: 'Masuk sebagai orang lain' }).click()
  await page.getByText('1 keluarga di perangkat ini belum dikirim').waitFor()
  await page.getByRole('button', { name: 'Tetap di sini' }).click()
  await dialog.getByLabel('Kata sandi').fill(DEMO_PASSWORD)
  await page.keyboard.press('Enter')
  await page.waitForURL(RESULT)
  expect(await dialog.count()).toBe(0)
})
