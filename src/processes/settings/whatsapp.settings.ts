import { z } from 'zod'
import type { Environment } from '../../platform/config/environment.ts'
import { parseSettings } from '../../platform/config/parse-settings.ts'
import { createSettingError } from '../../platform/config/setting-error.ts'
import { oneOf, wholeNumber } from '../../platform/config/setting-types.ts'

const GATEWAYS = ['simulator', 'web', 'cloud'] as const

export const whatsappSettingsSchema = z.object({
  WHATSAPP_GATEWAY: oneOf(GATEWAYS).optional(),
  WHATSAPP_SEND_TIMEOUT_MS: wholeNumber(1_000, 300_000).default(30_000),
})

export type WhatsappConfig = { gateway: 'simulator'; sendTimeoutMs: number }

/** Production must name its gateway: a resident's notice that only a simulated phone receives would look sent. */
export function parseWhatsappSettings(environment: Environment, context: { isProduction: boolean }): WhatsappConfig {
  const settings = parseSettings(whatsappSettingsSchema, environment)
  const gateway = settings.WHATSAPP_GATEWAY ?? (context.isProduction ? undefined : 'simulator')
  if (gateway === undefined) {
    throw createSettingError(
      'WHATSAPP_GATEWAY',
      'production has no default; this release has simulator only, which reaches nobody',
    )
  }
  if (gateway !== 'simulator') {
    throw createSettingError('WHATSAPP_GATEWAY', `${gateway} is not part of this release; write simulator`)
  }
  return { gateway, sendTimeoutMs: settings.WHATSAPP_SEND_TIMEOUT_MS }
}
