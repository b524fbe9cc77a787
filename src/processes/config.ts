import path from 'node:path'
import type { Environment } from '../platform/config/environment.ts'
import { parseSettings } from '../platform/config/parse-settings.ts'
import { createSettingError } from '../platform/config/setting-error.ts'
import type { LoggerOptions } from '../platform/log/logger.ts'
import {
  type BpjsConfig,
  type BpjsMockConfig,
  bpjsSettingsSchema,
  parseBpjsSettings,
} from './settings/bpjs.settings.ts'
import { coreSettingsSchema } from './settings/core.settings.ts'
import { PROCESS_ROLES, type ProcessRole } from './settings/process-roles.ts'
import { parseWebhooksSettings, type WebhooksConfig, webhooksSettingsSchema } from './settings/webhooks.settings.ts'
import { parseWhatsappSettings, type WhatsappConfig, whatsappSettingsSchema } from './settings/whatsapp.settings.ts'

/** Everything a process may be told, checked. Times in milliseconds; null: not set, the embedded default applies. */
export type Config = {
  isProduction: boolean
  roles: readonly ProcessRole[]
  /** Absolute. */
  dataDirectory: string
  /** The installation's "today": look-ups, membership lists, the simulator page. Due dates use the region's own zone. */
  timeZone: string
  /** Days on which offices are closed: working hours pass them over. */
  holidays: ReadonlySet<string>
  demo: { isOn: boolean; password: string }
  http: {
    host: string
    port: number
    /** Where a process that holds data without the role `api` answers for its health; null: nowhere else than the API. */
    healthPort: number | null
    publicUrl: string | null
    trustedProxies: string[]
    /** Multiplies the RATE_LIMITS of contracts/rate-limits.ts: for machines that deliver in bulk, and for load tests. */
    rateLimitFactor: number
    open: { docs: boolean; metrics: boolean }
  }
  database: { url: string | null; ownerUrl: string | null; poolSize: number; statementTimeoutMs: number }
  redisUrl: string | null
  secrets: { dataKeys: string | null; authSecret: string | null }
  log: Pick<LoggerOptions, 'level' | 'format'>
  shutdownTimeoutMs: number
  bpjs: BpjsConfig
  bpjsMock: BpjsMockConfig
  /** Months whose lists keep their people, the present one included. */
  listMonthsKept: number
  whatsapp: WhatsappConfig
  webhooks: WebhooksConfig
}

/**
 * Checks the environment for the roles this process takes. Throws a SettingError for the first setting that is wrong or missing.
 * A role is asked only for what it uses: the mock alone needs no keys.
 */
export function loadConfig(environment: Environment): Config {
  const settings = parseSettings(coreSettingsSchema, environment)
  const isProduction = settings.NODE_ENV === 'production'
  const isDemo = settings.DEMO ?? (!isProduction && settings.DATABASE_URL === undefined)
  const { bpjs, mock, listMonthsKept } = parseBpjsSettings(environment, { isProduction, apiPort: settings.PORT })
  const runsHere =
    settings.PROCESS_ROLES ?? PROCESS_ROLES.filter((role) => role !== 'bpjs-mock' || bpjs.source === 'mock')
  const holdsData = runsHere.some((role) => role !== 'bpjs-mock')
  const whatsapp = parseWhatsappSettings(environment, {
    isProduction: isProduction && holdsData,
    isDemo,
    timeZone: settings.TIME_ZONE,
  })
  if (isProduction && holdsData) {
    requireInProduction(
      'DATA_KEYS',
      settings.DATA_KEYS,
      'write 1:<base64 of 32 bytes>, made by: openssl rand -base64 32',
    )
    if (runsHere.includes('api')) {
      requireInProduction('AUTH_SECRET', settings.AUTH_SECRET, 'write the output of: openssl rand -base64 32')
    }
  }
  if (settings.MIGRATION_DATABASE_URL !== undefined && settings.DATABASE_URL === undefined) {
    throw createSettingError('MIGRATION_DATABASE_URL', 'is of use only with DATABASE_URL; set both or none')
  }
  return {
    isProduction,
    roles: runsHere,
    dataDirectory: path.resolve(settings.DATA_DIR),
    timeZone: settings.TIME_ZONE,
    holidays: new Set(settings.HOLIDAYS),
    demo: { isOn: isDemo, password: settings.DEMO_PASSWORD },
    http: {
      host: settings.HOST,
      port: settings.PORT,
      healthPort: holdsData && !runsHere.includes('api') ? (settings.HEALTH_PORT ?? null) : null,
      publicUrl: settings.PUBLIC_URL ?? null,
      trustedProxies: settings.TRUSTED_PROXIES,
      rateLimitFactor: settings.RATE_LIMIT_FACTOR,
      open: { docs: settings.EXPOSE_DOCS ?? !isProduction, metrics: settings.EXPOSE_METRICS ?? !isProduction },
    },
    database: {
      url: settings.DATABASE_URL ?? null,
      ownerUrl: settings.MIGRATION_DATABASE_URL ?? settings.DATABASE_URL ?? null,
      poolSize: settings.DATABASE_POOL_SIZE,
      statementTimeoutMs: settings.DATABASE_STATEMENT_TIMEOUT_MS,
    },
    redisUrl: settings.REDIS_URL ?? null,
    secrets: { dataKeys: settings.DATA_KEYS ?? null, authSecret: settings.AUTH_SECRET ?? null },
    log: { level: settings.LOG_LEVEL, format: settings.LOG_FORMAT ?? (isProduction ? 'json' : 'text') },
    shutdownTimeoutMs: settings.SHUTDOWN_TIMEOUT_MS,
    bpjs,
    bpjsMock: mock,
    listMonthsKept,
    whatsapp,
    webhooks: parseWebhooksSettings(environment, { isProduction }),
  }
}

/** The names of all settings, in the order of `.env.example`. */
export const SETTING_NAMES: readonly string[] = [
  coreSettingsSchema,
  bpjsSettingsSchema,
  whatsappSettingsSchema,
  webhooksSettingsSchema,
].flatMap((schema) => Object.keys(schema.shape))

/** Names that look like ours and are not: most likely typing errors. */
export function listUnknownSettings(environment: Environment): string[] {
  const ours = /^(?:BPJS|WHATSAPP|WEBHOOK|DATA|DEMO|DATABASE|PROCESS|AUTH|EXPOSE|RATE)_/
  return Object.keys(environment).filter((name) => ours.test(name) && !SETTING_NAMES.includes(name))
}

function requireInProduction(setting: string, value: string | undefined, remedy: string): void {
  if (value === undefined) throw createSettingError(setting, `production does not start without it; ${remedy}`)
}
