import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import type { Logger } from 'pino'
import type { Actor, Role } from '../../../src/contracts/access.ts'
import type { AuditEvent } from '../../../src/contracts/audit-actions.ts'
import { type Bpjs, type BpjsSettings, createBpjs } from '../../../src/features/bpjs/index.ts'
import type { DB } from '../../../src/features/database.ts'
import { createSealer } from '../../../src/platform/crypto/sealer.ts'
import { uuidIds } from '../../../src/platform/ids.ts'
import { createTestDatabase } from '../../support/database.ts'
import { createFakeClock } from '../../support/fake-clock.ts'
import { SILENT } from './mock-world.ts'

const key = randomBytes(32)

/** A database of its own, a clock that stands still, and the feature over any source. Audit entries are kept in `audited`. */
export async function createBpjsWorld() {
  const database = await createTestDatabase<DB>()
  const clock = createFakeClock()
  const audited: AuditEvent[] = []
  const opened: Bpjs[] = []
  return {
    ...database,
    clock,
    audited,
    /** Another instance on the same database, as after a restart. */
    open(settings: BpjsSettings, change: { keys?: Buffer; logger?: Logger } = {}): Bpjs {
      const bpjs = createBpjs({
        settings,
        db: database.db,
        sealer: createSealer({ encryption: new Map([[1, change.keys ?? key]]), index: key }),
        clock,
        ids: uuidIds,
        audit: {
          async record(_, events) {
            audited.push(...events)
          },
        },
        logger: change.logger ?? SILENT,
        timeZone: 'Asia/Jakarta',
        pool: database.pool,
        regions: { listVillages: () => [], nameOf: () => null, kabKotaIn: (code) => [code] },
        work: { addList: async () => {} },
        figures: { record: async () => {} },
        keyRing: { encryption: new Map(), index: Buffer.alloc(32) },
        spool: { take: async () => ({ path: '', remove: async () => {} }) },
        listMonthsKept: 13,
      })
      opened.push(bpjs)
      return bpjs
    },
    /** Nothing known, nothing open, and the clock set: as at the start. */
    async reset(at: string) {
      await Promise.all(opened.splice(0).map((bpjs) => bpjs.close()))
      await sql`truncate membership_answer, membership_list, membership_list_entry, manual_membership_check`.execute(
        database.owner,
      )
      audited.length = 0
      clock.set(new Date(at))
    },
    async close() {
      await Promise.all(opened.map((bpjs) => bpjs.close()))
      await database.close()
    },
  }
}

export function actorWith(role: Role): Actor {
  const userId = `user-${role}`
  return {
    userId,
    username: role,
    displayName: role,
    role,
    regionCode: '32.74',
    officeId: null,
    officeIds: [],
    scopes: null,
  }
}
