// R-bull-checks: the product's own checks (search for duplicates, format, membership, findings, journal), but as a direct build
// would run them: one BullMQ job per proposal, 50 at a time, no outbox. Prints how long `JOBS` of them took.
import { pino } from 'pino'
import { systemClock } from '../../src/platform/clock.ts'
import { readEnvironment } from '../../src/platform/config/environment.ts'
import { APP_ROLE } from '../../src/platform/db/app-role.ts'
import { createPool } from '../../src/platform/db/database.ts'
import { uuidIds } from '../../src/platform/ids.ts'
import type { JobContext } from '../../src/platform/outbox/index.ts'
import { loadConfig } from '../../src/processes/config.ts'
import { getSecrets } from '../../src/processes/secrets.ts'
import { createFeatures } from '../../src/processes/wiring/features.ts'
import { idsOf } from '../harness/case-lines.ts'
import { timeJobs } from './bullmq-jobs.ts'

const POOL_SIZE = 20

const setting = (name: string): string => {
  const value = process.env[name]
  if (value === undefined) throw new Error(`${name} is not set`)
  return value
}
const from = Number(setting('FROM'))
const jobs = Number(setting('JOBS'))
const url = setting('DATABASE_URL')

const config = loadConfig(readEnvironment())
const database = { url, ownerUrl: url, isEmbedded: false, existedBefore: true }
const log = pino({ level: 'silent' })
const pool = createPool({ url, role: APP_ROLE, poolSize: POOL_SIZE, applicationName: 'reference' }, () => {})
const secrets = await getSecrets(config)
const features = await createFeatures({ config, log, clock: systemClock, ids: uuidIds, database, ...secrets }, pool)

const context: JobContext = {
  async settle() {},
  fail(_id, error) {
    throw error
  },
  async each() {},
  signal: new AbortController().signal,
  logger: log,
}

const seconds = await timeJobs(
  { databaseUrl: setting('QUEUE_DATABASE_URL'), redisUrl: process.env['QUEUE_REDIS_URL'] },
  Array.from({ length: jobs }, (_, index) => idsOf(from + index).proposalId),
  (proposalId) =>
    features.verification.checkProposals(
      [{ id: 1, key: proposalId, payload: { proposalId, version: 1 }, attempt: 1 }],
      context,
    ),
)
console.log(JSON.stringify({ seconds, done: jobs }))
process.exit(0)
