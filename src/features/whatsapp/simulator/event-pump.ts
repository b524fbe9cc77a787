import type { Logger } from 'pino'
import type { Clock } from '../../../platform/clock.ts'
import type { Db } from '../../database.ts'
import { errorName } from '../error-name.ts'
import { type DueEvent, listNextEvents, postponeEvent, recordEventDone } from './simulator.repository.ts'

// Somebody in another process may write on a phone; two seconds is soon enough for a person and costs nothing.
const POLL_MS = 2_000
const BATCH = 50
const RETRY_MS = 1_000

export type EventPump = {
  start(): void
  stop(): Promise<void>
  /** Looks for due reports soon. */
  wake(): void
  /** Reports everything that is due and resolves when it is through, with when the next will be. */
  run(): Promise<Date | undefined>
}

/** Reports what is due of some kinds, marks it done afterwards, and so reports it again when it died in between. One run at a time. */
export function createEventPump(deps: {
  db: Db
  clock: Clock
  logger: Logger
  kinds: readonly DueEvent['kind'][]
  report(event: DueEvent): Promise<void>
}): EventPump {
  const { db, clock, logger, kinds } = deps
  let started = false
  let timer: NodeJS.Timeout | undefined
  let woken = false
  let ticking: Promise<void> = Promise.resolve()
  let running: Promise<unknown> = Promise.resolve()

  const reportOne = async (event: DueEvent): Promise<void> => {
    try {
      for (let time = 0; time < event.times; time++) await deps.report(event)
      await recordEventDone(db, event.id, clock.now())
    } catch (error) {
      logger.warn({ errorName: errorName(error) }, 'a simulated report was not taken')
      await postponeEvent(db, event.id, new Date(clock.now().getTime() + RETRY_MS))
    }
  }

  const reportDue = async (): Promise<Date | undefined> => {
    for (;;) {
      const events = await listNextEvents(db, { kinds, limit: BATCH })
      const now = clock.now()
      const due = events.filter(({ dueAt }) => dueAt <= now)
      if (due.length === 0) return events[0]?.dueAt
      for (const event of due) await reportOne(event)
    }
  }

  const schedule = (delayMs: number): void => {
    clearTimeout(timer)
    timer = started
      ? setTimeout(() => {
          ticking = tick()
        }, delayMs)
      : undefined
  }

  const tick = async (): Promise<void> => {
    woken = false
    try {
      const next = await run()
      const untilNext = next ? next.getTime() - clock.now().getTime() : POLL_MS
      schedule(woken ? 0 : Math.min(POLL_MS, Math.max(0, untilNext)))
    } catch (error) {
      // The database is away; the reports are in it and wait.
      logger.warn({ errorName: errorName(error) }, 'could not look for simulated reports')
      schedule(POLL_MS)
    }
  }

  const run = (): Promise<Date | undefined> => {
    const next = running.then(reportDue, reportDue)
    running = next.catch(() => {})
    return next
  }

  return {
    start() {
      started = true
      schedule(0)
    },
    async stop() {
      started = false
      clearTimeout(timer)
      await ticking
      await running
    },
    wake() {
      woken = true
      schedule(0)
    },
    run,
  }
}
