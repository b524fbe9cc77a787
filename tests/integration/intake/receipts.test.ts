import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { encode, renderSVG } from 'uqr'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ConsentText } from '../../../src/contracts/api/consent.ts'
import type { IntakeCreated, IntakeView } from '../../../src/contracts/api/intakes.ts'
import type { ReceiptView } from '../../../src/contracts/api/receipts.ts'
import { CONSENT_VERSION } from '../../../src/contracts/consent.ts'
import { readReceiptNumber } from '../../../src/contracts/primitives/receipt-number.ts'
import { makeIntakeBody, makeMember } from '../../support/intake-body.ts'
import { createIntakeFixture, type IntakeFixture, STATUS_URL } from './fixture.ts'

const NUMBER = '622310000001'

let fixture: IntakeFixture
beforeAll(async () => {
  fixture = await createIntakeFixture({ whatsappNumber: NUMBER })
})
afterAll(() => fixture?.close())

describe('the receipt', () => {
  test('holds number, office, day and both links as QR codes, and nothing of a person', async () => {
    const petugas = fixture.actor('petugas')
    const body = makeIntakeBody({ members: [makeMember({ fullName: 'DEWI LARASATI' })] })
    const created = (await fixture.register(petugas, body)).json<IntakeCreated>()
    const { receiptNumber, id } = created
    const reply = await fixture.app.inject({ url: `/api/v1/intakes/${id}/receipt`, headers: fixture.as(petugas) })
    expect(reply.statusCode).toBe(200)
    const receipt = reply.json<ReceiptView>()
    const statusUrl = `${STATUS_URL}?receiptNumber=${receiptNumber}`
    const whatsappUrl = `https://wa.me/${NUMBER}?text=Halo%2C%20nomor%20pendaftaran%20saya%20${receiptNumber}`
    expect(receipt).toEqual({
      intakeId: id,
      receiptNumber,
      officeName: 'Puskesmas Kejaksan',
      submittedOn: '2026-11-23',
      statusUrl,
      statusQrSvg: renderSVG(statusUrl, { ecc: 'M', border: 4 }),
      whatsappUrl,
      whatsappQrSvg: renderSVG(whatsappUrl, { ecc: 'M', border: 4 }),
    })
    expect(encode(whatsappUrl, { ecc: 'M' }).version).toBeLessThanOrEqual(8)
    expect(readReceiptNumber(decodeURIComponent(whatsappUrl).split(' ').at(-1) ?? '')).toBe(receiptNumber)
    for (const personal of ['DEWI', 'Dewi', body.members[0]?.nik ?? '', body.familyCardNumber]) {
      expect(reply.body).not.toContain(personal)
    }
    expect(fixture.audited.at(-1)).toMatchObject({
      actorId: petugas.userId,
      action: 'read_intake',
      subjectId: id,
      details: { part: 'receipt' },
    })
  })

  test('is not found by somebody who may not see the intake', async () => {
    const { id } = (await fixture.register(fixture.actor('petugas'))).json<IntakeCreated>()
    const stranger = fixture.actor('petugas', { officeId: randomUUID(), officeIds: [randomUUID()] })
    const reply = await fixture.app.inject({ url: `/api/v1/intakes/${id}/receipt`, headers: fixture.as(stranger) })
    expect(reply.statusCode).toBe(404)
    expect(reply.body).not.toContain('PDW-')
  })

  test('comes with the answer to the registration already, the same when it is repeated', async () => {
    const petugas = fixture.actor('petugas')
    const [body, key] = [makeIntakeBody(), randomUUID()]
    const first = await fixture.register(petugas, body, key)
    const { receiptNumber, whatsappUrl } = first.json<IntakeCreated>()
    expect(whatsappUrl).toBe(`https://wa.me/${NUMBER}?text=Halo%2C%20nomor%20pendaftaran%20saya%20${receiptNumber}`)
    expect((await fixture.register(petugas, body, key)).body).toBe(first.body)
  })

  test('has no WhatsApp link where the office has no number', async () => {
    const other = await createIntakeFixture()
    try {
      const petugas = other.actor('petugas')
      const created = await other.register(petugas)
      expect(created.statusCode).toBe(201)
      expect(created.json()).not.toHaveProperty('whatsappUrl')
      const { id } = created.json<IntakeCreated>()
      const reply = await other.app.inject({ url: `/api/v1/intakes/${id}/receipt`, headers: other.as(petugas) })
      expect(reply.json()).toMatchObject({
        officeName: 'Puskesmas Kejaksan',
        whatsappUrl: null,
        whatsappQrSvg: null,
        statusQrSvg: expect.stringMatching(/^<svg/u),
      })
    } finally {
      await other.close()
    }
  })

  test('its status link opens the page with the number filled in; a made-up one is left out', async () => {
    const { receiptNumber } = (await fixture.register(fixture.actor('petugas'))).json<IntakeCreated>()
    const page = await fixture.app.inject(`/status?receiptNumber=${receiptNumber}`)
    expect(page.body).toContain(`value="${receiptNumber}"`)
    for (const query of ['receiptNumber=%22%3E%3Cscript%3E', `receiptNumber=${receiptNumber}0`, 'utm_source=x']) {
      const other = await fixture.app.inject(`/status?${query}`)
      expect(other.statusCode).toBe(200)
      expect(other.body).toContain('value=""')
    }
  })
})

describe('consent', () => {
  const read = async (language: string, caller = fixture.actor('petugas')): Promise<ConsentText> =>
    (
      await fixture.app.inject({
        url: '/api/v1/consent-text',
        headers: { ...fixture.as(caller), 'accept-language': language },
      })
    ).json<ConsentText>()

  test('the text has its version, in the language that was asked for, with the names of the office', async () => {
    const indonesian = await read('id')
    expect(indonesian).toMatchObject({ version: CONSENT_VERSION, language: 'id' })
    expect(indonesian.paragraphs[0]).toEqual({
      key: 'who',
      heading: 'Siapa kami.',
      text: expect.stringMatching(/^Kami petugas Puskesmas Kejaksan, untuk Dinas Kesehatan Kota Cirebon\. /u),
    })
    expect(indonesian.questions.map(({ key }) => key)).toEqual(['processing', 'whatsapp'])
    const english = await read('en')
    expect(english).toMatchObject({ version: CONSENT_VERSION, language: 'en' })
    expect(english.paragraphs.map(({ key }) => key)).toEqual(indonesian.paragraphs.map(({ key }) => key))
    expect(english.paragraphs[0]?.text).toContain('officers of Puskesmas Kejaksan')
  })

  test('what the product does not know stays a blank', async () => {
    const verifikator = fixture.actor('verifikator', { officeId: null, officeIds: [], regionCode: '32' })
    const { paragraphs } = await read('id', verifikator)
    expect(paragraphs[0]?.text).toContain('[nama puskesmas], untuk Dinas Kesehatan [nama kabupaten/kota]')
    expect(paragraphs.find(({ key }) => key === 'contact')?.text).toContain('[alamat]')
  })

  test('an intake stores who asked, when and by which text, said or not', async () => {
    const petugas = fixture.actor('petugas')
    const given = { processing: true, whatsapp: false }
    for (const consent of [given, { ...given, version: CONSENT_VERSION }]) {
      const created = await fixture.register(petugas, makeIntakeBody({ consent }))
      expect(created.statusCode).toBe(201)
      const url = `/api/v1/intakes/${created.json<IntakeCreated>().id}`
      const view = (await fixture.app.inject({ url, headers: fixture.as(petugas) })).json<IntakeView>()
      expect(view.consent).toEqual({
        ...given,
        version: CONSENT_VERSION,
        recordedBy: petugas.userId,
        recordedAt: fixture.clock.now().toISOString(),
      })
    }
  })

  test.each([
    'consent_whatsapp = true',
    "consent_version = '2025-01'",
    'submitted_at = now()',
    'created_by = id::text',
  ])('cannot be rewritten by the product: %s', async (change) => {
    const { id } = (await fixture.register(fixture.actor('petugas'))).json<IntakeCreated>()
    const update = (assignment: string) =>
      sql`UPDATE intake SET ${sql.raw(assignment)} WHERE id = ${id}`.execute(fixture.database.db)
    await expect(update(change)).rejects.toThrow(/permission denied/u)
    await update('village_code = village_code')
  })

  test.each(['2025-01', '2099-01', 'terbaru'])(
    'to the text %s is refused with the remedy, and nothing is stored',
    async (version) => {
      const petugas = fixture.actor('petugas')
      const consent = { processing: true, whatsapp: true, version }
      const reply = await fixture.register(petugas, makeIntakeBody({ consent }))
      expect(reply.statusCode).toBe(400)
      expect(reply.json()).toMatchObject({
        code: 'invalid_input',
        errors: [
          {
            path: 'consent.version',
            code: 'consent_text_outdated',
            message: expect.stringContaining(`Muat teks versi ${CONSENT_VERSION}`),
          },
        ],
      })
      const stored = await fixture.database.owner
        .selectFrom('intake')
        .select('id')
        .where('created_by', '=', petugas.userId)
        .execute()
      expect(stored).toEqual([])
    },
  )
})
