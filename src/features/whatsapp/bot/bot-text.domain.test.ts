import fc from 'fast-check'
import { expect, test } from 'vitest'
import { PUBLIC_LABELS, type PublicLabel } from '../../../contracts/lifecycle/labels.ts'
import { REASON_CODES, REASONS } from '../../../contracts/lifecycle/reasons.ts'
import { CLOSED_AS } from '../../../contracts/lifecycle/states.ts'
import { LANGUAGES, type Language } from '../../../contracts/text/index.ts'
import { holdsIdentityNumber } from '../identity-guard.domain.ts'
import type { BotDesk, BotOffice, OwnIntakeDetails, OwnMember } from './bot.ports.ts'
import type { Reply } from './bot-steps.ts'
import { REPLY_MAX_LENGTH, writeReply } from './bot-text.domain.ts'

const RECEIPT = 'PDW-3274-2611-000123-K'
const statusUrl = 'https://jkn.example.go.id/status'
const WEEKDAY = [{ opens: '07:30', closes: '14:30' }]
const FRIDAY = [
  { opens: '07:30', closes: '11:30' },
  { opens: '13:00', closes: '14:30' },
]
const OFFICE: BotOffice = {
  name: 'Puskesmas Kejaksan',
  address: 'Jl. Contoh Puskesmas Kejaksan No. 1, Kota Cirebon 45123',
  openingHours: { monday: WEEKDAY, tuesday: WEEKDAY, wednesday: WEEKDAY, thursday: WEEKDAY, friday: FRIDAY },
}
const VILLAGE = { code: '32.74.01.1001', name: 'Kejaksan', kecamatan: 'Kejaksan' }
const member = (name: string, label: PublicLabel, changes: Partial<OwnMember> = {}): OwnMember => ({
  name,
  label,
  reasons: [],
  dueOn: null,
  closedAs: null,
  ...changes,
})
const details = (members: OwnMember[]): OwnIntakeDetails => ({
  intakeId: '0193',
  receiptNumber: RECEIPT,
  submittedOn: '2026-11-23',
  office: OFFICE,
  members,
})
const desk = (changes: Partial<BotDesk>): BotDesk => ({
  ...OFFICE,
  kind: 'puskesmas',
  villageCode: VILLAGE.code,
  ...changes,
})

/** One of every reply, and of those with many faces several. */
const REPLIES: Record<string, Reply> = {
  greeting: { key: 'greeting' },
  menu: { key: 'menu' },
  not_understood: { key: 'not_understood' },
  short_greeting: { key: 'short_greeting' },
  stopped: { key: 'stopped' },
  started: { key: 'started' },
  wrong_number: { key: 'wrong_number' },
  about_stopping: { key: 'about_stopping' },
  about_wrong_number: { key: 'about_wrong_number' },
  identity_number: { key: 'identity_number' },
  attachment: { key: 'attachment' },
  thanks: { key: 'thanks' },
  requirements: { key: 'requirements' },
  ask_receipt: { key: 'ask_receipt' },
  mistyped_receipt: { key: 'mistyped_receipt' },
  no_match: { key: 'no_match' },
  locked: { key: 'locked' },
  too_many_tries: { key: 'too_many_tries' },
  four_digits_needed: { key: 'four_digits_needed' },
  ask_last_four: { key: 'ask_last_four', receiptNumber: RECEIPT },
  officer: { key: 'officer', office: OFFICE },
  'officer of an unknown office': { key: 'officer', office: null },
  passed_on: { key: 'passed_on', office: OFFICE },
  urgent: { key: 'urgent', office: null },
  confirmed: { key: 'confirmed', office: OFFICE },
  'own_status of one who is checked': {
    key: 'own_status',
    intake: details([member('Siti A.', 'being_checked')]),
    isConfirmed: true,
  },
  'own_status of a family': {
    key: 'own_status',
    intake: details([
      member('Budi', 'needs_completion', { reasons: ['KK_TIDAK_TERBACA', 'NIK_DATA_BEDA'], dueOn: '2026-11-30' }),
      member('Siti A.', 'approved_waiting'),
      member('Rizky', 'already_active'),
    ]),
    isConfirmed: false,
  },
  'own_status of reasons for the counter': {
    key: 'own_status',
    intake: details([member('Budi', 'cannot_be_processed'), member('Siti A.', 'closed', { closedAs: 'expired' })]),
    isConfirmed: false,
  },
  'own_status of what waits': {
    key: 'own_status',
    intake: details([
      member('Budi', 'received'),
      member('Siti A.', 'card_inactive'),
      member('Rizky', 'sent_to_bpjs'),
      member('Ani', 'active'),
      member('Dewi', 'closed', { closedAs: 'deceased' }),
    ]),
    isConfirmed: false,
  },
  own_list: {
    key: 'own_list',
    intakes: Array.from({ length: 7 }, (_, index) => ({
      intakeId: String(index),
      receiptNumber: `PDW-3274-2611-00012${index}-K`,
      villageCode: VILLAGE.code,
      office: OFFICE,
    })),
  },
  public_status: {
    key: 'public_status',
    receiptNumber: RECEIPT,
    answer: {
      kind: 'found',
      submittedOn: '2026-11-23',
      labels: ['needs_completion', 'approved_waiting', 'approved_waiting'],
    },
  },
  ask_village: { key: 'ask_village' },
  village_unknown: { key: 'village_unknown' },
  village_choices: {
    key: 'village_choices',
    villages: [VILLAGE, { code: '32.74.05.1003', name: 'Kesambi', kecamatan: 'Kesambi' }],
  },
  desks: {
    key: 'desks',
    village: VILLAGE,
    desks: [
      desk({}),
      desk({ name: 'Loket JKN Mal Pelayanan Publik', kind: 'mpp', address: 'Jl. Contoh Pelayanan No. 1' }),
      desk({ name: 'Layanan Keliling', kind: 'mobile', villageCode: null, openingHours: {} }),
      desk({ name: 'Rumah Sakit Contoh', kind: 'hospital' }),
    ],
  },
  'desks where there are none': { key: 'desks', village: VILLAGE, desks: [] },
}

test.each(LANGUAGES)('every reply, to be read by a person (%s)', (language) => {
  const texts = Object.entries(REPLIES).map(
    ([name, reply]) => `=== ${name}\n${writeReply(language, reply, { statusUrl })}\n`,
  )
  expect(texts.join('\n')).toMatchSnapshot()
})

test.each(LANGUAGES)('the menu says how to reach a person and how to stop (%s)', (language) => {
  const stop = { id: 'BERHENTI', en: 'STOP' }[language]
  for (const key of ['greeting', 'menu', 'not_understood'] as const) {
    const text = writeReply(language, { key }, { statusUrl })
    expect(text).toContain('PETUGAS')
    expect(text).toContain(stop)
  }
})

test("a number in the address of an office that could be somebody's is left out", () => {
  const office = { ...OFFICE, name: 'Loket 3274014505900001', address: 'Kartu 0001234567891' }
  for (const reply of [
    { key: 'desks', village: VILLAGE, desks: [desk(office)] },
    { key: 'own_status', intake: { ...details([member('Budi', 'closed')]), office }, isConfirmed: true },
    { key: 'officer', office },
  ] satisfies Reply[]) {
    expect(holdsIdentityNumber(writeReply('id', reply, { statusUrl }))).toBe(false)
  }
})

const labels = fc.constantFrom(...Object.values(PUBLIC_LABELS))
const anyMember = fc.record<OwnMember>({
  name: fc.string({ minLength: 1, maxLength: 27 }).map((name) => name.replaceAll(/\d/g, 'x')),
  label: labels,
  // Also the sensitive ones: no caller may make them appear.
  reasons: fc.subarray([...REASON_CODES]),
  dueOn: fc.constantFrom(null, '2026-11-30'),
  closedAs: fc.constantFrom(null, ...CLOSED_AS),
})
const words = fc.string({ maxLength: 200 }).map((text) => text.replaceAll(/\d/g, 'x'))
const anyOffice = fc.record<BotOffice>({
  name: words,
  address: fc.option(words),
  openingHours: fc.constantFrom(OFFICE.openingHours, {}, { sunday: Array(4).fill(FRIDAY[0]) }),
})
const anyReply = fc.oneof(
  fc.record({
    key: fc.constant('own_status' as const),
    isConfirmed: fc.boolean(),
    intake: fc.record({
      intakeId: fc.constant('0193'),
      receiptNumber: fc.constant(RECEIPT),
      submittedOn: fc.constant('2026-11-23'),
      office: anyOffice,
      members: fc.array(anyMember, { minLength: 1, maxLength: 30 }),
    }),
  }),
  fc.record({
    key: fc.constant('public_status' as const),
    receiptNumber: fc.constant(RECEIPT),
    answer: fc.record({
      kind: fc.constant('found' as const),
      submittedOn: fc.constant('2026-11-23'),
      labels: fc.array(labels, { minLength: 1, maxLength: 30 }),
    }),
  }),
  fc.record({
    key: fc.constant('desks' as const),
    village: fc.constant(VILLAGE),
    desks: fc.array(
      anyOffice.map((office) => desk(office)),
      { maxLength: 5 },
    ),
  }),
  fc.record({ key: fc.constantFrom('officer' as const, 'urgent' as const), office: fc.option(anyOffice) }),
)

test('fits into one message, whatever a family and its office look like, and holds no identity number', () => {
  fc.assert(
    fc.property(anyReply, fc.constantFrom<Language>('id', 'en'), (reply, language) => {
      const text = writeReply(language, reply, { statusUrl })
      expect(text.length).toBeLessThanOrEqual(REPLY_MAX_LENGTH)
      expect(holdsIdentityNumber(text)).toBe(false)
    }),
    { numRuns: 400 },
  )
})

test('no sensitive reason ever stands in a chat, and every public one does', () => {
  for (const code of REASON_CODES) {
    const intake = details([member('Budi', 'cannot_be_processed', { reasons: [code] })])
    const text = writeReply('id', { key: 'own_status', intake, isConfirmed: false }, { statusUrl })
    const isAtTheCounter = text.includes('petugas perlu menjelaskannya langsung kepada Anda')
    expect(isAtTheCounter, code).toBe(REASONS[code].sensitive)
  }
})
