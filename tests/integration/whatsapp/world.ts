import { randomBytes } from 'node:crypto'
import { type Kysely, sql } from 'kysely'
import { type Logger, pino } from 'pino'
import type { AuditEvent } from '../../../src/contracts/audit-actions.ts'
import type { Notice, NoticeContent } from '../../../src/contracts/events/notices.ts'
import type { DB } from '../../../src/features/database.ts'
import {
  createBot,
  createSimulator,
  createWhatsapp,
  type IntakeContactCard,
  type PacingRules,
  type Simulator,
  type WhatsAppGateway,
  type Whatsapp,
  type WhatsappConnection,
} from '../../../src/features/whatsapp/index.ts'
import { createSealer, parseKeyRing, type Sealer } from '../../../src/platform/crypto/sealer.ts'
import { AppError } from '../../../src/platform/errors.ts'
import { uuidIds } from '../../../src/platform/ids.ts'
import { createOutbox } from '../../../src/platform/outbox/index.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts'
import { RECEIPT_LINK } from '../../support/receipt-media.ts'
import { createJobDriver, type JobDriver } from './job-driver.ts'

export const SEND_TIMEOUT_MS = 2_000
export const SETTLE_MARGIN_MS = 1_000
/** After this long a hand-over left open is asked about. */
export const OPEN_MS = SEND_TIMEOUT_MS + SETTLE_MARGIN_MS + 1

/** Where households register unless a test says otherwise. */
export const OFFICE = '0192f0c0-0000-7000-8000-000000000001'

const START = new Date('2026-11-23T03:00:00.000Z')

export type Household = { intakeId: string; phone: string; proposalIds: string[] }

/** One run of the process that holds the gateway. */
export type Worker = JobDriver & { whatsapp: Whatsapp; connection: WhatsappConnection; gateway: WhatsAppGateway }

export type World = {
  database: TestDatabase<DB>
  clock: FakeClock
  sealer: Sealer
  simulator: Simulator
  /** The worker of tests that need no crash. */
  worker: Worker
  /** Households whose every proposal is decided. */
  settled: Set<string>
  cards: Map<string, IntakeContactCard>
  /** By intake, where it is not `OFFICE`. */
  offices: Map<string, string>
  audited: AuditEvent[]
  unreachable: string[]
  newPhone(): string
  newHousehold(changes?: Partial<IntakeContactCard> & { members?: number }): Household
  /** A worker on its own view of the database and of the gateway: where crashes are put in. */
  createWorker(changes?: {
    db?: Kysely<DB>
    gateway?: WhatsAppGateway
    takeReport?: (reportId: string) => Promise<void>
    pacing?: PacingRules
    random?: () => number
    logger?: Logger
    receiptPicture?: boolean
    /** Of tests that hold a hand-over or a look-up up for as long as they need. */
    sendTimeoutMs?: number
  }): Worker
  record(notices: readonly Notice[]): Promise<void>
  textsOn(phone: string): Promise<string[]>
  message(intakeId: string): Promise<{ id: string; state: string; outcome_code: string | null; attempts: number }>
  /** Connections that wait for a lock. */
  countBlocked(): Promise<number>
  reset(): Promise<void>
  close(): Promise<void>
}

/** `sequence`: which entry of the journal it tells of; the same one unless a test says otherwise. */
export const notice = (
  household: Household,
  content: NoticeContent,
  member = 0,
  version = 1,
  sequence = 2,
): Notice => ({
  intakeId: household.intakeId,
  proposalId: content.template === 'received' ? null : (household.proposalIds[member] ?? null),
  version,
  sequence,
  ...content,
})
export const received = (household: Household): Notice =>
  notice(household, { template: 'received', variables: { names: ['Siti A.'] } })
export const eligible = (household: Household, name = 'Siti A.', member = 0, version = 1): Notice =>
  notice(household, { template: 'eligible', variables: { name } }, member, version)

const TABLES = [
  'whatsapp_hand_over',
  'whatsapp_account',
  'message_notice',
  'notice',
  'message_receipt',
  'message_failed_hand_over',
  'inbound_message',
  'message',
  'whatsapp_alias',
  'whatsapp_conversation_intake',
  'whatsapp_conversation',
  'whatsapp_contact',
  'whatsapp_cloud_report',
  'whatsapp_cloud_sent',
  'simulator_event',
  'simulator_message',
  'simulator_phone',
  'outbox',
] as const satisfies readonly (keyof DB)[]
/** One round trip: some tests begin anew four hundred times. */
const EMPTY_TABLES = sql.raw(TABLES.map((table) => `DELETE FROM ${table}`).join('; '))

/** The feature on a real database, with the simulator, a clock that is told the time, and ports that remember. */
export async function createWorld(): Promise<World> {
  const database = await createTestDatabase<DB>()
  const clock = createFakeClock(START)
  const logger = pino({ level: process.env.TEST_LOG_LEVEL ?? 'silent' })
  const sealer = createSealer(parseKeyRing(`1:${randomBytes(32).toString('base64')}`))
  const outbox = createOutbox({ clock })
  const settled = new Set<string>()
  const cards = new Map<string, IntakeContactCard>()
  const offices = new Map<string, string>()
  const audited: AuditEvent[] = []
  const unreachable: string[] = []
  let phones = 0

  const createWorldSimulator = (): Simulator =>
    createSimulator({ db: database.db, clock, ids: uuidIds, logger, timeZone: 'Asia/Jakarta' })
  const simulator = createWorldSimulator()

  const placeOf = (intakeId: string) => {
    const regionCode = cards.get(intakeId)?.regionCode
    const officeId = offices.get(intakeId) ?? OFFICE
    return regionCode === undefined
      ? undefined
      : { intakeId, officeId, regionCode, villageCode: `${regionCode}.01.1001` }
  }
  const intakesOf = (phone: string): string[] =>
    [...cards].filter(([, card]) => card.phone === phone).map(([intakeId]) => intakeId)
  const placesOf = (phone: string, limit: number) =>
    intakesOf(phone)
      .flatMap((intakeId) => placeOf(intakeId) ?? [])
      .slice(0, limit)
  const officeOf = (card: IntakeContactCard) => ({
    name: card.officeName,
    address: card.officeAddress,
    openingHours: {},
  })
  const bot = createBot({
    ports: {
      intakes: {
        async listByPhone(_, phone) {
          return intakesOf(phone).flatMap((intakeId) => {
            const card = cards.get(intakeId)
            const place = placeOf(intakeId)
            return card && place ? [{ ...place, receiptNumber: card.receiptNumber, office: officeOf(card) }] : []
          })
        },
        async show(_, phone, intakeId) {
          const card = cards.get(intakeId)
          if (card?.phone !== phone) return undefined
          const members = [
            { name: 'Siti A.', label: 'being_checked' as const, reasons: [], dueOn: null, closedAs: null },
          ]
          const { receiptNumber } = card
          return { intakeId, receiptNumber, submittedOn: '2026-11-23', office: officeOf(card), members }
        },
      },
      publicStatus: { look: async () => ({ kind: 'not_found' }) },
      places: { listVillages: async () => [], findVillage: () => undefined, listDesks: async () => [] },
    },
    settings: { statusUrl: 'https://puntadewa.example/status' },
  })

  const createWorker: World['createWorker'] = ({
    db = database.db,
    gateway = createWorldSimulator().gateway,
    takeReport,
    pacing,
    random,
    logger: ownLogger = logger,
    receiptPicture = false,
    sendTimeoutMs = SEND_TIMEOUT_MS,
  } = {}) => {
    const whatsapp = createWhatsapp({
      db,
      clock,
      ids: uuidIds,
      sealer,
      outbox,
      logger: ownLogger,
      audit: {
        record: async (_, events) => void audited.push(...events),
        write: async (event) => void audited.push(event),
      },
      intakeContact: { find: async (_, intakeId) => cards.get(intakeId), hold: async () => {} },
      householdProgress: { isSettled: async (_, intakeId) => settled.has(intakeId) },
      contactUnreachable: {
        record: async (_, intakeId) => void unreachable.push(intakeId),
        clear: async (_, phone) => {
          const kept = unreachable.filter((intakeId) => cards.get(intakeId)?.phone !== phone)
          unreachable.splice(0, Infinity, ...kept)
        },
      },
      proposalAccess: {
        async require(actor, proposalId) {
          const found = households.find((household) => household.proposalIds.includes(proposalId))
          if (!found || cards.get(found.intakeId)?.regionCode !== actor.regionCode) throw new AppError('not_found')
          return { intakeId: found.intakeId }
        },
      },
      ...(random && { random }),
      bot,
      conversationIntakes: {
        listByPhone: async (_, phone, limit) => placesOf(phone, limit),
        lockByPhone: async (_, phone, limit) => placesOf(phone, limit),
        async listVisible(actor, intakeIds) {
          const seen = households.filter(
            ({ intakeId }) => intakeIds.includes(intakeId) && cards.get(intakeId)?.regionCode === actor.regionCode,
          )
          return seen.flatMap(({ intakeId, proposalIds }) =>
            proposalIds.map((id) => ({
              id,
              intakeId,
              receiptNumber: cards.get(intakeId)?.receiptNumber ?? '',
              fullName: 'SITI AMINAH',
              state: 'in_review' as const,
              flags: [],
            })),
          )
        },
      },
      accounts: { listNames: async (_, ids) => new Map(ids.map((id) => [id, `Petugas ${id.slice(0, 4)}`])) },
      transport: gateway,
      queueDepth: async () => 0,
      settings: {
        ...(pacing && { pacing }),
        gateway: gateway.name,
        statusUrl: 'https://puntadewa.example/status',
        receiptPicture,
        language: 'id',
        sendTimeoutMs,
        settleMarginMs: SETTLE_MARGIN_MS,
      },
    })
    const connection = whatsapp.connect(gateway, takeReport)
    const driver = createJobDriver({ pool: database.pool, clock, logger, jobs: connection.jobs })
    return { ...driver, whatsapp, connection, gateway }
  }
  const households: Household[] = []
  const worker = createWorker({ gateway: simulator.gateway })

  const newPhone = (): string => `62812${String(++phones).padStart(8, '0')}`
  return {
    database,
    clock,
    sealer,
    simulator,
    worker,
    settled,
    cards,
    offices,
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
        receiptLink: RECEIPT_LINK,
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

    async countBlocked() {
      const { rows } = await sql<{ count: number }>`
        SELECT count(DISTINCT pid)::int AS count FROM pg_locks l JOIN pg_stat_activity a USING (pid)
        WHERE NOT l.granted AND a.datname = current_database()`.execute(database.owner)
      return rows[0]?.count ?? 0
    },

    async reset() {
      await EMPTY_TABLES.execute(database.owner)
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
