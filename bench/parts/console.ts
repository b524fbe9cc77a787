import { readFileSync } from 'node:fs'
import path from 'node:path'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { firstLoads, type Manifest } from '../../scripts/console/first-load.ts'
import { unpackTestChromium } from '../../tests/support/chromium.ts'
import { median } from '../harness/figures.ts'
import type { Part } from '../harness/part.ts'
import { paths } from '../harness/paths.ts'
import { DEMO_PASSWORD, startProduct } from '../harness/product.ts'
import { atMost, stated } from '../harness/report.ts'
import { startBenchServer } from '../harness/server.ts'

const ROUNDS = 5
const PATIENCE_MS = 90_000
/** A counter PC or cheap phone, against the machine that measures. */
const CPU_SLOWER = 4
/** "Slow 3G" of the developer tools of Chromium. */
const SLOW_3G = { offline: false, latency: 2_000, downloadThroughput: 51_200, uploadThroughput: 51_200 }

type Place = {
  address: '/masuk' | '/antrean'
  /** The username to be signed in as. */
  as?: string
  /** Resolves when the first input was taken: typed into, or focused by key. */
  input(page: Page): Promise<void>
}

const PLACES: readonly Place[] = [
  {
    address: '/masuk',
    async input(page) {
      const field = page.getByRole('textbox', { name: 'Nama pengguna' })
      await field.pressSequentially('p')
      await page.waitForFunction('document.querySelector("input")?.value === "p"')
    },
  },
  {
    address: '/antrean',
    as: 'verifikator',
    async input(page) {
      await page.getByRole('main').getByRole('link').first().focus()
      await page.waitForFunction('document.activeElement?.matches("main a")')
    },
  },
]

type Reading = { milliseconds: number; scriptKb: number; requests: number }

/** One first visit, with nothing in the browser's cache. */
async function visit(browser: Browser, address: string, place: Place, isSlowNetwork: boolean): Promise<Reading> {
  const context: BrowserContext = await browser.newContext({ baseURL: address, locale: 'id-ID' })
  try {
    context.setDefaultTimeout(PATIENCE_MS)
    if (place.as !== undefined) {
      const data = { username: place.as, password: DEMO_PASSWORD }
      const answer = await context.request.post('/api/auth/sign-in/username', { data })
      if (!answer.ok()) throw new Error(`${place.as} cannot sign in: ${answer.status()}`)
    }
    const page = await context.newPage()
    const devtools = await context.newCDPSession(page)
    await devtools.send('Network.enable')
    await devtools.send('Emulation.setCPUThrottlingRate', { rate: CPU_SLOWER })
    if (isSlowNetwork) await devtools.send('Network.emulateNetworkConditions', SLOW_3G)
    let scriptBytes = 0
    let requests = 0
    const scripts = new Set<string>()
    devtools.on('Network.responseReceived', ({ requestId, type }) => {
      requests += 1
      if (type === 'Script') scripts.add(requestId)
    })
    devtools.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
      if (scripts.has(requestId)) scriptBytes += encodedDataLength
    })
    const begun = performance.now()
    await page.goto(place.address, { waitUntil: 'commit', timeout: PATIENCE_MS })
    await place.input(page)
    return { milliseconds: performance.now() - begun, scriptKb: scriptBytes / 1000, requests }
  } finally {
    await context.close()
  }
}

/** What a first visit to the console costs: bytes, and the time until something can be typed. */
export const consolePart: Part = async ({ quick }) => {
  const server = await startBenchServer()
  const stops: (() => Promise<void>)[] = [() => server.stop()]
  try {
    const product = await startProduct({ name: 'product-console', server, roles: 'api' })
    stops.push(product.stop)
    const browser = await chromium.launch({
      executablePath: await unpackTestChromium(),
      args: ['--no-sandbox', '--disable-dev-shm-usage'],
    })
    stops.push(() => browser.close())
    const read = (file: string): string => readFileSync(path.join(paths.root, file), 'utf8')
    const loads = firstLoads(JSON.parse(read('dist/web/manifest.json')) as Manifest, read('src/web/app/router.tsx'))
    const readings: Record<string, Reading[]> = {}
    for (let round = 0; round < (quick ? 1 : ROUNDS); round += 1) {
      for (const place of PLACES) {
        for (const network of ['own network', 'slow 3G']) {
          const name = `${place.address}, ${CPU_SLOWER}x slower CPU, ${network}`
          const reading = await visit(browser, product.address, place, network === 'slow 3G')
          readings[name] = [...(readings[name] ?? []), reading]
        }
      }
    }
    const names = Object.keys(readings)
    const of = (name: string, figure: keyof Reading): number[] => (readings[name] ?? []).map((one) => one[figure])
    return {
      part: 'console',
      figures: [
        ...PLACES.map(({ address }) => {
          const name = names.find((one) => one.startsWith(`${address},`)) ?? ''
          const files = loads.find((one) => one.address === address)?.scripts.length ?? 0
          return atMost(`${address}: script, as sent, ${files} chunks`, median(of(name, 'scriptKb')), 200, 'KB')
        }),
        ...names.map((name) => {
          const times = of(name, 'milliseconds').map(Math.round)
          return stated(
            `${name}: until the first input`,
            `${median(times)} ms (${Math.min(...times)} - ${Math.max(...times)}), ${median(of(name, 'requests'))} requests`,
          )
        }),
      ],
      details: { readings, slow3g: SLOW_3G, cpuSlower: CPU_SLOWER },
    }
  } finally {
    for (const stop of stops.toReversed()) await stop()
  }
}
