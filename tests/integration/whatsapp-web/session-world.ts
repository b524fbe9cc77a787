import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import { pino } from 'pino'
import { vi } from 'vitest'
import type { DB } from '../../../src/features/database.ts'
import { createWebGateway, type WebGateway } from '../../../src/features/whatsapp/web/web.gateway.ts'
import { createSealer, parseKeyRing, type Sealer } from '../../../src/platform/crypto/sealer.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts'
import { createScriptedEngines, type ScriptedEngines } from './scripted-engine.ts'

// Rounds are quick, and the machine may be busy.
const SOON = { timeout: 20_000, interval: 20 }

/** A process that competes for the session, with a clock of its own. Its rounds come when a test says so. */
export type Holder = {
  gateway: WebGateway
  clock: FakeClock
  engines: ScriptedEngines
  forgotten: number
  orphansEnded: number
  /** What it was told about being able to send. */
  told: boolean[]
  /** One round, `times` times, a second apart, by its own clock. */
  rounds(times?: number): Promise<void>
  /** Rounds until it is connected. */
  connect(): Promise<void>
}

export type SessionWorld = {
  database: TestDatabase<DB>
  sealer: Sealer
  log(): string
  /** `isGone`: whom it takes for dead. */
  createHolder(name?: string, isGone?: (holder: string) => boolean): Holder
  /** Time passes in the database, where the lease is counted. */
  age(milliseconds: number): Promise<void>
  session(): Promise<{ holder: string | null; token: number; state: string; detail: string | null; generation: number }>
  reset(): Promise<void>
  close(): Promise<void>
}

export async function createSessionWorld(): Promise<SessionWorld> {
  const database = await createTestDatabase<DB>()
  const sealer = createSealer(parseKeyRing(`1:${randomBytes(32).toString('base64')}`))
  const lines: string[] = []
  const logger = pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) })
  const holders: Holder[] = []

  const stopAll = async (): Promise<void> => {
    await Promise.all(holders.splice(0).map((holder) => holder.gateway.stop()))
  }

  return {
    database,
    sealer,
    log: () => lines.join(''),

    createHolder(name = `machine/${holders.length + 1}`, isGone) {
      const clock = createFakeClock()
      const engines = createScriptedEngines()
      const gateway = createWebGateway({
        db: database.db,
        clock,
        sealer,
        logger,
        random: () => 0.5,
        holder: name,
        isGone,
        createEngine: engines.createEngine,
        async endOrphans() {
          holder.orphansEnded += 1
          return 0
        },
        async forgetProfile() {
          holder.forgotten += 1
        },
        memoryLimitBytes: 1_500_000_000,
      })
      const holder: Holder = {
        gateway,
        clock,
        engines,
        forgotten: 0,
        orphansEnded: 0,
        told: [],
        async rounds(times = 1) {
          for (let round = 0; round < times; round++) {
            await gateway.tick()
            clock.advance(1_000)
          }
        },
        async connect() {
          engines.script.connects = true
          await vi.waitFor(async () => {
            await holder.rounds()
            if (!(await gateway.health()).ready) throw new Error('not connected yet')
          }, SOON)
          await holder.rounds()
        },
      }
      gateway.onCanSend((canSend) => void holder.told.push(canSend))
      holders.push(holder)
      return holder
    },

    async age(milliseconds) {
      await sql`
        UPDATE whatsapp_session SET lease_until = lease_until - ${milliseconds} * interval '1 millisecond'
      `.execute(database.owner)
    },

    session: () =>
      database.owner
        .selectFrom('whatsapp_session')
        .select(['holder', 'token', 'state', 'detail', 'generation'])
        .executeTakeFirstOrThrow(),

    async reset() {
      await stopAll()
      await database.owner.deleteFrom('whatsapp_session_request').execute()
      await database.owner
        .updateTable('whatsapp_session')
        .set({ holder: null, lease_until: null, state: 'offline', detail: null })
        .execute()
    },

    async close() {
      await stopAll()
      await database.close()
    },
  }
}

export const text = (clock: FakeClock, changes: { notAfter?: Date } = {}) => ({
  to: '6281200000001@c.us',
  text: 'Pendaftaran Anda sudah kami terima. Ref ABC123',
  reference: 'ABC123',
  notAfter: new Date(clock.now().getTime() + 45_000),
  template: null,
  lastInboundAt: null,
  ...changes,
})
