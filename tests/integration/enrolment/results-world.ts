import { sql } from 'kysely'
import {
  type BatchResult,
  type BatchResultRow,
  batchResultRowPageSchema,
  batchResultSchema,
} from '../../../src/contracts/api/batch-results.ts'
import { replay } from '../../../src/contracts/lifecycle/journal.ts'
import { makeUploadForm } from '../../support/upload-form.ts'
import type { EnrolmentWorld, Person } from './enrolment-world.ts'

const HEADER = 'NIK;NAMA;STATUS;KODE;KETERANGAN;TMT'

/** One row of a file of results as a branch writes it. */
export type Line = { nik: string; name: string; status: string; code?: string; text?: string; tmt?: string }

export const csvOf = (lines: readonly Line[]): Buffer =>
  Buffer.from(
    [
      HEADER,
      ...lines.map(({ nik, name, status, code = '', text = '', tmt = '' }) =>
        [nik, name, status, code, text, tmt].join(';'),
      ),
      '',
    ].join('\r\n'),
  )

/** As Indonesian offices write a day (yyyy-MM-dd). */
export const written = (day: string): string => day.split('-').reverse().join('/')

export const accepted = ({ member }: Person, more: Partial<Line> = {}): Line => ({
  nik: member.nik ?? '',
  name: member.fullName,
  status: 'DITERIMA',
  ...more,
})

export const refused = ({ member }: Person, more: Partial<Line> = {}): Line => ({
  nik: member.nik ?? '',
  name: member.fullName,
  status: 'Ditolak',
  code: '17',
  text: 'NIK tidak padan',
  ...more,
})

/** What is done with results of BPJS, on top of a world of batches. */
export function createResultSteps(world: EnrolmentWorld) {
  const { owner } = world.whole.database

  const post = async (batchId: string, file: Buffer, as = 'penyetuju', sheet?: string) => {
    const { payload, headers } = await makeUploadForm(sheet === undefined ? {} : { sheet }, file, 'hasil.csv')
    const url = `/api/v1/enrolment/batches/${batchId}/results`
    const reply = await world.whole.send({ as, method: 'POST', url, payload, headers })
    return { status: reply.statusCode, body: reply.json<Record<string, unknown>>() }
  }

  const get = async (id: string): Promise<BatchResult> => {
    const { status, body } = await world.send('penyetuju', 'GET', `/api/v1/enrolment/results/${id}`)
    if (status !== 200) throw new Error(JSON.stringify(body))
    return batchResultSchema.parse(body)
  }

  /** One run of the job. */
  const goOn = (resultId: string): Promise<void> =>
    world.whole.features.enrolment.goOnWithResults({ payload: { resultId } }, { signal: new AbortController().signal })

  /** As somebody who has just signed in, whatever the clock says. */
  const asFresh = async (path: string, payload?: object, as = 'penyetuju') => {
    const cookie = await world.whole.signIn(as)
    await sql`UPDATE auth_session SET created_at = ${world.clock.now()}`.execute(owner)
    const url = `/api/v1/enrolment/results/${path}`
    const reply = await world.whole.app.inject({
      method: 'POST',
      url,
      headers: { cookie },
      ...(payload && { payload }),
    })
    return { status: reply.statusCode, body: reply.json<Record<string, unknown>>() }
  }

  const approve = (id: string, rows: number, as?: string) => asFresh(`${id}/approve`, { rows }, as)

  return {
    post,
    get,
    goOn,
    approve,
    undo: (id: string) => asFresh(`${id}/undo`),

    async seal(people: readonly Person[]): Promise<string> {
      const batchId = await world.openBatch(people)
      await world.askForSeal(batchId, people.length)
      await world.goOn(batchId)
      const batch = await world.batch(batchId)
      if (batch.state !== 'sealed') throw new Error(JSON.stringify(batch))
      return batchId
    },

    /** Sent and looked at. */
    async dryRun(batchId: string, file: Buffer, sheet?: string): Promise<BatchResult> {
      const { status, body } = await post(batchId, file, 'penyetuju', sheet)
      if (status !== 201) throw new Error(JSON.stringify(body))
      const { id } = batchResultSchema.parse(body)
      await goOn(id)
      return get(id)
    },

    /** Sent, looked at, approved, applied. */
    async apply(batchId: string, lines: readonly Line[]): Promise<BatchResult> {
      const ready = await this.dryRun(batchId, csvOf(lines))
      const { status, body } = await approve(ready.id, ready.counts.toApply)
      if (status !== 202) throw new Error(JSON.stringify(body))
      await goOn(ready.id)
      return get(ready.id)
    },

    async rows(id: string, query = ''): Promise<BatchResultRow[]> {
      const { body } = await world.send('penyetuju', 'GET', `/api/v1/enrolment/results/${id}/rows?limit=100${query}`)
      return batchResultRowPageSchema.parse(body).items
    },

    recheck: (): Promise<void> =>
      world.whole.features.enrolment.recheckActivation({ signal: new AbortController().signal }),

    async flagsOf(proposalId: string): Promise<string[]> {
      const { rows } = await sql<{ flags: string[] }>`
        SELECT flags FROM proposal_status WHERE proposal_id = ${proposalId}`.execute(owner)
      return rows[0]?.flags ?? []
    },

    async count(table: string, where: ReturnType<typeof sql>): Promise<number> {
      const { rows } = await sql<{ total: number }>`
        SELECT count(*)::int AS total FROM ${sql.table(table)} WHERE ${where}`.execute(owner)
      return rows[0]?.total ?? 0
    },

    /** Of the local budget. */
    async seatOf(proposalId: string): Promise<string | undefined> {
      const { rows } = await sql<{ state: string }>`
        SELECT state FROM quota_seat WHERE proposal_id = ${proposalId}`.execute(owner)
      return rows[0]?.state
    },

    /** What the journal tells, and what stands in the row. */
    async replayed(proposalId: string): Promise<{ told: unknown; stored: unknown }> {
      const history = await world.whole.features.intake.listHistory(world.whole.database.db, proposalId)
      const { state, sequence, flags } = replay(
        history.map(({ sequence, action, actorId, at, data }) => ({ sequence, action, actorId, at, data })),
      )
      const { rows } = await sql`
        SELECT state, sequence, flags FROM proposal_status WHERE proposal_id = ${proposalId}`.execute(owner)
      return { told: { state, sequence, flags }, stored: rows[0] }
    },
  }
}
export type ResultSteps = ReturnType<typeof createResultSteps>
