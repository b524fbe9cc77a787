import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Page } from 'playwright-core'
import { unpackTestChromium } from '../chromium.ts'
import { type PageConfig, type StandIn, startStandIn } from '../whatsapp-web/index.ts'
import { type ConsoleWorld, openConsoleWorld } from './console.ts'

/** The console of a product that sends by WhatsApp Web: the real library in a browser of its own, on the stand-in's page. */
export async function openWebConsole(page: Partial<PageConfig> = {}): Promise<{
  world: ConsoleWorld
  standIn: StandIn
  close(): Promise<void>
}> {
  const dataDirectory = mkdtempSync(path.join(tmpdir(), 'puntadewa-'))
  const standIn = await startStandIn(page)
  const world = await openConsoleWorld({
    DATA_DIR: dataDirectory,
    WHATSAPP_GATEWAY: 'web',
    WHATSAPP_WEB_CHROMIUM: await unpackTestChromium(),
    WHATSAPP_WEB_TEST_PAGE: standIn.address,
    WHATSAPP_WEB_NO_SANDBOX: 'true',
    WHATSAPP_QUIET_HOURS: 'off',
    WHATSAPP_JITTER_SECONDS: 'off',
  })
  return {
    world,
    standIn,
    async close() {
      await world.close()
      await standIn.close()
      await rm(dataDirectory, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

export const linkingCode = (page: Page) => page.getByRole('img', { name: 'Kode QR untuk menautkan WhatsApp' })
