import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { unpackTestChromium } from '../../tests/support/chromium.ts'
import { DEMO_PASSWORD } from './product.ts'

const PATIENCE_MS = 60_000
/** A counter PC or cheap phone, against the machine that measures. */
export const CPU_SLOWER = 4
/** "Slow 3G" of the developer tools of Chromium. */
export const SLOW_3G = { offline: false, latency: 2_000, downloadThroughput: 51_200, uploadThroughput: 51_200 }

export const launchBrowser = async (): Promise<Browser> =>
  chromium.launch({
    executablePath: await unpackTestChromium(),
    args: ['--no-sandbox', '--disable-dev-shm-usage'],
  })

export type OpenOptions = {
  address: string
  /** The username to be signed in as. */
  as?: string | undefined
  isSlowNetwork?: boolean
  isSlowCpu?: boolean
}

/** A browser's first page: nothing in its cache, slower where wanted. */
export async function openPage(browser: Browser, options: OpenOptions) {
  const { address, as, isSlowNetwork = false, isSlowCpu = true } = options
  const context: BrowserContext = await browser.newContext({ baseURL: address, locale: 'id-ID' })
  context.setDefaultTimeout(PATIENCE_MS)
  if (as !== undefined) {
    const data = { username: as, password: DEMO_PASSWORD }
    const answer = await context.request.post('/api/auth/sign-in/username', { data })
    if (!answer.ok()) throw new Error(`${as} cannot sign in: ${answer.status()}`)
  }
  const page: Page = await context.newPage()
  const devtools = await context.newCDPSession(page)
  await devtools.send('Network.enable')
  if (isSlowCpu) await devtools.send('Emulation.setCPUThrottlingRate', { rate: CPU_SLOWER })
  if (isSlowNetwork) await devtools.send('Network.emulateNetworkConditions', SLOW_3G)
  return { page, devtools, close: () => context.close() }
}
