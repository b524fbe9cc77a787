import { randomUUID } from 'node:crypto'
import sharp from 'sharp'
import { until } from '../../../scripts/lib/session.ts'
import { type IntakeBody, makeIntakeBody } from '../intake-body.ts'
import { makeUploadForm } from '../upload-form.ts'
import { sessionOf } from './sessions.ts'

export type RegisteredCase = { id: string; intakeId: string; receiptNumber: string; fullName: string; body: IntakeBody }

/** Registers a household over HTTP as the demo's officer and waits until the checks of its first member are done. */
export async function registerCase(address: string, changes: Partial<IntakeBody> = {}): Promise<RegisteredCase> {
  const officer = await sessionOf(address, 'petugas')
  const body = makeIntakeBody(changes)
  const intake = await officer.must('POST', '/api/v1/intakes', body, { 'idempotency-key': randomUUID() })
  const [{ id, fullName }] = intake.proposals
  await until(
    () => officer.must('GET', `/api/v1/proposals/${id}`),
    (proposal) => !['submitted', 'checking'].includes(proposal.state),
  )
  return { id, intakeId: intake.id, receiptNumber: intake.receiptNumber, fullName, body }
}

/** A synthetic photo of a paper, one colour all over so that pictures can be told apart. */
export const makePhoto = (colour: string): Promise<Buffer> =>
  sharp({ create: { width: 640, height: 400, channels: 3, background: colour } })
    .jpeg()
    .toBuffer()

/** Gives a person's household a photo, as the demo's officer. */
export async function addPhoto(address: string, kind: string, proposalId: string, photo: Buffer): Promise<void> {
  const officer = await sessionOf(address, 'petugas')
  const { payload, headers } = await makeUploadForm({ kind, proposalId }, photo)
  const response = await fetch(new URL('/api/v1/documents', address), {
    method: 'POST',
    headers: { ...headers, cookie: officer.cookies() },
    body: Uint8Array.from(payload),
  })
  if (!response.ok) throw new Error(`upload answered ${response.status}: ${await response.text()}`)
}
