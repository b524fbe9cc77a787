import type { Pool } from 'pg'
import { preparedText } from '../db/prepared.ts'
import { queryRows, type SqlExecutor } from './executor.ts'

/** `lost`: a handler had begun and neither settled nor failed before the lease ended. */
export type ClaimedRow = { id: number; topic: string; run: number; attempts: number; lost: boolean }
export type StartedRow = {
  id: number
  topic: string
  key: string
  payload: unknown
  run: number
  attempts: number
}
/** Of one topic: how many rows to take at most, and how many of them to begin at once. */
export type Wanted = { topic: string; room: number; begin: number }
export type FailedRow = {
  id: number
  run: number
  state: 'open' | 'dead'
  dueAt: Date
  errorCode: string
}
export type RunRef = { id: number; run: number }

type ClaimAnswer = Omit<ClaimedRow, 'id'> & {
  id: number | null
  key: string | null
  payload: unknown
  begun: boolean
  next_due_at: Date | null
}

/**
 * Takes due rows of the given topics, at most `room` of each, and puts them under a lease; the first `begin` of them are
 * begun with it, as `startRuns` would, save those that a worker has lost. Rows that another relay is taking at this moment
 * are skipped. In the same round trip it tells producers that there is a relay to wake, and whether they must (`busy`: we
 * shall look by ourselves), and returns when the next row of all topics falls due.
 */
export async function claimDue(
  pool: Pool,
  args: { wanted: readonly Wanted[]; topics: string[]; now: Date; leaseUntil: Date; busy: boolean },
): Promise<{ rows: ClaimedRow[]; begun: StartedRow[]; nextDueAt: Date | null }> {
  const result = await pool.query<ClaimAnswer>({
    name: 'outbox_claim',
    text: `
      WITH due AS (
        SELECT picked.id, picked.lost, NOT picked.lost AND row_number() OVER (PARTITION BY wanted.topic) <= wanted.begin AS begins
        FROM unnest($1::text[], $2::int[], $7::int[]) AS wanted (topic, room, begin)
        CROSS JOIN LATERAL (
          SELECT id, started_at IS NOT NULL AS lost FROM public.outbox
          WHERE state = 'open' AND topic = wanted.topic AND due_at <= $4
          ORDER BY due_at, id LIMIT wanted.room
          FOR UPDATE SKIP LOCKED
        ) AS picked
      ), handed AS (
        UPDATE public.outbox SET handed_at = $4, started_at = CASE WHEN due.begins THEN $4 END, due_at = $5,
          run = run + due.begins::int, attempts = attempts + due.begins::int
        FROM due WHERE outbox.id = due.id
        RETURNING outbox.id, outbox.topic, outbox.run, outbox.attempts, due.lost, due.begins AS begun, outbox.key,
          CASE WHEN due.begins THEN outbox.payload END AS payload
      ), announced AS (
        UPDATE public.outbox_relay
        SET busy_until = CASE WHEN $6 THEN clock_timestamp() + interval '1 second' ELSE '-infinity' END,
          watched_until = clock_timestamp() + interval '30 seconds'
        WHERE ($6 AND busy_until < clock_timestamp() + interval '500 ms') OR (NOT $6 AND busy_until > '-infinity')
          OR watched_until < clock_timestamp() + interval '15 seconds'
      )
      SELECT id, topic, run, attempts, lost, begun, key, payload, NULL::timestamptz AS next_due_at FROM handed
      UNION ALL
      SELECT NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, (
        SELECT min(soonest.due_at) FROM unnest($3::text[]) AS known (topic)
        CROSS JOIN LATERAL (
          SELECT due_at FROM public.outbox
          WHERE state = 'open' AND topic = known.topic AND due_at > $4 ORDER BY due_at LIMIT 1
        ) AS soonest
      )`,
    values: [
      args.wanted.map((entry) => entry.topic),
      args.wanted.map((entry) => entry.room),
      args.topics,
      args.now,
      args.leaseUntil,
      args.busy,
      args.wanted.map((entry) => entry.begin),
    ],
  })
  const rows: ClaimedRow[] = []
  const begun: StartedRow[] = []
  let nextDueAt: Date | null = null
  for (const { id, topic, run, attempts, lost, ...row } of result.rows) {
    if (id === null) nextDueAt = row.next_due_at
    else if (row.begun) begun.push({ id, topic, run, attempts, key: row.key ?? '', payload: row.payload })
    else rows.push({ id, topic, run, attempts, lost })
  }
  return { rows: rows.sort((a, b) => a.id - b.id), begun: begun.sort((a, b) => a.id - b.id), nextDueAt }
}

/** Puts back the row that tells producers of relays: a crash of the database server empties its table. */
export async function ensureRelayRow(pool: Pool): Promise<void> {
  await pool.query('INSERT INTO public.outbox_relay DEFAULT VALUES ON CONFLICT DO NOTHING')
}

/** Takes back a claim whose jobs could not be put into the queue: the rows are due again at `dueAt`. */
export async function releaseClaim(
  pool: Pool,
  args: { rows: readonly RunRef[]; handedAt: Date; dueAt: Date },
): Promise<void> {
  await pool.query(
    `UPDATE public.outbox SET handed_at = NULL, due_at = $4
     FROM unnest($1::bigint[], $2::int[]) AS mine (id, run)
     WHERE outbox.id = mine.id AND outbox.run = mine.run AND state = 'open' AND handed_at = $3 AND started_at IS NULL`,
    [args.rows.map((row) => row.id), args.rows.map((row) => row.run), args.handedAt, args.dueAt],
  )
}

/** Ends claims of rows that shall not be handed over now: back to waiting until `dueAt`, or dead. */
export async function endClaims(pool: Pool, args: { rows: readonly FailedRow[]; handedAt: Date }): Promise<void> {
  const { rows } = args
  await pool.query(
    `UPDATE public.outbox SET handed_at = NULL, state = ended.state, due_at = ended.due_at, last_error_code = ended.code
     FROM unnest($1::bigint[], $2::int[], $3::text[], $4::timestamptz[], $5::text[]) AS ended (id, run, state, due_at, code)
     WHERE outbox.id = ended.id AND outbox.run = ended.run AND outbox.state = 'open' AND handed_at = $6
       AND started_at IS NULL`,
    [
      rows.map((row) => row.id),
      rows.map((row) => row.run),
      rows.map((row) => row.state),
      rows.map((row) => row.dueAt),
      rows.map((row) => row.errorCode),
      args.handedAt,
    ],
  )
}

/**
 * Makes rows due again that a job was to begin but could not lock, because a producer was just adding them again. Waits
 * for that producer. Without it they would lie there until their lease ends. Returns how many it found.
 */
export async function requeueMissed(
  pool: Pool,
  args: { ids: readonly number[]; topic: string; dueAt: Date },
): Promise<number> {
  const result = await pool.query(
    `UPDATE public.outbox SET handed_at = NULL, due_at = $3
     WHERE id = ANY($1::bigint[]) AND topic = $2 AND state = 'open' AND handed_at IS NOT NULL AND started_at IS NULL`,
    [args.ids, args.topic, args.dueAt],
  )
  return result.rowCount ?? 0
}

/**
 * Begins a run of those rows that are in flight and that nobody is working on. A row that was settled, waits for another
 * try or is being handled elsewhere is left out: a job that reaches the queue twice does nothing the second time.
 */
export async function startRuns(
  pool: Pool,
  args: { ids: readonly number[]; topic: string; now: Date; leaseUntil: Date; renewBefore: Date },
): Promise<StartedRow[]> {
  const result = await pool.query<StartedRow>({
    name: 'outbox_start',
    // due_at only moves when the lease is half over: otherwise no index entry changes and the update stays in its page.
    text: `
      WITH mine AS (
        SELECT id FROM public.outbox
        WHERE id = ANY($1::bigint[]) AND topic = $2 AND state = 'open'
          AND handed_at IS NOT NULL AND (started_at IS NULL OR due_at <= $3)
        ORDER BY id FOR UPDATE SKIP LOCKED
      )
      UPDATE public.outbox SET started_at = $3, run = run + 1, attempts = attempts + 1,
        due_at = CASE WHEN due_at < $5 THEN $4 ELSE due_at END
      FROM mine WHERE outbox.id = mine.id
      RETURNING outbox.id, outbox.topic, outbox.key, outbox.payload, outbox.run, outbox.attempts`,
    values: [args.ids, args.topic, args.now, args.leaseUntil, args.renewBefore],
  })
  return result.rows.sort((a, b) => a.id - b.id)
}

/** Moves the end of the lease of runs still going on. Returns how many it found. */
export async function renewLeases(pool: Pool, args: { runs: readonly RunRef[]; leaseUntil: Date }): Promise<number> {
  const result = await pool.query(
    `UPDATE public.outbox SET due_at = $3
     FROM unnest($1::bigint[], $2::int[]) AS mine (id, run)
     WHERE outbox.id = mine.id AND outbox.run = mine.run AND state = 'open' AND started_at IS NOT NULL`,
    [args.runs.map((row) => row.id), args.runs.map((row) => row.run), args.leaseUntil],
  )
  return result.rowCount ?? 0
}

/**
 * Ends runs for good. A row that was added again meanwhile stays and waits for its next run. Rows are locked before
 * they are judged, so that an add which commits at this moment is either seen here or finds no row and inserts one.
 */
const SETTLE = `
  WITH mine AS MATERIALIZED (
    SELECT outbox.id, outbox.rerun_at
    FROM unnest($1::bigint[], $2::int[]) AS wanted (id, run)
    JOIN public.outbox ON outbox.id = wanted.id AND outbox.run = wanted.run
    WHERE outbox.state = 'open' AND outbox.started_at IS NOT NULL
    ORDER BY outbox.id FOR UPDATE OF outbox
  ), again AS (
    UPDATE public.outbox
    SET due_at = mine.rerun_at, rerun_at = NULL, handed_at = NULL, started_at = NULL, attempts = 0
    FROM mine WHERE outbox.id = mine.id AND mine.rerun_at IS NOT NULL
    RETURNING outbox.id
  ), gone AS (
    DELETE FROM public.outbox USING mine WHERE outbox.id = mine.id AND mine.rerun_at IS NULL
    RETURNING outbox.id
  )
  SELECT id, true AS again FROM again UNION ALL SELECT id, false FROM gone`

export type SettledRow = { id: number; again: boolean }

/** Settles on the pool's own connection. Rows no longer ours are left alone and missing from the answer. */
export async function settleRuns(pool: Pool, runs: readonly RunRef[]): Promise<SettledRow[]> {
  const values = [runs.map((row) => row.id), runs.map((row) => row.run)]
  const result = await pool.query<SettledRow>({ name: 'outbox_settle', text: SETTLE, values })
  return result.rows
}

/** The same inside a handler's transaction. */
export async function settleRunsWithin(executor: SqlExecutor, runs: readonly RunRef[]): Promise<SettledRow[]> {
  return await queryRows<SettledRow>(executor, preparedText(SETTLE), [
    runs.map((row) => row.id),
    runs.map((row) => row.run),
  ])
}

/** Gives up runs that were begun but not worked on (the process is ending): due at once, as if never started. */
export async function releaseRuns(pool: Pool, args: { runs: readonly RunRef[]; dueAt: Date }): Promise<void> {
  await pool.query(
    `UPDATE public.outbox SET due_at = $3, handed_at = NULL, started_at = NULL, rerun_at = NULL,
       attempts = GREATEST(attempts - 1, 0)
     FROM unnest($1::bigint[], $2::int[]) AS mine (id, run)
     WHERE outbox.id = mine.id AND outbox.run = mine.run AND state = 'open' AND started_at IS NOT NULL`,
    [args.runs.map((row) => row.id), args.runs.map((row) => row.run), args.dueAt],
  )
}

/**
 * Ends failed runs: back to waiting until `dueAt`, or dead. One that was added again meanwhile starts anew then,
 * whatever the verdict. Rows no longer ours are left alone.
 */
export async function recordFailures(pool: Pool, rows: readonly FailedRow[]): Promise<void> {
  await pool.query({
    name: 'outbox_fail',
    text: `
      UPDATE public.outbox SET
        state = CASE WHEN rerun_at IS NULL THEN failed.state ELSE 'open' END,
        due_at = COALESCE(rerun_at, failed.due_at),
        attempts = CASE WHEN rerun_at IS NULL THEN attempts ELSE 0 END,
        rerun_at = NULL, handed_at = NULL, started_at = NULL, last_error_code = failed.code
      FROM unnest($1::bigint[], $2::int[], $3::text[], $4::timestamptz[], $5::text[])
        AS failed (id, run, state, due_at, code)
      WHERE outbox.id = failed.id AND outbox.run = failed.run AND outbox.state = 'open' AND outbox.started_at IS NOT NULL`,
    values: [
      rows.map((row) => row.id),
      rows.map((row) => row.run),
      rows.map((row) => row.state),
      rows.map((row) => row.dueAt),
      rows.map((row) => row.errorCode),
    ],
  })
}
