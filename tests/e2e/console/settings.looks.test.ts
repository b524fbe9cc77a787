import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  type ConsoleWorld,
  expectAccessible,
  expectForEverybody,
  expectNoOverflow,
  openConsoleWorld,
  takeScreenshot,
} from '../../support/console/console.ts'

let world: ConsoleWorld
beforeAll(async () => {
  world = await openConsoleWorld()
})
afterAll(() => world.close())

describe('every part', () => {
  const PARTS = {
    pengguna: 'Pengguna dan peran',
    kantor: 'Kantor dan jam layanan',
    alasan: 'Alasan keputusan',
    templat: 'Templat pesan',
    'hari-libur': 'Hari libur',
    bpjs: 'BPJS Kesehatan',
    'kunci-api': 'Kunci API',
    webhook: 'Webhook',
    audit: 'Log audit',
    akun: 'Akun saya',
  } as const

  test.each(Object.entries(PARTS))('is for everybody: %s', async (part, title) => {
    const page = await world.open({ as: 'admin' })
    await page.goto(part === 'akun' ? '/akun' : `/pengaturan/${part}`)
    await page.getByRole('heading', { level: 1, name: title }).waitFor()
    await expect.poll(() => page.locator('.mantine-Skeleton-root').count()).toBe(0)
    await expectForEverybody(page, `pengaturan-${part}`)
  })

  test.each([
    { language: 'id', theme: 'light', phone: true },
    { language: 'en', theme: 'dark', phone: false },
  ] as const)('has forms for everybody ($language, $theme, phone $phone)', async (look) => {
    const page = await world.open({ ...look, as: 'admin' })
    for (const part of ['pengguna', 'kantor'] as const) {
      await page.goto(`/pengaturan/${part}`)
      await page
        .getByRole('button', { name: look.language === 'id' ? /^Ubah / : /^Change / })
        .first()
        .click()
      await page.getByRole('dialog').getByRole('textbox').first().waitFor()
      await expectAccessible(page)
      await expectNoOverflow(page)
      await takeScreenshot(page, `pengaturan-${part}-ubah-${look.language}-${look.theme}-${look.phone ? 360 : 1280}`)
    }
  })
})
