import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Client } from 'pg'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Json, openSession, signIn, until } from '../../../scripts/lib/session.ts'
import { unpackTestChromium } from '../../support/chromium.ts'
import { type RegisteredCase, registerCase } from '../../support/console/cases.ts'
import {
  type ConsoleWorld,
  DEMO_PASSWORD,
  expectAccessible,
  expectForEverybody,
  openConsoleWorld,
  takeScreenshot,
} from '../../support/console/console.ts'
import { type StandIn, startStandIn } from '../../support/whatsapp-web/index.ts'

async function run(world: ConsoleWorld, sql: string): Promise<void> {
  const client = new Client({ connectionString: world.databaseUrl })
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}

describe('with the simulator', () => {
  let world: ConsoleWorld
  let phones = 0
  beforeAll(async () => {
    world = await openConsoleWorld({ WHATSAPP_WARM_UP: '1:200,7:500', WHATSAPP_COLD_DAY_LIMIT: '100' })
  })
  afterAll(() => world.close())

  const newPhone = (): string => `0812345600${String(++phones).padStart(2, '0')}`
  const behave = (phone: string, behaviour: Json): Promise<Json> =>
    openSession(world.address).must('PUT', `/api/v1/simulator/phones/${phone}`, behaviour)
  const register = (whatsappNumber: string): Promise<RegisteredCase> => registerCase(world.address, { whatsappNumber })
  const textsOn = async (phone: string): Promise<string[]> => {
    const { items } = await openSession(world.address).must('GET', `/api/v1/simulator/messages?to=${phone}`)
    return items.map(({ body }: Json) => body)
  }
  const listMessages = async (state: string): Promise<Json[]> => {
    const operator = await signIn(world.address, 'supervisor', DEMO_PASSWORD)
    return (await operator.must('GET', `/api/v1/whatsapp/messages?state=${state}&limit=100`)).items
  }

  /** A message of which nobody can tell whether it arrived, for longer than it takes to find out. Returns its reference. */
  async function leaveUnknown(phone: string, mode: 'unknown_lost' | 'unknown_delivered'): Promise<string> {
    await behave(phone, { mode, answersLookUp: false })
    await register(phone)
    const ofPhone = ({ toMasked }: Json): boolean => String(toMasked).endsWith(phone.slice(-4))
    const open = await until(
      () => listMessages('unknown'),
      (items) => items.some(ofPhone),
    )
    await run(world, `UPDATE message SET unknown_at = now() - interval '11 minutes' WHERE state = 'unknown'`)
    return open.find(ofPhone).reference
  }

  test('a phone on the screen shows what arrives and answers as a resident', async () => {
    const phone = newPhone()
    const { receiptNumber } = await register(phone)
    const page = await world.open({ as: 'admin' })
    await page.goto('/whatsapp')
    await page.getByText('Simulator: tidak ada pesan yang benar-benar terkirim').waitFor()
    await page.getByRole('textbox', { name: 'Nomor warga' }).fill(phone)
    await page.keyboard.press('Enter')
    const chat = page.getByRole('log', { name: phone })
    await chat.getByText(receiptNumber).waitFor()
    await page.getByRole('textbox', { name: 'Tulis sebagai warga' }).fill('MENU')
    await page.getByRole('button', { name: 'Kirim', exact: true }).click()
    await chat.getByText('MENU', { exact: true }).waitFor()
    await until(
      () => textsOn(phone),
      (texts) => texts.length > 1,
    )
    await expect
      .poll(() =>
        chat
          .locator('p')
          .filter({ hasText: /^Ref|\nRef / })
          .count(),
      )
      .toBe(2)
  })

  test('a message of unknown outcome is settled by a supervisor, who is asked before it is sent again', async () => {
    const lost = newPhone()
    const arrived = newPhone()
    const lostReference = await leaveUnknown(lost, 'unknown_lost')
    const arrivedReference = await leaveUnknown(arrived, 'unknown_delivered')
    await behave(lost, { mode: 'delivers' })
    const page = await world.open({ as: 'supervisor' })
    await page.goto('/whatsapp')
    const item = (reference: string) => page.getByRole('listitem').filter({ hasText: reference })
    await item(arrivedReference).getByRole('button', { name: 'Sudah sampai' }).click()
    await page.getByText(`Ref ${arrivedReference} dicatat sudah sampai.`).waitFor()
    await item(arrivedReference).waitFor({ state: 'detached' })

    await item(lostReference).getByRole('button', { name: 'Kirim lagi' }).click()
    await page
      .getByRole('dialog')
      .getByText(/warga menerimanya dua kali/)
      .waitFor()
    await page.getByRole('dialog').getByRole('button', { name: 'Batal' }).click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    expect(await textsOn(lost)).toEqual([])
    await item(lostReference).getByRole('button', { name: 'Kirim lagi' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Kirim lagi' }).click()
    await item(lostReference).waitFor({ state: 'detached' })
    await until(
      () => textsOn(lost),
      (texts) => texts.length === 1,
    )
    expect(await textsOn(arrived)).toHaveLength(1)
  })

  test('operators see what holds messages back; the breaker is closed by an admin alone', async () => {
    const phone = newPhone()
    await behave(phone, { mode: 'restricted' })
    await register(phone)
    const supervisor = await world.open({ as: 'supervisor' })
    await supervisor.goto('/whatsapp')
    await supervisor.getByText(/Terbuka sejak/).waitFor()
    await supervisor.getByText('Mulai hari ke-1: 200 per hari.').waitFor()
    await supervisor.getByText(/Terkirim 24 jam terakhir: \d+ dari 200/).waitFor()
    await supervisor.getByText(/Menunggu gangguan akun WhatsApp selesai: 1 pesan/).waitFor()
    expect(await supervisor.getByRole('button', { name: 'Tutup pemutus' }).count()).toBe(0)
    const admin = await world.open({ as: 'admin' })
    await admin.goto('/whatsapp')
    await admin.getByText(/Terbuka sejak/).waitFor()
    await expectForEverybody(admin, 'whatsapp-pemutus')
    await behave(phone, { mode: 'delivers' })
    await admin.getByRole('button', { name: 'Tutup pemutus' }).click()
    await admin.getByText('Tertutup: pesan dikirim seperti biasa.').waitFor()
    // Without reload.
    await supervisor.getByText('Tertutup: pesan dikirim seperti biasa.').waitFor()
    await until(
      () => textsOn(phone),
      (texts) => texts.length === 1,
    )
  })

  test('the page is for everybody', async () => {
    await leaveUnknown(newPhone(), 'unknown_lost')
    const page = await world.open({ as: 'admin' })
    await page.goto('/whatsapp')
    const again = page.getByRole('button', { name: 'Kirim lagi' })
    await again.waitFor()
    await expectForEverybody(page, 'whatsapp-simulator')
    await again.click()
    await page.getByRole('dialog').waitFor()
    await expectAccessible(page)
    await takeScreenshot(page, 'whatsapp-kirim-lagi-id-light-1280')
  })
})

describe('with WhatsApp Web', () => {
  let world: ConsoleWorld
  let standIn: StandIn
  const dataDirectory = mkdtempSync(path.join(tmpdir(), 'puntadewa-'))
  beforeAll(async () => {
    standIn = await startStandIn()
    world = await openConsoleWorld({
      DATA_DIR: dataDirectory,
      WHATSAPP_GATEWAY: 'web',
      WHATSAPP_WEB_CHROMIUM: await unpackTestChromium(),
      WHATSAPP_WEB_TEST_PAGE: standIn.address,
      WHATSAPP_WEB_NO_SANDBOX: 'true',
      WHATSAPP_QUIET_HOURS: 'off',
      WHATSAPP_JITTER_SECONDS: 'off',
    })
  })
  afterAll(async () => {
    await world.close()
    await standIn.close()
    await rm(dataDirectory, { recursive: true, force: true, maxRetries: 5 })
  })

  const qr = (page: Page) => page.getByRole('img', { name: 'Kode QR untuk menautkan WhatsApp' })
  /** Everything that the browser would keep. */
  const kept = (page: Page): Promise<unknown> =>
    page.evaluate('JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.documentElement.innerHTML])')

  test('an admin links the phone by the live code, and reads in words what happens to the link', {
    timeout: 480_000,
  }, async () => {
    const page = await world.open({ as: 'admin' })
    await page.goto('/whatsapp')
    await qr(page).locator('svg').waitFor({ timeout: 60_000 })
    const seconds = async (): Promise<number> =>
      Number(/Berlaku (\d+) detik lagi/.exec(await page.getByRole('main').innerText())?.[1])
    const first = await seconds()
    expect(first).toBeGreaterThan(0)
    await expect.poll(seconds, { timeout: 10_000 }).toBeLessThan(first)
    const drawn = await qr(page).innerHTML()
    const admin = await signIn(world.address, 'admin', DEMO_PASSWORD)
    const shown = await admin.must('GET', '/api/v1/whatsapp/session/qr')
    await expectForEverybody(page, 'whatsapp-kode')

    // The next code takes the place of the first without reload.
    await standIn.refreshQr()
    await expect.poll(() => qr(page).innerHTML(), { timeout: 30_000 }).not.toBe(drawn)

    // A session that was left open shows no code; signing in once more does.
    const late = await world.open()
    const data = { username: 'admin', password: DEMO_PASSWORD }
    await late.context().request.post('/api/auth/sign-in/username', { data })
    await run(
      world,
      `UPDATE auth_session SET created_at = now() - interval '16 minutes'
       WHERE id = (SELECT id FROM auth_session ORDER BY created_at DESC LIMIT 1)`,
    )
    await late.goto('/whatsapp')
    await late.getByRole('button', { name: 'Masuk sekali lagi' }).click()
    expect(await qr(late).count()).toBe(0)
    const dialog = late.getByRole('dialog')
    await dialog.getByRole('textbox', { name: 'Kata sandi' }).fill(DEMO_PASSWORD)
    await dialog.getByRole('button', { name: 'Masuk' }).click()
    await qr(late).locator('svg').waitFor()
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
    await expectForEverybody(page, 'whatsapp-terhubung')
    expect(await kept(page)).not.toContain(shown.qr.text)
    expect(await kept(page)).not.toContain(standIn.pairingCode)
    expect(await qr(page).count()).toBe(0)

    await standIn.setState('CONFLICT')
    await page.getByText(/dibuka di tempat lain/).waitFor({ timeout: 60_000 })
    await expectForEverybody(page, 'whatsapp-dibuka-di-tempat-lain')
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
    await expectForEverybody(page, 'whatsapp-tautan-dihapus')
    await page.getByRole('button', { name: 'Minta kode QR baru' }).click()
    await qr(page).locator('svg').waitFor({ timeout: 60_000 })
  })
})
