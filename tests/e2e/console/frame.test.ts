import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ROLES } from '../../../src/contracts/access.ts'
import { registerCase } from '../../support/console/cases.ts'
import { type ConsoleWorld, openConsoleWorld } from '../../support/console/console.ts'
import { settle, watchApi } from '../../support/console/traffic.ts'

let world: ConsoleWorld
beforeAll(async () => {
  world = await openConsoleWorld()
  await registerCase(world.address)
})
afterAll(() => world.close())

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
