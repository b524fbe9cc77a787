import { z } from 'zod'
import type { Environment } from '../../platform/config/environment.ts'
import { parseSettings } from '../../platform/config/parse-settings.ts'
import { createSettingError } from '../../platform/config/setting-error.ts'
import { address, oneOf, port, text, wholeNumber } from '../../platform/config/setting-types.ts'

const SOURCES = ['mock', 'pcare', 'vclaim', 'list', 'manual'] as const

export const bpjsSettingsSchema = z.object({
  BPJS_SOURCE: oneOf(SOURCES).optional(),
  BPJS_BASE_URL: address(['https', 'http'], 'https://apijkn.bpjs-kesehatan.go.id/pcare-rest').optional(),
  BPJS_CONS_ID: text().optional(),
  BPJS_SECRET: text().optional(),
  BPJS_USER_KEY: text().optional(),
  BPJS_PCARE_USERNAME: text().optional(),
  BPJS_PCARE_PASSWORD: text().optional(),
  BPJS_PCARE_APP_CODE: text().default('095'),
  BPJS_TIMEOUT_MS: wholeNumber(100, 120_000).default(8_000),
  BPJS_CONCURRENCY: wholeNumber(1, 500).optional(),
  BPJS_LIST_MONTHS: wholeNumber(2, 120).default(13),
  BPJS_MOCK_HOST: text().default('127.0.0.1'),
  BPJS_MOCK_PORT: port().optional(),
})

type Shared = { timeoutMs: number; concurrency?: number }
type Credentials = {
  consId: string
  secret: string
  userKey: string
  pcareLogin?: { username: string; password: string; applicationCode: string }
}

export type BpjsConfig =
  | ({ source: 'pcare' | 'vclaim'; baseUrl: string; credentials: Credentials } & Shared)
  | ({ source: 'mock'; baseUrl: string } & Shared)
  | { source: 'list' }
  | { source: 'manual' }

export type BpjsMockConfig = { host: string; port: number }

/**
 * Production has no default that invents members: unless a source is named, officers record each check by hand.
 * `apiPort` places the mock beside the API.
 */
export function parseBpjsSettings(
  environment: Environment,
  context: { isProduction: boolean; apiPort: number },
): { bpjs: BpjsConfig; mock: BpjsMockConfig; listMonthsKept: number } {
  const settings = parseSettings(bpjsSettingsSchema, environment)
  const listMonthsKept = settings.BPJS_LIST_MONTHS
  const beside = context.apiPort === 0 || context.apiPort === 65_535 ? 0 : context.apiPort + 1
  const mock = { host: settings.BPJS_MOCK_HOST, port: settings.BPJS_MOCK_PORT ?? beside }
  const source = settings.BPJS_SOURCE ?? (context.isProduction ? 'manual' : 'mock')
  const shared: Shared = {
    timeoutMs: settings.BPJS_TIMEOUT_MS,
    ...(settings.BPJS_CONCURRENCY === undefined ? {} : { concurrency: settings.BPJS_CONCURRENCY }),
  }
  const required = (name: keyof typeof settings): string => {
    const value = settings[name]
    if (typeof value === 'string') return value
    throw createSettingError(name, `BPJS_SOURCE=${source} needs it; write what BPJS Kesehatan gave you`)
  }
  switch (source) {
    case 'list':
    case 'manual':
      return { bpjs: { source }, mock, listMonthsKept }
    case 'mock': {
      // With any free port the address is known only when the mock listens: the wiring fills it in.
      const baseUrl = settings.BPJS_BASE_URL ?? `http://127.0.0.1:${mock.port}`
      return { bpjs: { source, baseUrl, ...shared }, mock, listMonthsKept }
    }
    case 'pcare':
    case 'vclaim': {
      const credentials: Credentials = {
        consId: required('BPJS_CONS_ID'),
        secret: required('BPJS_SECRET'),
        userKey: required('BPJS_USER_KEY'),
      }
      if (source === 'pcare') {
        credentials.pcareLogin = {
          username: required('BPJS_PCARE_USERNAME'),
          password: required('BPJS_PCARE_PASSWORD'),
          applicationCode: settings.BPJS_PCARE_APP_CODE,
        }
      }
      return {
        bpjs: { source, baseUrl: checkedBaseUrl(required('BPJS_BASE_URL')), credentials, ...shared },
        mock,
        listMonthsKept,
      }
    }
  }
}

// Credentials and identity numbers must not travel in clear; a bare host name is a machine of one's own (a test server, a tunnel).
function checkedBaseUrl(value: string): string {
  const { protocol, hostname } = new URL(value)
  if (protocol === 'https:' || /^(?:127\.\d+\.\d+\.\d+|\[::1\]|[a-z\d-]+)$/.test(hostname)) return value
  throw createSettingError('BPJS_BASE_URL', 'write an https address; identity numbers do not travel in clear')
}
