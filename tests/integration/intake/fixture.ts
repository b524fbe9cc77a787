import { randomBytes, randomUUID } from 'node:crypto'
import type { LightMyRequestResponse } from 'fastify'
import type { Actor, Role } from '../../../src/contracts/access.ts'
import type { AuditEvent } from '../../../src/contracts/audit-actions.ts'
import type { Notice } from '../../../src/contracts/events/notices.ts'
import type { DB } from '../../../src/features/database.ts'
import { SEAT_IDS_SQL } from '../../../src/features/enrolment/quota/index.ts'
import {
  createIntake,
  deriveDocumentLinkKey,
  type Intake,
  type IntakePorts,
} from '../../../src/features/intake/index.ts'
import { createRegions, DEMO_OFFICES } from '../../../src/features/regions/index.ts'
import { createSealer, type KeyRing, parseKeyRing } from '../../../src/platform/crypto/sealer.ts'
import type { App } from '../../../src/platform/http/index.ts'
import { uuidIds } from '../../../src/platform/ids.ts'
import { createOutbox, type Outbox } from '../../../src/platform/outbox/outbox.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts'
import { type IntakeBody, makeIntakeBody } from '../../support/intake-body.ts'
import { actorByHeader, createTestServer } from '../../support/test-server.ts'

export const STATUS_URL = 'https://puntadewa.example/status'

export type IntakeFixture = {
  app: App
  intake: Intake
  clock: FakeClock
  ports: IntakePorts
  outbox: Outbox
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
export async function createIntakeFixture(
  given: { keyRing?: KeyRing; whatsappNumber?: string } = {},
): Promise<IntakeFixture> {
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
  const keyRing = given.keyRing ?? parseKeyRing(`1:${randomBytes(32).toString('base64')}`)
  const sealer = createSealer(keyRing)
  const ports: IntakePorts = {
    regions: {
      isKnownVillage: (code) => regions.findVillage(code)?.retired === false,
      isKnownNikRegion: (digits) => regions.findRegionByNikDigits(digits).known,
      villageName: (code) => regions.findVillage(code)?.name ?? null,
      nameOf: (code) => regions.findRegion(code)?.name ?? null,
      timeZoneOf: regions.getTimeZone,
      kabKotaIn: regions.listKabkotaCodes,
    },
    offices: {
      regionOf: async (id) => (await regions.findOffice(database.db, id))?.regionCode ?? null,
      nameOf: async (id) => (await regions.findOffice(database.db, id))?.name ?? null,
    },
    accounts: {
      listReviewing: async (_executor, ids) =>
        new Map(
          ids.flatMap((id) => {
            const actor = actors.get(id)
            return actor ? [[id, { regionCode: actor.regionCode }] as const] : []
          }),
        ),
      listNames: async (_executor, ids) => new Map(ids.map((id) => [id, actors.get(id)?.displayName ?? ''])),
    },
    audit,
    notices: {
      record: async (_executor, added) => void notices.push(...added),
      leaveFormerNumber: async () => {},
      tellAnew: async () => {},
    },
    seats: { follow: async () => {}, listStandings: async () => new Map(), idsSql: SEAT_IDS_SQL },
    // Which papers complete a reactivation is the business of enrolment.
    reactivation: { requireComplete: async () => {} },
    outbox: {
      announce: () => {},
      addChecks: (count, commit) => outbox.addBegun('proposal.check', count, commit),
      addCheck: (executor, work) =>
        outbox.add(executor, [{ topic: 'proposal.check', key: `${work.proposalId}-${work.version}`, payload: work }]),
    },
  }
  const intake = createIntake({
    db: database.db,
    pool: database.pool,
    sealer,
    clock,
    holidays: { of: async () => new Set() },
    ids: uuidIds,
    ports,
    receipt: { statusUrl: STATUS_URL, whatsappNumber: given.whatsappNumber ?? null },
    documentLinkKey: deriveDocumentLinkKey(keyRing.index),
  })
  const app = await createTestServer(actorByHeader(actors))
  intake.registerRoutes(app)
  await app.ready()
  const as = (actor: Actor) => ({ 'x-api-key': actor.userId })
  return {
    app,
    intake,
    clock,
    ports,
    outbox,
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
