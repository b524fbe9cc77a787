import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type RegisteredCase, registerCase } from '../../support/console/cases.ts'
import {
  type ConsoleWorld,
  expectAccessible,
  expectNoOverflow,
  openConsoleWorld,
  takeScreenshot,
} from '../../support/console/console.ts'

let world: ConsoleWorld
let one: RegisteredCase
beforeAll(async () => {
  world = await openConsoleWorld()
  one = await registerCase(world.address)
})
// It also fails when a page that was opened here asked another host for something, or its policy refused something of ours.
afterAll(() => world.close())

/** Hosts that a page asked for anything, and what it asked ours for by kind. */
function watchRequests(page: Page): { hosts: Set<string>; urls: { kind: string; url: string }[] } {
  const seen = { hosts: new Set<string>(), urls: [] as { kind: string; url: string }[] }
  page.on('request', (request) => {
    const { protocol, host } = new URL(request.url())
    if (protocol === 'data:' || protocol === 'blob:') return
    seen.hosts.add(host)
    seen.urls.push({ kind: request.resourceType(), url: request.url() })
  })
  return seen
}

describe('the console', () => {
  test('loads nothing from another host, its fonts neither', async () => {
    const page = await world.open({ as: 'supervisor' })
    const seen = watchRequests(page)
    await page.goto('/')
    await page.getByRole('heading', { level: 1 }).waitFor()
    for (const name of ['Usulan', 'Antrean verifikasi', 'WhatsApp']) {
      await page.getByRole('link', { name, exact: true }).click()
      await page.getByRole('heading', { level: 1, name }).waitFor()
    }
    await page.evaluate('document.fonts.ready.then(() => undefined)')
    expect([...seen.hosts]).toEqual([new URL(world.address).host])
    const fonts = seen.urls.filter(({ kind }) => kind === 'font')
    expect(fonts.length).toBeGreaterThan(0)
    expect(fonts.every(({ url }) => /\/assets\/[\w-]+\.woff2$/.test(url))).toBe(true)
    const loaded = await page.evaluate(
      '[...document.fonts].filter(({ status }) => status === "loaded").map(({ family }) => family.replaceAll(\'"\', ""))',
    )
    expect(loaded).toContain('Plus Jakarta Sans Variable')
  })

  test.each(['/', '/masuk', '/usulan'])(
    'is served at %s under a policy that allows scripts of ours only',
    async (url) => {
      const reply = await fetch(new URL(url, world.address))
      expect(reply.status).toBe(200)
      const policy = new Map(
        (reply.headers.get('content-security-policy') ?? '').split(';').map((part): [string, string] => {
          const [name = '', ...values] = part.trim().split(' ')
          return [name, values.join(' ')]
        }),
      )
      expect(Object.fromEntries(policy)).toMatchObject({
        'default-src': "'self'",
        'script-src': "'self'",
        'script-src-attr': "'none'",
        'connect-src': "'self'",
        'object-src': "'none'",
        'base-uri': "'none'",
        'frame-ancestors': "'none'",
      })
      expect(await reply.text()).not.toMatch(/<script(?![^>]* src="\/)|\son\w+=/)
    },
  )

  test('runs no inline script, no handler in the markup and no text as code, and asks nobody else', async () => {
    // Not watched: what is refused here is meant to be.
    const context = await world.browser.newContext({ baseURL: world.address })
    const page = await context.newPage()
    await page.goto('/masuk')
    await page.getByRole('button', { name: 'Masuk' }).waitFor()
    // Of a port where nobody listens; it must not even be asked.
    const elsewhere = 'http://127.0.0.1:9'
    const asked: string[] = []
    page.on('response', (response) => asked.push(response.url()))
    await page.evaluate(`{
      globalThis.refusedBy = []
      addEventListener('securitypolicyviolation', (event) => globalThis.refusedBy.push(event.effectiveDirective))
      const add = (name, properties) => document.body.append(Object.assign(document.createElement(name), properties))
      add('script', { textContent: 'globalThis.ran = "inline"' })
      add('div', { innerHTML: '<button id="bait" onclick="globalThis.ran = \\'handler\\'">x</button>' })
      document.getElementById('bait').click()
      add('script', { textContent: '' , src: '${elsewhere}/x.js' })
      add('img', { src: '${elsewhere}/x.png' })
      add('link', { rel: 'stylesheet', href: '${elsewhere}/x.css' })
      fetch('${elsewhere}/x').catch(() => undefined)
      setTimeout('globalThis.ran = "text"', 0)
    }`)
    await expect
      .poll(async () => [...new Set((await page.evaluate('globalThis.refusedBy')) as string[])].sort())
      .toEqual(['connect-src', 'img-src', 'script-src', 'script-src-attr', 'script-src-elem', 'style-src-elem'])
    expect(await page.evaluate('globalThis.ran ?? null')).toBeNull()
    expect(asked.filter((url) => url.startsWith(elsewhere))).toEqual([])
    await context.close()
  })

  test('leaves the page of the API as it is: it works, from ourselves', async () => {
    const page = await world.open()
    const seen = watchRequests(page)
    await page.goto('/docs')
    await page.getByText('intakes', { exact: true }).first().click()
    await page.getByText('/api/v1/intakes', { exact: true }).first().waitFor()
    expect([...seen.hosts]).toEqual([new URL(world.address).host])
  })
})

const WORDS = {
  id: {
    submit: 'Lihat status',
    receipt: 'Nomor tanda terima',
    phone: 'Empat angka terakhir nomor WhatsApp',
    label: 'Sedang diperiksa',
    next: 'Petugas sedang memeriksa. Tunggu kabar melalui WhatsApp.',
    refused: /^Tidak ditemukan/,
  },
  en: {
    submit: 'Show status',
    receipt: 'Receipt number',
    phone: 'Last four digits of the WhatsApp number',
    label: 'Being checked',
    next: 'An officer is checking. Wait for news by WhatsApp.',
    refused: /^Not found/,
  },
} as const

describe.each(['id', 'en'] as const)('the page for residents (%s)', (language) => {
  const words = WORDS[language]

  async function openPhone(javaScriptEnabled: boolean): Promise<Page> {
    const context = await world.browser.newContext({
      baseURL: world.address,
      viewport: { width: 360, height: 740 },
      locale: language === 'id' ? 'id-ID' : 'en-GB',
      javaScriptEnabled,
    })
    return context.newPage()
  }

  /** Asks with wrong digits first, then with the right ones; `look` is called at each answer. */
  async function askFor(page: Page, look: (name: string) => Promise<void>): Promise<void> {
    const ending = one.body.whatsappNumber.slice(-4)
    const wrong = String((Number(ending) + 1) % 10_000).padStart(4, '0')
    await page.goto('/status')
    await look('status-tanya')
    await page.getByLabel(words.receipt).fill(one.receiptNumber)
    await page.getByLabel(words.phone).fill(wrong)
    await page.getByRole('button', { name: words.submit }).click()
    await page.getByRole('alert').filter({ hasText: words.refused }).waitFor()
    expect(await page.getByLabel(words.receipt).inputValue()).toBe(one.receiptNumber)
    await look('status-salah')
    await page.getByLabel(words.phone).fill(ending)
    await page.getByRole('button', { name: words.submit }).click()
    await page.getByText(words.next).waitFor()
    await look('status')
  }

  test('says on an old phone without script the public label and what to do next, and no more', async () => {
    const page = await openPhone(false)
    const seen = watchRequests(page)
    await askFor(page, (name) => takeScreenshot(page, `${name}-${language}-360`))
    expect(await page.locator('html').getAttribute('lang')).toBe(language)
    const text = await page.getByRole('main').innerText()
    expect(text).toContain(one.receiptNumber)
    expect(text).toContain(words.label)
    const html = await page.content()
    for (const secret of [one.fullName, one.body.familyCardNumber, one.body.address.street, one.body.whatsappNumber]) {
      expect(html).not.toContain(secret)
    }
    expect(html).not.toContain('<script')
    expect([...seen.hosts]).toEqual([new URL(world.address).host])
    await page.context().close()
  })

  // The judge of accessibility is a script itself.
  test('is for everybody', async () => {
    const page = await openPhone(true)
    await askFor(page, async () => {
      await expectAccessible(page)
      await expectNoOverflow(page)
    })
    await page.context().close()
  })
})
