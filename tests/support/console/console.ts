import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { expect } from 'vitest'
import type { Role } from '../../../src/contracts/access.ts'
import { unpackTestChromium } from '../chromium.ts'
import { createProductDatabase } from '../database.ts'
import { type Product, startProduct } from '../product.ts'
import { DEMO_PASSWORD, forgetSessions } from './sessions.ts'

export { DEMO_PASSWORD }

/** For people to look at; not in git. */
const SCREENSHOTS = path.join(import.meta.dirname, '../../e2e/screenshots')
const PHONE = { width: 360, height: 740 }
const DESKTOP = { width: 1280, height: 800 }

type Look = { phone?: boolean; language?: 'id' | 'en'; theme?: 'light' | 'dark' }

export type ConsoleWorld = {
  product: Product
  /** Where the API answers. */
  address: string
  /** Where BPJS can be taught; another place after a restart, which forgets what it was taught. */
  mockAddress: string
  /** The product's database, as its owner. */
  databaseUrl: string
  browser: Browser
  /** A browser of its own, signed in when a role is given. Requests to other hosts, refused scripts and page errors fail `close`. */
  open(options?: Look & { as?: Role }): Promise<Page>
  /** Ends the process with SIGKILL and starts it again on the same data and port. */
  restart(): Promise<void>
  close(): Promise<void>
}

/** Requests that left the product, errors of the page, and what its policy refused: there must be none. */
function watch(context: BrowserContext, address: string, faults: string[]): void {
  context.on('request', (request) => {
    const url = request.url()
    if (!url.startsWith(address) && !/^(?:data|blob):/.test(url)) faults.push(`request to ${url}`)
  })
  context.on('weberror', (error) => faults.push(`page error: ${error.error().message}`))
  context.on('console', (message) => {
    if (message.text().includes('Content Security Policy')) faults.push(message.text())
  })
}

/** The whole product with the demo's data, and a real Chromium before it. One per test file, in `beforeAll`. */
export async function openConsoleWorld(more: Record<string, string> = {}): Promise<ConsoleWorld> {
  const database = await createProductDatabase()
  const settings = {
    PORT: '0',
    BPJS_MOCK_PORT: '0',
    DATABASE_URL: database.url,
    DATA_KEYS: `1:${randomBytes(32).toString('base64')}`,
    AUTH_SECRET: randomBytes(32).toString('base64'),
    DEMO: 'true',
    DEMO_PASSWORD,
    RATE_LIMIT_FACTOR: '1000',
    ...more,
  }
  let product = startProduct({ settings })
  const address = await product.ready()
  const browser = await chromium.launch({
    executablePath: await unpackTestChromium(),
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--force-color-profile=srgb'],
  })
  const faults: string[] = []
  return {
    get product() {
      return product
    },
    address,
    get mockAddress() {
      const [, found] = /peserta karangan: (http:\S+)/.exec(product.output()) ?? []
      if (found === undefined) throw new Error('the product has not said where the mock answers')
      return found
    },
    databaseUrl: database.url,
    browser,
    async open({ as, phone = false, language = 'id', theme = 'light' } = {}) {
      const context = await browser.newContext({
        baseURL: address,
        viewport: phone ? PHONE : DESKTOP,
        colorScheme: theme,
        locale: language === 'id' ? 'id-ID' : 'en-GB',
        timezoneId: 'Asia/Jakarta',
        reducedMotion: 'reduce',
        storageState: {
          cookies: [],
          origins: [{ origin: address, localStorage: [{ name: 'puntadewa.language', value: language }] }],
        },
      })
      watch(context, address, faults)
      context.setDefaultTimeout(30_000)
      if (as !== undefined) {
        const answer = await context.request.post('/api/auth/sign-in/username', {
          data: { username: as, password: DEMO_PASSWORD },
        })
        expect(answer.status()).toBe(200)
      }
      return context.newPage()
    },
    async restart() {
      const { port } = new URL(address)
      await product.end('SIGKILL')
      product = startProduct({ settings: { ...settings, PORT: port } })
      await product.ready()
    },
    async close() {
      await browser.close()
      forgetSessions(address)
      await product.end('SIGTERM')
      await database.drop()
      expect(faults).toEqual([])
    },
  }
}

/** No fault that keeps people out (axe: serious or critical), by WCAG 2.2 AA. */
export async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .analyze()
  const serious = violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => ({ id, where: nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`) }))
  expect(serious).toEqual([])
}

/** Nothing is cut off or must be scrolled sideways. */
export async function expectNoOverflow(page: Page): Promise<void> {
  const [scroll, client] = (await page.evaluate(
    '[document.documentElement.scrollWidth, document.documentElement.clientWidth]',
  )) as [number, number]
  expect(scroll).toBeLessThanOrEqual(client)
}

/** For people to look at. */
export async function takeScreenshot(page: Page, name: string): Promise<void> {
  mkdirSync(SCREENSHOTS, { recursive: true })
  await page.screenshot({ path: path.join(SCREENSHOTS, `${name}.png`), fullPage: true })
}

const LOOKS = [
  { language: 'id', theme: 'light', size: PHONE },
  { language: 'id', theme: 'dark', size: DESKTOP },
  { language: 'en', theme: 'dark', size: PHONE },
  { language: 'en', theme: 'light', size: DESKTOP },
] as const
const LANGUAGE_NAMES = { id: 'Indonesia', en: 'English' } as const

async function switchTo(page: Page, language: 'id' | 'en'): Promise<void> {
  if ((await page.locator('html').getAttribute('lang')) === language) return
  await page.getByRole('button', { name: LANGUAGE_NAMES[language], exact: true }).click()
  await page.locator(`html[lang=${language}]`).waitFor()
}

/**
 * The page as it stands, in both languages and themes and at both widths, switched in place: nothing that keeps people out, nothing cut
 * off, a picture of each. Ends as it began: Indonesian, light, desktop.
 */
export async function expectForEverybody(page: Page, name: string): Promise<void> {
  for (const { language, theme, size } of LOOKS) {
    await switchTo(page, language)
    await page.emulateMedia({ colorScheme: theme })
    await page.locator(`html[data-mantine-color-scheme=${theme}]`).waitFor()
    await page.setViewportSize(size)
    await expectAccessible(page)
    await expectNoOverflow(page)
    await takeScreenshot(page, `${name}-${language}-${theme}-${size.width}`)
  }
  await switchTo(page, 'id')
  await page.emulateMedia({ colorScheme: 'light' })
  await page.locator('html[data-mantine-color-scheme=light]').waitFor()
  await page.setViewportSize(DESKTOP)
  await takeScreenshot(page, `${name}-id-light-${DESKTOP.width}`)
}
