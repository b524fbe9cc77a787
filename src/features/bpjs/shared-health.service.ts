import type { Logger } from 'pino'
import type { BpjsHealth } from '../../contracts/api/bpjs.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Db } from '../database.ts'
import { newsAtOf, pulseOf } from './pulse.domain.ts'
import { findHealth, storeHealth } from './shared-health.repository.ts'

/** The same news again is written at most so often, other news at once. */
const EVERY_MS = 5_000

export type SharedHealth = {
  /** After every question: tells the other processes when there is something to tell. Waits for nothing. */
  note(): void
  /** The newest that any process knows. */
  read(): Promise<BpjsHealth>
  /** Resolves when nothing is being written. */
  close(): Promise<void>
}

/** `own`: how this process's connection is doing. */
export function createSharedHealth(deps: {
  db: Db
  clock: Clock
  logger: Logger
  own: () => BpjsHealth
}): SharedHealth {
  const { db, clock, logger, own } = deps
  let told = { pulse: '', at: 0 }
  let writing: Promise<void> | null = null

  const write = async (health: BpjsHealth, newsAt: string): Promise<void> => {
    try {
      await storeHealth(db, health, newsAt)
    } catch (error) {
      logger.debug({ errorName: error instanceof Error ? error.name : 'unknown' }, 'health of BPJS not told')
    }
  }

  const note = (): void => {
    const health = own()
    const newsAt = newsAtOf(health)
    if (newsAt === null || writing) return
    const pulse = JSON.stringify([pulseOf(health), health.breaker])
    const at = clock.now().getTime()
    if (pulse === told.pulse && at - told.at < EVERY_MS) return
    told = { pulse, at }
    writing = write(health, newsAt).then(() => {
      writing = null
      // What came meanwhile may be the last for a while.
      note()
    })
  }

  return {
    note,

    async read() {
      const here = own()
      const there = await findHealth(db, here.source)
      const [ours, theirs] = [newsAtOf(here), there ? newsAtOf(there) : null]
      return there && theirs !== null && (ours === null || theirs > ours) ? there : here
    },

    async close() {
      while (writing) await writing
    },
  }
}
