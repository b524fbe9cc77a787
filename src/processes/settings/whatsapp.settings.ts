import { z } from 'zod'
import { readIndonesianPhone } from '../../contracts/primitives/phone.ts'
import type { CloudSettings, PacingRules } from '../../features/whatsapp/index.ts'
import type { Environment } from '../../platform/config/environment.ts'
import { parseSettings } from '../../platform/config/parse-settings.ts'
import { createSettingError } from '../../platform/config/setting-error.ts'
import { oneOf, text, wholeNumber } from '../../platform/config/setting-types.ts'
import { cloudSettings, readCloud } from './whatsapp-cloud.settings.ts'
import { pacingSettings, readPacing } from './whatsapp-pacing.settings.ts'
import { readWeb, type WhatsappWebConfig, webSettings } from './whatsapp-web.settings.ts'

const GATEWAYS = ['simulator', 'web', 'cloud'] as const
const REMEDY = 'write web, cloud, or simulator, which reaches nobody'

export const whatsappSettingsSchema = z.object({
  WHATSAPP_GATEWAY: oneOf(GATEWAYS).optional(),
  WHATSAPP_SEND_TIMEOUT_MS: wholeNumber(1_000, 300_000).default(30_000),
  WHATSAPP_NUMBER: text()
    .refine(
      (value) => readIndonesianPhone(value) !== null,
      'write an Indonesian number like +62 812-3456-7890 or 0231 123456',
    )
    .optional(),
  WHATSAPP_MEDIA: oneOf(['off', 'receipt']).default('off'),
  WHATSAPP_BOT_PAUSE_MINUTES: wholeNumber(1, 1_440).default(60),
  ...webSettings,
  ...cloudSettings,
  ...pacingSettings,
})

/** No valid Indonesian number begins with 084: in a demo the link on a receipt is whole and reaches nobody. */
const DEMO_NUMBER = '6284000000000'

export type WhatsappConfig = {
  gateway: (typeof GATEWAYS)[number]
  sendTimeoutMs: number
  /** Of the office, E.164 digits: what receipts tell residents to write to. Null: nothing. */
  number: string | null
  /** The receipt goes under a picture of its code. */
  receiptPicture: boolean
  web: WhatsappWebConfig
  /** Null unless it is the gateway. */
  cloud: CloudSettings | null
  pacing: PacingRules
  botPauseMinutes: number
}

/** Production must name its gateway: a resident's notice that only a simulated phone receives would look sent. */
export function parseWhatsappSettings(
  environment: Environment,
  context: { isProduction: boolean; isDemo: boolean; timeZone: string },
): WhatsappConfig {
  const settings = parseSettings(whatsappSettingsSchema, environment)
  const gateway = settings.WHATSAPP_GATEWAY ?? (context.isProduction ? undefined : 'simulator')
  if (gateway === undefined) {
    throw createSettingError('WHATSAPP_GATEWAY', `production has no default; ${REMEDY}`)
  }
  const written = settings.WHATSAPP_NUMBER
  const madeUp = context.isDemo && gateway === 'simulator' ? DEMO_NUMBER : null
  const number = written === undefined ? madeUp : readIndonesianPhone(written)
  const web = readWeb(settings, context)
  const cloud = gateway === 'cloud' ? readCloud(settings) : null
  const pacing = readPacing(settings, { ...context, gateway })
  return {
    gateway,
    sendTimeoutMs: settings.WHATSAPP_SEND_TIMEOUT_MS,
    number,
    receiptPicture: settings.WHATSAPP_MEDIA === 'receipt',
    web,
    cloud,
    pacing,
    botPauseMinutes: settings.WHATSAPP_BOT_PAUSE_MINUTES,
  }
}
