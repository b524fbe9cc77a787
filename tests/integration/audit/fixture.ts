import { expect, vi } from 'vitest'
import type { AuditEvent } from '../../../src/contracts/audit-actions.ts'
import { type Audit, createAudit, deriveChainKey } from '../../../src/features/audit/index.ts'
import type { DB } from '../../../src/features/database.ts'
import { systemClock } from '../../../src/platform/clock.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'

export const CHAIN_KEY = deriveChainKey(Buffer.alloc(32, 7))

export const OFFICE = '01937000-0000-7000-8000-000000000001'

export type AuditFixture = { database: TestDatabase<DB>; audit: Audit }

export async function createAuditFixture(): Promise<AuditFixture> {
  const database = await createTestDatabase<DB>()
  // Some tests cut connections that are in use.
  database.pool.on('connect', (client) => client.on('error', () => {}))
  return { database, audit: createAuditOn(database) }
}

export const createAuditOn = (database: TestDatabase<DB>, chainKey = CHAIN_KEY): Audit =>
  createAudit({
    db: database.db,
    chainKey,
    clock: systemClock,
    offices: { listOfficeIds: (regionCode) => Promise.resolve(regionCode === '32.74' ? [OFFICE] : []) },
    people: { listNames: async () => new Map([['user-1', 'Dewi Lestari']]) },
  })

export const event = (given: Partial<AuditEvent> = {}): AuditEvent => ({
  actorId: 'user-1',
  actorRole: 'petugas',
  action: 'read_proposal',
  subjectType: 'proposal',
  subjectId: 'proposal-1',
  requestId: 'request-1',
  ...given,
})

/** Other databases of the server hold the horizon back for a moment while they write. */
export const sealAll = ({ audit }: AuditFixture): Promise<void> =>
  vi.waitFor(
    async () => {
      await audit.seal()
      expect((await audit.verify()).unsealed).toBe(0)
    },
    { timeout: 20_000, interval: 20 },
  )
