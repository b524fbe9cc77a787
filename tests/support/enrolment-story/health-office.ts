import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import pLimit from 'p-limit'
import { pino } from 'pino'
import { openSession, type Session, signIn } from '../../../scripts/lib/session.ts'
import { intakeCreatedSchema } from '../../../src/contracts/api/intakes.ts'
import { claimedNextSchema, type ProposalListItem, proposalPageSchema } from '../../../src/contracts/api/proposals.ts'
import { proposalMessagesResponse } from '../../../src/contracts/api/whatsapp.ts'
import type { NoticeTemplate } from '../../../src/contracts/events/notices.ts'
import { APP_ROLE } from '../../../src/platform/db/app-role.ts'
import { createPostgresQueueBackend } from '../../../src/platform/queue/index.ts'
import { createProductDatabase, onServer } from '../database.ts'
import { startProduct } from '../product.ts'
import { makeUploadForm } from '../upload-form.ts'
import type { Family, Villager } from './families.ts'

const PASSWORD = 'puntadewa-demo'
/** As many clerks as a health office has, so that the order of the line is not that of the list. */
const AT_ONCE = 6

/** One person of a registered family. */
export type Case = { id: string; person: Villager; family: Family; intakeId: string; receiptNumber: string }
export type Staff = Record<'petugas' | 'verifikator' | 'supervisor' | 'penyetuju' | 'auditor' | 'admin', Session>
export type HealthOffice = Awaited<ReturnType<typeof openHealthOffice>>

/** The real product with BPJS's mock and simulated phones, and the demo's people signed in at it. */
export async function openHealthOffice() {
  const database = await createProductDatabase()
  const dataDirectory = await mkdtemp(path.join(tmpdir(), 'puntadewa-'))
  const settings = {
    PORT: '0',
    BPJS_MOCK_PORT: '0',
    DATA_DIR: dataDirectory,
    DATABASE_URL: database.url,
    DATA_KEYS: `1:${randomBytes(32).toString('base64')}`,
    AUTH_SECRET: randomBytes(32).toString('base64'),
    DEMO: 'true',
    DEMO_PASSWORD: PASSWORD,
    RATE_LIMIT_FACTOR: '1000',
    LOG_LEVEL: 'warn',
    // A busy machine is no silence of BPJS.
    BPJS_TIMEOUT_MS: '60000',
  }
  const product = startProduct({ settings })
  const address = await product.ready()
  const [, mockAddress] = /peserta karangan: (http:\S+)/u.exec(product.output()) ?? []
  if (mockAddress === undefined) throw new Error('the product has not said where the mock answers')
  const as = (username: keyof Staff): Promise<Session> => signIn(address, username, PASSWORD)
  const staff: Staff = {
    petugas: await as('petugas'),
    verifikator: await as('verifikator'),
    supervisor: await as('supervisor'),
    penyetuju: await as('penyetuju'),
    auditor: await as('auditor'),
    admin: await as('admin'),
  }
  const bpjs = openSession(mockAddress)
  const residents = openSession(address)
  const limit = pLimit(AT_ONCE)

  const listProposals = async (query = ''): Promise<ProposalListItem[]> => {
    const items: ProposalListItem[] = []
    for (let cursor: string | null = ''; cursor !== null; ) {
      const from: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`
      const page = proposalPageSchema.parse(
        await staff.supervisor.must('GET', `/api/v1/proposals?limit=100${query}${from}`),
      )
      items.push(...page.items)
      cursor = page.nextCursor
    }
    return items
  }

  return {
    address,
    staff,
    listProposals,
    /** Each of them, a few at a time. */
    each: <Item, Result>(items: readonly Item[], work: (item: Item) => Promise<Result>): Promise<Result[]> =>
      Promise.all(items.map((item) => limit(() => work(item)))),

    async register(family: Family): Promise<Case[]> {
      const key = { 'idempotency-key': randomUUID() }
      const answer = await staff.petugas.must('POST', '/api/v1/intakes', family.body, key)
      const { id: intakeId, receiptNumber, proposals } = intakeCreatedSchema.parse(answer)
      const proposed = family.body.members.filter(({ propose }) => propose !== false)
      return proposals.map(({ id, fullName }) => {
        const person = proposed.find((member) => member.fullName === fullName)
        if (!person) throw new Error('the answer names somebody who was not proposed')
        return { id, person, family, intakeId, receiptNumber }
      })
    },

    /** The verifikator takes this case and decides it. */
    async decide({ id }: Case, decision: string, reasons: object[] = []): Promise<void> {
      await staff.verifikator.must('POST', `/api/v1/proposals/${id}/claim`, {})
      const { version } = await staff.verifikator.must('GET', `/api/v1/proposals/${id}`)
      await staff.verifikator.must('POST', `/api/v1/proposals/${id}/decisions`, { version, decision, reasons })
    },
    /** The verifikator takes the next case of the queue, approves it, and so on until nobody waits. Ids in no order. */
    async approveQueue(): Promise<string[]> {
      const approved: string[] = []
      const clearOne = async (): Promise<boolean> => {
        const { proposal } = claimedNextSchema.parse(
          await staff.verifikator.must('POST', '/api/v1/queues/new_review/claim-next', {}),
        )
        if (!proposal) return false
        const { id, version } = proposal
        await staff.verifikator.must('POST', `/api/v1/proposals/${id}/decisions`, {
          version,
          decision: 'eligible',
          reasons: [],
        })
        approved.push(id)
        return true
      }
      const clear = async (): Promise<void> => {
        while (await clearOne()) continue
      }
      await Promise.all(Array.from({ length: AT_ONCE }, clear))
      return approved
    },
    /** What the household of a case was or will be told about it. */
    async noticesAbout({ id }: Case): Promise<NoticeTemplate[]> {
      const answer = await staff.supervisor.must('GET', `/api/v1/proposals/${id}/messages`)
      return proposalMessagesResponse.parse(answer).items.map(({ template }) => template)
    },

    /** BPJS knows the person as an active member from now on. */
    async makeMember({ person }: Pick<Case, 'person'>): Promise<void> {
      await bpjs.must('PUT', `/control/participants/${person.nik}`, {
        nama: person.fullName,
        tglLahir: person.birthDate,
        sex: person.sex === 'male' ? 'L' : 'P',
        noKartu: `000${person.nik.slice(-10)}`,
        status: { kode: '0', keterangan: 'AKTIF' },
        jenis: { kode: '22', keterangan: 'PBI (APBD)' },
      })
    },
    /** How often BPJS was asked about each NIK since `forgetAsking`, by its last four digits, which are nobody else's here. */
    async askedOfBpjs(): Promise<Map<string, number>> {
      const { byNumber } = await bpjs.must('GET', '/control/requests')
      return new Map(Object.entries<number>(byNumber).map(([number, times]) => [number.slice(-4), times]))
    },
    forgetAsking: (): Promise<unknown> => bpjs.must('DELETE', '/control/requests'),

    /** What arrived on the phone of a family, the oldest first. */
    async textsOf({ phone }: Family): Promise<string[]> {
      const { items } = await residents.must('GET', `/api/v1/simulator/messages?to=${phone}`)
      return items.map(({ body }: { body: string }) => body)
    },

    /** A file as it comes out of the product. */
    async download(by: Session, url: string, wish?: object): Promise<{ status: number; type: string; bytes: Buffer }> {
      const answer = await fetch(new URL(url, address), {
        method: wish ? 'POST' : 'GET',
        headers: { cookie: by.cookies(), ...(wish && { 'content-type': 'application/json' }) },
        ...(wish && { body: JSON.stringify(wish) }),
      })
      const bytes = Buffer.from(await answer.arrayBuffer())
      return { status: answer.status, type: answer.headers.get('content-type') ?? '', bytes }
    },
    async upload(by: Session, url: string, file: Buffer, name: string): Promise<{ status: number; body: unknown }> {
      const { payload, headers } = await makeUploadForm({}, file, name)
      const answer = await fetch(new URL(url, address), {
        method: 'POST',
        headers: { ...headers, cookie: by.cookies() },
        body: Uint8Array.from(payload),
      })
      return { status: answer.status, body: await answer.json() }
    },

    /** The night comes for whoever should be active by `today`: the time at which they are asked about is now. */
    letNightCome: (today: string): Promise<void> =>
      onServer(
        database.url,
        `UPDATE enrolment_batch_row SET recheck_at = now() - interval '1 second'
         WHERE state = 'accepted' AND effective_on <= '${today}'`,
      ),
    /** The minute passes in which notices of a household wait for each other. */
    async letMinutePass(): Promise<void> {
      await onServer(database.url, `UPDATE notice SET created_at = created_at - interval '1 minute'`)
      await onServer(
        database.url,
        `UPDATE outbox SET due_at = now() WHERE topic = 'whatsapp.compose' AND handed_at IS NULL AND due_at > now()`,
      )
    },
    /** The run that comes every minute comes now, in the product, as every other one. */
    async runRecheck(): Promise<void> {
      const logger = pino({ level: 'silent' })
      const backend = createPostgresQueueBackend({ databaseUrl: database.url, role: APP_ROLE, workers: 0, logger })
      const queue = await backend.openQueue('schedules')
      await queue.add([{ id: randomUUID(), name: 'activation.recheck', data: {} }])
      await queue.close()
      await backend.close()
    },

    /** A command beside the running product. */
    async run(...args: string[]): Promise<{ code: number | null; text: string }> {
      const command = startProduct({ settings, args })
      return { code: await command.exited, text: command.output() }
    },
    async close(): Promise<void> {
      await product.end('SIGTERM')
      await database.drop()
      await rm(dataDirectory, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}
