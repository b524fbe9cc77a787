import { sql } from 'kysely'
import { z } from 'zod'
import { type Batch, batchRowPageSchema, batchSchema } from '../../../src/contracts/api/batches.ts'
import { type Move, SYSTEM } from '../../../src/features/intake/index.ts'
import { DEMO_OFFICES } from '../../../src/features/regions/index.ts'
import { uuidIds } from '../../../src/platform/ids.ts'
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts'
import { type IntakeBody, type MemberBody, makeIntakeBody, makeMember } from '../../support/intake-body.ts'
import { createWholeApp, type WholeApp } from '../../support/whole-app.ts'
import { type MockControl, startMock } from '../bpjs/mock-world.ts'

export const DINAS_LAYOUT = '00000000-0000-4000-8000-0000000b0021'
export const EDABU_LAYOUT = '00000000-0000-4000-8000-0000000b0034'

export type Person = { id: string; intakeId: string; receiptNumber: string; member: MemberBody; body: IntakeBody }
type Answer = { status: number; body: Record<string, unknown> }
type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'

export type EnrolmentWorld = {
  whole: WholeApp
  mock: MockControl
  clock: FakeClock
  send(as: string, method: Method, url: string, payload?: object): Promise<Answer>
  /** Registered, checked and approved by the demo's reviewer. */
  approve(member?: Partial<MemberBody>, body?: Partial<IntakeBody>): Promise<Person>
  move(proposalId: string, ...moves: Omit<Move, 'proposalId'>[]): Promise<void>
  /** An open batch of the demo's approver with these proposals. */
  openBatch(people: readonly Person[], as?: string): Promise<string>
  askForSeal(batchId: string, rows: number, wish?: object): Promise<Answer>
  /** One run of the job; what it throws is thrown. */
  goOn(batchId: string): Promise<void>
  batch(batchId: string): Promise<Batch>
  codes(batchId: string): Promise<Record<string, string>>
  stateOf(proposalId: string): Promise<string>
  /** The person is an active member, or another one with this status. */
  teach(person: Person, status?: { kode: string; keterangan: string }): Promise<void>
  close(): Promise<void>
}

const createdSchema = z.object({
  id: z.string(),
  receiptNumber: z.string(),
  proposals: z.array(z.object({ id: z.string() })).min(1),
})

/** The whole product but its job runtime, with BPJS's mock. The demo's verifikator approves, its penyetuju seals. */
export async function createEnrolmentWorld(settings: Record<string, string> = {}): Promise<EnrolmentWorld> {
  const clock = createFakeClock(new Date())
  const mock = await startMock(clock)
  const whole = await createWholeApp(
    { BPJS_SOURCE: 'mock', BPJS_BASE_URL: mock.url, BPJS_TIMEOUT_MS: '2000', ...settings },
    clock,
  )
  const reviewer = { id: await whole.userIdOf('verifikator'), role: 'verifikator' as const }

  const send: EnrolmentWorld['send'] = async (as, method, url, payload) => {
    const reply = await whole.send({
      as,
      method,
      url,
      headers: { 'idempotency-key': uuidIds.next() },
      ...(payload ? { payload } : {}),
    })
    return { status: reply.statusCode, body: reply.body === '' ? {} : reply.json<Record<string, unknown>>() }
  }

  const move: EnrolmentWorld['move'] = async (proposalId, ...moves) => {
    for (const one of moves) {
      const [result] = await whole.database.db
        .transaction()
        .execute((tx) => whole.features.intake.moveMany(tx, [{ proposalId, ...one }]))
      if (!result?.moved) throw new Error(`${one.action} was refused: ${result?.refusal}`)
    }
  }

  const batch = async (batchId: string): Promise<Batch> => {
    const { status, body } = await send('penyetuju', 'GET', `/api/v1/enrolment/batches/${batchId}`)
    if (status !== 200) throw new Error(JSON.stringify(body))
    return batchSchema.parse(body)
  }

  return {
    whole,
    mock,
    clock,
    send,
    move,
    batch,
    async approve(member = {}, body = {}) {
      const made = makeMember(member)
      const intake = makeIntakeBody({ members: [made], ...body })
      const { status, body: answer } = await send('petugas', 'POST', '/api/v1/intakes', intake)
      if (status !== 201) throw new Error(JSON.stringify(answer))
      const created = createdSchema.parse(answer)
      const id = created.proposals[0]?.id ?? ''
      const membershipAt = clock.now().toISOString()
      await move(
        id,
        { action: 'start_checks', mover: SYSTEM },
        { action: 'complete_checks', mover: SYSTEM, data: { membership: 'not_found', membershipAt } },
        { action: 'decide_eligible', mover: reviewer, claims: true },
      )
      return { id, intakeId: created.id, receiptNumber: created.receiptNumber, member: made, body: intake }
    },
    async openBatch(people, as = 'penyetuju') {
      const opened = await send(as, 'POST', '/api/v1/enrolment/batches', { name: 'Berkas uji' })
      const { id } = batchSchema.parse(opened.body)
      const proposalIds = people.map((person) => person.id)
      const added = await send(as, 'POST', `/api/v1/enrolment/batches/${id}/rows`, { proposalIds })
      if (added.body.added !== people.length) throw new Error(JSON.stringify(added.body))
      return id
    },
    askForSeal: (batchId, rows, wish = {}) =>
      send('penyetuju', 'POST', `/api/v1/enrolment/batches/${batchId}/seal`, { rows, ...wish }),
    goOn: (batchId) =>
      whole.features.enrolment.goOnWithSealing({ payload: { batchId } }, { signal: new AbortController().signal }),
    async codes(batchId) {
      const { body } = await send('penyetuju', 'GET', `/api/v1/enrolment/batches/${batchId}/rows?limit=100`)
      const { items } = batchRowPageSchema.parse(body)
      return Object.fromEntries(items.map((row) => [row.proposalId, row.code ?? row.state]))
    },
    async stateOf(proposalId) {
      const { rows } = await sql<{ state: string }>`
        SELECT state FROM proposal_status WHERE proposal_id = ${proposalId}`.execute(whole.database.owner)
      return rows[0]?.state ?? ''
    },
    async teach({ member }, status = { kode: '0', keterangan: 'AKTIF' }) {
      const answer = await mock.teach(member.nik ?? '', {
        nama: member.fullName,
        tglLahir: member.birthDate,
        sex: member.sex === 'male' ? 'L' : 'P',
        noKartu: '0001234567890',
        status,
        jenis: { kode: '22', keterangan: 'PBI (APBD)' },
      })
      if (answer !== 200) throw new Error(`the mock answered ${answer}`)
    },
    async close() {
      await whole.close()
      await mock.mock.close()
    },
  }
}

/** BPJS knows the desk, so that its families have a first-level facility. */
export async function nameFacility(whole: WholeApp): Promise<void> {
  await sql`UPDATE office SET bpjs_facility_code = '09020107' WHERE id = ${DEMO_OFFICES.puskesmas}`.execute(
    whole.database.owner,
  )
}
