import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ROLES } from '../../../src/contracts/access.ts'
import { registerCase } from '../../support/console/cases.ts'
import { type ConsoleWorld, openConsoleWorld } from '../../support/console/console.ts'
import { inspect, LOOKS } from '../../support/console/looks.ts'
import { settle, watchApi } from '../../support/console/traffic.ts'

let world: ConsoleWorld
beforeAll(async () => {
  world = await openConsoleWorld()
  await registerCase(world.address)
})
afterAll(() => world.close())

describe.each(ROLES)('%s', (role) => {
  test.each(LOOKS)('has a first page for everybody ($language, $theme, phone $phone)', async (look) => {
    const page = await world.open({ as: role, ...look })
    const traffic = watchApi(page)
    await page.goto('/')
    await settle(page, traffic)
    await inspect(page, `beranda-${role}`, look)
    expect(traffic.refused).toEqual([])
  })
})

test.each(LOOKS)('an address without a page says so ($language, $theme, phone $phone)', async (look) => {
  const page = await world.open({ as: 'petugas', ...look })
  await page.goto('/antrean/review/tidak/ada')
  await page.getByRole('link', { name: look.language === 'id' ? 'Ke beranda' : 'To the home page' }).waitFor()
  await inspect(page, 'tidak-ditemukan', look)
})

test.each(LOOKS)('a page whose code cannot be had says so ($language, $theme, phone $phone)', async (look) => {
  const page = await world.open({ as: 'petugas', ...look })
  const files = '**/assets/proposals-page-*.js'
  await page.route(files, (route) => route.abort())
  await page.goto('/usulan')
  const reload = page.getByRole('button', { name: look.language === 'id' ? 'Muat ulang' : 'Reload' })
  await reload.waitFor()
  await inspect(page, 'gagal', look)
  await page.unroute(files)
  await reload.click()
  await page.getByRole('heading', { level: 1, name: look.language === 'id' ? 'Usulan' : 'Proposals' }).waitFor()
})

test.each(LOOKS)('a lost network is told, and its return ($language, $theme, phone $phone)', async (look) => {
  const page = await world.open({ as: 'verifikator', ...look })
  const traffic = watchApi(page)
  await page.goto('/')
  await settle(page, traffic)
  await page.context().setOffline(true)
  const banner = page.getByText(look.language === 'id' ? /^Tidak ada jaringan/ : /^No network/)
  await banner.waitFor()
  await inspect(page, 'tanpa-jaringan', look)
  await page.context().setOffline(false)
  await expect.poll(() => banner.count()).toBe(0)
})
