import { randomBytes } from 'node:crypto'
import type { Kysely } from 'kysely'
import { pino } from 'pino'
import type { AuditEvent } from '../../../src/contracts/audit-actions.ts'
import type { Notice, NoticeContent } from '../../../src/contracts/events/notices.ts'
import type { DB } from '../../../src/features/database.ts'
import {
  createSimulator,
  createWhatsapp,
  type IntakeContactCard,
  type Simulator,
  type WhatsAppGateway,
  type Whatsapp,
  type WhatsappConnection,
} from '../../../src/features/whatsapp/index.ts'
import { createSealer, parseKeyRing } from '../../../src/platform/crypto/sealer.ts'
import { AppError } from '../../../src/platform/errors.ts'
import { uuidIds } from '../../../src/platform/ids.ts'
import { createOutbox } from '../../../src/platform/outbox/index.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts'
import { createJobDriver, type JobDriver } from './job-driver.ts'

export const SEND_TIMEOUT_MS = 2_000
export const SETTLE_MARGIN_MS = 1_000
/** After this long a hand-over left open is asked about. */
export const OPEN_MS = SEND_TIMEOUT_MS + SETTLE_MARGIN_MS + 1

const START = new Date('2026-11-23T03:00:00.000Z')

export type Household = { intakeId: string; phone: string; proposalIds: string[] }

/** One run of the process that holds the gateway. */
export type Worker = JobDriver & { whatsapp: Whatsapp; connection: WhatsappConnection; gateway: WhatsAppGateway }

export type World = {
  database: TestDatabase<DB>
  clock: FakeClock
  simulator: Simulator
  /** The worker of tests that need no crash. */
  worker: Worker
  /** Households whose every proposal is decided. */
  settled: Set<string>
  cards: Map<string, IntakeContactCard>
  audited: AuditEvent[]
  unreachable: string[]
  newPhone(): string
  newHousehold(changes?: Partial<IntakeContactCard> & { members?: number }): Household
  /** A worker on its own view of the database and of the gateway: where crashes are put in. */
  createWorker(changes?: { db?: Kysely<DB>; gateway?: WhatsAppGateway }): Worker
  record(notices: readonly Notice[]): Promise<void>
  textsOn(phone: string): Promise<string[]>
  message(intakeId: string): Promise<{ id: string; state: string; outcome_code: string | null; attempts: number }>
  reset(): Promise<void>
  close(): Promise<void>
}

export const notice = (household: Household, content: NoticeContent, member = 0, version = 1): Notice => ({
  intakeId: household.intakeId,
  proposalId: content.template === 'received' ? null : (household.proposalIds[member] ?? null),
  version,
  ...content,
})
export const received = (household: Household): Notice =>
  notice(household, { template: 'received', variables: { names: ['Siti A.'] } })
export const eligible = (household: Household, name = 'Siti A.', member = 0): Notice =>
  notice(household, { template: 'eligible', variables: { name } }, member)

const TABLES = [
  'message_notice',
  'notice',
  'message_receipt',
  'inbound_message',
  'message',
  'whatsapp_contact',
  'simulator_event',
  'simulator_message',
  'simulator_phone',
  'outbox',
] as const

/** The feature on a real database, with the simulator, a clock that is told the time, and ports that remember. */
export async function createWorld(): Promise<World> {
  const database = await createTestDatabase<DB>()
  const clock = createFakeClock(START)
  const logger = pino({ level: process.env.TEST_LOG_LEVEL ?? 'silent' })
  const sealer = createSealer(parseKeyRing(`1:${randomBytes(32).toString('base64')}`))
  const outbox = createOutbox({ clock })
  const settled = new Set<string>()
  const cards = new Map<string, IntakeContactCard>()
  const audited: AuditEvent[] = []
  const unreachable: string[] = []
  let phones = 0

  const createWorldSimulator = (): Simulator =>
    createSimulator({ db: database.db, clock, ids: uuidIds, logger, timeZone: 'Asia/Jakarta' })
  const simulator = createWorldSimulator()

  const createWorker: World['createWorker'] = ({ db = database.db, gateway = createWorldSimulator().gateway } = {}) => {
    const whatsapp = createWhatsapp({
      db,
      clock,
      ids: uuidIds,
      sealer,
      outbox,
      logger,
      audit: {
        record: async (_, events) => void audited.push(...events),
        write: async (event) => void audited.push(event),
      },
      intakeContact: { find: async (_, intakeId) => cards.get(intakeId) },
      householdProgress: { isSettled: async (_, intakeId) => settled.has(intakeId) },
      contactUnreachable: { record: async (_, intakeId) => void unreachable.push(intakeId) },
      proposalAccess: {
        async require(actor, proposalId) {
          const found = households.find((household) => household.proposalIds.includes(proposalId))
          if (!found || cards.get(found.intakeId)?.regionCode !== actor.regionCode) throw new AppError('not_found')
          return { intakeId: found.intakeId }
        },
      },
      settings: {
        statusUrl: 'https://puntadewa.example/status',
        language: 'id',
        sendTimeoutMs: SEND_TIMEOUT_MS,
        settleMarginMs: SETTLE_MARGIN_MS,
      },
    })
    const connection = whatsapp.connect(gateway)
    const driver = createJobDriver({ pool: database.pool, clock, logger, jobs: connection.jobs })
    return { ...driver, whatsapp, connection, gateway }
  }
  const households: Household[] = []
  const worker = createWorker({ gateway: simulator.gateway })

  const newPhone = (): string => `62812${String(++phones).padStart(8, '0')}`
  return {
    database,
    clock,
    simulator,
    worker,
    settled,
    cards,
    audited,
    unreachable,
    newPhone,
    createWorker,

    newHousehold({ members = 1, ...changes } = {}) {
      const phone = changes.phone ?? newPhone()
      const proposalIds = Array.from({ length: members }, () => uuidIds.next())
      const household = { intakeId: uuidIds.next(), phone, proposalIds }
      households.push(household)
      cards.set(household.intakeId, {
        headFirstName: 'Siti A.',
        receiptNumber: 'PDW-3274-2611-000123-K',
        consentWhatsapp: true,
        language: 'id',
        officeName: 'Puskesmas Kejaksan',
        officeAddress: 'Jl. Siliwangi No. 10, Kota Cirebon',
        regionCode: '32.74',
        timeZone: 'Asia/Jakarta',
        ...changes,
        phone,
      })
      return household
    },

    record: (notices) =>
      database.db.transaction().execute(async (tx) => await worker.whatsapp.recordNotices(tx, notices)),

    async textsOn(phone) {
      const chat = await simulator.phones.listChat(phone)
      return chat.filter((message) => !message.fromResident).map((message) => message.body)
    },

    message: (intakeId) =>
      database.owner
        .selectFrom('message')
        .select(['id', 'state', 'outcome_code', 'attempts'])
        .where('intake_id', '=', intakeId)
        .orderBy('id', 'desc')
        .limit(1)
        .executeTakeFirstOrThrow(),

    async reset() {
      for (const table of TABLES) await database.owner.deleteFrom(table).execute()
      audited.length = 0
      unreachable.length = 0
      settled.clear()
      clock.set(START)
      // A test may have connected another worker to the phones: this one listens again.
      createWorker({ gateway: simulator.gateway })
    },
    close: () => database.close(),
  }
}
