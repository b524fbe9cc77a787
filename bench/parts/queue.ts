import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { encodeCursor } from '../../src/features/intake/list-cursor.ts'
import { generateCases, idsOf, placeOf, receiptOf } from '../harness/cases.ts'
import { median, quantile } from '../harness/figures.ts'
import { type Load, runLoad } from '../harness/load.ts'
import type { Part } from '../harness/part.ts'
import { paths } from '../harness/paths.ts'
import { familyCardOf, personOf, phoneOf } from '../harness/people.ts'
import { seedPlaces } from '../harness/places.ts'
import { signIn, startProduct } from '../harness/product.ts'
import { startProgram } from '../harness/program.ts'
import { atLeast, atMost, type Figure, stated } from '../harness/report.ts'
import { compare, medianOf, medianRatio, TIMING } from '../harness/rounds.ts'
import { type BenchServer, startBenchServer, withClient } from '../harness/server.ts'

const CASES = 1_000_000
const CONNECTIONS = 10
const REFERENCE = 'bare keyset route'
const QUEUE = 'new_review'
const REGION = '32.74'
const SEARCHES = 300
const QUICK = { rounds: 1, settleSeconds: 2, warmUpSeconds: 1, seconds: 2 }

type Depth = { dueAt: string; id: string }

/** Places all over the queue, as somebody deep in it would have them. */
async function drawDepths(server: BenchServer, count: number): Promise<Depth[]> {
  return await withClient(server.ownerUrl, async (client) => {
    const { rows } = await client.query<{ due_at: Date; proposal_id: string }>(
      'SELECT due_at, proposal_id FROM proposal_status WHERE queue = $1 AND region_code = $2 ORDER BY random() LIMIT $3',
      [QUEUE, REGION, count],
    )
    return rows.map((row) => ({ dueAt: row.due_at.toISOString(), id: row.proposal_id }))
  })
}

const roundRobin = <Item>(items: readonly Item[]): (() => Item) => {
  let next = 0
  return () => items[next++ % items.length] as Item
}

const get = (address: string, cookie: string | null, route: () => string): Load => ({
  address,
  connections: CONNECTIONS,
  next: () => ({ method: 'GET', path: route(), headers: cookie === null ? {} : { cookie } }),
})

async function timeRequests(address: string, cookie: string, routes: readonly string[]): Promise<number[]> {
  const times: number[] = []
  for (const route of routes) {
    const startedAt = performance.now()
    const response = await fetch(`${address}${route}`, { headers: { cookie } })
    const body = await response.text()
    times.push(performance.now() - startedAt)
    if (response.status !== 200) throw new Error(`${route.split('?')[0]} answered ${response.status}: ${body}`)
  }
  return times
}

async function measureCounts(server: BenchServer, address: string, cookie: string): Promise<Figure[]> {
  const exact = `SELECT state, coalesce(queue, '') AS queue, count(*) AS total FROM proposal_status
    WHERE region_code = '${REGION}' GROUP BY 1, 2`
  const live = `SELECT state, queue, sum(total) AS total FROM (
      SELECT state, queue, total FROM proposal_count WHERE region_code = '${REGION}'
      UNION ALL SELECT state, queue, change FROM proposal_count_delta WHERE region_code = '${REGION}') AS c
    GROUP BY 1, 2`
  const everywhere = exact.replace(/WHERE[^\n]*GROUP/u, 'GROUP')
  return await withClient(server.ownerUrl, async (client) => {
    const time = async (text: string): Promise<number> => {
      const times: number[] = []
      for (let run = 0; run < 15; run += 1) {
        const startedAt = performance.now()
        await client.query(text)
        times.push(performance.now() - startedAt)
      }
      return median(times)
    }
    const [liveMs, exactMs, everywhereMs] = [await time(live), await time(exact), await time(everywhere)]
    const sum = (rows: { total: string }[]): number => rows.reduce((all, row) => all + Number(row.total), 0)
    const difference = sum((await client.query(live)).rows) - sum((await client.query(exact)).rows)
    const overHttp = await timeRequests(
      address,
      cookie,
      Array.from({ length: 50 }, () => '/api/v1/queues'),
    )
    return [
      stated('counts of one kab/kota: live, exact', `${liveMs.toFixed(2)}, ${exactMs.toFixed(1)} ms`),
      stated('exact counts of everything', `${everywhereMs.toFixed(1)} ms`),
      atMost('live counts against an exact group-by of everything', liveMs / everywhereMs, 0.02),
      atMost('live and exact counts differ by', Math.abs(difference), 0, 'cases'),
      stated('GET /api/v1/queues, p50', `${median(overHttp).toFixed(1)} ms`),
    ]
  })
}

/** The queue of 200 reviewers' cases among a million, its counts, and exact search, over HTTP. */
export const queue: Part = async ({ quick }) => {
  const cases = quick ? 50_000 : CASES
  const home = path.join(paths.cache, `cases-${cases}`)
  mkdirSync(paths.cache, { recursive: true })
  const server = await startBenchServer({ home })
  const stops: (() => Promise<void>)[] = [() => server.stop()]
  try {
    const product = await startProduct({ name: 'product-queue', server, roles: 'api' })
    stops.push(product.stop)
    const marker = path.join(home, 'generated')
    const places = await seedPlaces(server)
    if (!existsSync(marker)) {
      console.log(`  generating ${cases} cases, kept in ${path.relative(paths.root, home)}`)
      await generateCases(server, { count: cases, from: 0, places, createdBy: 'bench', state: null })
      writeFileSync(marker, '')
    }
    const reference = await startProgram({
      name: 'reference-list',
      args: [path.join(paths.reference, 'list-route.ts')],
      settings: { DATABASE_URL: server.appUrl, NODE_ENV: 'production' },
    })
    stops.push(reference.stop)
    const cookie = await signIn(product.address, 'verifikator')
    const depths = roundRobin(await drawDepths(server, 1_000))
    const deep = (): string => {
      const { dueAt, id } = depths()
      return `/api/v1/proposals?queue=${QUEUE}&cursor=${encodeCursor('dueAt', dueAt, id)}`
    }
    const loads: [string, number, Load][] = [
      [REFERENCE, reference.pid, get(reference.address, null, () => '/page')],
      ['queue page 1', product.pid, get(product.address, cookie, () => `/api/v1/proposals?queue=${QUEUE}`)],
      ['queue, random depth', product.pid, get(product.address, cookie, deep)],
    ]
    const comparison = await compare(
      loads.map(([name, program, load]) => ({
        name,
        pids: { program, database: server.pid },
        run: (seconds) => runLoad(load, seconds),
      })),
      quick ? QUICK : TIMING,
    )
    const of = (name: string): Figure =>
      stated(
        name,
        `${Math.round(medianOf(comparison, name, (result) => result.perSecond))}/s, p50 ${medianOf(comparison, name, (result) => result.p50)}, p99 ${medianOf(comparison, name, (result) => result.p99)} ms`,
      )

    // The region's own cases: the first of ten kab/kota holds three tenths of all.
    const own = Array.from({ length: cases }, (_, number) => number)
      .filter((number) => number % 7 === 0 && placeOf(number, places).regionCode === REGION)
      .slice(0, SEARCHES)
    const searchesBy: Record<string, (number: number) => string> = {
      NIK: (number) => personOf(number, '3274').nik,
      KK: (number) => familyCardOf(number, '3274'),
      phone: (number) => `0${phoneOf(number).slice(2)}`,
      receipt: (number) => receiptOf(number, REGION),
      'a rare part of a name': (number) => personOf(number, '3274').fullName.slice(0, 14),
    }
    const searched: Figure[] = []
    for (const [kind, write] of Object.entries(searchesBy)) {
      const routes = own.map((number) => `/api/v1/proposals?q=${encodeURIComponent(write(number))}`)
      await timeRequests(product.address, cookie, routes.slice(0, 20))
      const times = await timeRequests(product.address, cookie, routes)
      const p95 = quantile(times, 0.95)
      const isExact = kind !== 'a rare part of a name'
      const label = `search by ${kind}, p95 over HTTP`
      searched.push(isExact ? atMost(label, p95, 10, 'ms') : stated(label, `${p95.toFixed(1)} ms`))
    }
    const found = await fetch(`${product.address}/api/v1/proposals?q=${personOf(own[0] ?? 0, '3274').nik}`, {
      headers: { cookie },
    })
    const { items } = (await found.json()) as { items: { id: string }[] }
    if (!items.some((item) => item.id === idsOf(own[0] ?? 0).proposalId))
      throw new Error('a search by NIK found nobody')

    return {
      part: 'queue',
      figures: [
        stated('cases', String(cases)),
        ...loads.map(([name]) => of(name)),
        atLeast(
          'queue page 1: requests/s',
          medianRatio(comparison, 'queue page 1', REFERENCE, (one) => one.perSecond),
          0.7,
        ),
        atMost(
          'random depth against page 1: p50',
          medianRatio(comparison, 'queue, random depth', 'queue page 1', (one) => one.p50),
          1.5,
        ),
        ...(await measureCounts(server, product.address, cookie)),
        ...searched,
      ],
      details: { server: server.version, comparison },
    }
  } finally {
    for (const stop of stops.toReversed()) await stop()
  }
}
