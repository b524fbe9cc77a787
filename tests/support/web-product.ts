import { randomBytes } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { expect, onTestFinished } from 'vitest'
import { unpackTestChromium } from './chromium.ts'
import { createProductDatabase } from './database.ts'
import { type Product, startProduct } from './product.ts'
import { createTemporaryDirectory } from './temporary-directory.ts'
import { type PageConfig, startStandIn } from './whatsapp-web/index.ts'

export const PASSWORD = 'puntadewa-demo'

/** Processes with a text on their command line. */
async function listProcessesWith(text: string): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((entry) => /^\d+$/u.test(entry))
  const commands = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')))
  return commands.filter((command) => command.includes(text))
}

/**
 * The real program with `WHATSAPP_GATEWAY=web` on a database of its own: the real library in a real browser on the stand-in's page.
 * Texts leave at any hour and as fast as they can.
 */
export async function createWebProduct(page: Partial<PageConfig> = {}) {
  const standIn = await startStandIn(page)
  onTestFinished(() => standIn.close())
  const dataDirectory = createTemporaryDirectory()
  const { url: databaseUrl, drop } = await createProductDatabase()
  onTestFinished(drop)
  const settings = {
    DATABASE_URL: databaseUrl,
    DATA_DIR: dataDirectory,
    DATA_KEYS: `1:${randomBytes(32).toString('base64')}`,
    AUTH_SECRET: randomBytes(32).toString('base64'),
    DEMO: 'true',
    DEMO_PASSWORD: PASSWORD,
    BPJS_SOURCE: 'manual',
    WHATSAPP_GATEWAY: 'web',
    WHATSAPP_WEB_CHROMIUM: await unpackTestChromium(),
    WHATSAPP_WEB_TEST_PAGE: standIn.address,
    WHATSAPP_WEB_NO_SANDBOX: 'true',
    WHATSAPP_QUIET_HOURS: 'off',
    WHATSAPP_JITTER_SECONDS: 'off',
    WHATSAPP_WARM_UP: 'off',
    WHATSAPP_COLD_DAY_LIMIT: 'off',
    RATE_LIMIT_FACTOR: '1000',
  }
  return {
    standIn,
    databaseUrl,
    run(more: Record<string, string>): Product {
      const product = startProduct({ settings: { ...settings, ...more } })
      onTestFinished(async () => void (await product.end('SIGKILL')))
      return product
    },
    async expectNoBrowserLeft(): Promise<void> {
      await expect.poll(() => listProcessesWith(`--user-data-dir=${dataDirectory}`), { timeout: 20_000 }).toEqual([])
    },
  }
}
