import { randomUUID } from 'node:crypto'
import path from 'node:path'
import { generateCases } from '../harness/cases.ts'
import { type Load, runLoad } from '../harness/load.ts'
import type { Part } from '../harness/part.ts'
import { paths } from '../harness/paths.ts'
import { intakeBody } from '../harness/people.ts'
import { demoPlace } from '../harness/places.ts'
import { signIn, startProduct } from '../harness/product.ts'
import { startProgram } from '../harness/program.ts'
import { atLeast, atMost, type Figure, stated } from '../harness/report.ts'
import { type Comparison, type Contender, compare, medianOf, medianRatio, TIMING } from '../harness/rounds.ts'
import { type BenchServer, startBenchServer, withClient } from '../harness/server.ts'

const CONNECTIONS = 50
const REFERENCE = 'R-ins1'
const QUICK = { rounds: 1, settleSeconds: 4, warmUpSeconds: 1, seconds: 3 }
/** Long enough for everything hot to be compiled. */
const PROFILED = { rounds: 1, settleSeconds: 15, warmUpSeconds: 2, seconds: 8 }

/** Every household leaves exactly one row in each of these. */
const PRODUCT_ROWS = `SELECT
  (SELECT count(*) FROM intake) AS intake, (SELECT count(*) FROM proposal) AS proposal,
  (SELECT count(*) FROM proposal_status) AS status, (SELECT count(*) FROM idempotency_key) AS key,
  (SELECT count(*) FROM journal WHERE action = 'submit') AS journal,
  (SELECT count(*) FROM audit_event WHERE action = 'register_intake') AS audit`
/** Cases that are there before: an installation of some months. */
const HISTORY = 50_000
const REFERENCE_HISTORY = `INSERT INTO proposal (id, family_card_number, nik, full_name, birth_place, birth_date, sex, phone, street,
    village_code, state, created_at)
  SELECT gen_random_uuid(), (random() * 9e15)::bigint::text, (random() * 9e15)::bigint::text, 'SITI AMINAH ' || n, 'CIREBON',
    '1990-05-05', 'female', '0812' || n, 'Jl. Siliwangi 10', '32.74.01.1001', 'submitted', now() - n * interval '1 minute'
  FROM generate_series(1, $1::int) AS n`
/** The product's min_wal_size. */
const LOG_MEGABYTES = 1024
const REFERENCE_ROWS = 'SELECT (SELECT count(*) FROM proposal) AS proposal'

/**
 * A contender whose table rows are counted after each round. Requests that were under way when the load ended are stored
 * without having been answered: at most one a connection, and two loads a round.
 */
async function createContender(
  name: string,
  pids: Contender['pids'],
  load: Load,
  databaseUrl: string,
  countSql: string,
): Promise<Contender> {
  const count = async (): Promise<Record<string, number>> =>
    await withClient(databaseUrl, async (client) => {
      const { rows } = await client.query<Record<string, string>>(countSql)
      return Object.fromEntries(Object.entries(rows[0] ?? {}).map(([table, rowCount]) => [table, Number(rowCount)]))
    })
  const before = await count()
  let total = 0
  let uncounted = 0
  return {
    name,
    pids,
    run: (seconds) => runLoad(load, seconds),
    async check(answered) {
      total += answered
      uncounted += 2 * load.connections
      for (const [table, counted] of Object.entries(await count())) {
        const rows = counted - (before[table] ?? 0)
        if (rows < total || rows > total + uncounted) {
          throw new Error(`${name}: ${total} answered, but ${rows} rows of ${table}`)
        }
      }
    },
  }
}

function createLoad(address: string, route: string, cookie: string | null, from: number): Load {
  let number = from
  return {
    address,
    connections: CONNECTIONS,
    next() {
      number += 1
      return {
        method: 'POST',
        path: route,
        headers: {
          'content-type': 'application/json',
          ...(cookie === null ? {} : { cookie, 'idempotency-key': randomUUID() }),
        },
        body: intakeBody(number),
      }
    },
  }
}

function figuresOf(comparison: Comparison, name: string, isGoal: boolean): Figure[] {
  const speed = medianRatio(comparison, name, REFERENCE, (result) => result.perSecond)
  const p99 = medianRatio(comparison, name, REFERENCE, (result) => result.p99)
  const label = `intake, ${name}`
  const of = (which: string): string =>
    `${Math.round(medianOf(comparison, which, (result) => result.perSecond))}/s, p50 ${medianOf(comparison, which, (result) => result.p50)}, p99 ${medianOf(comparison, which, (result) => result.p99)} ms, CPU ${medianOf(comparison, which, (result) => result.programCpuMs).toFixed(2)} + ${medianOf(comparison, which, (result) => result.databaseCpuMs).toFixed(2)} ms a request`
  return [
    stated(REFERENCE, of(REFERENCE)),
    stated(label, of(name)),
    isGoal ? atLeast(`${label}: requests/s`, speed, 0.6) : stated(`${label}: requests/s`, `${speed.toFixed(2)} x`),
    isGoal ? atMost(`${label}: p99`, p99, 1.5) : stated(`${label}: p99`, `${p99.toFixed(2)} x`),
  ]
}

/**
 * Fills the write-ahead log once round, so that its files are there to be used again, as on a server that runs for weeks: making
 * a new one holds every commit up for 20 to 60 ms.
 */
async function fillLog(server: BenchServer): Promise<void> {
  await withClient(server.superuserUrl, async (client) => {
    for (let megabytes = 0; megabytes < LOG_MEGABYTES; megabytes += 8) {
      await client.query("SELECT pg_logical_emit_message(false, 'bench', repeat('x', 8 << 20))")
    }
    await client.query('CHECKPOINT')
  })
}

async function waitForQuiet(server: BenchServer): Promise<void> {
  await withClient(server.ownerUrl, async (client) => {
    const end = performance.now() + 60_000
    for (;;) {
      const { rows } = await client.query("SELECT FROM outbox WHERE topic = 'proposal.check' LIMIT 1")
      if (rows.length === 0 || performance.now() > end) return
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
  })
}

/** POST /api/v1/intakes with everything on, against the bare route: the API alone, and everything in one process. */
export const intake: Part = async ({ quick, profile }) => {
  const timing = profile ? PROFILED : quick ? QUICK : TIMING
  const server = await startBenchServer()
  const stops: (() => Promise<void>)[] = [() => server.stop()]
  try {
    const referenceUrl = await server.createDatabase('reference')
    const reference = await startProgram({
      name: 'reference-insert',
      args: [path.join(paths.reference, 'insert-route.ts')],
      settings: { DATABASE_URL: referenceUrl, NODE_ENV: 'production' },
    })
    stops.push(reference.stop)
    // Migrated by a first start, so that both sides begin with the same history and its statistics.
    await (await startProduct({ name: 'product-api', server, roles: 'api' })).stop()
    await generateCases(server, {
      from: 0,
      count: HISTORY,
      places: [await demoPlace(server)],
      createdBy: 'bench',
      state: null,
    })
    await withClient(referenceUrl, (client) =>
      client.query(REFERENCE_HISTORY, [HISTORY]).then(() => client.query('VACUUM ANALYZE')),
    )
    await fillLog(server)
    const bare = await createContender(
      REFERENCE,
      { program: reference.pid, database: server.pid },
      createLoad(reference.address, '/proposals', null, HISTORY),
      referenceUrl,
      REFERENCE_ROWS,
    )
    const product = await startProduct({ name: 'product-api', server, roles: 'api', profile })
    stops.push(product.stop)
    const cookie = await signIn(product.address, 'petugas')
    const api = await createContender(
      'api alone',
      { program: product.pid, database: server.pid },
      createLoad(product.address, '/api/v1/intakes', cookie, HISTORY),
      server.ownerUrl,
      PRODUCT_ROWS,
    )
    const alone = await compare([bare, api], timing)
    const perBatch = await withClient(server.ownerUrl, async (client) => {
      // Every statement that writes proposals appends one row of counts: one office, one state. The history appended none.
      const { rows } = await client.query<{ size: number }>(
        `SELECT ((SELECT n_tup_ins FROM pg_stat_user_tables WHERE relname = 'proposal') - $1)::float
          / (SELECT n_tup_ins FROM pg_stat_user_tables WHERE relname = 'proposal_count_delta') AS size`,
        [HISTORY],
      )
      return rows[0]?.size ?? 0
    })
    await stops.pop()?.()
    const figures = figuresOf(alone, 'api alone', true)
    figures.push(stated('households per statement', perBatch.toFixed(1)))
    if (profile) return { part: 'intake', figures, details: { server: server.version, alone } }

    // Everything in one process, workers busy with what arrives: the state of the table is a new one, so is the product's count.
    await withClient(server.ownerUrl, (client) => client.query('TRUNCATE outbox'))
    const all = await startProduct({ name: 'product-all', server, roles: 'all' })
    stops.push(all.stop)
    const everything: Contender = {
      name: 'all roles in one process',
      pids: { program: all.pid, database: server.pid },
      run: (seconds) => runLoad(load, seconds),
      check: () => waitForQuiet(server),
    }
    const load = createLoad(all.address, '/api/v1/intakes', await signIn(all.address, 'petugas'), 10_000_000)
    const together = await compare([bare, everything], { ...timing, rounds: quick ? 1 : 2 })
    figures.push(...figuresOf(together, everything.name, false))
    return { part: 'intake', figures, details: { server: server.version, alone, together } }
  } finally {
    for (const stop of stops.toReversed()) await stop()
  }
}
