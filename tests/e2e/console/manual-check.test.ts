import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type RegisteredCase, registerCase } from '../../support/console/cases.ts'
import {
  type ConsoleWorld,
  expectAccessible,
  expectNoOverflow,
  openConsoleWorld,
  takeScreenshot,
} from '../../support/console/console.ts'
import { giveBack, viewAs } from '../../support/console/corrections.ts'
import { sessionOf } from '../../support/console/sessions.ts'

const OPENS = 'Catat hasil cek sendiri'
const EVIDENCE = 'Loket BPJS Kota Cirebon, petugas Ibu Rina, nomor antrean 12'

let world: ConsoleWorld
beforeAll(async () => {
  world = await openConsoleWorld({ BPJS_SOURCE: 'manual' })
})
afterAll(() => world.close())

const dialogOf = (page: Page) => page.getByRole('dialog', { name: OPENS })
const membershipOf = (page: Page) => page.getByRole('region', { name: 'Kepesertaan JKN' })
const openButton = (page: Page) => membershipOf(page).getByRole('button', { name: OPENS })
const dateOf = (page: Page) => dialogOf(page).getByRole('textbox', { name: 'Tanggal cek' })
const evidenceOf = (page: Page) => dialogOf(page).getByRole('textbox', { name: 'Di mana dan bagaimana diperiksa' })
const saveButton = (page: Page) => dialogOf(page).getByRole('button', { name: 'Simpan hasil cek' })
/** Waits until it has the focus. */
const focused = (page: Page, one: Locator): Promise<void> => one.and(page.locator(':focus')).waitFor()

const LOCAL_DAY = 'new Date().toLocaleDateString("sv-SE")'
const today = async (page: Page): Promise<string> =>
  String(await page.evaluate(LOCAL_DAY))
    .split('-')
    .reverse()
    .join('-')

/** A new case in the hands of the demo's reviewer. */
async function claimed(): Promise<RegisteredCase> {
  const one = await registerCase(world.address)
  const reviewer = await sessionOf(world.address, 'verifikator')
  await reviewer.must('POST', `/api/v1/proposals/${one.id}/claim`, {})
  return one
}

async function openForm(at: string): Promise<Page> {
  const page = await world.open({ as: 'verifikator' })
  await page.goto(at)
  await openButton(page).click()
  await dialogOf(page).waitFor()
  return page
}

test('whom nobody looks up by machine is looked up by the reviewer, recorded by keyboard and approved', async () => {
  const one = await registerCase(world.address)
  const page = await world.open({ as: 'verifikator' })
  await page.goto(`/antrean/membership_unknown/${one.id}`)
  await page.getByRole('button', { name: 'Ambil berkas ini' }).click()
  await openButton(page).focus()
  await page.keyboard.press('Enter')
  await dialogOf(page).waitFor()
  await dialogOf(page).getByRole('radio', { name: 'Tidak ditemukan, bukan peserta' }).press('Space')
  await evidenceOf(page).focus()
  await page.keyboard.type(EVIDENCE)
  // Beside the fields the keys of the page stand still while the dialog is open.
  await saveButton(page).focus()
  await page.keyboard.press('k')
  await page.keyboard.press('Enter')
  await dialogOf(page).waitFor({ state: 'detached' })
  await focused(page, openButton(page))
  const section = membershipOf(page)
  await section.getByText('Bukan peserta').waitFor()
  await section.getByText(/^Dicek .* \(Pemeriksaan oleh petugas\)$/).waitFor()
  await section.getByText('Hasil cek tercatat.').waitFor()
  expect(await page.getByRole('checkbox', { name: 'KK tidak terbaca' }).count()).toBe(0)

  await page.keyboard.press('m')
  await page.getByRole('button', { name: 'Putuskan' }).click()
  await expect.poll(async () => (await viewAs(world.address, 'verifikator', one)).state).toBe('eligible')
})

test('what the server refuses stands at its field, and nothing that was typed is lost', async () => {
  const one = await claimed()
  const page = await openForm(`/usulan/${one.id}`)
  const dialog = dialogOf(page)
  const status = dialog.getByRole('textbox', { name: 'Status', exact: true })
  const card = dialog.getByRole('textbox', { name: 'Nomor kartu JKN' })
  await dialog.getByRole('radio', { name: 'Peserta tidak aktif' }).check()
  await status.fill('NON AKTIF KARENA PREMI')
  await card.fill('000123')
  await evidenceOf(page).fill('loket')
  await saveButton(page).click()
  await expect.poll(() => card.getAttribute('aria-invalid')).toBe('true')
  expect(await evidenceOf(page).getAttribute('aria-invalid')).toBe('true')
  await focused(page, card)
  await card.fill('0001234567891')
  await evidenceOf(page).fill(EVIDENCE)
  await dateOf(page).fill('31/12/2999')
  await saveButton(page).click()
  await dialog.getByText('Waktu pemeriksaan belum terjadi. Periksa tanggalnya.').first().waitFor()
  expect(await dateOf(page).getAttribute('aria-invalid')).toBe('true')
  await dateOf(page).fill('01-01-2020')
  await saveButton(page).click()
  await dialog
    .getByText(/^Waktu pemeriksaan sudah terlalu lama/)
    .first()
    .waitFor()

  // Neither does a line that breaks, or a dialog that was closed by mistake.
  await dateOf(page).fill(await today(page))
  await dialog.getByLabel('Jam cek').fill('00:00')
  await page.context().setOffline(true)
  await saveButton(page).click()
  await dialog.getByText('Server tidak menjawab').waitFor()
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
  await page.context().setOffline(false)
  await openButton(page).click()
  expect(await status.inputValue()).toBe('NON AKTIF KARENA PREMI')
  expect(await card.inputValue()).toBe('0001234567891')
  expect(await evidenceOf(page).inputValue()).toBe(EVIDENCE)
  await saveButton(page).click()
  await dialog.waitFor({ state: 'detached' })
  await membershipOf(page).getByText('9 · NON AKTIF KARENA PREMI').waitFor()
  const { membership } = await viewAs(world.address, 'verifikator', one)
  expect(membership).toMatchObject({ outcome: 'found_inactive', source: 'manual', statusCode: '9' })
  expect(membership.checkedAt).toBe(new Date(`${await page.evaluate(LOCAL_DAY)}T00:00:00+07:00`).toISOString())
})

test('what was typed stays when somebody else decides the case meanwhile, and the server says so', async () => {
  const one = await registerCase(world.address)
  const page = await openForm(`/antrean/membership_unknown/${one.id}`)
  await dialogOf(page).getByRole('radio', { name: 'Peserta aktif' }).check()
  await evidenceOf(page).fill(EVIDENCE)
  await giveBack(world.address, one, [{ code: 'KTP_TIDAK_TERBACA' }])
  await page.getByRole('button', { name: OPENS, includeHidden: true }).waitFor({ state: 'detached' })
  await saveButton(page).click()
  await dialogOf(page).getByRole('alert').waitFor()
  expect(await evidenceOf(page).inputValue()).toBe(EVIDENCE)
})

test.each([
  { language: 'id', theme: 'light', phone: true },
  { language: 'id', theme: 'dark', phone: false },
  { language: 'en', theme: 'dark', phone: true },
  { language: 'en', theme: 'light', phone: false },
] as const)('the form is for everybody ($language, $theme, phone $phone)', async (look) => {
  const one = await claimed()
  const page = await world.open({ as: 'verifikator', ...look })
  const [opens, inactive] = {
    id: [OPENS, 'Peserta tidak aktif'],
    en: ['Record a check of your own', 'Inactive member'],
  }[look.language] as [string, string]
  await page.goto(`/antrean/membership_unknown/${one.id}`)
  await page.getByRole('button', { name: opens }).click()
  await page.getByRole('radio', { name: inactive }).check()
  await expectAccessible(page)
  await expectNoOverflow(page)
  await takeScreenshot(page, `cek-sendiri-${look.language}-${look.theme}-${look.phone ? 360 : 1280}`)
})
