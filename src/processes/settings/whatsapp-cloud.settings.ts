import { z } from 'zod'
import type { CloudSettings } from '../../features/whatsapp/index.ts'
import { createSettingError } from '../../platform/config/setting-error.ts'
import { address, text } from '../../platform/config/setting-types.ts'

export const cloudSettings = {
  WHATSAPP_CLOUD_PHONE_NUMBER_ID: z
    .string()
    .regex(/^\d{5,30}$/, 'write the id of the number, digits only')
    .optional(),
  WHATSAPP_CLOUD_TOKEN: text().optional(),
  WHATSAPP_CLOUD_APP_SECRET: text().optional(),
  WHATSAPP_CLOUD_VERIFY_TOKEN: text().min(16, 'write at least 16 random characters').optional(),
  WHATSAPP_CLOUD_API_VERSION: z
    .string()
    .regex(/^v\d{1,3}\.\d$/, 'write a version like v23.0')
    .optional(),
  WHATSAPP_CLOUD_BASE_URL: address(['https', 'http'], 'https://graph.facebook.com').default(
    'https://graph.facebook.com',
  ),
}

/** Every part is required, and none has a default: a wrong number would write to residents in another office's name. */
export function readCloud(settings: z.output<z.ZodObject<typeof cloudSettings>>): CloudSettings {
  const required = (name: keyof typeof settings, remedy: string): string => {
    const value = settings[name]
    if (typeof value === 'string') return value
    throw createSettingError(name, `WHATSAPP_GATEWAY=cloud needs it; ${remedy}`)
  }
  return {
    phoneNumberId: required('WHATSAPP_CLOUD_PHONE_NUMBER_ID', 'write the id that Meta shows beside the number'),
    token: required('WHATSAPP_CLOUD_TOKEN', 'write the access token of a system user of the business'),
    appSecret: required('WHATSAPP_CLOUD_APP_SECRET', "write the secret of the app from Meta's dashboard"),
    verifyToken: required(
      'WHATSAPP_CLOUD_VERIFY_TOKEN',
      'write a long random text, and the same where Meta asks for it',
    ),
    apiVersion: required('WHATSAPP_CLOUD_API_VERSION', 'write the version of the Graph API to use, like v23.0'),
    baseUrl: checkedBaseUrl(settings.WHATSAPP_CLOUD_BASE_URL),
  }
}

// The token and what residents are told must not travel in clear; this machine's own tests may.
function checkedBaseUrl(value: string): string {
  const { protocol, hostname } = new URL(value)
  if (protocol === 'https:' || hostname === '127.0.0.1') return value.replace(/\/+$/, '')
  throw createSettingError('WHATSAPP_CLOUD_BASE_URL', 'write an https address; only 127.0.0.1 may be called by http')
}
