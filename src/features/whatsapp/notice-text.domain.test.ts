import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { NOTICE_NAME_MAX, NOTICE_TEMPLATES, type NoticeContent } from '../../contracts/events/notices.ts'
import { REASON_CODES, REASONS } from '../../contracts/lifecycle/reasons.ts'
import { CLOSED_AS } from '../../contracts/lifecycle/states.ts'
import { LANGUAGES, type Language, TEXTS } from '../../contracts/text/index.ts'
import { holdsIdentityNumber } from './identity-guard.domain.ts'
import { MESSAGE_MAX_LENGTH, type MessageFrame, writeNoticeMessage } from './notice-text.domain.ts'

const frame = (language: Language): MessageFrame => ({
  language,
  headName: 'Siti A.',
  receiptNumber: 'PDW-3274-2611-000123-K',
  officeName: 'Puskesmas Kejaksan',
  officeAddress: 'Jl. Siliwangi No. 10, Kota Cirebon',
  statusUrl: 'https://puntadewa.cirebonkota.go.id/status',
  reference: '7K3Q9F2B4D',
})

const examples: NoticeContent[] = [
  { template: 'received', variables: { names: ['Siti A.', 'Budi S.', 'Rina A. L.'] } },
  {
    template: 'needs_correction',
    variables: { name: 'Siti A.', reasons: ['KK_TIDAK_TERBACA', 'NIK_DATA_BEDA'], dueOn: '2026-11-30' },
  },
  { template: 'eligible', variables: { name: 'Budi S.' } },
  { template: 'already_active', variables: { name: 'Rina A. L.' } },
  { template: 'needs_reactivation', variables: { name: 'Rina A. L.' } },
  { template: 'rejected', variables: { name: 'Joko W.', reasons: ['BUKAN_PENDUDUK_SINI'] } },
  { template: 'closed', variables: { name: 'Joko W.', closedAs: 'expired' } },
  { template: 'correction_of_notice', variables: { name: 'Budi S.' } },
  { template: 'correction_reminder', variables: { name: 'Budi S.', dueOn: '2026-11-30' } },
  { template: 'proposal_returned', variables: { name: 'Budi S.' } },
  { template: 'submitted_to_bpjs', variables: { name: 'Budi S.' } },
  { template: 'membership_visit', variables: { name: 'Budi S.' } },
  { template: 'active_confirmed', variables: { name: 'Budi S.' } },
]

describe.each(LANGUAGES)('in %s', (language) => {
  test.each(examples)('$template reads well', (content) => {
    expect(writeNoticeMessage(frame(language), [content])).toMatchSnapshot()
  })

  test('a household whose members went different ways reads well', () => {
    const household = examples.filter(({ template }) =>
      ['eligible', 'already_active', 'needs_correction'].includes(template),
    )
    expect(writeNoticeMessage(frame(language), household)).toMatchSnapshot()
  })

  test('every closing reason has a sentence', () => {
    for (const closedAs of CLOSED_AS) {
      const text = writeNoticeMessage(frame(language), [
        { template: 'closed', variables: { name: 'Budi S.', closedAs } },
      ])
      expect(text).toContain('Budi S.')
    }
  })
})

test('there is an example of every template', () => {
  expect(examples.map(({ template }) => template)).toEqual([...NOTICE_TEMPLATES])
})

test('every public reason has a text in both languages, and no sensitive one has', () => {
  for (const language of LANGUAGES) {
    const keys = Object.keys(TEXTS[language].notices)
    for (const code of REASON_CODES) expect(keys.includes(`reason.${code}`), code).toBe(!REASONS[code].sensitive)
  }
})

test('a sensitive reason is replaced by the counter, and says nothing about death, work or arrears', () => {
  const text = writeNoticeMessage(frame('id'), [
    { template: 'rejected', variables: { name: 'Joko W.', reasons: ['MENINGGAL', 'SEGMEN_PEKERJA'] } },
  ])
  expect(text).toContain('petugas perlu menjelaskannya langsung')
  expect(text).not.toMatch(/meninggal|pekerja|tunggakan|desil/i)
})

test('a closed proposal of somebody who died does not say so', () => {
  const text = writeNoticeMessage(frame('id'), [
    { template: 'closed', variables: { name: 'Joko W.', closedAs: 'deceased' } },
  ])
  expect(text).not.toMatch(/meninggal|wafat/i)
})

test('qualified is never told without saying that it is not active yet, also for a large household', () => {
  const household = Array.from(
    { length: 15 },
    (_, index): NoticeContent => ({ template: 'eligible', variables: { name: `Nama${index} A. B.` } }),
  )
  for (const contents of [household.slice(0, 1), household.slice(0, 3), household]) {
    expect(writeNoticeMessage(frame('id'), contents)).toContain('*Memenuhi syarat belum berarti aktif.*')
  }
})

const name = fc.stringMatching(/^[A-Z][a-z]{0,19}( [A-Z]\.){0,2}$/).filter((value) => value.length <= NOTICE_NAME_MAX)
const reasons = fc.uniqueArray(fc.constantFrom(...REASON_CODES), { minLength: 1 })
const content: fc.Arbitrary<NoticeContent> = fc.oneof(
  fc.record({
    template: fc.constant('needs_correction' as const),
    variables: fc.record({ name, reasons, dueOn: fc.constant('2026-12-30') }),
  }),
  fc.record({
    template: fc.constant('correction_reminder' as const),
    variables: fc.record({ name, dueOn: fc.constant('2026-12-30') }),
  }),
  fc.record({ template: fc.constant('rejected' as const), variables: fc.record({ name, reasons }) }),
  fc.record({
    template: fc.constant('closed' as const),
    variables: fc.record({ name, closedAs: fc.constantFrom(...CLOSED_AS) }),
  }),
  fc.record({
    template: fc.constantFrom(
      'eligible',
      'already_active',
      'needs_reactivation',
      'correction_of_notice',
      'proposal_returned',
      'submitted_to_bpjs',
      'membership_visit',
      'active_confirmed',
    ),
    variables: fc.record({ name }),
  }),
)

const NOT_YET_ACTIVE: Record<Language, string> = {
  id: '*Memenuhi syarat belum berarti aktif.*',
  en: '*Qualified does not mean active yet.*',
}
/** Where to look, that it is free, and that nobody of ours asks for a code or for money. */
const SAYS_HOW_TO_CHECK: Record<Language, RegExp> = {
  id: /Cek status: https:\/\/[\s\S]*gratis[\s\S]*OTP[\s\S]*transfer uang/,
  en: /Check the status: https:\/\/[\s\S]*free[\s\S]*OTP[\s\S]*money transfer/,
}

test('every household fits into one message that passes the guard, names its outcome and says what must never be left out', () => {
  const long = {
    officeName: fc.string({ unit: fc.constantFrom('Puskesmas ', 'Kejaksan ', 'x'), maxLength: 30 }),
    officeAddress: fc.option(fc.string({ unit: fc.constantFrom('Jl. ', 'Siliwangi ', 'y'), maxLength: 60 })),
  }
  fc.assert(
    fc.property(
      fc.constantFrom(...LANGUAGES),
      fc.record({ ...long, headName: name }),
      fc.array(content, { minLength: 1, maxLength: 20 }),
      (language, household, contents) => {
        const text = writeNoticeMessage({ ...frame(language), ...household }, contents)
        expect(text.length).toBeLessThanOrEqual(MESSAGE_MAX_LENGTH)
        expect(holdsIdentityNumber(text)).toBe(false)
        expect(text).toContain('PDW-3274-2611-000123-K')
        expect(text).toMatch(SAYS_HOW_TO_CHECK[language])
        if (contents.some(({ template }) => template === 'eligible')) expect(text).toContain(NOT_YET_ACTIVE[language])
        // As words: a name may well hold them (Anull).
        expect(text).not.toMatch(/[{}]|\b(undefined|null)\b/)
      },
    ),
    { numRuns: 200 },
  )
})
