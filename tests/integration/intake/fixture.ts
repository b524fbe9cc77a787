import { randomBytes, randomUUID } from 'node:crypto'
import type { LightMyRequestResponse } from 'fastify'
import type { Actor, Role } from '../../../src/contracts/access.ts'
import type { AuditEvent } from '../../../src/contracts/audit-actions.ts'
import type { Notice } from '../../../src/contracts/events/notices.ts'
import type { DB } from '../../../src/features/database.ts'
import { createIntake, type Intake } from '../../../src/features/intake/index.ts'
import { createRegions, DEMO_OFFICES } from '../../../src/features/regions/index.ts'
import { createSealer, parseKeyRing } from '../../../src/platform/crypto/sealer.ts'
import type { App } from '../../../src/platform/http/index.ts'
import { uuidIds } from '../../../src/platform/ids.ts'
import { createOutbox } from '../../../src/platform/outbox/outbox.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts'
import { type IntakeBody, makeIntakeBody } from '../../support/intake-body.ts'
import { actorByHeader, createTestServer } from '../../support/test-server.ts'

export type IntakeFixture = {
  app: App
  intake: Intake
  clock: FakeClock
  database: TestDatabase<DB>
  audited: AuditEvent[]
  notices: Notice[]
  /** An actor the fixture knows; its user id is the key to send. */
  actor(role: Role, changes?: Partial<Actor>): Actor
  as(actor: Actor): { 'x-api-key': string }
  register(actor: Actor, body?: IntakeBody, key?: string): Promise<LightMyRequestResponse>
  close(): Promise<void>
}

/** The intake feature on a real database and HTTP server; who is calling stands in a header, as accounts would find it. */
export async function createIntakeFixture(): Promise<IntakeFixture> {
  const database = await createTestDatabase<DB>({ regions: true })
  const clock = createFakeClock()
  const audited: AuditEvent[] = []
  const notices: Notice[] = []
  const actors = new Map<string, Actor>()
  const audit = {
    record: async (_executor: unknown, events: readonly AuditEvent[]) => void audited.push(...events),
    write: async (event: AuditEvent) => void audited.push(event),
  }
  const regions = createRegions({ db: database.owner, audit, clock, ids: uuidIds })
  await regions.loadReferenceData(database.owner)
  const outbox = createOutbox({ clock })
  const sealer = createSealer(parseKeyRing(`1:${randomBytes(32).toString('base64')}`))
  const intake = createIntake({
    db: database.db,
    pool: database.pool,
    sealer,
    clock,
    ids: uuidIds,
    ports: {
      regions: {
        isKnownVillage: (code) => regions.findVillage(code)?.retired === false,
        isKnownNikRegion: (digits) => regions.findRegionByNikDigits(digits).known,
        villageName: (code) => regions.findVillage(code)?.name ?? null,
        timeZoneOf: regions.getTimeZone,
        kabKotaIn: regions.listKabkotaCodes,
      },
      offices: { regionOf: async (id) => (await regions.findOffice(database.db, id))?.regionCode ?? null },
      audit,
      notices: { record: async (_executor, added) => void notices.push(...added) },
      outbox: {
        addCheck: (executor, work) =>
          outbox.add(executor, [{ topic: 'proposal.check', key: `${work.proposalId}-${work.version}`, payload: work }]),
      },
    },
  })
  const app = await createTestServer(actorByHeader(actors))
  intake.registerRoutes(app)
  await app.ready()
  const as = (actor: Actor) => ({ 'x-api-key': actor.userId })
  return {
    app,
    intake,
    clock,
    database,
    audited,
    notices,
    actor(role, changes = {}) {
      const userId = randomUUID()
      const actor: Actor = {
        userId,
        username: role,
        displayName: role,
        role,
        regionCode: '32.74',
        officeId: DEMO_OFFICES.puskesmas,
        officeIds: [DEMO_OFFICES.puskesmas],
        scopes: null,
        ...changes,
      }
      actors.set(userId, actor)
      return actor
    },
    as,
    register: (actor, body = makeIntakeBody(), key = randomUUID()) =>
      app.inject({
        method: 'POST',
        url: '/api/v1/intakes',
        headers: { ...as(actor), 'idempotency-key': key },
        payload: body,
      }),
    async close() {
      await app.close()
      await database.close()
    },
  }
}
