import { sql } from 'kysely'
import type { AttemptOutcome, DeliveryProgress } from '../../contracts/api/webhooks.ts'
import type { Db } from '../database.ts'
import type { Attempt } from './attempts.domain.ts'

/** Whether endpoint `ep` hears of event `ev`. */
const HEARS = sql.raw(`(
  (ev.type = 'webhook.ping' AND ev.subject_id = ep.id)
  OR (ev.type = ANY (ep.events) AND (ep.region_code = ev.region_code OR starts_with(ev.region_code, ep.region_code || '.')))
)`)

/** What the composed events owe to whom. Repeatable. Answers with the endpoints that have something new. */
export async function addDeliveries(executor: Db, eventIds: readonly string[], now: Date): Promise<string[]> {
  const { rows } = await sql<{ endpointId: string }>`
    INSERT INTO webhook_delivery (endpoint_id, event_id, position, state, next_attempt_at)
    SELECT ep.id, ev.id, ev.position, 'pending', ${now}
    FROM webhook_event ev JOIN webhook_endpoint ep ON ${HEARS}
    WHERE ev.id = ANY(${eventIds}::uuid[]) AND ev.body IS NOT NULL
    ORDER BY ep.id, ev.position
    ON CONFLICT (endpoint_id, event_id) DO NOTHING
    RETURNING endpoint_id AS "endpointId"`.execute(executor)
  return [...new Set(rows.map(({ endpointId }) => endpointId))]
}

export type Claimed = { eventId: string; run: number; attempts: number; body: string }

/** Takes due deliveries, oldest first, for one attempt each. `attempts` counts the one that is about to be made. */
export async function claimDeliveries(
  executor: Db,
  claim: { endpointId: string; now: Date; until: Date; limit: number },
): Promise<Claimed[]> {
  const { rows } = await sql<Claimed>`
    UPDATE webhook_delivery AS d SET run = d.run + 1, attempts = d.attempts + 1, claimed_until = ${claim.until}
    FROM (
      SELECT event_id FROM webhook_delivery
      WHERE endpoint_id = ${claim.endpointId} AND state = 'pending' AND next_attempt_at <= ${claim.now}
        AND (claimed_until IS NULL OR claimed_until <= ${claim.now})
      ORDER BY next_attempt_at, position LIMIT ${claim.limit}
      FOR UPDATE SKIP LOCKED
    ) AS due JOIN webhook_event ev ON ev.id = due.event_id
    WHERE d.endpoint_id = ${claim.endpointId} AND d.event_id = due.event_id
    RETURNING d.event_id AS "eventId", d.run, d.attempts, ev.body`.execute(executor)
  return rows
}

/** What became of a claim; nothing, when somebody else has claimed or replayed it since. `nextAt` null: given up. */
export async function recordAttempt(
  executor: Db,
  claimed: Pick<Claimed, 'eventId' | 'run'> & { endpointId: string },
  attempt: Attempt,
  times: { at: Date; nextAt: Date | null },
): Promise<void> {
  const state: DeliveryProgress =
    attempt.outcome === 'delivered' ? 'delivered' : times.nextAt === null ? 'dead' : 'pending'
  await executor
    .updateTable('webhook_delivery')
    .set({
      state,
      outcome: attempt.outcome,
      http_status: attempt.httpStatus,
      duration_ms: attempt.durationMs,
      attempted_at: times.at,
      claimed_until: null,
      ...(times.nextAt && { next_attempt_at: times.nextAt }),
    })
    .where('endpoint_id', '=', claimed.endpointId)
    .where('event_id', '=', claimed.eventId)
    .where('run', '=', claimed.run)
    .execute()
}

/** When something of what an endpoint is owed is due next; null: nothing is owed. */
export async function findNextDue(executor: Db, endpointId: string): Promise<Date | null> {
  const { rows } = await sql<{ dueAt: Date | null }>`
    SELECT min(greatest(next_attempt_at, claimed_until)) AS "dueAt"
    FROM webhook_delivery WHERE endpoint_id = ${endpointId} AND state = 'pending'`.execute(executor)
  return rows[0]?.dueAt ?? null
}

export type ReplayRange = {
  endpointId: string
  eventId: string | null
  from: Date | null
  to: Date | null
  onlyDead: boolean
}

const replayable = (range: ReplayRange) => sql`
  FROM webhook_event ev JOIN webhook_endpoint ep ON ep.id = ${range.endpointId} AND ${HEARS}
  LEFT JOIN webhook_delivery d ON d.endpoint_id = ep.id AND d.event_id = ev.id
  WHERE ev.body IS NOT NULL AND d.state IS DISTINCT FROM 'pending'
    AND (${range.eventId}::uuid IS NULL OR ev.id = ${range.eventId}::uuid)
    AND (${range.from}::timestamptz IS NULL OR (ev.at >= ${range.from}::timestamptz AND ev.at < ${range.to}::timestamptz
      AND ev.type <> 'webhook.ping'))
    AND (NOT ${range.onlyDead}::boolean OR d.state = 'dead')`

/** How many events a replay would bring back. */
export async function countReplayable(executor: Db, range: ReplayRange): Promise<number> {
  const { rows } = await sql<{ count: number }>`SELECT count(*)::int AS count ${replayable(range)}`.execute(executor)
  return rows[0]?.count ?? 0
}

/** Owes them once more, with a fresh set of attempts. Answers how many; what is on its way already is left alone. */
export async function replayDeliveries(executor: Db, range: ReplayRange, now: Date): Promise<number> {
  const { rows } = await sql<{ eventId: string }>`
    INSERT INTO webhook_delivery AS present (endpoint_id, event_id, position, state, next_attempt_at)
    SELECT ep.id, ev.id, ev.position, 'pending', ${now}
    ${replayable(range)}
    ORDER BY ev.position
    ON CONFLICT (endpoint_id, event_id) DO UPDATE SET
      state = 'pending', attempts = 0, replays = present.replays + 1, next_attempt_at = ${now}, claimed_until = NULL,
      run = present.run + 1
    WHERE present.state <> 'pending'
    RETURNING event_id AS "eventId"`.execute(executor)
  return rows.length
}

/** Whether an endpoint hears, or heard, of this event. */
export async function isHeardOf(executor: Db, endpointId: string, eventId: string): Promise<boolean> {
  const { rows } = await sql`
    SELECT FROM webhook_event ev JOIN webhook_endpoint ep ON ep.id = ${endpointId} AND ${HEARS}
    WHERE ev.id = ${eventId}`.execute(executor)
  return rows.length > 0
}

export type DeliveryRow = {
  eventId: string
  position: number
  type: string
  at: Date
  subjectId: string
  state: DeliveryProgress
  attempts: number
  replays: number
  outcome: AttemptOutcome | null
  httpStatus: number | null
  durationMs: number | null
  attemptedAt: Date | null
  nextAttemptAt: Date
}

/** Newest event first. */
export async function listDeliveries(
  executor: Db,
  query: { endpointId: string; state: DeliveryProgress | undefined; before: number | undefined; limit: number },
): Promise<DeliveryRow[]> {
  let select = executor
    .selectFrom('webhook_delivery as d')
    .innerJoin('webhook_event as e', 'e.id', 'd.event_id')
    .select([
      'd.event_id as eventId',
      'd.position',
      'e.type',
      'e.at',
      'e.subject_id as subjectId',
      'd.state',
      'd.attempts',
      'd.replays',
      'd.outcome',
      'd.http_status as httpStatus',
      'd.duration_ms as durationMs',
      'd.attempted_at as attemptedAt',
      'd.next_attempt_at as nextAttemptAt',
    ])
    .where('d.endpoint_id', '=', query.endpointId)
    .orderBy('d.position', 'desc')
    .limit(query.limit)
  if (query.state !== undefined) select = select.where('d.state', '=', query.state)
  if (query.before !== undefined) select = select.where('d.position', '<', query.before)
  const rows = await select.execute()
  return rows.map((row) => ({
    ...row,
    state: row.state as DeliveryProgress,
    outcome: row.outcome as AttemptOutcome | null,
  }))
}
