import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { readIndonesianMobile } from '../../../src/contracts/primitives/phone.ts'
import { composeReceiptNumber } from '../../../src/contracts/primitives/receipt-number.ts'
import type { Language } from '../../../src/contracts/text/index.ts'
import { SYSTEM } from '../../../src/features/intake/index.ts'
import { recognise } from '../../../src/features/whatsapp/bot/index.ts'
import { holdsIdentityNumber } from '../../../src/features/whatsapp/index.ts'
import { uuidIds } from '../../../src/platform/ids.ts'
import { type IntakeBody, makeIntakeBody, makeMember, makeNik } from '../../support/intake-body.ts'
import { createWholeApp, type WholeApp } from '../../support/whole-app.ts'

const createdSchema = z.object({
  id: z.string(),
  receiptNumber: z.string(),
  proposals: z.array(z.object({ id: z.string() })),
})
const auditSchema = z.object({ items: z.array(z.object({ subjectId: z.string().nullable(), details: z.unknown() })) })

let whole: WholeApp
beforeAll(async () => {
  whole = await createWholeApp()
})
afterAll(() => whole.close())

type Household = z.output<typeof createdSchema> & { phone: string; lastFour: string }

async function post(as: string, url: string, payload: object, headers: Record<string, string> = {}): Promise<unknown> {
  const reply = await whole.send({ as, method: 'POST', url, payload, headers })
  if (reply.statusCode >= 300) throw new Error(`${url} answered ${reply.statusCode} ${reply.body}`)
  return reply.body === '' ? null : reply.json()
}

async function register(changes: Partial<IntakeBody> = {}): Promise<Household> {
  const body = makeIntakeBody({ confirmWarnings: ['nik_missing_not_newborn'], ...changes })
  const created = createdSchema.parse(
    await post('petugas', '/api/v1/intakes', body, { 'idempotency-key': uuidIds.next() }),
  )
  const read = readIndonesianMobile(body.whatsappNumber)
  const phone = 'number' in read ? read.number : ''
  return { ...created, phone, lastFour: phone.slice(-4) }
}

/** Somebody who writes, from a number or from an alias alone. */
function writer(phone: string | null, language: Language = 'id') {
  let state: unknown = {}
  let now = new Date()
  return {
    later(span: number) {
      now = new Date(now.getTime() + span)
    },
    async write(text: string) {
      const answer = await whole.database.db.transaction().execute((tx) =>
        whole.features.bot.answer(tx, {
          contactId: 'one',
          phone,
          optedOut: false,
          disowned: false,
          state,
          meaning: recognise(text),
          kind: 'text',
          now,
          language,
        }),
      )
      // As the conversation stores it.
      state = JSON.parse(JSON.stringify(answer.state))
      expect(holdsIdentityNumber(answer.reply ?? '')).toBe(false)
      return { ...answer, reply: answer.reply ?? '' }
    },
  }
}

const auditOf = async (receiptNumber: string) => {
  const reply = await whole.send({ as: 'admin', method: 'GET', url: `/api/v1/audit?subjectId=${receiptNumber}` })
  return auditSchema.parse(reply.json()).items.map(({ details }) => details)
}
let serial = 900_000
const unusedReceipt = (): string => composeReceiptNumber('32.74', '2611', ++serial)
const otherThan = (lastFour: string, by = 1): string => String((Number(lastFour) + by) % 10_000).padStart(4, '0')
const askPage = (receiptNumber: string, phoneLast4: string) =>
  whole.send({ method: 'POST', url: '/api/public/status', payload: { receiptNumber, phoneLast4 } })

const family = () => [
  makeMember({ fullName: 'BUDI SANTOSO', sex: 'male' }),
  makeMember({ fullName: 'SITI AMINAH', relationship: 'istri', nik: null }),
]
const STRANGER = '6281299990000'

describe('the number of the intake', () => {
  test('sees each member by a short name, what is missing, by when and where', async () => {
    const household = await register({ members: family() })
    const { reply, effects } = await writer(household.phone).write('assalamualaikum bu, badhe cek status')
    expect(reply).toContain(household.receiptNumber)
    expect(reply).toContain('*Budi S.*: diterima')
    expect(reply).toContain('*Siti A.*: perlu dilengkapi (NIK belum ada, bawa KK yang sudah memuat NIK)')
    expect(reply).toMatch(/datang ke Puskesmas Kejaksan .*paling lambat \d+ \p{L}+ \d{4}/u)
    expect(reply).toContain('– Puskesmas Kejaksan')
    expect(reply).not.toContain('SANTOSO')
    expect(effects).toEqual([])
    expect(await auditOf(household.receiptNumber)).toContainEqual({ outcome: 'shown', to: 'own_number' })
  })

  test('is linked and confirmed by the receipt number of its link', async () => {
    const household = await register()
    const { reply, effects } = await writer(household.phone).write(
      `Halo, nomor pendaftaran saya ${household.receiptNumber}`,
    )
    expect(reply).toMatch(/^Terima kasih, nomor WhatsApp ini cocok/u)
    expect(effects).toEqual([{ kind: 'link_intake', intakeId: household.id }, { kind: 'confirm_number' }])
  })

  test('sees no sensitive reason, and the others', async () => {
    const household = await register({ members: [makeMember({ fullName: 'BUDI SANTOSO' })] })
    const proposalId = household.proposals[0]?.id ?? ''
    await whole.database.db.transaction().execute((tx) =>
      whole.features.intake.moveMany(tx, [
        { proposalId, action: 'start_checks', mover: SYSTEM },
        {
          proposalId,
          action: 'complete_checks',
          mover: SYSTEM,
          data: { membership: 'not_found', membershipAt: new Date().toISOString() },
        },
      ]),
    )
    await post('verifikator', `/api/v1/proposals/${proposalId}/claim`, {})
    await post('verifikator', `/api/v1/proposals/${proposalId}/decisions`, {
      version: 1,
      decision: 'needs_correction',
      reasons: [
        { code: 'KK_TIDAK_TERBACA', field: 'documents.kk' },
        { code: 'LAINNYA', field: 'documents', note: 'tetangga berkata lain tentang alamatnya' },
      ],
    })
    const { reply } = await writer(household.phone).write('CEK')
    expect(reply).toContain('*Budi S.*: perlu dilengkapi (KK belum terbaca jelas, bawa KK asli)')
    expect(reply).not.toContain('tetangga')
    const shown = await whole.database.db
      .transaction()
      .execute((tx) => whole.features.intake.showToPhone(tx, household.phone, household.id))
    expect(shown?.members.map(({ reasons }) => reasons)).toEqual([['KK_TIDAK_TERBACA']])
  })

  test('that two households gave is asked which one', async () => {
    const first = await register({ whatsappNumber: '081388880001' })
    const second = await register({ whatsappNumber: '081388880001' })
    const someone = writer(first.phone)
    const { reply } = await someone.write('cek')
    expect(reply).toContain(first.receiptNumber)
    expect(reply).toContain(second.receiptNumber)
    expect((await someone.write(`cek ${first.receiptNumber.toLowerCase()}`)).effects).toContainEqual({
      kind: 'link_intake',
      intakeId: first.id,
    })
  })

  test('is told the hours of its office with the hand-over, in either language', async () => {
    const { phone } = await register()
    const { reply, effects } = await writer(phone).write('mau ngomong sama petugas')
    expect(reply).toContain('Senin–Kamis 07.30–14.30; Jumat 07.30–11.30 dan 13.00–14.30')
    expect(effects).toEqual([{ kind: 'hand_over' }])
    expect((await writer(phone, 'en').write('PETUGAS')).reply).toContain('Monday–Thursday 07:30–14:30')
  })

  test('gets the desks of its kelurahan', async () => {
    const { phone } = await register()
    const { reply } = await writer(phone).write('lokasi')
    expect(reply).toContain('Tempat mendaftar terdekat dari Kejaksan, Kec. Kejaksan')
    expect(reply).toContain('*Puskesmas Kejaksan*')
    expect(reply).toContain('Loket JKN Mal Pelayanan Publik')
    expect(reply).not.toContain('Rumah Sakit')
  })
})

describe('another number', () => {
  test('gives the last four digits and sees the public labels only', async () => {
    const household = await register({ members: family() })
    const someone = writer(STRANGER)
    const asked = await someone.write(household.receiptNumber)
    expect(asked.reply).toContain('empat angka terakhir')
    const { reply, effects } = await someone.write(household.lastFour)
    expect(reply).toContain('Anggota 1: Diterima')
    expect(reply).toContain('Anggota 2: Perlu dilengkapi')
    expect(reply).not.toMatch(/budi|siti|NIK/iu)
    expect(effects).toEqual([])
    expect(await auditOf(household.receiptNumber)).toContainEqual({ outcome: 'shown' })
  })

  test('cannot tell a receipt that does not exist from one that does not match, at any step', async () => {
    const household = await register()
    const unknown = unusedReceipt()
    const answers = async (receiptNumber: string, lastFour: string) => {
      const someone = writer(STRANGER)
      const steps = [
        await someone.write(receiptNumber),
        await someone.write(lastFour),
        await someone.write(`${receiptNumber} ${lastFour}`),
      ]
      return steps.map(({ reply, effects, state }) =>
        JSON.stringify({ reply, effects, question: state.question }).replaceAll(receiptNumber, '#'),
      )
    }
    expect(await answers(household.receiptNumber, otherThan(household.lastFour))).toEqual(
      await answers(unknown, '0000'),
    )
  })

  test('is the same as no number at all', async () => {
    const household = await register()
    const someone = writer(null)
    expect((await someone.write('cek')).reply).toContain('Mohon tulis nomor pendaftaran')
    expect((await someone.write(household.receiptNumber)).reply).toContain('empat angka terakhir')
    expect((await someone.write(household.lastFour)).reply).toContain('Anggota 1: Diterima')
  })

  test('shares the ten wrong endings a day with the status page', async () => {
    const household = await register()
    const someone = writer(STRANGER)
    for (let i = 1; i <= 5; i++) {
      expect((await askPage(household.receiptNumber, otherThan(household.lastFour, i))).statusCode).toBe(404)
      const { reply } = await someone.write(`${household.receiptNumber} ${otherThan(household.lastFour, i + 5)}`)
      expect(reply).toContain('Tidak ditemukan, atau datanya tidak cocok')
    }
    expect((await askPage(household.receiptNumber, household.lastFour)).statusCode).toBe(429)
    const { reply } = await someone.write(`${household.receiptNumber} ${household.lastFour}`)
    expect(reply).toContain('sudah terlalu sering salah')
    // The household itself is not kept out by what a stranger does.
    expect((await writer(household.phone).write('cek')).reply).toContain(household.receiptNumber)
  })

  test('a guess whose answer was never stored does not count, and right ones never do', async () => {
    const household = await register()
    const counted = async () =>
      (
        await whole.database.owner
          .selectFrom('status_guard')
          .select('failures')
          .where('receipt_number', '=', household.receiptNumber)
          .executeTakeFirst()
      )?.failures ?? 0
    const lost = new Error('the worker dies')
    const dying = whole.database.db.transaction().execute(async (tx) => {
      const text = `${household.receiptNumber} ${otherThan(household.lastFour)}`
      await whole.features.bot.answer(tx, {
        ...{
          contactId: 'one',
          phone: STRANGER,
          optedOut: false,
          disowned: false,
          state: null,
          meaning: recognise(text),
          kind: 'text',
          now: new Date(),
          language: 'id',
        },
      })
      throw lost
    })
    await expect(dying).rejects.toBe(lost)
    expect(await counted()).toBe(0)
    await writer(STRANGER).write(`${household.receiptNumber} ${otherThan(household.lastFour)}`)
    expect(await counted()).toBe(1)
    await writer(STRANGER).write(`${household.receiptNumber} ${household.lastFour}`)
    expect(await counted()).toBe(1)
  })

  test('finds a kelurahan by its name with slips, within the regions that have an office', async () => {
    const someone = writer(STRANGER)
    expect((await someone.write('punten, lokasina di mana?')).reply).toContain('nama kelurahan')
    expect((await someone.write('kel. Keseenden')).reply).toContain('*Puskesmas Kesenden*')
    expect((await someone.write('jadwal puskesmas kebon baru')).reply).toContain('*Puskesmas Kebonbaru*')
    expect((await someone.write('lokasi Menteng')).reply).toContain('belum kami temukan')
  })

  test('from another place is told about the other place', async () => {
    const { reply } = await writer(STRANGER).write('lokasi kedawung')
    expect(reply).toContain('Puskesmas Kedawung')
    expect(reply).not.toContain('Kejaksan')
  })
})

test('a household is shown to the number it gives now, and to the one before no more', async () => {
  const household = await register({ members: family() })
  const held = household.proposals[1]?.id ?? ''
  await post('petugas', `/api/v1/proposals/${held}/corrections`, {
    version: 1,
    changes: { whatsappNumber: '081377776666', nik: makeNik('1990-05-05', 'female'), birthDate: '1990-05-05' },
  })
  expect((await writer(household.phone).write('cek')).reply).toContain('Mohon tulis nomor pendaftaran')
  expect((await writer('6281377776666').write('cek')).reply).toContain(household.receiptNumber)
  await whole.database.db.transaction().execute(async (tx) => {
    expect(await whole.features.intake.showToPhone(tx, household.phone, household.id)).toBeUndefined()
  })
})

test('the log holds no number and nothing that was written', async () => {
  const household = await register()
  await writer(household.phone).write('3274014505900001 xyzzy')
  await writer(household.phone).write('cek')
  const log = whole.log()
  for (const secret of [household.phone, '3274014505900001', 'xyzzy']) expect(log).not.toContain(secret)
})
