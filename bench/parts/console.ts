import { randomUUID } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { firstLoads, type Manifest } from '../../scripts/console/first-load.ts'
import { signIn, until } from '../../scripts/lib/session.ts'
import { makeIntakeBody, makeMember } from '../../tests/support/intake-body.ts'
import { CPU_SLOWER, launchBrowser, openPage, SLOW_3G } from '../harness/browser.ts'
import { median } from '../harness/figures.ts'
import type { Part } from '../harness/part.ts'
import { paths } from '../harness/paths.ts'
import { DEMO_PASSWORD, startProduct } from '../harness/product.ts'
import { atMost, type Figure, stated } from '../harness/report.ts'
import { startBenchServer } from '../harness/server.ts'

/** So that all of it ends within three minutes on an idle machine; what was measured by then counts. */
const VISITS_MS = 80_000
const VISIT_ROUNDS = 3
const CASES = 14
const CLAIMS = 6
const QUEUE = '/antrean/new_review'

type Place = {
  address: '/masuk' | '/pendaftaran' | '/antrean'
  /** The username to be signed in as. */
  as?: string
  /** Resolves when the first input was taken: typed into, or focused by key. */
  input(page: Page): Promise<void>
}

const typeInto = async (page: Page, name: string): Promise<void> => {
  const field = page.getByRole('textbox', { name, exact: true })
  await field.pressSequentially('3')
  while ((await field.inputValue()) !== '3');
}

const PLACES: readonly Place[] = [
  { address: '/masuk', input: (page) => typeInto(page, 'Nama pengguna') },
  { address: '/pendaftaran', as: 'petugas', input: (page) => typeInto(page, 'Nomor KK') },
  {
    address: '/antrean',
    as: 'verifikator',
    async input(page) {
      const link = page.getByRole('main').getByRole('link').first()
      await link.focus()
      while (!(await link.evaluate((element) => element.matches(':focus'))));
    },
  },
]

type Reading = { milliseconds: number; requests: number }

async function visit(browser: Browser, address: string, place: Place, isSlowNetwork: boolean): Promise<Reading> {
  const { page, devtools, close } = await openPage(browser, { address, as: place.as, isSlowNetwork })
  try {
    let requests = 0
    devtools.on('Network.responseReceived', () => {
      requests += 1
    })
    const begun = performance.now()
    await page.goto(place.address, { waitUntil: 'commit' })
    await place.input(page)
    return { milliseconds: performance.now() - begun, requests }
  } finally {
    await close()
  }
}

/** Script of a first visit to each page, in kilobytes as it goes over TLS (brotli). */
function scriptSizes(): Figure[] {
  const read = (file: string): string => readFileSync(path.join(paths.root, file), 'utf8')
  const loads = firstLoads(JSON.parse(read('dist/web/manifest.json')) as Manifest, read('src/web/app/router.tsx'))
  const sizeOf = (file: string): number => statSync(path.join(paths.root, 'dist/web', `${file}.br`)).size / 1000
  const wanted = ['/masuk', '/pendaftaran', '/antrean', '/antrean/$queue/$id', '/usulan']
  return loads
    .filter(({ address }) => wanted.includes(address))
    .map(({ address, scripts }) =>
      atMost(
        `${address}: script, ${scripts.length} chunks, brotli`,
        scripts.reduce((sum, file) => sum + sizeOf(file), 0),
        ['/masuk', '/pendaftaran'].includes(address) ? 200 : 250,
        'KB',
      ),
    )
}

async function readVisits(browser: Browser, address: string, rounds: number): Promise<Record<string, Reading[]>> {
  const readings: Record<string, Reading[]> = {}
  const end = performance.now() + VISITS_MS
  for (let round = 0; round < rounds; round += 1) {
    for (const isSlowNetwork of [false, true]) {
      for (const place of PLACES) {
        const name = `${place.address}, ${CPU_SLOWER}x slower CPU, ${isSlowNetwork ? 'slow 3G' : 'own network'}`
        // Each once, whatever it takes.
        if (performance.now() > end && readings[name]) continue
        const reading = await visit(browser, address, place, isSlowNetwork)
        readings[name] = [...(readings[name] ?? []), reading]
      }
    }
  }
  return readings
}

/** Registers households of one and waits until they stand in the queue. Returns their ids. */
async function fillQueue(address: string): Promise<string[]> {
  const officer = await signIn(address, 'petugas', DEMO_PASSWORD)
  const ids: string[] = []
  for (let count = 0; count < CASES; count += 1) {
    const body = makeIntakeBody({ members: [makeMember({ fullName: `WARGA ${'ABCDEFGHIJKLMNOP'[count]}` })] })
    const intake = await officer.must('POST', '/api/v1/intakes', body, { 'idempotency-key': randomUUID() })
    ids.push(intake.proposals[0].id)
  }
  for (const id of ids) {
    await until(
      () => officer.must('GET', `/api/v1/proposals/${id}`),
      (proposal) => proposal.state === 'in_review',
    )
  }
  return ids
}

/**
 * From the key that confirms a decision to the frame that shows the next case, measured in the page itself: another address, its
 * person in the heading and its decisions to be chosen.
 */
const WATCH_DECISIONS = `
  window.decided = []
  window.addEventListener('keydown', ({ key, timeStamp }) => {
    if (key !== 'Enter') return
    const before = location.pathname
    const isThere = () => location.pathname !== before
      && document.querySelector('main h1')?.textContent.startsWith('WARGA ')
      && [...document.querySelectorAll('main button')].some((one) => one.textContent.includes('Memenuhi syarat'))
    const look = () => requestAnimationFrame((now) => {
      if (isThere()) window.decided.push(now - timeStamp)
      else look()
    })
    look()
  }, { capture: true })`

async function readDecisions(browser: Browser, address: string, isSlowCpu: boolean, count: number): Promise<number[]> {
  const { page, close } = await openPage(browser, { address, as: 'verifikator', isSlowCpu })
  try {
    await page.goto(QUEUE)
    await page.getByRole('button', { name: 'Ambil berikutnya' }).waitFor()
    await page.keyboard.press('n')
    const fits = page.getByRole('button', { name: 'Memenuhi syarat' })
    await fits.waitFor()
    await page.evaluate(WATCH_DECISIONS)
    const seen = (): Promise<number[]> => page.evaluate('window.decided') as Promise<number[]>
    for (let done = 0; done < count; done += 1) {
      // As long as a reviewer reads at the least: what the next case shows is fetched meanwhile.
      await page.waitForTimeout(1_500)
      await page.keyboard.press('m')
      await page.keyboard.press('Enter')
      await until(seen, (times) => times.length > done)
    }
    const times = await seen()
    await page.keyboard.press('l')
    await page.getByRole('button', { name: 'Ambil berikutnya' }).waitFor()
    return times
  } finally {
    await close()
  }
}

/** From the answer to a claim until another reviewer, who looks at the queue and does nothing, sees that it is held. */
async function readClaims(browser: Browser, address: string, id: string): Promise<number[]> {
  const { page, close } = await openPage(browser, { address, as: 'supervisor', isSlowCpu: false })
  try {
    await page.goto(QUEUE)
    const held = page.getByText('Dipegang rekan')
    await page.getByRole('table').waitFor()
    const reviewer = await signIn(address, 'verifikator', DEMO_PASSWORD)
    const times: number[] = []
    for (let count = 0; count < CLAIMS; count += 1) {
      await reviewer.must('POST', `/api/v1/proposals/${id}/claim`, {})
      const begun = performance.now()
      await held.waitFor()
      times.push(performance.now() - begun)
      await reviewer.must('POST', `/api/v1/proposals/${id}/release`, {})
      await held.waitFor({ state: 'detached' })
    }
    return times
  } finally {
    await close()
  }
}

const spread = (times: readonly number[]): string =>
  `${Math.round(Math.min(...times))} - ${Math.round(Math.max(...times))} ms in ${times.length}`

/** What the console costs people: bytes, the time until something can be typed, until the next case, until a claim is seen. */
export const consolePart: Part = async ({ quick }) => {
  const server = await startBenchServer()
  const stops: (() => Promise<void>)[] = [() => server.stop()]
  try {
    const product = await startProduct({ name: 'product-console', server, roles: 'all' })
    stops.push(product.stop)
    const { address } = product
    const browser = await launchBrowser()
    stops.push(() => browser.close())
    const ids = await fillQueue(address)
    const claims = await readClaims(browser, address, ids.at(-1) ?? '')
    const decisions = await readDecisions(browser, address, false, quick ? 2 : 5)
    const slowDecisions = await readDecisions(browser, address, true, quick ? 2 : 5)
    const visits = await readVisits(browser, address, quick ? 1 : VISIT_ROUNDS)
    return {
      part: 'console',
      figures: [
        ...scriptSizes(),
        ...Object.entries(visits).map(([name, readings]) => {
          const times = readings.map(({ milliseconds }) => milliseconds)
          const requests = median(readings.map((one) => one.requests))
          return stated(
            `${name}: until the first input`,
            `${Math.round(median(times))} ms (${spread(times)}), ${requests} requests`,
          )
        }),
        atMost('decision until the next case is visible, median', median(decisions), 300, 'ms'),
        stated('the same, all', spread(decisions)),
        stated(
          `the same, ${CPU_SLOWER}x slower CPU`,
          `${Math.round(median(slowDecisions))} ms (${spread(slowDecisions)})`,
        ),
        atMost('claim until another reviewer sees it, longest', Math.max(...claims), 2000, 'ms'),
        stated('the same, median and all', `${Math.round(median(claims))} ms (${spread(claims)})`),
      ],
      details: { visits, decisions, slowDecisions, claims, slow3g: SLOW_3G, cpuSlower: CPU_SLOWER },
    }
  } finally {
    for (const stop of stops.toReversed()) await stop()
  }
}
