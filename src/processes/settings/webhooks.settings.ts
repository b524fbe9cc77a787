import { z } from 'zod'
import type { Environment } from '../../platform/config/environment.ts'
import { parseSettings } from '../../platform/config/parse-settings.ts'
import { list } from '../../platform/config/setting-types.ts'

export const webhooksSettingsSchema = z.object({
  WEBHOOK_ALLOWED_HOSTS: list()
    .refine(
      (hosts) => hosts.every((host) => /^[\w.:-]+$/.test(host)),
      'write host names or addresses like siak.internal,10.1.2.3',
    )
    .default([]),
})

export type WebhooksConfig = {
  /** Receivers in our own networks that may be called. */
  allowedHosts: readonly string[]
  /** http to 127.0.0.1, when that is allowed. Never in production. */
  allowsLocalHttp: boolean
}

export function parseWebhooksSettings(environment: Environment, context: { isProduction: boolean }): WebhooksConfig {
  const settings = parseSettings(webhooksSettingsSchema, environment)
  return { allowedHosts: settings.WEBHOOK_ALLOWED_HOSTS, allowsLocalHttp: !context.isProduction }
}
