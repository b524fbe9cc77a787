import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ConsoleWorld } from '../../support/console/console.ts'
import { openWebConsole } from '../../support/console/web-console.ts'
import type { StandIn } from '../../support/whatsapp-web/index.ts'

let world: ConsoleWorld
let standIn: StandIn
let close: () => Promise<void>
beforeAll(async () => {
  ;({ world, standIn, close } = await openWebConsole({ autoPair: true }))
})
afterAll(() => close())

test('a number that WhatsApp restricts, and a WhatsApp Web that has changed, are told with what to do about it', async () => {
  const page = await world.open({ as: 'admin' })
  await page.goto('/whatsapp')
  await page.getByText('Terhubung. Pesan dapat dikirim.').waitFor({ timeout: 60_000 })

  await standIn.setState('TOS_BLOCK')
  const restricted = page.getByText(
    'WhatsApp membatasi nomor ini. Jangan kirim ulang; buka WhatsApp di ponsel untuk melihat sebabnya.',
  )
  await restricted.waitFor({ timeout: 60_000 })
  await page.getByRole('heading', { name: 'Pesan belum dapat dikirim' }).waitFor()

  standIn.configure({ keyShape: 'third' })
  await page.getByRole('button', { name: 'Mulai ulang peramban' }).click()
  const changed = page.getByText(
    'WhatsApp Web berubah sehingga nomor pesan tidak terbaca. Pengiriman dihentikan; aplikasi perlu diperbarui.',
  )
  await changed.waitFor({ timeout: 60_000 })
  await page.getByRole('heading', { name: 'Pesan belum dapat dikirim' }).waitFor()
  expect(await restricted.count()).toBe(0)
})
