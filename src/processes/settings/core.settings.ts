import { z } from 'zod'
import { isCalendarDate } from '../../contracts/primitives/calendar-day.ts'
import { address, flag, list, oneOf, port, text, timeZone, wholeNumber } from '../../platform/config/setting-types.ts'
import { parseKeyRing } from '../../platform/crypto/sealer.ts'
import { LOG_LEVELS } from '../../platform/log/logger.ts'
import { processRoles } from './process-roles.ts'

const POSTGRES_EXAMPLE = 'postgres://user:password@127.0.0.1:5432/puntadewa'

export const coreSettingsSchema = z.object({
  NODE_ENV: oneOf(['development', 'production', 'test']).default('development'),
  ENV_FILE: text().optional(),
  PROCESS_ROLES: processRoles().default(null),
  HOST: text().default('127.0.0.1'),
  PORT: port().default(3000),
  HEALTH_PORT: port().optional(),
  PUBLIC_URL: address(['http', 'https'], 'https://puntadewa.example.go.id').optional(),
  TRUSTED_PROXIES: list().default([]),
  RATE_LIMIT_FACTOR: wholeNumber(1, 10_000).default(1),
  EXPOSE_DOCS: flag().optional(),
  EXPOSE_METRICS: flag().optional(),
  TIME_ZONE: timeZone().default('Asia/Jakarta'),
  HOLIDAYS: list()
    .refine((days) => days.every(isCalendarDate), 'write days like 2026-12-25,2027-01-01')
    .default([]),
  DATA_DIR: text().default('.data'),
  DATABASE_URL: address(['postgres', 'postgresql'], POSTGRES_EXAMPLE).optional(),
  MIGRATION_DATABASE_URL: address(['postgres', 'postgresql'], POSTGRES_EXAMPLE).optional(),
  DATABASE_POOL_SIZE: wholeNumber(2, 200).default(10),
  DATABASE_STATEMENT_TIMEOUT_MS: wholeNumber(100, 3_600_000).default(30_000),
  REDIS_URL: address(['redis', 'rediss'], 'redis://127.0.0.1:6379').optional(),
  DATA_KEYS: text().refine(isKeyRing, 'write 1:<base64 of 32 bytes>, made by: openssl rand -base64 32').optional(),
  AUTH_SECRET: text().min(32, 'write at least 32 characters, made by: openssl rand -base64 32').optional(),
  DEMO: flag().optional(),
  DEMO_PASSWORD: text().min(12, 'write at least 12 characters').default('puntadewa-demo'),
  LOG_LEVEL: oneOf(LOG_LEVELS).default('info'),
  LOG_FORMAT: oneOf(['json', 'text']).optional(),
  SHUTDOWN_TIMEOUT_MS: wholeNumber(100, 600_000).default(20_000),
})

function isKeyRing(value: string): boolean {
  try {
    parseKeyRing(value)
    return true
  } catch {
    return false
  }
}
