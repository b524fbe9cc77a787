import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { pino } from 'pino'
import { z } from 'zod'
import { readIndonesianMobile } from '../../../src/contracts/primitives/phone.ts'
import type {
  InboundText,
  Peer,
  Receipt,
  SendResult,
  WhatsAppGateway,
} from '../../../src/features/whatsapp/whatsapp.ports.ts'
import { systemClock } from '../../../src/platform/clock.ts'
import { makeIntakeBody, makeMember, makeNik } from '../../support/intake-body.ts'
import type { WholeApp } from '../../support/whole-app.ts'
import { createJobDriver, type JobDriver } from './job-driver.ts'

const BIRTH_DATE = '1990-05-05'
const createdSchema = z.object({ id: z.string(), proposals: z.array(z.object({ id: z.string() })) })

/** The process that sends, by a transport that does what a test says. */
export type Office = JobDriver & {
  isAway: boolean
  sentTo: string[]
  /** What becomes of the next texts; the last one stays. */
  send(to: string): SendResult | Promise<SendResult>
  lookUp: WhatsAppGateway['lookUpByReference']
  write(from: Peer, body: string, at?: Date): Promise<void>
  receipt(receipt: Pick<Receipt, 'gatewayMessageId' | 'status'> & Partial<Receipt>): Promise<void>
}

export function openOffice(whole: WholeApp): Office {
  const sentTo: string[] = []
  let receive = async (_: InboundText): Promise<void> => {}
  let receiveReceipt = async (_: Receipt): Promise<void> => {}
  const { jobs } = whole.features.whatsapp.connect({
    ...whole.features.simulator.gateway,
    async resolve(number) {
      return opened.isAway ? { kind: 'unknown' } : { kind: 'registered', address: number }
    },
    async send({ to }) {
      sentTo.push(to)
      return await opened.send(to)
    },
    lookUpByReference: (reference, to) => opened.lookUp(reference, to),
    onInbound(handler) {
      receive = handler
    },
    onReceipt(handler) {
      receiveReceipt = handler
    },
  })
  const driver = createJobDriver({
    pool: whole.database.pool,
    clock: systemClock,
    logger: pino({ level: 'silent' }),
    jobs,
  })
  const opened: Office = {
    ...driver,
    isAway: false,
    sentTo,
    send: () => ({ kind: 'accepted', gatewayMessageId: randomUUID() }),
    lookUp: async () => ({ kind: 'cannot_tell' }),
    write: (from, body, at = new Date()) =>
      receive({ gatewayMessageId: randomUUID(), from, body, kind: 'text', at, backfilled: false }),
    receipt: (receipt) => receiveReceipt({ at: new Date(), code: null, reference: null, ...receipt }),
  }
  return opened
}

export type RegisteredHousehold = { id: string; phone: string; headId: string; waitingId: string }

/** A household with one member who waits for a NIK, and so for a correction; it is to be told that it was received. */
export async function register(whole: WholeApp, whatsappNumber?: string): Promise<RegisteredHousehold> {
  const waiting = makeMember({ nik: null, birthDate: BIRTH_DATE, relationship: 'anak', maritalStatus: 'belum_kawin' })
  const body = makeIntakeBody({
    members: [makeMember(), waiting],
    confirmWarnings: ['nik_missing_not_newborn'],
    ...(whatsappNumber && { whatsappNumber }),
  })
  const headers = { 'idempotency-key': randomUUID() }
  const reply = await whole.send({ as: 'petugas', method: 'POST', url: '/api/v1/intakes', payload: body, headers })
  if (reply.statusCode !== 201) throw new Error(reply.body)
  const { id, proposals } = createdSchema.parse(reply.json())
  const read = readIndonesianMobile(body.whatsappNumber)
  if (!('number' in read)) throw new Error('the body holds no number')
  const variables = { names: ['Siti A.', 'Budi A.'] }
  await whole.database.db
    .transaction()
    .execute((tx) =>
      whole.features.whatsapp.recordNotices(tx, [
        { intakeId: id, proposalId: null, version: 1, sequence: 0, template: 'received', variables },
      ]),
    )
  return { id, phone: read.number, headId: proposals[0]?.id ?? '', waitingId: proposals[1]?.id ?? '' }
}

export async function correctNumber(whole: WholeApp, proposalId: string, whatsappNumber: string, changed: object = {}) {
  const changes = { whatsappNumber, nik: makeNik(BIRTH_DATE, 'female'), birthDate: BIRTH_DATE, ...changed }
  const url = `/api/v1/proposals/${proposalId}/corrections`
  return await whole.send({ as: 'petugas', method: 'POST', url, payload: { version: 1, changes } })
}

export const listMessages = (whole: WholeApp, intakeId: string) =>
  whole.database.owner
    .selectFrom('message')
    .select(['state', 'outcome_code'])
    .where('intake_id', '=', intakeId)
    .orderBy('id')
    .execute()

/** Connections that wait for a lock. */
export async function countBlocked(whole: WholeApp): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    SELECT count(DISTINCT pid)::int AS count FROM pg_locks l JOIN pg_stat_activity a USING (pid)
    WHERE NOT l.granted AND a.datname = current_database()`.execute(whole.database.owner)
  return rows[0]?.count ?? 0
}
