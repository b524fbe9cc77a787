import { Kysely, PostgresDialect } from 'kysely'
import type { Pool, PoolClient } from 'pg'
import type { DB } from '../../../src/features/database.ts'
import type { WhatsAppGateway } from '../../../src/features/whatsapp/index.ts'
import { CRASH } from './job-driver.ts'

export type CrashPoint = {
  /** Counts one step of the worker; throws from the fatal one on, as nothing runs in a killed process. */
  step(): void
  readonly isDead: boolean
}

/** Kills at the `fatal`-th step. A step is a statement to the database (BEGIN and COMMIT too) or either side of a gateway call. */
export function createCrashPoint(fatal: number): CrashPoint {
  let steps = 0
  return {
    step() {
      steps++
      if (steps >= fatal) throw CRASH
    },
    get isDead() {
      return steps >= fatal
    },
  }
}

/** A database whose connections break with their process: an open transaction is rolled back by the server. */
export function createCrashingDatabase(pool: Pool, point: CrashPoint): Kysely<DB> {
  const watch = (client: PoolClient): PoolClient =>
    new Proxy(client, {
      get(target, property) {
        if (property === 'release') return () => target.release(point.isDead)
        if (property !== 'query') return Reflect.get(target, property, target)
        return async (text: string, values: unknown[]) => {
          point.step()
          return await target.query(text, values)
        }
      },
    })
  const connect = async (): Promise<PoolClient> => watch(await pool.connect())
  return new Kysely<DB>({ dialect: new PostgresDialect({ pool: { connect, end: async () => {}, options: {} } }) })
}

export function createCrashingGateway(gateway: WhatsAppGateway, point: CrashPoint): WhatsAppGateway {
  const around = async <Value>(call: () => Promise<Value>): Promise<Value> => {
    point.step()
    const value = await call()
    point.step()
    return value
  }
  return {
    ...gateway,
    resolve: (number) => around(() => gateway.resolve(number)),
    send: (message) => around(() => gateway.send(message)),
    lookUpByReference: (reference, to) => around(() => gateway.lookUpByReference(reference, to)),
  }
}
