import type { Pool } from 'pg'
import type { Logger } from 'pino'
import { JOBS } from '../../../src/contracts/jobs/jobs.ts'
import type { Verification } from '../../../src/features/verification/index.ts'
import type { Clock } from '../../../src/platform/clock.ts'
import { createJobRunner } from '../../../src/platform/outbox/job-runner.ts'
import { claimDue } from '../../../src/platform/outbox/outbox.repository.ts'

const TOPIC = 'proposal.check'
const LEASE_MS = 60_000

/** Runs due checks of the real outbox in this process, one batch after the other, as a worker does. */
export function createCheckDriver(deps: {
  pool: Pool
  clock: Clock
  logger: Logger
  handler: Verification['checkProposals']
}): { drain(): Promise<void> } {
  const { pool, clock, logger, handler } = deps
  const { runQueued } = createJobRunner({
    relaxed: pool,
    durable: pool,
    clock,
    random: () => 0.5,
    logger,
    leaseMs: LEASE_MS,
    observer: {},
    findHandler: () => (items, context) =>
      handler(
        items.map((item) => ({ ...item, payload: JOBS[TOPIC].payload.parse(item.payload) })),
        context,
      ),
    onRequeued: () => {},
    stopping: new AbortController().signal,
  })
  return {
    async drain() {
      for (;;) {
        const now = clock.now()
        const { rows } = await claimDue(pool, {
          wanted: [{ topic: TOPIC, room: JOBS[TOPIC].batchSize, begin: 0 }],
          topics: [TOPIC],
          now,
          leaseUntil: new Date(now.getTime() + LEASE_MS),
          busy: true,
        })
        if (rows.length === 0) return
        await runQueued({ id: String(rows[0]?.id), name: TOPIC, data: { ids: rows.map((row) => row.id) } })
      }
    },
  }
}
