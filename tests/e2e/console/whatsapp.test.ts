import { afterAll, beforeAll, expect, test } from 'vitest'
import { until } from '../../../scripts/lib/session.ts'
import { type ConsoleWorld, expectForEverybody, openConsoleWorld } from '../../support/console/console.ts'
import { createSimulatedPhones, type SimulatedPhones } from '../../support/console/simulated-phones.ts'

let world: ConsoleWorld
let phones: SimulatedPhones
beforeAll(async () => {
  world = await openConsoleWorld({ WHATSAPP_WARM_UP: '1:200,7:500', WHATSAPP_COLD_DAY_LIMIT: '100' })
  phones = createSimulatedPhones(world)
})
afterAll(() => world.close())

test('a phone on the screen shows what arrives and answers as a resident', async () => {
  const phone = phones.newPhone()
  const { receiptNumber } = await phones.register(phone)
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
    () => phones.textsOn(phone),
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
  const lost = phones.newPhone()
  const arrived = phones.newPhone()
  const lostReference = await phones.leaveUnknown(lost, 'unknown_lost')
  const arrivedReference = await phones.leaveUnknown(arrived, 'unknown_delivered')
  await phones.behave(lost, { mode: 'delivers' })
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
  expect(await phones.textsOn(lost)).toEqual([])
  await item(lostReference).getByRole('button', { name: 'Kirim lagi' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Kirim lagi' }).click()
  await item(lostReference).waitFor({ state: 'detached' })
  await until(
    () => phones.textsOn(lost),
    (texts) => texts.length === 1,
  )
  expect(await phones.textsOn(arrived)).toHaveLength(1)
})

test('operators see what holds messages back; the breaker is closed by an admin alone', async () => {
  const phone = phones.newPhone()
  await phones.behave(phone, { mode: 'restricted' })
  await phones.register(phone)
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
  await phones.behave(phone, { mode: 'delivers' })
  await admin.getByRole('button', { name: 'Tutup pemutus' }).click()
  await admin.getByText('Tertutup: pesan dikirim seperti biasa.').waitFor()
  // Without reload.
  await supervisor.getByText('Tertutup: pesan dikirim seperti biasa.').waitFor()
  await until(
    () => phones.textsOn(phone),
    (texts) => texts.length === 1,
  )
})
