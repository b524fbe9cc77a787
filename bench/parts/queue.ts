import path from 'node:path'
import { idsOf, placeOf, receiptOf } from '../harness/case-lines.ts'
import { median, quantile } from '../harness/figures.ts'
import { keptSizes, startKeptCases } from '../harness/kept-cases.ts'
import { type Load, runLoad } from '../harness/load.ts'
import type { Part } from '../harness/part.ts'
import { paths } from '../harness/paths.ts'
import { familyCardOf, personOf, phoneOf } from '../harness/people.ts'
import { seedPlaces } from '../harness/places.ts'
import { signIn, startProduct } from '../harness/product.ts'
import { startProgram } from '../harness/program.ts'
import { loadQueuePages, REGION, readPages } from '../harness/queue-pages.ts'
import { atLeast, atMost, type Figure, stated } from '../harness/report.ts'
import { compare, medianOf, medianRatio, TIMING } from '../harness/rounds.ts'
import { type BenchServer, withClient } from '../harness/server.ts'

const REFERENCE = 'bare keyset route'
const SEARCHES = 300
const PLAIN_REPEATS = 30
const COMMON_NAME = 'SITI'
const QUICK = { rounds: 1, settleSeconds: 2, warmUpSeconds: 1, seconds: 2 }

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
  const cases = keptSizes(quick).usual
  const server = await startKeptCases(cases)
  const stops: (() => Promise<void>)[] = [() => server.stop()]
  try {
    const product = await startProduct({ name: 'product-queue', server, roles: 'api' })
    stops.push(product.stop)
    const places = await seedPlaces(server)
    const reference = await startProgram({
      name: 'reference-list',
      args: [path.join(paths.reference, 'list-route.ts')],
      settings: { DATABASE_URL: server.appUrl, NODE_ENV: 'production' },
    })
    stops.push(reference.stop)
    const cookie = await signIn(product.address, 'verifikator')
    const { first, deep } = await loadQueuePages(server, product.address, cookie)
    const loads: [string, number, Load][] = [
      [REFERENCE, reference.pid, readPages(reference.address, null, () => '/page')],
      ['queue page 1', product.pid, first],
      ['queue, random depth', product.pid, deep],
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
    const supervisor = await signIn(product.address, 'supervisor')
    const common = `/api/v1/proposals?q=${COMMON_NAME}`
    for (const [what, reader, route] of [
      [`search by ${COMMON_NAME}, one of forty given names, p50 over HTTP`, cookie, common],
      ['page of late cases, p50 over HTTP', supervisor, '/api/v1/proposals?queue=late'],
    ] as const) {
      const times = await timeRequests(product.address, reader, Array(PLAIN_REPEATS).fill(route))
      searched.push(stated(what, `${median(times).toFixed(1)} ms`))
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
