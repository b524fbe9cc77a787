import { randomUUID } from 'node:crypto'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Actor, Role } from '../../../src/contracts/access.ts'
import { DEMO_OFFICES } from '../../../src/features/regions/index.ts'
import { createDocumentsWorld, type DocumentsWorld } from './documents-world.ts'

let world: DocumentsWorld
let kader: Actor
let intakeId: string
let proposalId: string
let documentId: string
beforeAll(async () => {
  world = await createDocumentsWorld()
  kader = world.actor('kader')
  const intake = await world.household(kader)
  intakeId = intake.id
  proposalId = intake.proposals[0]?.id ?? ''
  documentId = (await world.upload(kader, { proposalId })).id
})
afterAll(() => world?.close())

/** A link of the caller's own, as the list gives it. */
async function linkOf(actor: Actor): Promise<string> {
  const [item] = await world.listOfProposal(actor, proposalId)
  if (!item?.contentUrl) throw new Error('there is no link')
  return item.contentUrl
}
const open = async (actor: Actor, url: string) => {
  const reply = await world.get(actor, url)
  return reply.statusCode === 200 ? '200' : `${reply.statusCode} ${reply.json().code}`
}
const MINUTE_MS = 60_000
/** With another first letter of its signature. */
const flip = (url: string): string =>
  url.replace(/signature=(.)/, (_, first: string) => `signature=${first === 'A' ? 'B' : 'A'}`)

describe('a picture', () => {
  test('is shown by its link, kept by no cache and run by no browser', async () => {
    const verifikator = world.actor('verifikator')
    const reply = await world.get(verifikator, await linkOf(verifikator))
    expect(reply.statusCode).toBe(200)
    expect(reply.headers).toMatchObject({
      'content-type': 'image/jpeg',
      'cache-control': 'no-store',
      'content-disposition': 'inline',
      'x-content-type-options': 'nosniff',
      'content-security-policy': expect.stringContaining('sandbox'),
      'cross-origin-resource-policy': 'same-origin',
    })
    expect(await sharp(reply.rawPayload).metadata()).toMatchObject({ format: 'jpeg', width: 640, height: 400 })
  })

  test('leaves an entry for every look, and none for a refused one', async () => {
    const verifikator = world.actor('verifikator')
    const looks = () =>
      world.audited.filter(({ action, actorId }) => action === 'read_document' && actorId === verifikator.userId)
    const url = await linkOf(verifikator)
    for (const _ of [1, 2, 3]) await world.get(verifikator, url)
    await world.get(verifikator, flip(url))
    const subject = { subjectType: 'document', subjectId: documentId }
    expect(looks()).toMatchObject([subject, subject, subject])
    expect(looks()[0]?.details).toEqual({ kind: 'ktp', intakeId })
  })

  test('has gone wrong where it lies: told, and counted', async () => {
    const verifikator = world.actor('verifikator')
    const before = world.intake.countDamagedDocuments()
    const { owner } = world.database
    const other = await world.upload(kader, { kind: 'other', intakeId })
    const [item] = await world.listOfIntake(verifikator, intakeId)
    expect(item?.id).toBe(other.id)
    const url = item?.contentUrl ?? ''
    const content = owner.selectFrom('document_content').select('sealed')
    // The picture of one document in the place of another does not open.
    const { sealed } = await content.where('document_id', '=', documentId).executeTakeFirstOrThrow()
    await owner.updateTable('document_content').set({ sealed }).where('document_id', '=', other.id).execute()
    expect(await open(verifikator, url)).toBe('500 document_damaged')
    await owner.deleteFrom('document_content').where('document_id', '=', other.id).execute()
    expect(await open(verifikator, url)).toBe('500 document_damaged')
    expect(world.intake.countDamagedDocuments() - before).toBe(2)
    await owner.deleteFrom('document').where('id', '=', other.id).execute()
  })
})

describe('a link', () => {
  test('is over after five minutes', async () => {
    const verifikator = world.actor('verifikator')
    const url = await linkOf(verifikator)
    world.clock.advance(5 * MINUTE_MS - 1000)
    expect(await open(verifikator, url)).toBe('200')
    world.clock.advance(1000)
    expect(await open(verifikator, url)).toBe('403 document_link_expired')
    expect(await open(verifikator, await linkOf(verifikator))).toBe('200')
  })

  test('is given anew: for what one may see and for an upload of the own, as long as that lasts, and to nobody else', async () => {
    const renew = async (actor: Actor, id: string) => {
      const reply = await world.app.inject({
        method: 'POST',
        url: `/api/v1/documents/${id}/link`,
        headers: world.as(actor),
      })
      return reply.statusCode === 200 ? reply.json<{ contentUrl: string }>().contentUrl : reply.json().code
    }
    const officer = world.actor('petugas')
    const own = await world.upload(officer)
    world.clock.advance(5 * MINUTE_MS)
    expect(await open(officer, own.contentUrl ?? '')).toBe('403 document_link_expired')
    expect(await open(officer, await renew(officer, own.id))).toBe('200')
    expect(await open(officer, await renew(officer, own.id.toUpperCase()))).toBe('200')
    const verifikator = world.actor('verifikator')
    expect(await open(verifikator, await renew(verifikator, documentId))).toBe('200')
    const strangers = [verifikator, world.actor('petugas')]
    for (const stranger of strangers) expect(await renew(stranger, own.id)).toBe('not_found')
    expect(await renew(world.actor('verifikator', { regionCode: '32.09' }), documentId)).toBe('not_found')
    world.clock.advance(24 * 60 * MINUTE_MS)
    expect(await renew(officer, own.id)).toBe('not_found')
  })

  test('opens nothing once a letter of it is another, or it is moved to another document', async () => {
    const verifikator = world.actor('verifikator')
    const url = await linkOf(verifikator)
    const later = url.replace(/expires=(\d+)/, (_, expires: string) => `expires=${Number(expires) + 60}`)
    const moved = url.replace(documentId, randomUUID())
    for (const bad of [later, flip(url), moved]) expect(await open(verifikator, bad)).toBe('403 document_link_expired')
    for (const none of ['', '?expires=1', `?expires=99999999999&signature=${'A'.repeat(42)}`]) {
      expect(await open(verifikator, `/api/v1/documents/${documentId}/content${none}`)).toBe('400 invalid_input')
    }
  })

  test('is of no use to another account, of the same office or the same role', async () => {
    const verifikator = world.actor('verifikator')
    const url = await linkOf(verifikator)
    for (const actor of [world.actor('verifikator'), world.actor('supervisor'), kader]) {
      expect(await open(actor, url)).toBe('403 document_link_expired')
    }
    expect((await world.app.inject({ url })).statusCode).toBe(401)
  })

  test('does not outlive the right to see the case', async () => {
    const petugas = world.actor('petugas')
    const url = await linkOf(petugas)
    expect(await open(petugas, url)).toBe('200')
    Object.assign(petugas, { officeIds: [DEMO_OFFICES.otherPuskesmas] })
    expect(await open(petugas, url)).toBe('404 not_found')
  })

  test('of an unused upload opens it for its own officer alone', async () => {
    const upload = await world.upload(kader)
    expect(await open(kader, upload.contentUrl ?? '')).toBe('200')
    const supervisor = world.actor('supervisor')
    const listed = await world.listOfIntake(supervisor, intakeId)
    expect(listed.map(({ id }) => id)).not.toContain(upload.id)
  })
})

describe('the list', () => {
  test('of a stranger is not found, and has links only for those who may see numbers', async () => {
    const seen = async (role: Role, changes: Partial<Actor> = {}) => {
      const actor = world.actor(role, changes)
      const replies = await Promise.all(
        [`/api/v1/proposals/${proposalId}/documents`, `/api/v1/intakes/${intakeId}/documents`].map((url) =>
          world.get(actor, url),
        ),
      )
      return replies.map((reply) =>
        reply.statusCode === 200 ? (reply.json().items[0].contentUrl === null ? 'without' : 'with') : reply.statusCode,
      )
    }
    expect(await seen('verifikator')).toEqual(['with', 'with'])
    expect(await seen('supervisor')).toEqual(['with', 'with'])
    expect(await seen('penyetuju')).toEqual(['with', 'with'])
    expect(await seen('petugas')).toEqual(['with', 'with'])
    expect(await seen('auditor')).toEqual(['without', 'without'])
    expect(await seen('petugas', { scopes: ['proposals:read'] })).toEqual(['without', 'without'])
    expect(await seen('kader')).toEqual([404, 404])
    expect(await seen('verifikator', { regionCode: '32.09' })).toEqual([404, 404])
    expect(await seen('admin')).toEqual([403, 403])
  })

  test('is a look at the case: audited', async () => {
    const auditor = world.actor('auditor')
    await world.listOfProposal(auditor, proposalId)
    await world.listOfIntake(auditor, intakeId)
    const entries = world.audited.filter(({ actorId }) => actorId === auditor.userId)
    expect(entries).toMatchObject([
      { action: 'read_proposal', subjectId: proposalId, details: { part: 'documents' } },
      { action: 'read_intake', subjectId: intakeId, details: { part: 'documents' } },
    ])
  })
})
