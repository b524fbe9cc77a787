import { execFile } from 'node:child_process'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { generateCases, idsOf } from '../harness/cases.ts'
import { median } from '../harness/figures.ts'
import type { Part } from '../harness/part.ts'
import { paths } from '../harness/paths.ts'
import { demoPlace } from '../harness/places.ts'
import { startProduct } from '../harness/product.ts'
import { startProgram } from '../harness/program.ts'
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

async function runReference(settings: Record<string, string>, jobs: number): Promise<number> {
  const { PATH = '', HOME = '' } = process.env
  const { stdout } = await run(process.execPath, [path.join(paths.reference, 'bullmq-pipeline.ts')], {
    cwd: paths.root,
    env: { PATH, HOME, NODE_ENV: 'production', JOBS: String(jobs), ...settings },
  })
  const { seconds, done } = JSON.parse(stdout) as { seconds: number; done: number }
  if (done !== jobs) throw new Error(`the reference finished ${done} of ${jobs}`)
  return jobs / seconds
}

/** From submitted to in_review with a membership service that takes 5 ms, against one BullMQ job per proposal. */
export const pipeline: Part = async ({ quick, profile }) => {
  const rounds = quick || profile ? 1 : 3
  const count = quick ? 2_000 : 20_000
  const jobs = quick ? 500 : 5_000
  const server = await startBenchServer()
  const stops: (() => Promise<void>)[] = [() => server.stop()]
  try {
    const mock = await startProgram({
      name: 'bpjs-mock',
      args: ['src/main.ts', 'start'],
      settings: {
        NODE_ENV: 'production',
        PROCESS_ROLES: 'bpjs-mock',
        BPJS_SOURCE: 'mock',
        BPJS_MOCK_PORT: '0',
        LOG_LEVEL: 'info',
      },
      ready: /"address":"(http:\/\/[\w.]+:\d+)"/,
    })
    stops.push(mock.stop)
    await fetch(`${mock.address}/control/faults`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ mode: 'delay', delayMs: LOOK_UP_MS }),
    })
    const redis = await startBenchRedis()
    if (redis) stops.push(redis.stop)
    const referenceUrl = await server.createDatabase('reference')
    const startWorker = () =>
      startProduct({
        name: 'product-worker',
        server,
        roles: 'api,worker',
        profile,
        settings: { BPJS_BASE_URL: mock.address, BPJS_CONCURRENCY: String(PRODUCT_LOOK_UPS) },
      })
    // Migrated by its first start; the cases of all rounds are there before the workers are.
    await (await startWorker()).stop()
    const place = await demoPlace(server)
    await generateCases(server, {
      from: 0,
      count: rounds * count,
      places: [place],
      createdBy: 'bench',
      state: 'submitted',
    })
    const product = await startWorker()
    stops.push(product.stop)

    const reference = { MOCK_ADDRESS: mock.address, DATABASE_URL: referenceUrl }
    const results: { product: number; postgres: number; redis: number | null }[] = []
    for (let round = 0; round < rounds; round += 1) {
      const measure = {
        product: () => runProduct(server, round * count, count),
        postgres: () => runReference(reference, jobs),
        redis: async () => (redis ? await runReference({ ...reference, REDIS_URL: redis.url }, 2 * jobs) : null),
      }
      const result: Record<string, number | null> = {}
      const order = ['postgres', 'product', 'redis'] as const
      for (const name of round % 2 === 0 ? order : order.toReversed()) {
        result[name] = await measure[name]()
        console.log(`  round ${round + 1} ${name}: ${Math.round(result[name] ?? Number.NaN)}/s`)
      }
      results.push({
        product: result['product'] ?? 0,
        postgres: result['postgres'] ?? 0,
        redis: result['redis'] ?? null,
      })
    }
    const speed = (name: keyof (typeof results)[number]): string =>
      `${Math.round(median(results.map((result) => result[name] ?? Number.NaN)))}/s`
    const figures = [
      stated('pipeline, BullMQ one job each, PostgreSQL', speed('postgres')),
      stated('pipeline, BullMQ one job each, Redis with AOF', redis ? speed('redis') : 'no Redis here'),
      stated('pipeline, product on PostgreSQL only', speed('product')),
      atLeast(
        'pipeline against BullMQ on PostgreSQL',
        median(results.map((result) => result.product / result.postgres)),
        4,
      ),
    ]
    if (redis) {
      const ratio = median(results.map((result) => result.product / (result.redis ?? Number.NaN)))
      figures.push(atLeast('pipeline against BullMQ on Redis', ratio, 1.5))
    }
    return { part: 'pipeline', figures, details: { server: server.version, count, jobs, results } }
  } finally {
    for (const stop of stops.toReversed()) await stop()
  }
}
