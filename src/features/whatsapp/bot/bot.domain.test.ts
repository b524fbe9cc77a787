import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { composeReceiptNumber } from '../../../contracts/primitives/receipt-number.ts'
import { begin, conclude, isPreference, proceed, type Turn } from './bot.domain.ts'
import type { BotDesk, BotOffice, OwnIntake, OwnIntakeDetails, PublicAnswer } from './bot.ports.ts'
import { type BotState, botStateSchema, FRESH_STATE, readBotState } from './bot-state.ts'
import type { Answered, LookUp, Reply } from './bot-steps.ts'
import { REPLY_MAX_LENGTH, writeReply } from './bot-text.domain.ts'
import { recognise } from './recognise.domain.ts'

const RECEIPT = composeReceiptNumber('32.74', '2611', 123)
const OTHER_RECEIPT = composeReceiptNumber('32.74', '2611', 124)
const START = new Date('2026-11-23T03:00:00.000Z')
const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

const OFFICE: BotOffice = {
  name: 'Puskesmas Kejaksan',
  address: 'Jl. Contoh 1',
  openingHours: { monday: [{ opens: '07:30', closes: '14:30' }] },
}
const INTAKE: OwnIntake = { intakeId: 'one', receiptNumber: RECEIPT, villageCode: '32.74.01.1001', office: OFFICE }
const DETAILS: OwnIntakeDetails = {
  intakeId: 'one',
  receiptNumber: RECEIPT,
  submittedOn: '2026-11-23',
  office: OFFICE,
  members: [{ name: 'Siti A.', label: 'being_checked', reasons: [], dueOn: null, closedAs: null }],
}
const VILLAGES = [
  { code: '32.74.01.1001', name: 'Kejaksan', kecamatan: 'Kejaksan' },
  { code: '32.74.01.1003', name: 'Kesenden', kecamatan: 'Kejaksan' },
  { code: '32.74.03.1004', name: 'Larangan', kecamatan: 'Harjamukti' },
  { code: '32.09.01.2001', name: 'Larangan', kecamatan: 'Contoh' },
]
const DESKS: BotDesk[] = [{ ...OFFICE, kind: 'puskesmas', villageCode: '32.74.01.1001' }]

type Facts = { intakes: OwnIntake[]; details: OwnIntakeDetails | undefined; answer: PublicAnswer }
const STRANGER: Facts = { intakes: [], details: undefined, answer: { kind: 'not_found' } }
const HOUSEHOLD: Facts = { intakes: [INTAKE], details: DETAILS, answer: { kind: 'not_found' } }

function find(lookUp: LookUp, facts: Facts): Answered {
  switch (lookUp.kind) {
    case 'own':
      return { kind: 'own', lookUp, found: facts.intakes }
    case 'details':
      return { kind: 'details', lookUp, found: facts.details }
    case 'public':
      return { kind: 'public', lookUp, found: facts.answer }
    case 'villages':
      return { kind: 'villages', lookUp, found: VILLAGES }
    case 'desks': {
      const village = VILLAGES.find(({ code }) => code === lookUp.villageCode)
      return { kind: 'desks', lookUp, found: village && { village, desks: DESKS } }
    }
  }
}

/** One conversation: what is said, with the time that goes by between. */
function talk(facts: Facts, stored: unknown = FRESH_STATE) {
  let state: BotState = readBotState(stored)
  let now = START
  let optedOut = false
  let disowned = false
  return {
    get state() {
      return state
    },
    wait(span: number) {
      now = new Date(now.getTime() + span)
    },
    optOut(value = true) {
      optedOut = value
    },
    say(text: string, kind: Turn['kind'] = 'text') {
      const turn: Turn = { meaning: recognise(text), kind, optedOut, disowned, now }
      const asked: LookUp['kind'][] = []
      let step = begin(state, turn)
      while (step.lookUp) {
        asked.push(step.lookUp.kind)
        const next = proceed(step.state, turn, find(step.lookUp, facts))
        step = { ...next, effects: [...step.effects, ...next.effects] }
      }
      const end = conclude(step, now)
      state = end.state
      // As the contact keeps it.
      disowned ||= end.effects.some((effect) => effect.kind === 'wrong_number')
      return {
        reply: end.reply,
        key: end.reply?.key ?? null,
        effects: end.effects.map(({ kind: name }) => name),
        asked,
      }
    },
  }
}

describe('a household on its own number', () => {
  test('sees its status, with the receipt number or without', () => {
    const { say } = talk(HOUSEHOLD)
    expect(say('cek')).toMatchObject({ key: 'own_status', effects: [], reply: { isConfirmed: false } })
    expect(say(RECEIPT)).toMatchObject({
      key: 'own_status',
      effects: ['link_intake', 'confirm_number'],
      reply: { isConfirmed: true },
    })
    expect(say(RECEIPT)).toMatchObject({ key: 'own_status', reply: { isConfirmed: false } })
  })

  test('with several registrations is asked which one', () => {
    const second = { ...INTAKE, intakeId: 'two', receiptNumber: OTHER_RECEIPT }
    const { say } = talk({ ...HOUSEHOLD, intakes: [second, INTAKE] })
    expect(say('status').key).toBe('own_list')
    expect(say(`cek ${RECEIPT}`)).toMatchObject({ key: 'own_status' })
  })

  test('confirms its number once; another "ya" is courtesy', () => {
    const { say } = talk(HOUSEHOLD)
    expect(say('ya benar')).toMatchObject({ key: 'confirmed', effects: ['confirm_number'] })
    expect(say('ya')).toMatchObject({ key: 'thanks', effects: [] })
    expect(say('ya')).toMatchObject({ key: null, effects: [] })
  })

  test('gets the desks of its own village', () => {
    expect(talk(HOUSEHOLD).say('lokasi')).toMatchObject({ key: 'desks', reply: { village: { name: 'Kejaksan' } } })
  })

  test('whose number changes meanwhile is asked for the receipt', () => {
    expect(talk({ ...HOUSEHOLD, details: undefined }).say('cek').key).toBe('ask_receipt')
  })
})

describe('a stranger', () => {
  test('gives the receipt and then the last four digits', () => {
    const facts: Facts = { ...STRANGER, answer: { kind: 'found', submittedOn: '2026-11-23', labels: ['active'] } }
    const { say } = talk(facts)
    expect(say('cek').key).toBe('ask_receipt')
    expect(say(RECEIPT)).toMatchObject({ key: 'ask_last_four', effects: [] })
    expect(say('12').key).toBe('four_digits_needed')
    expect(say('7890')).toMatchObject({ key: 'public_status', effects: [], asked: ['public'] })
  })

  test('may give both at once, or the digits within words', () => {
    const { say } = talk(STRANGER)
    expect(say(`CEK ${RECEIPT} 7890`)).toMatchObject({ key: 'no_match', asked: ['own', 'public'] })
    expect(say('angkanya 7891')).toMatchObject({ key: 'no_match', asked: ['public'] })
  })

  test('is asked for the digits whether the receipt exists or not: nothing is looked up before', () => {
    expect(talk(STRANGER).say(RECEIPT).asked).toEqual(['own'])
  })

  test('may try twenty times a day', () => {
    const conversation = talk(STRANGER)
    for (let i = 0; i < 20; i++) {
      conversation.wait(5 * MINUTE_MS)
      expect(conversation.say(`${RECEIPT} ${1000 + i}`).key).toBe('no_match')
    }
    expect(conversation.say(`${RECEIPT} 7890`)).toMatchObject({ key: 'too_many_tries', asked: ['own'] })
    conversation.wait(24 * HOUR_MS)
    expect(conversation.say(`${RECEIPT} 7890`).key).toBe('no_match')
  })

  test('is told that a receipt is mistyped before anything is looked up', () => {
    const wrong = `${RECEIPT.slice(0, -1)}${RECEIPT.endsWith('A') ? 'B' : 'A'}`
    expect(talk(STRANGER).say(wrong)).toMatchObject({ key: 'mistyped_receipt', asked: [] })
  })

  test('hears of a locked receipt', () => {
    expect(talk({ ...STRANGER, answer: { kind: 'locked' } }).say(`${RECEIPT} 7890`).key).toBe('locked')
  })

  test('has a day to answer a question', () => {
    const conversation = talk(STRANGER)
    conversation.say(RECEIPT)
    conversation.wait(25 * HOUR_MS)
    expect(conversation.say('7890').asked).toEqual([])
  })
})

describe('places', () => {
  test.each(['kejaksan', 'Kejaksn', 'kel. Kejaksan bu', 'di kejaksan', 'KEJAKSAAN', 'kejaksan rt 03'])(
    '"%s" is Kejaksan',
    (text) => {
      const { say } = talk(STRANGER)
      expect(say('lokasi').key).toBe('ask_village')
      expect(say(text)).toMatchObject({ key: 'desks', reply: { village: { name: 'Kejaksan' } } })
    },
  )

  test('the name may come with the question', () => {
    expect(talk(STRANGER).say('jadwal puskesmas kesenden')).toMatchObject({
      key: 'desks',
      reply: { village: { name: 'Kesenden' } },
    })
  })

  test('of one name are chosen by number', () => {
    const { say } = talk(STRANGER)
    expect(say('lokasi larangan').key).toBe('village_choices')
    expect(say('2')).toMatchObject({ key: 'desks', reply: { village: { kecamatan: 'Contoh' } } })
  })

  test("that are no places in a household's sentence are passed over", () => {
    expect(talk(HOUSEHOLD).say('puskesmas buka waktu lebaran?')).toMatchObject({
      key: 'desks',
      reply: { village: { name: 'Kejaksan' } },
    })
  })

  test('that are not found twice go to a person', () => {
    const { say } = talk(STRANGER)
    expect(say('lokasi antah').key).toBe('village_unknown')
    expect(say('berantah')).toMatchObject({ key: 'passed_on', effects: ['hand_over'] })
  })
})

describe('what is not understood', () => {
  test('gets the menu once, then a person, then silence', () => {
    const { say, wait } = talk(STRANGER)
    expect(say('xyzzy')).toMatchObject({ key: 'not_understood', effects: [] })
    expect(say('plugh')).toMatchObject({ key: 'passed_on', effects: ['hand_over'] })
    expect(say('halo?? ada orang di situ').effects).toEqual(['hand_over'])
    expect(say('kok diam')).toMatchObject({ key: null, effects: ['hand_over'] })
    wait(25 * HOUR_MS)
    expect(say('xyzzy').key).toBe('not_understood')
  })

  test('keeps the commands working while a person is waited for', () => {
    const { say } = talk(HOUSEHOLD)
    say('petugas')
    expect(say('cek').key).toBe('own_status')
  })

  test('the menu may be answered with a number', () => {
    const { say } = talk(HOUSEHOLD)
    expect(say('halo').key).toBe('greeting')
    expect(say('2').key).toBe('requirements')
    expect(say('4')).toMatchObject({ key: 'officer', effects: ['hand_over'], reply: { office: OFFICE } })
    expect(talk(HOUSEHOLD).say('2').key).toBe('not_understood')
  })
})

describe('wishes', () => {
  test('stop and start are confirmed once', () => {
    const conversation = talk(HOUSEHOLD)
    expect(conversation.say('BERHENTI')).toMatchObject({ key: 'stopped', effects: ['opt_out'] })
    conversation.optOut()
    for (const text of ['berhenti', 'cek', 'halo', 'xyzzy', RECEIPT, '3274014505900001', 'makasih']) {
      expect(conversation.say(text)).toMatchObject({ key: null, effects: [], asked: [] })
    }
    expect(conversation.say('PETUGAS')).toMatchObject({ key: null, effects: ['hand_over'] })
    expect(conversation.say('foto', 'attachment').key).toBe(null)
    expect(conversation.say('MULAI')).toMatchObject({ key: 'started', effects: ['opt_in'] })
    conversation.optOut(false)
    expect(conversation.say('MULAI')).toMatchObject({ key: 'menu', effects: [] })
  })

  test('a sentence about stopping stops nothing and tells the word', () => {
    expect(talk(HOUSEHOLD).say('stop dulu ya bu?')).toMatchObject({ key: 'about_stopping', effects: [] })
    expect(talk(HOUSEHOLD).say('tolong jangan berhenti').effects).toEqual([])
  })

  test('count also under a photo', () => {
    expect(talk(HOUSEHOLD).say('BERHENTI', 'attachment')).toMatchObject({ key: 'stopped', effects: ['opt_out'] })
  })

  test('after a wrong number nothing of the household is told, and "right" is for a person', () => {
    const { say } = talk(HOUSEHOLD)
    expect(say('salah nomor')).toMatchObject({ key: 'wrong_number', effects: ['wrong_number'] })
    expect(say('salah nomor')).toMatchObject({ key: null, effects: ['wrong_number'] })
    expect(say('cek').key).toBe('ask_receipt')
    expect(say(RECEIPT)).toMatchObject({ key: 'ask_last_four', effects: [] })
    expect(say('lokasi').key).toBe('ask_village')
    expect(say('benar')).toMatchObject({ key: 'passed_on', effects: ['hand_over'] })
  })
})

describe('courtesy and noise', () => {
  test('thanks are answered at most once a day', () => {
    const { say, wait } = talk(STRANGER)
    expect(['terima kasih', 'ok', '👍', 'siap bu'].map((text) => say(text).key)).toEqual(['thanks', null, null, null])
    wait(25 * HOUR_MS)
    expect(say('makasih').key).toBe('thanks')
  })

  test('three photos are refused once, and keep the question open', () => {
    const { say } = talk(STRANGER)
    say(RECEIPT)
    expect(['', 'ini ktp saya', ''].map((text) => say(text, 'attachment').key)).toEqual(['attachment', null, null])
    expect(say('7890').key).toBe('no_match')
  })

  test('a NIK is not looked up, and keeps the question open', () => {
    const { say } = talk(STRANGER)
    say(RECEIPT)
    expect(say('3274014505900001')).toMatchObject({ key: 'identity_number', asked: [] })
    expect(say('7890').key).toBe('no_match')
  })

  test('a machine that answers every text is left to a person', () => {
    const { say } = talk(STRANGER)
    const keys = Array.from({ length: 40 }, () => say('menu').key)
    expect(keys.filter((key) => key !== null)).toHaveLength(15)
    expect(say('menu')).toMatchObject({ key: null, effects: ['hand_over'] })
  })

  test('an emergency is not kept waiting', () => {
    expect(talk(HOUSEHOLD).say('ibu saya di IGD')).toMatchObject({ key: 'urgent', effects: ['hand_over'] })
  })
})

test.each([undefined, null, 'x', {}, { version: 2 }, { ...FRESH_STATE, question: { kind: 'gone' } }])(
  'a state that cannot be read (%j) begins afresh',
  (stored) => {
    expect(readBotState(stored)).toEqual(FRESH_STATE)
  },
)

const FRAGMENTS = [
  ...[
    'cek',
    'status',
    'lokasi',
    'syarat',
    'petugas',
    'ya',
    'berhenti',
    'salah nomor',
    'makasih',
    'halo',
    'menu',
    'kejaksan',
    'larangan',
    '2',
    '7890',
  ],
  ...[
    RECEIPT,
    OTHER_RECEIPT,
    '3274014505900001',
    '0001234567891',
    '081234567890',
    'PDW',
    'PDW-3274',
    '👍',
    '\u0000',
    '\ud800',
    '\u202e',
  ],
]
const anyText = fc.oneof(
  fc.string({ maxLength: 200, unit: 'binary' }),
  fc.string({ maxLength: 4096 }),
  fc.array(fc.constantFrom(...FRAGMENTS), { maxLength: 12 }).map((parts) => parts.join(' ')),
  fc.constantFrom(
    ...FRAGMENTS,
    '1'.repeat(4096),
    'PDW '.repeat(1024),
    '1 '.repeat(2048),
    'a'.repeat(4096),
    'ha '.repeat(1365),
  ),
)
const anyFacts = fc.record<Facts>({
  intakes: fc.constantFrom<OwnIntake[]>(
    [],
    [INTAKE],
    [INTAKE, { ...INTAKE, intakeId: 'two', receiptNumber: OTHER_RECEIPT }],
  ),
  details: fc.constantFrom(undefined, DETAILS),
  answer: fc.constantFrom<PublicAnswer>(
    { kind: 'not_found' },
    { kind: 'locked' },
    { kind: 'found', submittedOn: '2026-11-23', labels: ['active'] },
  ),
})
const anySaying = fc.record({
  text: anyText,
  attachment: fc.boolean(),
  optedOut: fc.boolean(),
  wait: fc.nat(30 * HOUR_MS),
})

/** Numbers of a person in what somebody wrote, as digits. */
const numbersIn = (text: string): string[] =>
  text
    .replaceAll(RECEIPT, '')
    .replaceAll(OTHER_RECEIPT, '')
    .match(/\d{13,}/gu) ?? []

test('whatever is said: no throw, at most one short reply, no number repeated, a state that can be stored', () => {
  fc.assert(
    fc.property(anyFacts, fc.array(anySaying, { maxLength: 8 }), (facts, sayings) => {
      const conversation = talk(facts)
      for (const { text, attachment, optedOut, wait } of sayings) {
        conversation.wait(wait)
        conversation.optOut(optedOut)
        const { reply } = conversation.say(text, attachment ? 'attachment' : 'text')
        const stored: unknown = JSON.parse(JSON.stringify(conversation.state))
        expect(botStateSchema.parse(stored)).toEqual(conversation.state)
        if (reply === null) continue
        expectWritable(reply, text, optedOut)
      }
    }),
    { numRuns: 300 },
  )
}, 30_000)

function expectWritable(reply: Reply, text: string, optedOut: boolean): void {
  if (optedOut) expect(isPreference(reply)).toBe(true)
  const written = writeReply('id', reply, { statusUrl: 'https://jkn.example.go.id/status' })
  expect(written.length).toBeLessThanOrEqual(REPLY_MAX_LENGTH)
  for (const number of numbersIn(text)) expect(written).not.toContain(number)
}
