import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ConsoleWorld, DEMO_PASSWORD } from '../../support/console/console.ts'
import { sessionOf } from '../../support/console/sessions.ts'
import { linkingCode, openWebConsole } from '../../support/console/web-console.ts'
import { onServer } from '../../support/database.ts'
import type { StandIn } from '../../support/whatsapp-web/index.ts'

let world: ConsoleWorld
let standIn: StandIn
let close: () => Promise<void>
beforeAll(async () => {
  ;({ world, standIn, close } = await openWebConsole())
})
afterAll(() => close())

/** Everything that the browser would keep. */
const kept = (page: Page): Promise<unknown> =>
  page.evaluate('JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.documentElement.innerHTML])')

test('an admin links the phone by the live code, and reads in words what happens to the link', {
  timeout: 480_000,
}, async () => {
  const page = await world.open({ as: 'admin' })
  await page.goto('/whatsapp')
  await linkingCode(page).locator('svg').waitFor({ timeout: 60_000 })
  const seconds = async (): Promise<number> =>
    Number(/Berlaku (\d+) detik lagi/.exec(await page.getByRole('main').innerText())?.[1])
  const first = await seconds()
  expect(first).toBeGreaterThan(0)
  await expect.poll(seconds, { timeout: 10_000 }).toBeLessThan(first)
  const drawn = await linkingCode(page).innerHTML()
  const admin = await sessionOf(world.address, 'admin')
  const shown = await admin.must('GET', '/api/v1/whatsapp/session/qr')

  // The next code takes the place of the first without reload.
  await standIn.refreshQr()
  await expect.poll(() => linkingCode(page).innerHTML(), { timeout: 30_000 }).not.toBe(drawn)

  // A session that was left open shows no code; signing in once more does.
  const late = await world.open()
  const data = { username: 'admin', password: DEMO_PASSWORD }
  await late.context().request.post('/api/auth/sign-in/username', { data })
  await onServer(
    world.databaseUrl,
    `UPDATE auth_session SET created_at = now() - interval '16 minutes'
     WHERE id = (SELECT id FROM auth_session ORDER BY created_at DESC LIMIT 1)`,
  )
  await late.goto('/whatsapp')
  await late.getByRole('button', { name: 'Masuk sekali lagi' }).click()
  expect(await linkingCode(late).count()).toBe(0)
  const dialog = late.getByRole('dialog')
  await dialog.getByRole('textbox', { name: 'Kata sandi' }).fill(DEMO_PASSWORD)
  await dialog.getByRole('button', { name: 'Masuk' }).click()
  await linkingCode(late).locator('svg').waitFor()
  await late.close()

  await page.getByRole('textbox', { name: 'Nomor ponsel kantor' }).fill('12')
  await page.getByRole('button', { name: 'Minta kode untuk diketik' }).click()
  await expect
    .poll(() => page.getByRole('textbox', { name: 'Nomor ponsel kantor' }).getAttribute('aria-invalid'))
    .toBe('true')
  await page.getByRole('textbox', { name: 'Nomor ponsel kantor' }).fill(`0${standIn.ownPhone.slice(2)}`)
  await page.getByRole('button', { name: 'Minta kode untuk diketik' }).click()
  await page.getByText(standIn.pairingCode).waitFor({ timeout: 60_000 })

  await standIn.pair()
  await page.getByText('Terhubung. Pesan dapat dikirim.').waitFor({ timeout: 60_000 })
  expect(await kept(page)).not.toContain(shown.qr.text)
  expect(await kept(page)).not.toContain(standIn.pairingCode)
  expect(await linkingCode(page).count()).toBe(0)

  await standIn.setState('CONFLICT')
  await page.getByText(/dibuka di tempat lain/).waitFor({ timeout: 60_000 })
  await page.getByRole('button', { name: 'Mulai ulang peramban' }).click()
  await page.getByText('Terhubung. Pesan dapat dikirim.').waitFor({ timeout: 60_000 })

  await page.getByRole('button', { name: 'Hapus tautan' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Batal' }).click()
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  expect(standIn.linkedDevices()).toBe(1)
  await page.getByRole('button', { name: 'Hapus tautan' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Hapus tautan' }).click()
  await page.getByText(/Tautan dihapus atas permintaan admin/).waitFor({ timeout: 60_000 })
  expect(standIn.linkedDevices()).toBe(0)
  await page.getByRole('button', { name: 'Minta kode QR baru' }).click()
  await linkingCode(page).locator('svg').waitFor({ timeout: 60_000 })
})
