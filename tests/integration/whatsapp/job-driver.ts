import pLimit from 'p-limit'
import type { Pool } from 'pg'
import type { Logger } from 'pino'
import { JOBS, type PayloadOf } from '../../../src/contracts/jobs/jobs.ts'
import type { WhatsappJobs } from '../../../src/features/whatsapp/index.ts'
import type { Clock } from '../../../src/platform/clock.ts'
import type { JobContext, JobItem } from '../../../src/platform/outbox/handlers.ts'
import {
  claimDue,
  recordFailures,
  type StartedRow,
  settleRuns,
  settleRunsWithin,
  startRuns,
} from '../../../src/platform/outbox/outbox.repository.ts'
import { errorCodeOf, judgeFailure } from '../../../src/platform/outbox/retry.ts'

export const LEASE_MS = 60_000
const TOPICS = ['whatsapp.compose', 'whatsapp.hear', 'whatsapp.report', 'whatsapp.identify', 'whatsapp.send'] as const
type DrivenTopic = (typeof TOPICS)[number]

export type JobDriver = {
  /** Does everything that is due, until nothing is; `concurrency` sends side by side, one unless said otherwise. Rejects with the crash when the worker dies; its rows stay under their lease. */
  drain(concurrency?: number): Promise<void>
  /** Only puts the notices of a household into messages. */
  compose(intakeId: string): Promise<void>
  /** One run of the `whatsapp.settle` schedule. */
  settle(): Promise<void>
}

/** Thrown by a crash: whoever sees it is dead and may not tidy up. */
export const CRASH = new Error('killed')

/** Runs the jobs of the real outbox one after the other in this process: the order is the same every time, and so is a crash. */
export function createJobDriver(deps: { pool: Pool; clock: Clock; logger: Logger; jobs: WhatsappJobs }): JobDriver {
  const { pool, clock, logger, jobs } = deps
  const signal = new AbortController().signal

  const runTopic = async (topic: DrivenTopic, ids: readonly number[], concurrency: number): Promise<void> => {
    const now = clock.now()
    const leaseUntil = new Date(now.getTime() + LEASE_MS)
    const rows = await startRuns(pool, { ids, topic, now, leaseUntil, renewBefore: leaseUntil })
    const failures = new Map<number, unknown>()
    const runsOf = (settled: readonly number[]): StartedRow[] => rows.filter((row) => settled.includes(row.id))
    const context: JobContext = {
      signal,
      logger,
      settle: async (executor, settled) => void (await settleRunsWithin(executor, runsOf(settled))),
      fail: (id, error) => void failures.set(id, error),
      async each(items, _, work) {
        for (const item of items) await work(item).catch((error: unknown) => context.fail(item.id, error))
      },
    }
    const toItem = <Payload>(row: StartedRow, payload: Payload): JobItem<Payload> => ({
      id: row.id,
      key: row.key,
      payload,
      attempt: row.attempts,
    })
    if (topic === 'whatsapp.compose') {
      const items = rows.map((row): JobItem<PayloadOf<'whatsapp.compose'>> => {
        return toItem(row, JOBS['whatsapp.compose'].payload.parse(row.payload))
      })
      await jobs['whatsapp.compose'](items, context)
    } else if (topic === 'whatsapp.report' || topic === 'whatsapp.hear') {
      const items = rows.map((row): JobItem<PayloadOf<'whatsapp.report'>> => {
        return toItem(row, JOBS[topic].payload.parse(row.payload))
      })
      await jobs[topic](items, context)
    } else if (topic === 'whatsapp.identify') {
      for (const row of rows) {
        const item = toItem(row, JOBS['whatsapp.identify'].payload.parse(row.payload))
        await jobs['whatsapp.identify'](item, context).catch((error: unknown) => context.fail(row.id, error))
      }
    } else {
      const limit = pLimit(concurrency)
      const sendOne = async (row: StartedRow): Promise<void> => {
        const item = toItem(row, JOBS['whatsapp.send'].payload.parse(row.payload))
        await jobs['whatsapp.send'](item, context).catch((error: unknown) => context.fail(row.id, error))
      }
      await Promise.all(rows.map((row) => limit(sendOne, row)))
    }
    for (const error of failures.values()) if (error === CRASH) throw CRASH
    const failed = rows.flatMap((row) => {
      const error = failures.get(row.id)
      if (error === undefined) return []
      const verdict = judgeFailure(error, row.attempts, JOBS[topic].retry, () => 0.5)
      const delayMs = verdict.kind === 'retry' ? verdict.delayMs : 0
      const state = verdict.kind === 'retry' ? ('open' as const) : ('dead' as const)
      const dueAt = new Date(clock.now().getTime() + delayMs)
      return [{ id: row.id, run: row.run, state, dueAt, errorCode: errorCodeOf(error) }]
    })
    if (failed.length > 0) await recordFailures(pool, failed)
    const done = rows.filter((row) => !failures.has(row.id))
    if (done.length > 0) await settleRuns(pool, done)
  }

  return {
    async drain(concurrency = 1) {
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
          if (ids.length > 0) await runTopic(topic, ids, concurrency)
        }
      }
    },
    async compose(intakeId) {
      const context: JobContext = {
        signal,
        logger,
        settle: async () => {},
        fail: (_, error) => {
          throw error
        },
        async each(items, _, work) {
          for (const item of items) await work(item)
        },
      }
      await jobs['whatsapp.compose']([{ id: 0, key: intakeId, payload: { intakeId }, attempt: 1 }], context)
    },
    settle: () => jobs['whatsapp.settle']({ signal, logger }),
  }
}
