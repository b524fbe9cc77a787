import type { z } from 'zod'
import { createSettingError } from '../../platform/config/setting-error.ts'
import { flag, text, wholeNumber } from '../../platform/config/setting-types.ts'

export const webSettings = {
  WHATSAPP_WEB_CHROMIUM: text().optional(),
  WHATSAPP_WEB_ARGS: text().optional(),
  WHATSAPP_WEB_TEST_PAGE: text()
    .regex(/^127\.0\.0\.1:\d{1,5}$/, 'write an address of this machine like 127.0.0.1:8443')
    .optional(),
  WHATSAPP_WEB_NO_SANDBOX: flag().default(false),
  WHATSAPP_WEB_MEMORY_MB: wholeNumber(200, 64_000).default(1_500),
}

/** The browser of `WHATSAPP_GATEWAY=web`. */
export type WhatsappWebConfig = {
  /** Path of Chromium; null: where systems have it. */
  chromium: string | null
  args: string[]
  /** A page that takes web.whatsapp.com's place, its certificate accepted: in tests only. */
  testPage: string | null
  noSandbox: boolean
  memoryLimitBytes: number
}

export function readWeb(
  settings: z.output<z.ZodObject<typeof webSettings>>,
  context: { isProduction: boolean },
): WhatsappWebConfig {
  if (context.isProduction && settings.WHATSAPP_WEB_TEST_PAGE !== undefined) {
    throw createSettingError('WHATSAPP_WEB_TEST_PAGE', 'production speaks to WhatsApp only; leave it out')
  }
  return {
    chromium: settings.WHATSAPP_WEB_CHROMIUM ?? null,
    args: settings.WHATSAPP_WEB_ARGS?.split(' ').filter(Boolean) ?? [],
    testPage: settings.WHATSAPP_WEB_TEST_PAGE ?? null,
    noSandbox: settings.WHATSAPP_WEB_NO_SANDBOX,
    memoryLimitBytes: settings.WHATSAPP_WEB_MEMORY_MB * 1024 * 1024,
  }
}
