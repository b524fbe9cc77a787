// R-bull: the least a job per proposal can do, 50 at a time. Each asks for the membership as the product does (same client, same
// mock), then writes state, journal, audit and notice in one statement. Prints how long `JOBS` jobs took.
import { Pool } from 'pg'
import { pino } from 'pino'
import { MOCK_CREDENTIALS } from '../../src/features/bpjs/mock/index.ts'
import { createProtocolClient } from '../../src/features/bpjs/protocol/client.ts'
import { systemClock } from '../../src/platform/clock.ts'
import { personOf } from '../harness/people.ts'
import { CONCURRENCY, timeJobs } from './bullmq-jobs.ts'

const POOL_SIZE = 20

const setting = (name: string): string => {
  const value = process.env[name]
  if (value === undefined) throw new Error(`${name} is not set`)
  return value
}
const databaseUrl = setting('DATABASE_URL')
const jobs = Number(setting('JOBS'))

const SCHEMA = `
  DROP TABLE IF EXISTS notice, audit, journal, proposal;
  CREATE TABLE proposal (number integer PRIMARY KEY, nik text NOT NULL, state text NOT NULL, membership text, changed_at timestamptz);
  CREATE INDEX ON proposal (nik);
  CREATE INDEX ON proposal (state, number);
  CREATE TABLE journal (number integer NOT NULL, action text NOT NULL, at timestamptz NOT NULL, PRIMARY KEY (number, action));
  CREATE TABLE audit (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, number integer NOT NULL, action text NOT NULL, at timestamptz NOT NULL);
  CREATE TABLE notice (number integer PRIMARY KEY, template text NOT NULL, at timestamptz NOT NULL)`

const FINISH = {
  name: 'finish',
  text: `
    WITH moved AS (UPDATE proposal SET state = 'in_review', membership = $2, changed_at = now() WHERE number = $1 RETURNING number),
      logged AS (INSERT INTO journal SELECT number, 'complete_checks', now() FROM moved),
      audited AS (INSERT INTO audit (number, action, at) SELECT number, 'check', now() FROM moved)
    INSERT INTO notice SELECT number, 'received', now() FROM moved`,
}

const pool = new Pool({ connectionString: databaseUrl, max: POOL_SIZE })
await pool.query(SCHEMA)
const people = Array.from({ length: jobs }, (_, number) => personOf(number))
await pool.query(
  `INSERT INTO proposal (number, nik, state)
   SELECT number - 1, nik, 'submitted' FROM unnest($1::text[]) WITH ORDINALITY AS u (nik, number)`,
  [people.map((person) => person.nik)],
)
await pool.query('VACUUM (ANALYZE) proposal')

const { consId, secret, userKey, ...pcareLogin } = MOCK_CREDENTIALS
const membership = createProtocolClient({
  settings: {
    protocol: 'pcare',
    baseUrl: `${setting('MOCK_ADDRESS')}/pcare-rest`,
    credentials: { consId, secret, userKey, pcareLogin },
    timeoutMs: 8_000,
    concurrency: CONCURRENCY,
  },
  clock: systemClock,
  timeZone: 'Asia/Jakarta',
  logger: pino({ level: 'silent' }),
})

const check = async (number: number): Promise<void> => {
  const answer = await membership.ask(people[number]?.nik ?? '', new Date(Date.now() + 10_000))
  await pool.query({ ...FINISH, values: [number, answer.kind] })
}

const seconds = await timeJobs(
  { databaseUrl, redisUrl: process.env['REDIS_URL'] },
  people.map((_person, number) => number),
  check,
)
const { rows } = await pool.query<{ done: number }>('SELECT count(*)::int AS done FROM notice')
console.log(JSON.stringify({ seconds, done: rows[0]?.done }))
process.exit(0)
