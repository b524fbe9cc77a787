import type { Actor } from '../../../src/contracts/access.ts'
import type { DocumentCreated, DocumentList } from '../../../src/contracts/api/documents.ts'
import type { IntakeCreated } from '../../../src/contracts/api/intakes.ts'
import { type ReasonRecord, SYSTEM } from '../../../src/features/intake/index.ts'
import { makeIntakeBody, makeMember } from '../../support/intake-body.ts'
import { makeUploadForm } from '../../support/upload-form.ts'
import { createIntakeFixture, type IntakeFixture } from '../intake/fixture.ts'
import { photo } from './pictures.ts'

type Refusal = { code: string; errors?: { path: string; code: string; message: string }[] }
export type DocumentsWorld = IntakeFixture & Awaited<ReturnType<typeof addCalls>>

export const HOUR_MS = 60 * 60_000

async function addCalls(fixture: IntakeFixture) {
  const { app, as, clock, database } = fixture
  const ktp = await photo({ width: 640, height: 400 })

  const send = async (actor: Actor, fields: Record<string, string>, file: Buffer | undefined) => {
    const { payload, headers } = await makeUploadForm(fields, file)
    return await app.inject({
      method: 'POST',
      url: '/api/v1/documents',
      headers: { ...as(actor), ...headers },
      payload,
    })
  }

  const get = (actor: Actor, url: string) => app.inject({ url, headers: as(actor) })

  return {
    ktp,
    send,
    get,
    async upload(actor: Actor, fields: Record<string, string> = {}, file = ktp): Promise<DocumentCreated> {
      const reply = await send(actor, { kind: 'ktp', ...fields }, file)
      if (reply.statusCode !== 201) throw new Error(reply.body)
      return reply.json<DocumentCreated>()
    },
    async refusal(actor: Actor, fields: Record<string, string>, file?: Buffer): Promise<Refusal & { status: number }> {
      const reply = await send(actor, fields, file)
      return { status: reply.statusCode, ...reply.json<Refusal>() }
    },
    /** A household of two, with the documents named in `documents`. */
    async household(actor: Actor, documents?: { id: string; kind: string; member?: number }[]): Promise<IntakeCreated> {
      const members = [makeMember(), makeMember({ relationship: 'anak' })]
      const reply = await fixture.register(actor, makeIntakeBody({ members, ...(documents && { documents }) }))
      if (reply.statusCode !== 201) throw new Error(reply.body)
      return reply.json<IntakeCreated>()
    },
    async listOfIntake(actor: Actor, id: string): Promise<DocumentList['items']> {
      return (await get(actor, `/api/v1/intakes/${id}/documents`)).json<DocumentList>().items
    },
    async listOfProposal(actor: Actor, id: string): Promise<DocumentList['items']> {
      return (await get(actor, `/api/v1/proposals/${id}/documents`)).json<DocumentList>().items
    },
    async giveBack(proposalId: string, reasons: ReasonRecord[]): Promise<void> {
      const { userId: id, role } = fixture.actor('verifikator')
      const correctionDueAt = new Date(clock.now().getTime() + 7 * 24 * HOUR_MS).toISOString()
      await database.db.transaction().execute(async (tx) => {
        await fixture.intake.moveMany(tx, [
          { proposalId, action: 'start_checks', mover: SYSTEM },
          { proposalId, action: 'complete_checks', mover: SYSTEM, data: { membership: 'not_found' } },
        ])
        await fixture.intake.claim(tx, proposalId, { id, role }, false)
        await fixture.intake.moveMany(tx, [
          { proposalId, action: 'decide_needs_correction', mover: { id, role }, reasons, data: { correctionDueAt } },
        ])
      })
      clock.advance(1000)
    },
    async correct(actor: Actor, proposalId: string, body: object) {
      const reply = await app.inject({
        method: 'POST',
        url: `/api/v1/proposals/${proposalId}/corrections`,
        headers: as(actor),
        payload: { version: 1, ...body },
      })
      return { status: reply.statusCode, ...(reply.body === '' ? {} : reply.json<Refusal>()) }
    },
    countRows: async () => {
      const total = async (table: 'document' | 'document_content') =>
        (
          await database.owner
            .selectFrom(table)
            .select((eb) => eb.fn.countAll<number>().as('total'))
            .executeTakeFirstOrThrow()
        ).total
      return [await total('document'), await total('document_content')]
    },
  }
}

/** The intake feature on its own, with the calls that concern documents. */
export async function createDocumentsWorld(): Promise<DocumentsWorld> {
  const fixture = await createIntakeFixture()
  return { ...fixture, ...(await addCalls(fixture)) }
}
