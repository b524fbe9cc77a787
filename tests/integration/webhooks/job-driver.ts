import type { Pool } from 'pg'
import type { Logger } from 'pino'
import { JOBS } from '../../../src/contracts/jobs/jobs.ts'
import type { WebhookJobs } from '../../../src/features/webhooks/index.ts'
import type { Clock } from '../../../src/platform/clock.ts'
import type { JobContext, JobItem } from '../../../src/platform/outbox/handlers.ts'
import {
  claimDue,
  type StartedRow,
  settleRuns,
  settleRunsWithin,
  startRuns,
} from '../../../src/platform/outbox/outbox.repository.ts'

export const LEASE_MS = 20_000
const TOPICS = ['webhooks.compose', 'webhooks.deliver'] as const

export type JobDriver = {
  /** Does everything that is due, until nothing is. Rejects with what a handler throws; its rows stay under their lease. */
  drain(): Promise<void>
}

/** Runs the jobs of the real outbox one after the other in this process, by the given clock. */
export function createJobDriver(deps: { pool: Pool; clock: Clock; logger: Logger; jobs: WebhookJobs }): JobDriver {
  const { pool, clock, logger, jobs } = deps
  const signal = new AbortController().signal

  const runTopic = async (topic: (typeof TOPICS)[number], ids: readonly number[]): Promise<void> => {
    const now = clock.now()
    const leaseUntil = new Date(now.getTime() + LEASE_MS)
    const rows = await startRuns(pool, { ids, topic, now, leaseUntil, renewBefore: leaseUntil })
    const context: JobContext = {
      signal,
      logger,
      settle: async (executor, settled) =>
        void (await settleRunsWithin(
          executor,
          rows.filter(({ id }) => settled.includes(id)),
        )),
      fail: (_, error) => {
        throw error
      },
      async each(items, _, work) {
        for (const item of items) await work(item)
      },
    }
    const toItem = <Payload>({ id, key, attempts }: StartedRow, payload: Payload): JobItem<Payload> => ({
      id,
      key,
      payload,
      attempt: attempts,
    })
    if (topic === 'webhooks.compose') {
      const parse = (row: StartedRow) => toItem(row, JOBS['webhooks.compose'].payload.parse(row.payload))
      await jobs['webhooks.compose'](rows.map(parse), context)
    } else {
      const parse = (row: StartedRow) => toItem(row, JOBS['webhooks.deliver'].payload.parse(row.payload))
      await Promise.all(rows.map((row) => jobs['webhooks.deliver'](parse(row), context)))
    }
    await settleRuns(pool, rows)
  }

  return {
    async drain() {
      for (;;) {
        const now = clock.now()
        const { rows } = await claimDue(pool, {
          wanted: TOPICS.map((topic) => ({ topic, room: 50, begin: 0 })),
          topics: [...TOPICS],
          now,
          leaseUntil: new Date(now.getTime() + LEASE_MS),
          busy: true,
        })
        if (rows.length === 0) return
        for (const topic of TOPICS) {
          const ids = rows.filter((row) => row.topic === topic).map((row) => row.id)
          if (ids.length > 0) await runTopic(topic, ids)
        }
      }
    },
  }
}
