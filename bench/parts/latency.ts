import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Client } from 'pg'
import { median, summarise } from '../harness/figures.ts'
import type { Part } from '../harness/part.ts'
import { paths } from '../harness/paths.ts'
import { signIn, startProduct } from '../harness/product.ts'
import { register, waitUntilDone } from '../harness/registrations.ts'
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

/** How long a lone registration waits for its first check. */
export const latency: Part = async ({ quick, profile }) => {
  const singles = quick ? 100 : 300
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
      ],
      details: { server: server.version, rounds, alone },
    }
  } finally {
    for (const stop of stops.toReversed()) await stop()
  }
}
