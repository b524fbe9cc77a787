import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Client } from 'pg'
import { readCpuSeconds } from '../harness/cpu.ts'
import { median, summarise } from '../harness/figures.ts'
import type { Part } from '../harness/part.ts'
import { paths } from '../harness/paths.ts'
import { intakeBody } from '../harness/people.ts'
import { signIn, startProduct } from '../harness/product.ts'
import { atMost, stated } from '../harness/report.ts'
import { startBenchServer, withClient } from '../harness/server.ts'
import { createStartReader } from '../harness/starts.ts'

/**
 * The judged figure: singles this far apart. The work of one (check, notice, delivery, receipts) takes longer than that, so
 * the next one shares two cores with it.
 */
const SPACING_MS = 8
/** And for comparison singles that have the machine for themselves: the work of the last one is done, and a while passes. */
const ALONE_MS = 150
const WARM_UP = 300
const PATIENCE_MS = 30_000

/** One-row INSERT and commit on a connection of its own, as far apart as the registrations. */
async function measureInserts(client: Client, count: number, spacingMs: number): Promise<number[]> {
  await client.query('CREATE TABLE IF NOT EXISTS bench_insert (id uuid PRIMARY KEY, at timestamptz NOT NULL)')
  const times: number[] = []
  for (let index = 0; index < count; index += 1) {
    const startedAt = performance.now()
    await client.query({
      name: 'bench-insert',
      text: 'INSERT INTO bench_insert VALUES ($1, $2)',
      values: [randomUUID(), new Date()],
    })
    times.push(performance.now() - startedAt)
    if (spacingMs > 0) await delay(spacingMs)
  }
  return times
}

type Range = { from: number; count: number }

async function register(address: string, cookie: string, range: Range, pause: () => Promise<void>): Promise<void> {
  for (let number = range.from; number < range.from + range.count; number += 1) {
    const response = await fetch(`${address}/api/v1/intakes`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', cookie, 'idempotency-key': randomUUID() },
      body: intakeBody(number),
    })
    if (response.status !== 201) throw new Error(`registration refused: ${response.status} ${await response.text()}`)
    await response.arrayBuffer()
    await pause()
  }
}

/** Until nothing that is due is left to do. */
async function waitUntilDone(client: Client): Promise<void> {
  for (const end = performance.now() + PATIENCE_MS; performance.now() < end; await delay(20)) {
    const { rows } = await client.query(
      "SELECT FROM outbox WHERE state = 'open' AND (handed_at IS NOT NULL OR due_at <= now()) LIMIT 1",
    )
    if (rows.length === 0) return
  }
  throw new Error('the work of a registration does not end')
}

/** How long a lone registration waits for its first check, and what everything costs while nothing happens. */
export const latency: Part = async ({ quick, profile }) => {
  const singles = quick ? 100 : 300
  const idleSeconds = quick ? 10 : 60
  const server = await startBenchServer({ parameters: { track_commit_timestamp: 'on' } })
  const stops: (() => Promise<void>)[] = [() => server.stop()]
  try {
    const directory = await mkdtemp(path.join(tmpdir(), 'puntadewa-bench-starts-'))
    stops.push(() => rm(directory, { recursive: true }))
    const startsFile = path.join(directory, 'starts')
    const product = await startProduct({
      name: 'product-latency',
      server,
      roles: 'all',
      profile,
      preload: path.join(paths.harness, 'note-starts.ts'),
      settings: { BENCH_STARTS_FILE: startsFile },
    })
    stops.push(product.stop)
    const cookie = await signIn(product.address, 'petugas')
    const measured = await withClient(server.ownerUrl, async (client) => {
      const starts = createStartReader(startsFile, client)
      const tightly = () => delay(SPACING_MS)
      await register(product.address, cookie, { from: 0, count: WARM_UP }, tightly)
      await starts.read(WARM_UP)
      const results: { tight: number; spaced: number; p50: number; p95: number; p99: number }[] = []
      for (let round = 0; round < (quick ? 1 : 3); round += 1) {
        await delay(3_000)
        const tight = median(await measureInserts(client, singles, 0))
        const spaced = median(await measureInserts(client, singles, SPACING_MS))
        await register(product.address, cookie, { from: WARM_UP + round * singles, count: singles }, tightly)
        const waits = summarise(await starts.read(singles))
        results.push({ tight, spaced, ...waits })
        console.log(
          `  round ${round + 1}: INSERT ${tight.toFixed(2)} (${spaced.toFixed(2)} when ${SPACING_MS} ms apart), start after p50 ${waits.p50.toFixed(2)}, p99 ${waits.p99.toFixed(2)} ms`,
        )
      }
      const lone = { from: WARM_UP + results.length * singles, count: quick ? 20 : 60 }
      await register(product.address, cookie, lone, async () => {
        await waitUntilDone(client)
        await delay(ALONE_MS)
      })
      const alone = { ...summarise(await starts.read(lone.count)), insert: 0 }
      alone.insert = median(await measureInserts(client, lone.count, ALONE_MS))
      return { results, alone }
    })
    const { results: rounds, alone } = measured
    // Deliveries, roll-ups and the relay's last looks.
    await delay(quick ? 3_000 : 15_000)
    const pids = [product.pid, server.pid]
    const before = pids.map((pid) => readCpuSeconds([pid]))
    await delay(idleSeconds * 1000)
    const shares = pids.map((pid, index) => ((readCpuSeconds([pid]) - (before[index] ?? 0)) / idleSeconds) * 100)
    const [program = 0, database = 0] = shares
    const of = (read: (round: (typeof rounds)[number]) => number): number => median(rounds.map(read))
    return {
      part: 'latency',
      figures: [
        stated('one-row INSERT and commit, p50', `${of((round) => round.tight).toFixed(2)} ms`),
        stated(`the same, one every ${SPACING_MS} ms`, `${of((round) => round.spaced).toFixed(2)} ms`),
        stated(
          'commit to start of the first check',
          `p50 ${of((round) => round.p50).toFixed(2)}, p95 ${of((round) => round.p95).toFixed(2)}, p99 ${of((round) => round.p99).toFixed(2)} ms`,
        ),
        atMost(
          'wait p50 against INSERT',
          of((round) => round.p50 / round.tight),
          5,
        ),
        stated(
          `the same against an INSERT every ${SPACING_MS} ms`,
          `${of((round) => round.p50 / round.spaced).toFixed(1)} x`,
        ),
        stated('wait p99 against INSERT', `${of((round) => round.p99 / round.tight).toFixed(1)} x`),
        stated(
          `alone, ${ALONE_MS} ms after the work of the last one`,
          `p50 ${alone.p50.toFixed(2)}, p99 ${alone.p99.toFixed(2)} ms; an INSERT every ${ALONE_MS} ms ${alone.insert.toFixed(2)} ms`,
        ),
        stated('wait p50 alone against that INSERT', `${(alone.p50 / alone.insert).toFixed(1)} x`),
        atMost(`idle, share of a core over ${idleSeconds} s`, program + database, 1, '%'),
        stated('of it node, database', `${program.toFixed(2)} %, ${database.toFixed(2)} %`),
      ],
      details: { server: server.version, rounds, alone, idle: { program, database } },
    }
  } finally {
    for (const stop of stops.toReversed()) await stop()
  }
}
