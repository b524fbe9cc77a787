import { rm } from 'node:fs/promises'
import { hostname } from 'node:os'
import path from 'node:path'
import { nameHolder } from './session/holder.ts'
import { createWebGateway, type WebGateway, type WebGatewayDeps } from './web.gateway.ts'

const CLIENT_ID = 'main'

export type WebBrowserSettings = {
  /** Path of Chromium; null: where systems have it. */
  chromium: string | null
  args: readonly string[]
  /** Tests only: a page that takes web.whatsapp.com's place. */
  testPage: string | null
  noSandbox: boolean
  memoryLimitBytes: number
}

/**
 * The gateway to WhatsApp Web with the real library. Its profile lies under `dataDirectory`. Throws when there is no Chromium, with
 * what to do. Loads the library only here: it is large, and most processes never start a browser.
 */
export async function openWebGateway(
  deps: Pick<WebGatewayDeps, 'db' | 'clock' | 'sealer' | 'logger' | 'leaseMs'> & {
    /** Left out: this process, by the machine it runs on. */
    holder?: string
    dataDirectory: string
    browser: WebBrowserSettings
  },
): Promise<WebGateway> {
  const { browser, clock, logger } = deps
  const { createWhatsappWebEngine, endOrphans, findChromium } = await import('./engine/index.ts')
  const self = await nameHolder(hostname(), path.resolve(deps.dataDirectory))
  const profile = { dataPath: path.join(deps.dataDirectory, 'whatsapp-web'), clientId: CLIENT_ID }
  return createWebGateway({
    db: deps.db,
    clock,
    sealer: deps.sealer,
    logger,
    holder: deps.holder ?? self.name,
    isGone: self.isGone,
    leaseMs: deps.leaseMs,
    createEngine: createWhatsappWebEngine({
      ...profile,
      executablePath: await findChromium(browser.chromium ?? undefined),
      clock,
      logger,
      extraArguments: browser.args,
      noSandbox: browser.noSandbox,
      testPage: browser.testPage,
    }),
    endOrphans: () => endOrphans(profile),
    forgetProfile: () => rm(profile.dataPath, { recursive: true, force: true, maxRetries: 5 }),
    memoryLimitBytes: browser.memoryLimitBytes,
  })
}
