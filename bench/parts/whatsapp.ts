import { execFile } from 'node:child_process'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { median, summarise } from '../harness/figures.ts'
import type { Part } from '../harness/part.ts'
import { paths } from '../harness/paths.ts'
import { startProduct } from '../harness/product.ts'
import { stated } from '../harness/report.ts'
import { type BenchServer, startBenchServer, withClient } from '../harness/server.ts'

/** Sent, delivered and read of every message. */
const RECEIPTS_EACH = 3
/** Between residents who write; the work of one answer is done by then. */
const SPACING_MS = 25
/** Of one step. */
const PATIENCE_MS = 15_000
/** No round begins later: with the patience of its steps the part ends within three minutes on any machine. */
const LAST_ROUND_MS = 110_000

const run = promisify(execFile)

/**
 * Messages that the gateway took, and what the simulated company has to tell about them: all due at once, in no order. Nothing
 * opens what is sealed in them. `$1`: how many; `$2`: a word that no other round has.
 */
const FILL = `
  WITH made AS (
    SELECT gen_random_uuid() AS contact, gen_random_uuid() AS message, gen_random_uuid() AS on_phone, n FROM generate_series(1, $1::int) AS n
  ), contacts AS (
    INSERT INTO whatsapp_contact (id, phone_index, phone, created_at)
    SELECT contact, convert_to($2 || n, 'UTF8'), 'sealed', now() FROM made RETURNING id
  ), messages AS (
    INSERT INTO message (id, kind, essential, region_code, contact_id, recipient, body, reference, state, gateway, gateway_message_id,
      attempts, queued_at, sending_at, sent_at)
    SELECT message, 'notice', false, '32.74', contact, 'sealed', 'sealed', $2 || n, 'sent', 'simulator', on_phone::text,
      1, now(), now(), now()
    FROM made WHERE (SELECT count(*) FROM contacts) > 0 RETURNING id
  ), phones AS (
    INSERT INTO simulator_message (id, phone, from_resident, body, reference, fate, at)
    SELECT on_phone, $2 || n, false, 'Contoh', $2 || n, 'on_phone', now() FROM made WHERE (SELECT count(*) FROM messages) > 0 RETURNING id
  )
  INSERT INTO simulator_event (id, message_id, kind, at, due_at, times)
  SELECT gen_random_uuid(), on_phone, kind, now(), now(), 1
  FROM made, unnest(ARRAY['sent', 'delivered', 'read']) AS kind WHERE (SELECT count(*) FROM phones) > 0`

async function until(what: string, isDone: () => Promise<boolean>): Promise<void> {
  for (const end = performance.now() + PATIENCE_MS; performance.now() < end; await delay(50)) {
    if (await isDone()) return
  }
  throw new Error(`${what} does not end`)
}

/** Receipts a second, from the first that was taken until the last. */
async function takeReceipts(server: BenchServer, round: string, messages: number): Promise<number> {
  return await withClient(server.ownerUrl, async (client) => {
    await client.query('TRUNCATE simulator_event')
    await client.query(FILL, [messages, round])
    const isDone = async () => {
      const { rows } = await client.query('SELECT FROM simulator_event WHERE done_at IS NULL LIMIT 1')
      return rows.length === 0
    }
    await until('taking receipts', isDone)
    const { rows: read } = await client.query<{ total: number }>(
      `SELECT count(*)::int AS total FROM message WHERE starts_with(reference, $1) AND state = 'read'`,
      [round],
    )
    if (read[0]?.total !== messages) throw new Error(`${read[0]?.total} of ${messages} messages are read`)
    const { rows } = await client.query<{ seconds: number }>(
      'SELECT extract(epoch FROM max(done_at) - min(done_at))::float8 AS seconds FROM simulator_event',
    )
    return (messages * RECEIPTS_EACH - 1) / (rows[0]?.seconds ?? Number.NaN)
  })
}

const FIRST_REPLIES = `
  SELECT extract(epoch FROM min(reply.at) - written.at)::float8 * 1000 AS milliseconds
  FROM simulator_message AS written JOIN simulator_message AS reply ON reply.phone = written.phone AND NOT reply.from_resident
  WHERE written.phone = ANY($1::text[]) AND written.from_resident GROUP BY written.id`

/** Milliseconds from a resident's text until the answer stands on the phone; everybody writes once, from another phone. */
async function waitForReplies(server: BenchServer, address: string, phones: readonly string[]): Promise<number[]> {
  for (const from of phones) {
    const response = await fetch(`${address}/api/v1/simulator/messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ from, body: 'Halo' }),
    })
    if (response.status !== 201) throw new Error(`${from} cannot write: ${response.status} ${await response.text()}`)
    await response.arrayBuffer()
    await delay(SPACING_MS)
  }
  return await withClient(server.ownerUrl, async (client) => {
    const read = async () => (await client.query<{ milliseconds: number }>(FIRST_REPLIES, [phones])).rows
    await until('answering', async () => (await read()).length === phones.length)
    return (await read()).map((row) => row.milliseconds)
  })
}

async function runLimit(
  databaseUrl: string,
  jobs: number,
  singles: number,
): Promise<{ perSecond: number; p95: number }> {
  const { PATH = '', HOME = '' } = process.env
  const { stdout } = await run(process.execPath, [path.join(paths.reference, 'bullmq-limit.ts')], {
    cwd: paths.root,
    timeout: 2 * PATIENCE_MS,
    env: {
      PATH,
      HOME,
      NODE_ENV: 'production',
      DATABASE_URL: databaseUrl,
      JOBS: String(jobs),
      SINGLES: String(singles),
      SPACING_MS: String(SPACING_MS),
    },
  })
  const { seconds, waits } = JSON.parse(stdout) as { seconds: number; waits: number[] }
  return { perSecond: jobs / seconds, p95: summarise(waits).p95 }
}

type Result = { receipts: number; replyP50: number; replyP95: number; limit: number; limitP95: number }

/**
 * What a gateway reports and what residents write, on simulated phones, against the queue's own limit: empty BullMQ jobs on the
 * same server. Outside production, because only there somebody can write on a simulated phone; the rest is the real program.
 */
export const whatsapp: Part = async ({ quick, profile }) => {
  const rounds = quick || profile ? 1 : 3
  const startedAt = performance.now()
  const messages = quick ? 200 : 1_000
  const singles = quick ? 40 : 250
  const jobs = quick ? 1_000 : 5_000
  const server = await startBenchServer()
  const stops: (() => Promise<void>)[] = [() => server.stop()]
  try {
    const referenceUrl = await server.createDatabase('reference')
    const product = await startProduct({
      name: 'product-whatsapp',
      server,
      roles: 'api,worker,whatsapp',
      profile,
      settings: { NODE_ENV: 'development', BPJS_SOURCE: 'manual' },
    })
    stops.push(product.stop)
    let phones = 0
    const newPhones = (count: number): string[] =>
      Array.from({ length: count }, () => `62812${String(++phones).padStart(8, '0')}`)
    const measure = async (round: number): Promise<Omit<Result, 'limit' | 'limitP95'>> => {
      const receipts = await takeReceipts(server, `round-${round}-`, messages)
      const { p50, p95 } = summarise(await waitForReplies(server, product.address, newPhones(singles)))
      return { receipts, replyP50: p50, replyP95: p95 }
    }
    // Until everything hot is compiled.
    await takeReceipts(server, 'warm-up-', messages)
    await waitForReplies(server, product.address, newPhones(40))
    const results: Result[] = []
    for (let round = 0; round < rounds && performance.now() - startedAt < LAST_ROUND_MS; round += 1) {
      // The order turns every round: whoever runs second finds another cache.
      const before = round % 2 === 0 ? await runLimit(referenceUrl, jobs, singles) : undefined
      const measured = await measure(round)
      const { perSecond, p95 } = before ?? (await runLimit(referenceUrl, jobs, singles))
      const result = { ...measured, limit: perSecond, limitP95: p95 }
      results.push(result)
      console.log(
        `  round ${round + 1}: receipts ${Math.round(result.receipts)}/s, reply p50 ${result.replyP50.toFixed(1)}, p95 ${result.replyP95.toFixed(1)} ms; empty jobs ${Math.round(perSecond)}/s, wait p95 ${p95.toFixed(1)} ms`,
      )
    }
    const of = (read: (result: Result) => number): number => median(results.map(read))
    return {
      part: 'whatsapp',
      figures: [
        stated('receipts taken', `${Math.round(of((result) => result.receipts))}/s`),
        stated('empty BullMQ jobs, fifty at a time', `${Math.round(of((result) => result.limit))}/s`),
        stated('receipts against empty jobs', `${of((result) => result.receipts / result.limit).toFixed(2)} x`),
        stated(
          'inbound text to reply',
          `p50 ${of((result) => result.replyP50).toFixed(1)}, p95 ${of((result) => result.replyP95).toFixed(1)} ms`,
        ),
        stated('wait of a single empty job, p95', `${of((result) => result.limitP95).toFixed(1)} ms`),
        stated('reply p95 against it', `${of((result) => result.replyP95 / result.limitP95).toFixed(1)} x`),
      ],
      details: { server: server.version, messages, singles, jobs, results },
    }
  } finally {
    for (const stop of stops.toReversed()) await stop()
  }
}
