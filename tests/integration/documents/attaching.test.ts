import { createHash, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Actor } from '../../../src/contracts/access.ts'
import { intakeInputSchema } from '../../../src/contracts/api/intakes.ts'
import { type IntakeBody, makeIntakeBody, makeMember } from '../../support/intake-body.ts'
import { createDocumentsWorld, type DocumentsWorld } from './documents-world.ts'

let world: DocumentsWorld
let petugas: Actor
beforeAll(async () => {
  world = await createDocumentsWorld()
  petugas = world.actor('petugas')
})
afterAll(() => world?.close())

type Named = NonNullable<IntakeBody['documents']>
const issuesOf = (reply: { json(): { errors?: { path: string; code: string }[] } }) =>
  (reply.json().errors ?? []).map(({ path, code }) => `${path} ${code}`)
const intakesBy = async (actor: Actor): Promise<number> =>
  (await world.database.owner.selectFrom('intake').select('id').where('created_by', '=', actor.userId).execute()).length

describe('a registration', () => {
  test('gets the photos that it names, each for whom it is about', async () => {
    const [kk, head, child, letter] = await Promise.all([
      world.upload(petugas, { kind: 'kk' }),
      world.upload(petugas),
      world.upload(petugas),
      world.upload(petugas, { kind: 'other' }),
    ])
    const members = [
      makeMember({ propose: false }),
      makeMember({ relationship: 'istri' }),
      makeMember({ relationship: 'anak' }),
    ]
    const documents: Named = [
      { id: kk.id, kind: 'kk' },
      { id: head.id, kind: 'ktp', member: 1 },
      { id: child.id.toUpperCase(), kind: 'ktp', member: 2 },
      // What it is called counts, not what it was uploaded as.
      { id: letter.id, kind: 'birth_letter', member: 2 },
    ]
    const reply = await world.register(petugas, makeIntakeBody({ members, documents }))
    expect(reply.statusCode, reply.body).toBe(201)
    const created = reply.json()
    const [wife, son] = created.proposals
    const listed = await world.listOfIntake(petugas, created.id)
    expect(new Map(listed.map((item) => [item.id, [item.kind, item.proposalId]]))).toEqual(
      new Map([
        [kk.id, ['kk', null]],
        [head.id, ['ktp', wife.id]],
        [child.id, ['ktp', son.id]],
        [letter.id, ['birth_letter', son.id]],
      ]),
    )
    const attached = world.audited.filter(
      ({ action, details }) => action === 'attach_document' && details?.intakeId === created.id,
    )
    expect(attached.map(({ subjectId }) => subjectId?.toLowerCase()).sort()).toEqual(listed.map(({ id }) => id).sort())
    const { rows } = await world.database.pool.query('SELECT topic FROM outbox WHERE payload ->> $1 = $2', [
      'intakeId',
      created.id,
    ])
    expect(rows).toHaveLength(1)
  })

  test('sent again gives the same answer, at once or later', async () => {
    const { id } = await world.upload(petugas)
    const key = randomUUID()
    const body = makeIntakeBody({ documents: [{ id, kind: 'ktp', member: 0 }] })
    const replies = await Promise.all([1, 2, 3].map(() => world.register(petugas, body, key)))
    replies.push(await world.register(petugas, body, key))
    expect(replies.map(({ statusCode }) => statusCode)).toEqual([201, 201, 201, 201])
    expect(new Set(replies.map((reply) => reply.json().id)).size).toBe(1)
    const without = { ...body, documents: [] }
    expect((await world.register(petugas, without, key)).json().code).toBe('idempotency_key_reused')
  })

  test('without photos is the same body as before there were any', async () => {
    const key = randomUUID()
    const body = makeIntakeBody()
    expect((await world.register(petugas, body, key)).statusCode).toBe(201)
    const { rows } = await world.database.pool.query('SELECT body_hash FROM idempotency_key WHERE key = $1', [key])
    const parsed = intakeInputSchema.omit({ documents: true }).parse(body)
    expect(rows[0].body_hash).toEqual(createHash('sha256').update(JSON.stringify(parsed)).digest())
  })

  test('of two that name one photo at once, one gets it and the other is not there at all', async () => {
    const officer = world.actor('petugas')
    const { id } = await world.upload(officer)
    const replies = await Promise.all(
      Array.from({ length: 6 }, () =>
        world.register(officer, makeIntakeBody({ documents: [{ id, kind: 'ktp', member: 0 }] })),
      ),
    )
    expect(replies.map(({ statusCode }) => statusCode).sort()).toEqual([201, 400, 400, 400, 400, 400])
    const lost = replies.filter(({ statusCode }) => statusCode === 400)
    expect(new Set(lost.flatMap(issuesOf))).toEqual(new Set(['documents.0.id document_not_available']))
    expect(await intakesBy(officer)).toBe(1)
  })

  test("that names somebody else's, a used or an unknown photo is refused whole", async () => {
    const officer = world.actor('petugas')
    const [foreign, used] = [await world.upload(petugas), await world.upload(officer)]
    await world.household(officer, [{ id: used.id, kind: 'ktp', member: 0 }])
    for (const id of [foreign.id, used.id, randomUUID()]) {
      const reply = await world.register(officer, makeIntakeBody({ documents: [{ id, kind: 'ktp', member: 0 }] }))
      expect(issuesOf(reply)).toEqual(['documents.0.id document_not_available'])
    }
    expect(await intakesBy(officer)).toBe(1)
    // The owner can still use it.
    await world.household(petugas, [{ id: foreign.id, kind: 'ktp', member: 0 }])
  })

  test('is told all that is wrong with its photos and its people at once', async () => {
    const id = randomUUID()
    const members = [makeMember(), makeMember({ relationship: 'anak', propose: false, birthDate: '2090-01-01' })]
    const documents: Named = [
      { id, kind: 'ktp' },
      { id, kind: 'ktp', member: 0 },
      { id: randomUUID(), kind: 'ktp', member: 1 },
      { id: randomUUID(), kind: 'facility_letter', member: 7 },
      { id: randomUUID(), kind: 'kk' },
      { id: randomUUID(), kind: 'kk', member: 0 },
    ]
    const reply = await world.register(petugas, makeIntakeBody({ members, documents }))
    expect(issuesOf(reply)).toEqual([
      'members.1.birthDate date_in_future',
      'documents.0.member document_person_missing',
      'documents.1.id duplicate',
      'documents.2.member document_member_not_proposed',
      'documents.3.member document_member_not_proposed',
      'documents.5.kind duplicate',
    ])
  })
})

describe('a correction', () => {
  const returned = async (code: string, field: string) => {
    const { id, proposals } = await world.household(petugas)
    const [head = { id: '' }] = proposals
    const old = await world.upload(petugas, { proposalId: head.id })
    await world.giveBack(head.id, [{ code, field }])
    return { intakeId: id, proposalId: head.id, old }
  }

  test('answers an unreadable KTP with a new one', async () => {
    const { proposalId, old } = await returned('KTP_TIDAK_TERBACA', 'documents.ktp')
    expect(await world.correct(petugas, proposalId, {})).toMatchObject({
      errors: [{ path: 'changes.documents.ktp', code: 'returned_field_untouched' }],
    })
    const letter = await world.upload(petugas, { kind: 'other' })
    const wrong = { documents: [{ id: letter.id, kind: 'other' }] }
    expect((await world.correct(petugas, proposalId, wrong)).errors).toMatchObject([
      { code: 'returned_field_untouched' },
    ])
    const { id } = await world.upload(petugas)
    expect(await world.correct(petugas, proposalId, { documents: [{ id, kind: 'ktp' }] })).toEqual({ status: 204 })
    const listed = new Map(
      (await world.listOfProposal(petugas, proposalId)).map((item) => [item.id, item.supersededAt]),
    )
    expect(listed.get(id)).toBeNull()
    expect(listed.get(old.id)).not.toBeNull()
    expect(listed.has(letter.id)).toBe(false)
    const history = await world.intake.listHistory(world.database.db, proposalId)
    expect(history.at(-1)).toMatchObject({ action: 'correct', reasons: [{ code: 'CHANGED', field: 'documents.ktp' }] })
  })

  test('answers with what was uploaded for the person since the return, not with what was there', async () => {
    const { proposalId } = await returned('KTP_TIDAK_TERBACA', 'documents.ktp')
    expect((await world.correct(petugas, proposalId, {})).status).toBe(400)
    await world.upload(petugas, { proposalId })
    expect(await world.correct(petugas, proposalId, {})).toEqual({ status: 204 })
  })

  test('answers missing documents with any, and a KK for the household', async () => {
    const missing = await returned('DOKUMEN_KURANG', 'documents')
    const { id } = await world.upload(petugas, { kind: 'other' })
    const other = { documents: [{ id, kind: 'other' }] }
    expect(await world.correct(petugas, missing.proposalId, other)).toEqual({ status: 204 })
    const unreadable = await returned('KK_TIDAK_TERBACA', 'documents.kk')
    const kk = await world.upload(petugas, { kind: 'kk' })
    const card = { documents: [{ id: kk.id, kind: 'kk' }] }
    expect(await world.correct(petugas, unreadable.proposalId, card)).toEqual({ status: 204 })
    const listed = await world.listOfIntake(petugas, unreadable.intakeId)
    expect(listed.find((item) => item.id === kk.id)).toMatchObject({ kind: 'kk', proposalId: null })
  })

  test("with somebody else's or a doubled photo changes nothing", async () => {
    const { proposalId } = await returned('KTP_TIDAK_TERBACA', 'documents.ktp')
    const foreign = await world.upload(world.actor('petugas'))
    const own = await world.upload(petugas)
    const ktp = (id: string) => ({ id, kind: 'ktp' })
    expect(await world.correct(petugas, proposalId, { documents: [ktp(foreign.id)] })).toMatchObject({
      errors: [{ path: 'documents.0.id', code: 'document_not_available' }],
    })
    expect(await world.correct(petugas, proposalId, { documents: [ktp(own.id), ktp(own.id)] })).toMatchObject({
      errors: [{ path: 'documents.1.id', code: 'duplicate' }],
    })
    expect(await world.correct(petugas, proposalId, { version: 9, documents: [ktp(own.id)] })).toMatchObject({
      code: 'version_conflict',
    })
    expect(await world.listOfProposal(petugas, proposalId)).toHaveLength(1)
    expect(await world.correct(petugas, proposalId, { documents: [ktp(own.id)] })).toEqual({ status: 204 })
  })
})
