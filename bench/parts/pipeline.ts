import { execFile } from 'node:child_process'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { idsOf } from '../harness/case-lines.ts'
import { generateCases } from '../harness/cases.ts'
import { median } from '../harness/figures.ts'
import type { Part } from '../harness/part.ts'
import { paths } from '../harness/paths.ts'
import { demoPlace } from '../harness/places.ts'
import { productSettings, startProduct } from '../harness/product.ts'
import { type Program, startProgram } from '../harness/program.ts'
import { startBenchRedis } from '../harness/redis.ts'
import { atLeast, stated } from '../harness/report.ts'
import { type BenchServer, startBenchServer, withClient } from '../harness/server.ts'

const LOOK_UP_MS = 5
/** Four jobs of fifty look up side by side; the service behind is said to take it. */
const PRODUCT_LOOK_UPS = 200
const PATIENCE_MS = 60_000

const run = promisify(execFile)

/** Proposals a second from the commit of their outbox rows until the last one is in review. */
async function runProduct(server: BenchServer, from: number, count: number): Promise<number> {
  const ids = Array.from({ length: count }, (_, index) => idsOf(from + index))
  return await withClient(server.ownerUrl, async (client) => {
    // Both promises of a registration: the check, and the notice that the papers have arrived.
    await client.query(
      `INSERT INTO outbox (topic, key, payload)
       SELECT 'proposal.check', id::text || '-1', jsonb_build_object('proposalId', id, 'version', 1) FROM unnest($1::uuid[]) AS id
       UNION ALL
       SELECT 'intake.received', id::text, jsonb_build_object('intakeId', id) FROM unnest($2::uuid[]) AS id`,
      [ids.map((id) => id.proposalId), ids.map((id) => id.intakeId)],
    )
    const startedAt = performance.now()
    for (;;) {
      const { rows } = await client.query(
        "SELECT FROM outbox WHERE topic = 'proposal.check' AND state = 'open' LIMIT 1",
      )
      if (rows.length === 0) break
      if (performance.now() - startedAt > PATIENCE_MS) throw new Error('the product does not finish its checks')
      await delay(20)
    }
    const seconds = (performance.now() - startedAt) / 1000
    const { rows } = await client.query<{ total: number }>(
      `SELECT count(*)::int AS total FROM proposal_status WHERE proposal_id = ANY($1::uuid[]) AND state = 'in_review'`,
      [ids.map((id) => id.proposalId)],
    )
    if (rows[0]?.total !== count) throw new Error(`${rows[0]?.total} of ${count} proposals are in review`)
    await waitUntilEmpty(server)
    return count / seconds
  })
}

/** The notices of the round, so that the next measurement has the machine for itself. */
async function waitUntilEmpty(server: BenchServer): Promise<void> {
  await withClient(server.ownerUrl, async (client) => {
    for (const end = performance.now() + PATIENCE_MS; performance.now() < end; await delay(50)) {
      const { rows } = await client.query("SELECT FROM outbox WHERE topic = 'intake.received' LIMIT 1")
      if (rows.length === 0) return
    }
  })
}

async function runReference(file: string, settings: Record<string, string>, jobs: number): Promise<number> {
  const { PATH = '', HOME = '' } = process.env
  const { stdout } = await run(process.execPath, [path.join(paths.reference, file)], {
    cwd: paths.root,
    env: { PATH, HOME, NODE_ENV: 'production', JOBS: String(jobs), ...settings },
  })
  const { seconds, done } = JSON.parse(stdout) as { seconds: number; done: number }
  if (done !== jobs) throw new Error(`the reference finished ${done} of ${jobs}`)
  return jobs / seconds
}

type Result = { product: number; checksPostgres: number; checksRedis: number; barePostgres: number; bareRedis: number }
const NAMES = [
  'checksPostgres',
  'product',
  'checksRedis',
  'barePostgres',
  'bareRedis',
] as const satisfies (keyof Result)[]

/**
 * From submitted to in_review with a membership service that takes 5 ms, against one BullMQ job per proposal: once with the
 * product's own checks in each job, once with the least a job can do (the same look-up, one statement).
 */
export const pipeline: Part = async ({ quick, profile }) => {
  const rounds = quick || profile ? 1 : 3
  const count = quick ? 5_000 : 15_000
  const jobs = quick ? 1_000 : 3_000
  const server = await startBenchServer()
  const stops: (() => Promise<void>)[] = [() => server.stop()]
  try {
    const mock = await startMock()
    stops.push(mock.stop)
    const redis = await startBenchRedis()
    if (redis) stops.push(redis.stop)
    const referenceUrl = await server.createDatabase('reference')
    const lookUps = { BPJS_BASE_URL: mock.address, BPJS_CONCURRENCY: String(PRODUCT_LOOK_UPS) }
    const startWorker = () =>
      startProduct({ name: 'product-worker', server, roles: 'api,worker', profile, settings: lookUps })
    // Migrated by its first start; the cases of all rounds are there before the workers are.
    await (await startWorker()).stop()
    const cases = createCaseNumbers()
    const place = await demoPlace(server)
    const total = (rounds + 1) * count + 2 * rounds * jobs
    await generateCases(server, { from: 0, count: total, places: [place], createdBy: 'bench', state: 'submitted' })
    const product = await startWorker()
    stops.push(product.stop)
    // A worker runs for weeks: its first thousands, while the code is compiled, say nothing about it.
    await runProduct(server, cases.take(count), count)

    const bare = { MOCK_ADDRESS: mock.address, DATABASE_URL: referenceUrl }
    const checks = {
      ...productSettings(server),
      ...lookUps,
      PROCESS_ROLES: 'worker',
      BPJS_CONCURRENCY: '50',
      QUEUE_DATABASE_URL: referenceUrl,
    }
    const runChecks = (extra: Record<string, string>): Promise<number> =>
      runReference('bullmq-checks.ts', { ...checks, ...extra, FROM: String(cases.take(jobs)) }, jobs)
    const measure: Record<keyof Result, () => Promise<number>> = {
      product: () => runProduct(server, cases.take(count), count),
      checksPostgres: () => runChecks({}),
      checksRedis: async () => (redis ? await runChecks({ QUEUE_REDIS_URL: redis.url }) : Number.NaN),
      barePostgres: () => runReference('bullmq-pipeline.ts', bare, jobs),
      bareRedis: async () =>
        redis ? await runReference('bullmq-pipeline.ts', { ...bare, REDIS_URL: redis.url }, jobs) : Number.NaN,
    }
    const results: Result[] = []
    for (let round = 0; round < rounds; round += 1) {
      const result: Result = { product: 0, checksPostgres: 0, checksRedis: 0, barePostgres: 0, bareRedis: 0 }
      for (const name of round % 2 === 0 ? NAMES : NAMES.toReversed()) {
        result[name] = await measure[name]()
        console.log(`  round ${round + 1} ${name}: ${Math.round(result[name])}/s`)
      }
      results.push(result)
    }
    const speed = (name: keyof Result): string => `${Math.round(median(results.map((result) => result[name])))}/s`
    const ratio = (name: keyof Result): number => median(results.map((result) => result.product / result[name]))
    const figures = [
      stated('pipeline, product on PostgreSQL only', speed('product')),
      stated('one BullMQ job each, the same checks, PostgreSQL', speed('checksPostgres')),
      stated('one BullMQ job each, bare, PostgreSQL', speed('barePostgres')),
      atLeast('pipeline against the same checks on PostgreSQL', ratio('checksPostgres'), 4),
      atLeast('pipeline against bare jobs on PostgreSQL', ratio('barePostgres'), 4),
    ]
    if (redis) {
      figures.push(
        stated('one BullMQ job each, the same checks, Redis with AOF', speed('checksRedis')),
        stated('one BullMQ job each, bare, Redis with AOF', speed('bareRedis')),
        atLeast('pipeline against the same checks on Redis', ratio('checksRedis'), 1.5),
        atLeast('pipeline against bare jobs on Redis', ratio('bareRedis'), 1.5),
      )
    }
    return { part: 'pipeline', figures, details: { server: server.version, count, jobs, results } }
  } finally {
    for (const stop of stops.toReversed()) await stop()
  }
}

/** Cases not yet used by anybody. */
function createCaseNumbers() {
  let next = 0
  return {
    take(count: number): number {
      next += count
      return next - count
    },
  }
}

async function startMock(): Promise<Program> {
  const mock = await startProgram({
    name: 'bpjs-mock',
    args: ['src/main.ts', 'start'],
    settings: { NODE_ENV: 'production', PROCESS_ROLES: 'bpjs-mock', BPJS_SOURCE: 'mock', BPJS_MOCK_PORT: '0' },
    ready: /"address":"(http:\/\/[\w.]+:\d+)"/,
  })
  await fetch(`${mock.address}/control/faults`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ mode: 'delay', delayMs: LOOK_UP_MS }),
  })
  return mock
}
