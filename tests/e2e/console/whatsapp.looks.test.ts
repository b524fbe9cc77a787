import { afterAll, beforeAll, describe, test } from 'vitest'
import {
  type ConsoleWorld,
  expectAccessible,
  expectForEverybody,
  openConsoleWorld,
  takeScreenshot,
} from '../../support/console/console.ts'
import { createSimulatedPhones, type SimulatedPhones } from '../../support/console/simulated-phones.ts'
import { linkingCode, openWebConsole } from '../../support/console/web-console.ts'
import type { StandIn } from '../../support/whatsapp-web/index.ts'

describe('with the simulator', () => {
  let world: ConsoleWorld
  let phones: SimulatedPhones
  beforeAll(async () => {
    world = await openConsoleWorld()
    phones = createSimulatedPhones(world)
  })
  afterAll(() => world.close())

  test('the page is for everybody', async () => {
    await phones.leaveUnknown(phones.newPhone(), 'unknown_lost')
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
  let close: () => Promise<void>
  beforeAll(async () => {
    ;({ world, standIn, close } = await openWebConsole())
  })
  afterAll(() => close())

  test('every state of the link is for everybody', async () => {
    const page = await world.open({ as: 'admin' })
    await page.goto('/whatsapp')
    await linkingCode(page).locator('svg').waitFor({ timeout: 60_000 })
    await expectForEverybody(page, 'whatsapp-kode')
    await standIn.pair()
    await page.getByText('Terhubung. Pesan dapat dikirim.').waitFor({ timeout: 60_000 })
    await expectForEverybody(page, 'whatsapp-terhubung')
    await standIn.setState('CONFLICT')
    await page.getByText(/dibuka di tempat lain/).waitFor({ timeout: 60_000 })
    await expectForEverybody(page, 'whatsapp-dibuka-di-tempat-lain')
    await page.getByRole('button', { name: 'Mulai ulang peramban' }).click()
    await page.getByText('Terhubung. Pesan dapat dikirim.').waitFor({ timeout: 60_000 })
    await page.getByRole('button', { name: 'Hapus tautan' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Hapus tautan' }).click()
    await page.getByText(/Tautan dihapus atas permintaan admin/).waitFor({ timeout: 60_000 })
    await expectForEverybody(page, 'whatsapp-tautan-dihapus')
  })
})
