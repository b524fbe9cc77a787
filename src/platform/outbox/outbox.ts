import { JOBS, type PayloadOf, type Topic } from '../../contracts/jobs/jobs.ts'
import type { Clock } from '../clock.ts'
import { columnsOf } from '../db/binary-array.ts'
import { preparedText } from '../db/prepared.ts'
import { AppError } from '../errors.ts'
import { queryRows, type SqlExecutor } from './executor.ts'
import type { StartedRow } from './outbox.repository.ts'

/** Work to be done after the caller's transaction has committed. `dueAt`: not before then; absent: at once. */
export type NewWork = {
  [T in Topic]: { topic: T; key: string; payload: PayloadOf<T>; dueAt?: Date }
}[Topic]

export type TopicStats = {
  topic: string
  waiting: number
  inFlight: number
  dead: number
  /** When the oldest row that waits became due; null when none is due. */
  oldestDueAt: Date | null
}

export type DeadWork = {
  id: number
  topic: string
  key: string
  attempts: number
  lastErrorCode: string | null
  createdAt: Date
}

const ADD = preparedText('SELECT public.outbox_add($1::text[], $2::text[], $3::jsonb[], $4::timestamptz[])')

/** How rows of the outbox stand that are begun by the statement that inserts them: `handed_at` and `started_at`, `due_at`. */
export type Begin = { startedAt: Date; leaseUntil: Date }

/**
 * SQL, evaluated in a statement that inserts rows: the commit wakes no relay, because the process tells its own. A commit that wakes wakes
 * every connection that listens, just when its own answer is on the way.
 */
export const RELAY_IS_TOLD = "set_config('puntadewa.relay_is_told', 'on', true)"

/** A slot that is kept for work about to be committed. One of the two ends it. */
export type ReservedSlot = Begin & {
  run(rows: readonly StartedRow[]): void
  giveBack(): void
}

/** What the relay of a process offers the producers in it. */
export type OwnRelay = {
  wake(): void
  /** A slot for a job of so many rows; null when none is free, and when rows had better gather. */
  reserve(topic: Topic, count: number): ReservedSlot | null
}

export type Outbox = {
  /**
   * Adds work inside the caller's transaction; a rollback leaves nothing, a commit wakes a relay. May be repeated: of one
   * (topic, key) one open row exists, a waiting one takes the earlier `dueAt`, one that a handler has started runs once
   * more. Add last in the transaction: rows of keys already open stay locked until it ends.
   * Refuses a payload its contract does not know (`internal_error`).
   */
  add(executor: SqlExecutor, rows: readonly NewWork[]): Promise<void>
  /** Tells the relay of this process, if it has one, of a commit: it need not wait for the database to say so. */
  announce(): void
  /**
   * For a statement that inserts its rows itself and commits. When this process has nothing better to do, `commit` is told to insert
   * `count` rows of the topic as begun, with run and attempts 1, and to return them: they run once it has resolved, with no relay
   * between; the statement may contain `RELAY_IS_TOLD`. Told null, it inserts them as rows that wait. Rejects as `commit` does;
   * rows that were committed all the same run when their lease ends.
   */
  addBegun(topic: Topic, count: number, commit: (begin: Begin | null) => Promise<readonly StartedRow[]>): Promise<void>
  /** Whom to tell. One relay at most; the last one stays. */
  attach(relay: OwnRelay): void
  /** Counts by topic, for metrics and operators. Reads all open rows: not for a request path. */
  stats(executor: SqlExecutor): Promise<TopicStats[]>
  /** Those of the keys whose work waits or is being done; of the others it is done or given up. */
  listOpen(executor: SqlExecutor, topic: Topic, keys: readonly string[]): Promise<Set<string>>
  /** Work given up, newest first. */
  listDead(executor: SqlExecutor, limit: number): Promise<DeadWork[]>
  /**
   * Puts one dead row back to work with a fresh set of tries. When the same work has been added again meanwhile, that row
   * does it and the dead one goes. Throws `not_found`; repeating it does so.
   */
  retryDead(executor: SqlExecutor, id: number): Promise<void>
}

/**
 * The producer's side of the outbox. Holds no connection: every call runs on the executor it is given.
 *
 * SQL functions may add work themselves: insert `topic`, `key`, `payload` (and `due_at` by the caller's clock, cut to
 * milliseconds) when the key is new, else call `outbox_add(topics, keys, payloads, due_at)`, all four arrays. A trigger
 * wakes a relay either way. Payloads written so are parsed when they are handled, and are dead when unknown.
 */
export function createOutbox(deps: { clock: Clock }): Outbox {
  let relay: OwnRelay | undefined
  return {
    announce: () => relay?.wake(),
    attach(given) {
      relay = given
    },

    async addBegun(topic, count, commit) {
      const slot = count > 0 ? (relay?.reserve(topic, count) ?? null) : null
      const rows = await commit(slot).catch((error: unknown) => {
        slot?.giveBack()
        throw error
      })
      slot?.run(rows)
      relay?.wake()
    },

    async add(executor, rows) {
      if (rows.length === 0) return
      const now = deps.clock.now()
      for (const { topic, payload } of rows) {
        const parsed = JOBS[topic].payload.safeParse(payload)
        if (!parsed.success) throw new AppError('internal_error', { details: { topic }, cause: parsed.error })
      }
      const column = columnsOf(rows)
      await queryRows(executor, ADD, [
        column('text', (row) => row.topic),
        column('text', (row) => row.key),
        column('jsonb', (row) => JSON.stringify(row.payload)),
        column('timestamptz', (row) => row.dueAt ?? now),
      ])
    },

    async stats(executor) {
      return await queryRows<TopicStats>(
        executor,
        `SELECT topic,
           (count(*) FILTER (WHERE state = 'open' AND handed_at IS NULL))::int AS waiting,
           (count(*) FILTER (WHERE state = 'open' AND handed_at IS NOT NULL))::int AS "inFlight",
           (count(*) FILTER (WHERE state = 'dead'))::int AS dead,
           min(due_at) FILTER (WHERE state = 'open' AND handed_at IS NULL AND due_at <= $1) AS "oldestDueAt"
         FROM public.outbox GROUP BY topic ORDER BY topic`,
        [deps.clock.now()],
      )
    },

    async listOpen(executor, topic, keys) {
      const rows = await queryRows<{ key: string }>(
        executor,
        `SELECT key FROM public.outbox WHERE topic = $1 AND key = ANY($2::text[]) AND state = 'open'`,
        [topic, [...keys]],
      )
      return new Set(rows.map((row) => row.key))
    },

    async listDead(executor, limit) {
      return await queryRows<DeadWork>(
        executor,
        `SELECT id, topic, key, attempts, last_error_code AS "lastErrorCode", created_at AS "createdAt"
         FROM public.outbox WHERE state = 'dead' ORDER BY id DESC LIMIT $1`,
        [limit],
      )
    },

    async retryDead(executor, id) {
      // One statement: the row leaves the dead and is added like new work, so that a row open meanwhile simply takes it.
      const revived = await queryRows<{ added: unknown }>(
        executor,
        `WITH revived AS (DELETE FROM public.outbox WHERE id = $1 AND state = 'dead' RETURNING topic, key, payload)
         SELECT public.outbox_add(ARRAY[topic], ARRAY[key], ARRAY[payload], ARRAY[$2::timestamptz]) AS added FROM revived`,
        [id, deps.clock.now()],
      )
      if (revived.length === 0) throw new AppError('not_found')
    },
  }
}
