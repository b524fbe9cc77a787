import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { createWholeApp, type WholeApp } from '../../support/whole-app.ts'
import { goodBody, withChanges } from './bad-input.ts'

let whole: WholeApp
beforeAll(async () => {
  whole = await createWholeApp()
})
afterAll(() => whole?.close())

const createdSchema = z.object({ id: z.string(), proposals: z.tuple([z.object({ id: z.string() })]) })

type Kept = Record<'nik' | 'familyCardNumber' | 'whatsappNumber' | 'fullName' | 'birthPlace' | 'street' | 'rt', unknown>

async function get(url: string, method: 'GET' | 'POST' = 'GET'): Promise<Record<string, unknown>> {
  const reply = await whole.send({ as: 'petugas', method, url })
  expect(reply.statusCode).toBe(200)
  return z.record(z.string(), z.unknown()).parse(reply.json())
}

/** Registers a household with the changes and reads back what was kept of it. */
async function register(changes: Record<string, unknown>): Promise<Kept> {
  const reply = await whole.send({
    as: 'petugas',
    method: 'POST',
    url: '/api/v1/intakes',
    headers: { 'idempotency-key': crypto.randomUUID(), 'content-type': 'application/json' },
    payload: JSON.stringify(withChanges(goodBody(), changes)),
  })
  expect(reply.statusCode, reply.body).toBe(201)
  const { id, proposals } = createdSchema.parse(reply.json())
  const numbers = await get(`/api/v1/proposals/${proposals[0].id}/reveal`, 'POST')
  const { fullName, birthPlace } = await get(`/api/v1/proposals/${proposals[0].id}`)
  const { address } = z.object({ address: z.record(z.string(), z.unknown()) }).parse(await get(`/api/v1/intakes/${id}`))
  return {
    nik: numbers['nik'],
    familyCardNumber: numbers['familyCardNumber'],
    whatsappNumber: numbers['whatsappNumber'],
    fullName,
    birthPlace,
    street: address['street'],
    rt: address['rt'],
  }
}

const NIK = 'members.0.nik'
const NAME = 'members.0.fullName'
const lastMonth = new Date(Date.now() - 30 * 24 * 3_600_000).toISOString().slice(0, 10)

test.each<[string, Record<string, unknown>, Partial<Kept>]>([
  ['a NIK with spaces', { [NIK]: '3274 0145 0590 0101' }, { nik: '3274014505900101' }],
  ['a NIK with dots and dashes', { [NIK]: '32.74.01-450590-0102' }, { nik: '3274014505900102' }],
  ['a NIK pasted with a line break', { [NIK]: '3274014505900103\n' }, { nik: '3274014505900103' }],
  ['a NIK pasted with zero-width spaces', { [NIK]: '\u200B3274014505900104\uFEFF' }, { nik: '3274014505900104' }],
  ['no NIK for a newborn', { [NIK]: undefined, 'members.0.birthDate': lastMonth }, { nik: null }],
  [
    'no NIK for somebody older, confirmed',
    { [NIK]: undefined, confirmWarnings: ['nik_missing_not_newborn'] },
    { nik: null },
  ],
  [
    'a NIK with day 41, a woman born on the first',
    { [NIK]: '3274014105900105', 'members.0.birthDate': '1990-05-01' },
    { nik: '3274014105900105' },
  ],
  [
    'a NIK with day 71, a woman born on the thirty-first',
    { [NIK]: '3274017105900106', 'members.0.birthDate': '1990-05-31' },
    { nik: '3274017105900106' },
  ],
  [
    'a NIK of another birth date, looked at again and confirmed',
    { [NIK]: '3274014605900107', confirmWarnings: ['nik_birthdate_differs'] },
    { nik: '3274014605900107' },
  ],
  [
    'a NIK with day and month 00, confirmed',
    { [NIK]: '3274010000900108', confirmWarnings: ['nik_date_not_calendar'] },
    { nik: '3274010000900108' },
  ],
  [
    'a NIK first issued in another kabupaten, confirmed',
    { [NIK]: '3209204505900109', confirmWarnings: ['nik_region_differs'] },
    { nik: '3209204505900109' },
  ],
  ['a confirmation of a warning that does not apply', { confirmWarnings: ['outside_domicile'] }, {}],
  ['a KK number with dots', { familyCardNumber: '3274.0101.0120.0109' }, { familyCardNumber: '3274010101200109' }],
  ['a mobile number of 10 digits', { whatsappNumber: '0811222333' }, { whatsappNumber: '62811222333' }],
  ['a mobile number of 13 digits', { whatsappNumber: '0812345678901' }, { whatsappNumber: '62812345678901' }],
  ['+62 and a zero', { whatsappNumber: '+62 0812-3456-7811' }, { whatsappNumber: '6281234567811' }],
  ['62 without a plus', { whatsappNumber: '62 812 3456 7812' }, { whatsappNumber: '6281234567812' }],
  ['a number in brackets', { whatsappNumber: '(0812) 3456.7813' }, { whatsappNumber: '6281234567813' }],
  [
    'a number copied between direction marks',
    { whatsappNumber: '\u202A+62 812-3456-7814\u202C' },
    { whatsappNumber: '6281234567814' },
  ],
  ['a name in small letters', { [NAME]: 'siti aminah' }, { fullName: 'SITI AMINAH' }],
  ['a name with too many spaces', { [NAME]: '  SITI \u00A0  AMINAH ' }, { fullName: 'SITI AMINAH' }],
  ['a name with a curly apostrophe', { [NAME]: 'Nur \u2018Aini Ma\u2019ruf' }, { fullName: "NUR 'AINI MA'RUF" }],
  ['a name that begins with an apostrophe', { [NAME]: "'Aisyah" }, { fullName: "'AISYAH" }],
  ['a name that begins with a curly apostrophe', { [NAME]: '\u2018Aisyah' }, { fullName: "'AISYAH" }],
  ['a name with dots and a hyphen', { [NAME]: 'H. M. Al-Farisi' }, { fullName: 'H. M. AL-FARISI' }],
  ['a name with an en dash for a hyphen', { [NAME]: 'AL\u2013FARISI' }, { fullName: 'AL-FARISI' }],
  ['a name of one letter', { [NAME]: 'Y' }, { fullName: 'Y' }],
  ['a decomposed name', { [NAME]: 'Andre\u0301 Tampubolon' }, { fullName: 'ANDR\u00C9 TAMPUBOLON' }],
  ['a name with two marks on a letter', { [NAME]: 'Nguye\u0302\u0303n' }, { fullName: 'NGUY\u1EC4N' }],
  ['a name in full-width letters', { [NAME]: 'ＳＩＴＩ　AMINAH'.replace('　', ' ') }, { fullName: 'SITI AMINAH' }],
  ['a name with a ligature', { [NAME]: '\uFB01tri' }, { fullName: 'FITRI' }],
  ['a name of 100 letters', { [NAME]: 'A'.repeat(100) }, { fullName: 'A'.repeat(100) }],
  ['a birth place in small letters', { 'members.0.birthPlace': 'cirebon' }, { birthPlace: 'CIREBON' }],
  ['an RT of one digit', { 'address.rt': '7' }, { rt: '007' }],
  ['a street that is a formula', { 'address.street': '=HYPERLINK("x")' }, { street: '=HYPERLINK("x")' }],
  ['a street that is SQL', { 'address.street': "'; DROP TABLE intake; --" }, { street: "'; DROP TABLE intake; --" }],
  [
    'a street that is markup',
    { 'address.street': '<script>alert(1)</script>' },
    { street: '<script>alert(1)</script>' },
  ],
  ['a street with an emoji', { 'address.street': 'Jl. Melati 🌸 7' }, { street: 'Jl. Melati 🌸 7' }],
])('%s is taken, and kept as it should be', async (_case, changes, kept) => {
  expect(await register(changes)).toMatchObject(kept)
})
