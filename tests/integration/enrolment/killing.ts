import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { sql } from 'kysely'
import { ownEnvironment } from '../../../scripts/lib/own-environment.ts'
import type { EnrolmentWorld } from './enrolment-world.ts'

const PROCESS = path.join(import.meta.dirname, 'enrolment-process.ts')

export type Work = ['seal', batchId: string] | ['results', resultId: string] | ['recheck']

/** Another process goes on with the work until it stands before what somebody holds, and is killed there. */
export async function killBefore(world: EnrolmentWorld, work: Work, held: ReturnType<typeof sql>): Promise<void> {
  const { database, config } = world.whole
  const worker = spawn(process.execPath, [PROCESS, ...work], {
    env: ownEnvironment({
      DATABASE_URL: database.url,
      DEMO: 'true',
      BPJS_SOURCE: 'mock',
      BPJS_BASE_URL: world.mock.url,
      DATA_KEYS: config.secrets.dataKeys ?? '',
      AUTH_SECRET: config.secrets.authSecret ?? '',
    }),
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let complaint = ''
  worker.stderr.on('data', (chunk: Buffer) => {
    complaint += chunk.toString()
  })
  const ended = once(worker, 'close')
  await database.owner.transaction().execute(async (tx) => {
    // The product ends transactions that stand still; this one stands for as long as the worker takes.
    await sql`SET LOCAL idle_in_transaction_session_timeout = 0`.execute(tx)
    await sql`${held} FOR UPDATE`.execute(tx)
    const isWaiting = async (): Promise<boolean> => {
      const { rows } = await sql`
        SELECT FROM pg_stat_activity
        WHERE application_name = 'enrolment-process' AND datname = current_database() AND wait_event_type = 'Lock'`.execute(
        database.owner,
      )
      return rows.length > 0
    }
    while (!(await isWaiting())) {
      if (worker.exitCode !== null) throw new Error(`the worker ended by itself: ${complaint}`)
      await delay(20)
    }
    worker.kill('SIGKILL')
    await ended
  })
}
