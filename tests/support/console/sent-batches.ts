import { until } from '../../../scripts/lib/session.ts'
import { type BatchResult, batchResultSchema } from '../../../src/contracts/api/batch-results.ts'
import { makeMember } from '../intake-body.ts'
import { makeUploadForm } from '../upload-form.ts'
import { registerCase } from './cases.ts'
import { sessionOf } from './sessions.ts'

export type Approved = { id: string; receiptNumber: string; nik: string; fullName: string }

/** Registered, checked and approved over HTTP. */
export async function approveCase(address: string, fullName: string, birthDate: string): Promise<Approved> {
  const { id, receiptNumber, body } = await registerCase(address, { members: [makeMember({ fullName, birthDate })] })
  const reviewer = await sessionOf(address, 'verifikator')
  const { version } = await until(
    () => reviewer.must('GET', `/api/v1/proposals/${id}`),
    ({ state }) => state === 'in_review',
  )
  await reviewer.must('POST', `/api/v1/proposals/${id}/claim`, {})
  await reviewer.must('POST', `/api/v1/proposals/${id}/decisions`, { version, decision: 'eligible', reasons: [] })
  return { id, receiptNumber, fullName, nik: body.members[0]?.nik ?? '' }
}

/** A batch of these people that was sent to BPJS. Returns its id. */
export async function sealBatch(address: string, name: string, people: readonly Approved[]): Promise<string> {
  const office = await sessionOf(address, 'penyetuju')
  const { id } = await office.must('POST', '/api/v1/enrolment/batches', { name })
  const proposalIds = people.map((one) => one.id)
  await office.must('POST', `/api/v1/enrolment/batches/${id}/rows`, { proposalIds })
  await office.must('POST', `/api/v1/enrolment/batches/${id}/seal`, { rows: people.length })
  await until(
    () => office.must('GET', `/api/v1/enrolment/batches/${id}`),
    ({ state }) => state === 'sealed',
  )
  return id
}

/** A file of results sent and looked at, over HTTP. */
export async function sendResults(address: string, batchId: string, file: Buffer): Promise<BatchResult> {
  const office = await sessionOf(address, 'penyetuju')
  const { payload, headers } = await makeUploadForm({}, file, 'hasil.csv')
  const answer = await fetch(new URL(`/api/v1/enrolment/batches/${batchId}/results`, address), {
    method: 'POST',
    headers: { ...headers, cookie: office.cookies() },
    body: Uint8Array.from(payload),
  })
  const { id } = batchResultSchema.parse(await answer.json())
  return settledResult(address, id)
}

/** An import once nothing goes on with it by itself. */
export async function settledResult(address: string, id: string): Promise<BatchResult> {
  const office = await sessionOf(address, 'penyetuju')
  const found = await until(
    () => office.must('GET', `/api/v1/enrolment/results/${id}`),
    ({ state }) => !['uploaded', 'parsing', 'approved', 'applying'].includes(state),
  )
  return batchResultSchema.parse(found)
}
