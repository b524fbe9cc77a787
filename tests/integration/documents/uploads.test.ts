import { randomBytes, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DOCUMENT_KINDS } from '../../../src/contracts/document-kinds.ts'
import { REASONS } from '../../../src/contracts/lifecycle/reasons.ts'
import { DEMO_OFFICES } from '../../../src/features/regions/index.ts'
import { makeIntakeBody } from '../../support/intake-body.ts'
import { makeUploadForm } from '../../support/upload-form.ts'
import { createDocumentsWorld, type DocumentsWorld, HOUR_MS } from './documents-world.ts'
import { CAMERA, hugePng, lockedPdf, pdf } from './pictures.ts'

let world: DocumentsWorld
beforeAll(async () => {
  world = await createDocumentsWorld()
})
afterAll(() => world?.close())

const MB = 1024 * 1024

test('every document that a return may name has a kind', () => {
  const named = Object.values(REASONS).flatMap(({ field }) => field?.match(/^documents\.(\w+)/)?.[1] ?? [])
  expect(named.length).toBeGreaterThan(2)
  expect(named.filter((kind) => !DOCUMENT_KINDS.some((known) => known === kind))).toEqual([])
})

describe('an upload', () => {
  test('belongs to its officer for a day, and is audited without a word of the file', async () => {
    const petugas = world.actor('petugas')
    const created = await world.upload(petugas)
    expect(created).toMatchObject({ kind: 'ktp', intakeId: null, proposalId: null, width: 640, height: 400 })
    const uploadedAt = new Date(created.uploadedAt).getTime()
    expect(new Date(created.expiresAt ?? 0).getTime() - uploadedAt).toBe(24 * HOUR_MS)
    const events = world.audited.filter(({ subjectId }) => subjectId === created.id)
    expect(events).toMatchObject([
      { action: 'upload_document', actorId: petugas.userId, subjectType: 'document', details: { kind: 'ktp' } },
    ])
    expect(JSON.stringify(events)).not.toMatch(/3274014505900001|jpg/)
  })

  test('lies in the database unreadable: no picture, no camera, no place', async () => {
    const { id } = await world.upload(world.actor('petugas'))
    const { sealed } = await world.database.owner
      .selectFrom('document_content')
      .select('sealed')
      .where('document_id', '=', id)
      .executeTakeFirstOrThrow()
    expect(world.ktp.includes(Buffer.from([0xff, 0xd8, 0xff]))).toBe(true)
    expect(world.ktp.includes(CAMERA)).toBe(true)
    for (const sign of [
      Buffer.from([0xff, 0xd8, 0xff]),
      Buffer.from('JFIF'),
      Buffer.from('Exif'),
      Buffer.from(CAMERA),
    ]) {
      expect(sealed.includes(sign)).toBe(false)
    }
    expect(sealed.length).toBeGreaterThan(500)
  })

  test('takes a PDF', async () => {
    expect(await world.upload(world.actor('kader'), { kind: 'facility_letter' }, pdf(595, 842))).toMatchObject({
      height: 1600,
    })
  })

  test.each([
    ['no file', undefined, 400, 'invalid_input', 'required', 'Berkas wajib diisi'],
    ['an empty file', Buffer.alloc(0), 400, 'invalid_input', 'file_kind_unknown', 'Kirim foto JPEG'],
    [
      'an SVG',
      Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'),
      400,
      'invalid_input',
      'file_kind_unknown',
      'Kirim foto JPEG',
    ],
    [
      'a broken photo',
      Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1, 2]),
      400,
      'invalid_input',
      'file_broken',
      'unggah ulang',
    ],
    ['a bomb', () => hugePng(50_000), 400, 'invalid_input', 'file_too_many_pixels', '50 megapiksel'],
    ['a locked PDF', lockedPdf(), 400, 'invalid_input', 'file_locked', 'kata sandi'],
    ['more than 10 MB', () => randomBytes(10 * MB + 1), 413, 'body_too_large', 'file_too_large', '10 MB'],
    ['far more than 10 MB', () => randomBytes(12 * MB), 413, 'body_too_large', 'file_too_large', '10 MB'],
  ])('of %s is refused, naming the file and the remedy', async (_name, given, status, code, issue, remedy) => {
    const file = typeof given === 'function' ? await given() : given
    const before = await world.countRows()
    const refusal = await world.refusal(world.actor('petugas'), { kind: 'ktp' }, file)
    expect(refusal).toMatchObject({ status, code, errors: [{ path: 'file', code: issue }] })
    expect(refusal.errors?.[0]?.message).toContain(remedy)
    expect(await world.countRows()).toEqual(before)
  })

  test('that is too large is told so over a real line, whether or not it says its length, and the line goes on', async () => {
    const petugas = world.actor('petugas')
    const address = await world.app.listen({ host: '127.0.0.1', port: 0 })
    const send = async (file: Buffer, isMeasured: boolean): Promise<[number, string | undefined]> => {
      const { payload, headers } = await makeUploadForm({ kind: 'ktp' }, file)
      const body = isMeasured ? payload : new Blob([Uint8Array.from(payload)]).stream()
      const request = { method: 'POST', headers: { ...headers, ...world.as(petugas) }, body, duplex: 'half' } as const
      const reply = await fetch(new URL('/api/v1/documents', address), request)
      return [reply.status, ((await reply.json()) as { code?: string }).code]
    }
    const large = Buffer.alloc(11 * MB, 0xff)
    for (const isMeasured of [true, false]) {
      expect(await send(large, isMeasured)).toEqual([413, 'body_too_large'])
      expect(await send(world.ktp, isMeasured)).toEqual([201, undefined])
    }
  })

  test('of an unknown kind, with unknown fields or with two files is refused', async () => {
    const petugas = world.actor('petugas')
    expect((await world.refusal(petugas, { kind: 'paspor' }, world.ktp)).errors).toMatchObject([
      { path: 'kind', code: 'unknown_value' },
    ])
    expect((await world.refusal(petugas, { kind: 'ktp', nama: 'x' }, world.ktp)).errors).toMatchObject([
      { path: 'nama', code: 'unknown_field' },
    ])
    const body = (second: string) =>
      ['file', second]
        .map((name) => `--b\r\ncontent-disposition: form-data; name="${name}"; filename="a.jpg"\r\n\r\nx\r\n`)
        .join('')
    const headers = { ...world.as(petugas), 'content-type': 'multipart/form-data; boundary=b' }
    const post = async (payload: string, type = headers['content-type']) => {
      const reply = await world.app.inject({
        method: 'POST',
        url: '/api/v1/documents',
        headers: { ...headers, 'content-type': type },
        payload,
      })
      return [reply.statusCode, reply.json().code]
    }
    expect(await post(`${body('file')}--b--\r\n`)).toEqual([400, 'invalid_input'])
    expect(await post(`${body('berkas')}--b--\r\n`)).toEqual([400, 'invalid_input'])
    expect(await post(body('file'))).toEqual([400, expect.stringMatching(/bad_request|invalid_input/)])
    expect(await post('--b', 'multipart/form-data')).toEqual([400, 'bad_request'])
    expect(await post('{"kind":"ktp"}', 'application/json')).toEqual([415, 'unsupported_media_type'])
    expect(await post(`--b\r\ncontent-disposition: form-data; name="__proto__"\r\n\r\nx\r\n--b--\r\n`)).toEqual([
      400,
      'bad_request',
    ])
  })

  test('is swept after its day, with its picture, and cannot be used any more before', async () => {
    const petugas = world.actor('petugas')
    const kept = await world.upload(petugas)
    await world.household(petugas, [{ id: kept.id, kind: 'ktp', member: 0 }])
    const { id, contentUrl } = await world.upload(petugas)
    expect((await world.get(petugas, contentUrl ?? '')).statusCode).toBe(200)
    await world.intake.sweepDocuments()
    const [before = 0] = await world.countRows()
    world.clock.advance(24 * HOUR_MS)
    const reply = await world.register(petugas, {
      ...makeIntakeBody(),
      documents: [{ id, kind: 'ktp', member: 0 }],
    })
    expect(reply.json().errors).toMatchObject([{ path: 'documents.0.id', code: 'document_not_available' }])
    expect(await world.countRows()).toEqual([before, before])
    expect(await world.intake.sweepDocuments()).toBeGreaterThan(0)
    const left = await world.database.owner.selectFrom('document').select(['id', 'intake_id']).execute()
    expect(left.every(({ intake_id }) => intake_id !== null)).toBe(true)
    expect(left.map((row) => row.id)).toContain(kept.id)
    expect(await world.countRows()).toEqual([left.length, left.length])
    expect(await world.intake.sweepDocuments()).toBe(0)
  })
})

describe('an upload for a household that is there', () => {
  test('is added at once, and takes the place of the one before', async () => {
    const petugas = world.actor('petugas')
    const intake = await world.household(petugas)
    const [head = { id: '' }, child = { id: '' }] = intake.proposals
    const first = await world.upload(petugas, { proposalId: head.id })
    expect(first).toMatchObject({ intakeId: intake.id, proposalId: head.id, expiresAt: null })
    world.clock.advance(HOUR_MS)
    const second = await world.upload(petugas, { proposalId: head.id })
    const card = await world.upload(petugas, { kind: 'kk', proposalId: child.id })
    expect(card).toMatchObject({ intakeId: intake.id, proposalId: null })
    const others = [
      await world.upload(petugas, { kind: 'other', intakeId: intake.id }),
      await world.upload(petugas, { kind: 'other', intakeId: intake.id }),
    ]
    const listed = new Map((await world.listOfIntake(petugas, intake.id)).map((item) => [item.id, item]))
    expect(listed.size).toBe(5)
    const now = world.clock.now().toISOString()
    expect(listed.get(first.id)).toMatchObject({
      supersededAt: now,
      uploadedBy: { id: petugas.userId, name: 'petugas' },
    })
    expect(listed.get(second.id)).toMatchObject({ supersededAt: null, addedAt: now })
    expect([card, ...others].map(({ id }) => listed.get(id)?.supersededAt)).toEqual([null, null, null])
    const ofChild = await world.listOfProposal(petugas, child.id)
    expect(ofChild.map(({ id }) => id).sort()).toEqual([card, ...others].map(({ id }) => id).sort())
    expect(world.audited.filter(({ subjectId }) => subjectId === card.id).map(({ action }) => action)).toEqual([
      'upload_document',
      'attach_document',
    ])
  })

  test('at once from two desks leaves one of them in force', async () => {
    const petugas = world.actor('petugas')
    const { proposals, id } = await world.household(petugas)
    await Promise.all(
      proposals
        .slice(0, 1)
        .flatMap((one) => Array.from({ length: 5 }, () => world.upload(petugas, { proposalId: one.id }))),
    )
    const listed = await world.listOfIntake(petugas, id)
    expect(listed).toHaveLength(5)
    expect(listed.filter(({ supersededAt }) => supersededAt === null)).toHaveLength(1)
  })

  test('is refused where the household was told that no photos are kept', async () => {
    const petugas = world.actor('petugas')
    const { id, proposals } = await world.household(petugas)
    await world.database.owner.updateTable('intake').set({ consent_version: '2026-11' }).where('id', '=', id).execute()
    const before = await world.countRows()
    const refusal = await world.refusal(petugas, { kind: 'ktp', proposalId: proposals[0]?.id ?? '' }, world.ktp)
    expect(refusal).toMatchObject({ status: 409, code: 'photos_not_agreed' })
    expect(await world.countRows()).toEqual(before)
  })

  test('is refused for a stranger, a KTP of nobody, a person of another household and one who is done', async () => {
    const petugas = world.actor('petugas')
    const [one, two] = [await world.household(petugas), await world.household(petugas)]
    const [head = { id: '' }] = one.proposals
    const elsewhere = world.actor('petugas', {
      officeId: DEMO_OFFICES.otherPuskesmas,
      officeIds: [DEMO_OFFICES.otherPuskesmas],
    })
    const before = await world.countRows()
    const ktp = { kind: 'ktp' }
    for (const actor of [elsewhere, world.actor('kader'), world.actor('supervisor', { regionCode: '32.09' })]) {
      expect(await world.refusal(actor, { ...ktp, proposalId: head.id }, world.ktp)).toMatchObject({ status: 404 })
      expect(await world.refusal(actor, { kind: 'kk', intakeId: one.id }, world.ktp)).toMatchObject({ status: 404 })
    }
    expect(await world.refusal(petugas, { ...ktp, proposalId: randomUUID() }, world.ktp)).toMatchObject({ status: 404 })
    expect(await world.refusal(petugas, { ...ktp, intakeId: one.id }, world.ktp)).toMatchObject({
      errors: [{ path: 'proposalId', code: 'document_person_missing' }],
    })
    expect(await world.refusal(petugas, { ...ktp, intakeId: two.id, proposalId: head.id }, world.ktp)).toMatchObject({
      status: 404,
    })
    for (const role of ['verifikator', 'penyetuju', 'auditor', 'admin'] as const) {
      expect(await world.refusal(world.actor(role), ktp, world.ktp)).toMatchObject({ status: 403 })
    }
    const withdrawn = await world.app.inject({
      method: 'POST',
      url: `/api/v1/proposals/${head.id}/withdraw`,
      headers: world.as(petugas),
      payload: { version: 1, note: 'Permintaan warga' },
    })
    expect(withdrawn.statusCode).toBe(204)
    expect(await world.refusal(petugas, { ...ktp, proposalId: head.id }, world.ktp)).toMatchObject({
      status: 409,
      code: 'action_not_allowed',
    })
    expect(await world.countRows()).toEqual(before)
    expect(await world.upload(petugas, { kind: 'kk', intakeId: one.id })).toMatchObject({ intakeId: one.id })
  })
})
