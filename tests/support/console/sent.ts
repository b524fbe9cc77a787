import { until } from '../../../scripts/lib/session.ts'
import { makeMember } from '../intake-body.ts'
import { makeUploadForm } from '../upload-form.ts'
import { type RegisteredCase, registerCase } from './cases.ts'
import { sessionOf } from './sessions.ts'

export type SentCase = RegisteredCase & { nik: string; birthDate: string }

/** Registered, checked and approved over HTTP: the way there is not what a test is about. */
export async function approveCase(address: string, fullName: string, birthDate: string): Promise<SentCase> {
  const one = await registerCase(address, { members: [makeMember({ fullName, birthDate })] })
  const reviewer = await sessionOf(address, 'verifikator')
  const { version } = await reviewer.must('GET', `/api/v1/proposals/${one.id}`)
  await reviewer.must('POST', `/api/v1/proposals/${one.id}/claim`, {})
  const decision = { version, decision: 'eligible', reasons: [] }
  await reviewer.must('POST', `/api/v1/proposals/${one.id}/decisions`, decision)
  return { ...one, birthDate, nik: one.body.members[0]?.nik ?? '' }
}

/** In a batch of the demo's approver, sealed. Returns the batch. */
export async function sealCases(
  address: string,
  cases: readonly SentCase[],
  letterNumber: string,
): Promise<{ id: string; number: string }> {
  const approver = await sessionOf(address, 'penyetuju')
  const { id } = await approver.must('POST', '/api/v1/enrolment/batches', { name: 'Berkas uji' })
  const proposalIds = cases.map((one) => one.id)
  await approver.must('POST', `/api/v1/enrolment/batches/${id}/rows`, { proposalIds })
  await approver.must('POST', `/api/v1/enrolment/batches/${id}/seal`, { rows: cases.length, letterNumber })
  const { seal } = await until(
    () => approver.must('GET', `/api/v1/enrolment/batches/${id}`),
    ({ state }) => state !== 'checking',
  )
  return { id, number: seal.number }
}

/** What the branch writes about one of them: accepted from a day on (yyyy-MM-dd), or sent back. */
export type BranchRow = { sent: SentCase } & ({ from: string } | { code: string; text: string })

const lineOf = (row: BranchRow): string => {
  const { nik, fullName } = row.sent
  if ('from' in row) return [nik, fullName, 'DITERIMA', '', '', row.from.split('-').reverse().join('/')].join(';')
  return [nik, fullName, 'DITOLAK', row.code, row.text, ''].join(';')
}

/** The results of BPJS, sent and approved over HTTP, and applied. */
export async function applyAnswers(address: string, batchId: string, rows: readonly BranchRow[]): Promise<void> {
  const approver = await sessionOf(address, 'penyetuju')
  const file = Buffer.from(['NIK;NAMA;STATUS;KODE;KETERANGAN;TMT', ...rows.map(lineOf), ''].join('\r\n'))
  const { payload, headers } = await makeUploadForm({}, file, 'hasil.csv')
  const response = await fetch(new URL(`/api/v1/enrolment/batches/${batchId}/results`, address), {
    method: 'POST',
    headers: { ...headers, cookie: approver.cookies() },
    body: Uint8Array.from(payload),
  })
  if (!response.ok) throw new Error(`results answered ${response.status}: ${await response.text()}`)
  const { id } = (await response.json()) as { id: string }
  const path = `/api/v1/enrolment/results/${id}`
  const { counts } = await until(
    () => approver.must('GET', path),
    ({ state }) => state === 'dry_run_ready',
  )
  await approver.must('POST', `${path}/approve`, { rows: counts.toApply })
  await until(
    () => approver.must('GET', path),
    ({ state }) => state === 'applied',
  )
}

/** The day in the office, so many days from today. */
export const officeDay = (later: number): string =>
  new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Jakarta' }).format(new Date(Date.now() + later * 86_400_000))

/** The mock of BPJS answers as it should, or with this fault. */
export async function setBpjsFault(mockAddress: string, mode: 'none' | '500'): Promise<void> {
  const response = await fetch(new URL('/control/faults', mockAddress), {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ mode }),
  })
  if (!response.ok) throw new Error(`the mock answered ${response.status}`)
}
