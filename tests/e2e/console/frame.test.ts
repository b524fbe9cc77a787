import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ROLES } from '../../../src/contracts/access.ts'
import { registerCase } from '../../support/console/cases.ts'
import { type ConsoleWorld, openConsoleWorld } from '../../support/console/console.ts'
import { inspect, LOOKS } from '../../support/console/looks.ts'

let world: ConsoleWorld
beforeAll(async () => {
  world = await openConsoleWorld()
  await registerCase(world.address)
})
afterAll(() => world.close())

type Traffic = { refused: string[]; waiting: Set<unknown> }

/** What the page asks of the API: refusals, and what has no answer yet. */
function watchApi(page: Page): Traffic {
  const traffic: Traffic = { refused: [], waiting: new Set() }
  const isCall = (url: string): boolean => /\/api\/(?!v1\/events)/.test(new URL(url).pathname)
  page.on('request', (request) => {
    if (isCall(request.url())) traffic.waiting.add(request)
  })
  page.on('requestfinished', (request) => traffic.waiting.delete(request))
  page.on('requestfailed', (request) => traffic.waiting.delete(request))
  page.on('response', (response) => {
    if (isCall(response.url()) && response.status() >= 400) {
      traffic.refused.push(`${response.status()} ${response.request().method()} ${new URL(response.url()).pathname}`)
    }
  })
  return traffic
}

/** The page has what it asked for. */
async function settle(page: Page, { waiting }: Traffic): Promise<void> {
  await page.getByRole('main').getByRole('heading', { level: 1 }).waitFor()
  await expect
    .poll(async () => waiting.size + (await page.locator('.mantine-Skeleton-root').count()), { timeout: 60_000 })
    .toBe(0)
}

describe.each(ROLES)('%s', (role) => {
  test('opens every entry of the navigation, and the server refuses none of it', async () => {
    const page = await world.open({ as: role })
    const traffic = watchApi(page)
    await page.goto('/')
    await settle(page, traffic)
    const links = page.getByRole('navigation', { name: 'Menu' }).getByRole('link')
    const addresses = await Promise.all(
      (await links.all()).map(async (link) => (await link.getAttribute('href')) ?? ''),
    )
    expect(addresses).toContain('/')
    for (const address of addresses) {
      await page.locator(`nav a[href="${address}"]`).click()
      await expect.poll(() => new URL(page.url()).pathname).toContain(address)
      await settle(page, traffic)
      expect(traffic.refused, address).toEqual([])
      expect(await page.locator(`nav a[href="${address}"]`).getAttribute('aria-current')).toBe('page')
    }
  })

  test.each(LOOKS)('has a first page for everybody ($language, $theme, phone $phone)', async (look) => {
    const page = await world.open({ as: role, ...look })
    const traffic = watchApi(page)
    await page.goto('/')
    await settle(page, traffic)
    await inspect(page, `beranda-${role}`, look)
    expect(traffic.refused).toEqual([])
  })
})

test('the account menu opens by keyboard, also when its code comes late', async () => {
  const page = await world.open({ as: 'petugas' })
  await page.goto('/')
  await page.getByRole('button', { name: /^Akun/ }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('menuitem', { name: 'Keluar' }).waitFor()
  await page.keyboard.press('Escape')
  await expect.poll(() => page.getByRole('menuitem').count()).toBe(0)
})

test('the language is switched in place', async () => {
  const page = await world.open({ as: 'petugas' })
  await page.goto('/usulan')
  await page.getByRole('heading', { level: 1, name: 'Usulan' }).waitFor()
  await page.getByRole('button', { name: 'English' }).click()
  await page.getByRole('link', { name: 'Proposals' }).waitFor()
  expect(await page.locator('html').getAttribute('lang')).toBe('en')
  await page.getByRole('button', { name: 'Indonesia' }).click()
  await page.getByRole('link', { name: 'Usulan' }).waitFor()
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
