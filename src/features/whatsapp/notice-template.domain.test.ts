import { describe, expect, test } from 'vitest'
import {
  NOTICE_TEMPLATES,
  NOTICE_VARIABLES,
  type NoticeContent,
  type NoticeTemplate,
} from '../../contracts/events/notices.ts'
import { REASON_CODES } from '../../contracts/lifecycle/reasons.ts'
import { CLOSED_AS } from '../../contracts/lifecycle/states.ts'
import { LANGUAGES, type Language } from '../../contracts/text/index.ts'
import { holdsIdentityNumber } from './identity-guard.domain.ts'
import {
  CLOUD_TEMPLATE_KEYS,
  listTemplatesToSubmit,
  RECEIPT_PICTURE_TEMPLATE,
  writeNoticeTemplate,
} from './notice-template.domain.ts'
import { MESSAGE_MAX_LENGTH, type MessageFrame } from './notice-text.domain.ts'

const FRAME: MessageFrame = {
  language: 'id',
  headName: 'Siti A.',
  receiptNumber: 'PDW-3274-2611-000123-K',
  officeName: 'Puskesmas Kejaksan',
  officeAddress: 'Jl. Siliwangi No. 10, Kota Cirebon',
  statusUrl: 'https://puntadewa.example/status',
  reference: '7K3M9QZ2XA',
}
// The widest names that `noticeName` makes, and offices that call themselves anything.
const WIDE_NAME = 'Abdurrahmanwahidalha A. B.'
const WIDE: MessageFrame = {
  ...FRAME,
  headName: WIDE_NAME,
  officeName: `UPTD *Puskesmas* Kejaksan\tKota  Cirebon ${'Raya '.repeat(40)}`,
  officeAddress: `Jl. Raya\nSiliwangi ${'Barat '.repeat(60)}`,
  statusUrl: `https://${'pendaftaran-jkn.'.repeat(4)}cirebonkota.example/status`,
}

const reasons = [...REASON_CODES]
const CONTENTS: Record<NoticeTemplate, NoticeContent[]> = {
  received: [
    { template: 'received', variables: { names: ['Siti A.'] } },
    { template: 'received', variables: { names: Array.from({ length: 30 }, () => WIDE_NAME) } },
  ],
  needs_correction: [
    { template: 'needs_correction', variables: { name: WIDE_NAME, reasons, dueOn: '2026-11-30' } },
    { template: 'needs_correction', variables: { name: 'Siti A.', reasons: ['KK_TIDAK_TERBACA'] } },
  ],
  eligible: [{ template: 'eligible', variables: { name: WIDE_NAME } }],
  already_active: [{ template: 'already_active', variables: { name: WIDE_NAME } }],
  needs_reactivation: [{ template: 'needs_reactivation', variables: { name: WIDE_NAME } }],
  rejected: [{ template: 'rejected', variables: { name: WIDE_NAME, reasons } }],
  closed: CLOSED_AS.map((closedAs) => ({ template: 'closed', variables: { name: WIDE_NAME, closedAs } })),
  correction_of_notice: [{ template: 'correction_of_notice', variables: { name: WIDE_NAME } }],
  correction_reminder: [{ template: 'correction_reminder', variables: { name: WIDE_NAME, dueOn: '2026-11-30' } }],
  proposal_returned: [{ template: 'proposal_returned', variables: { name: WIDE_NAME } }],
  submitted_to_bpjs: [{ template: 'submitted_to_bpjs', variables: { name: WIDE_NAME } }],
  membership_visit: [{ template: 'membership_visit', variables: { name: WIDE_NAME } }],
  active_confirmed: [{ template: 'active_confirmed', variables: { name: WIDE_NAME } }],
}
const everything = Object.values(CONTENTS).flat()
const outcomes = everything.filter(({ template }) => template !== 'received')

const submitted = (name: string, language: Language) => {
  const found = listTemplatesToSubmit().find((template) => template.name === name && template.language === language)
  if (!found) throw new Error(`${name} is not submitted in ${language}`)
  return found
}
/** As Meta fills it in. */
function fill(template: ReturnType<typeof writeNoticeTemplate>): string {
  const { body } = submitted(template.name, template.language)
  return body.replace(/\{\{(\d+)\}\}/g, (_, position) => template.parameters[Number(position) - 1] ?? '?')
}
const placesIn = (body: string): number[] =>
  [...body.matchAll(/\{\{(\d+)\}\}/g)].map(([, position]) => Number(position))

test('the templates are these: Meta approves a text as it is, so a change needs a new number and a new approval', () => {
  expect(listTemplatesToSubmit()).toMatchSnapshot()
})

describe.each(listTemplatesToSubmit())(
  '$name ($language) as submitted',
  ({ name, language, body, examples, category }) => {
    test('keeps to what Meta approves', () => {
      expect(name).toMatch(/^puntadewa_[a-z_]+_v\d+$/)
      expect(category).toBe('UTILITY')
      // Counted up from 1 without a gap, in the order of the text, never first, last or side by side.
      const places = placesIn(body)
      expect([...new Set(places)]).toEqual(examples.map((_, index) => index + 1))
      expect(body).not.toMatch(/^\W*\{\{|\}\}\W*$|\}\}\s*\{\{/)
      expect(body).not.toMatch(/\n{3,}| {2}|\t/)
      expect(body.length).toBeLessThan(MESSAGE_MAX_LENGTH)
      // Too many variables for too few words are refused.
      expect(body.split(/\s+/).length).toBeGreaterThan(examples.length * 3)
    })

    test('has examples that can be sent', () => {
      const filled = body.replace(/\{\{(\d+)\}\}/g, (_, position) => examples[Number(position) - 1] ?? '?')
      expect(filled).not.toMatch(/\?\?|\{|\}/)
      expect(holdsIdentityNumber(filled)).toBe(false)
      expect(language === 'id' ? filled : '').not.toMatch(/Dear|Reply/)
    })
  },
)

test('every notice has a template of its own in every language, and the household has one', () => {
  const names = listTemplatesToSubmit().map(({ name, language }) => `${name} ${language}`)
  expect(new Set(names).size).toBe(CLOUD_TEMPLATE_KEYS.length * LANGUAGES.length)
  expect(CLOUD_TEMPLATE_KEYS).toEqual([...NOTICE_TEMPLATES, 'household'])
  for (const template of NOTICE_TEMPLATES) {
    for (const content of CONTENTS[template]) {
      expect(NOTICE_VARIABLES[template].safeParse(content.variables).success).toBe(true)
      const { name } = writeNoticeTemplate(FRAME, [content])
      expect(name).toBe(submitted(`puntadewa_${template}_v1`, 'id').name)
    }
  }
})

const groups: [string, NoticeContent[]][] = [
  ...everything.map((content, index): [string, NoticeContent[]] => [`${content.template} ${index}`, [content]]),
  ['a household of two', [...CONTENTS.eligible, ...CONTENTS.already_active]],
  ['a household of every outcome', outcomes],
  [
    'a household of twenty',
    Array.from({ length: 20 }, (_, index) => outcomes[index % outcomes.length]).flatMap((c) => c ?? []),
  ],
]

describe.each(LANGUAGES)('in %s', (language) => {
  test.each(groups)('%s fits, however wide', (_, contents) => {
    for (const frame of [FRAME, WIDE]) {
      const template = writeNoticeTemplate({ ...frame, language }, contents)
      expect(template.parameters).toHaveLength(submitted(template.name, language).examples.length)
      for (const parameter of template.parameters) {
        expect(parameter).not.toMatch(/[\n\t\r*]| {2}|^\s|\s$/)
        expect(parameter).not.toBe('')
      }
      expect(fill(template).length).toBeLessThanOrEqual(MESSAGE_MAX_LENGTH)
      expect(holdsIdentityNumber(fill(template))).toBe(false)
    }
  })
})

describe('what is said', () => {
  test('names who it is about and what to do', () => {
    const [content] = CONTENTS.needs_correction.slice(1)
    const told = fill(writeNoticeTemplate(FRAME, content ? [content] : []))
    expect(told).toContain('Usulan JKN untuk *Siti A.* *perlu dilengkapi*: KK belum terbaca jelas, bawa KK asli.')
    expect(told).toContain(
      'Puskesmas Kejaksan (Jl. Siliwangi No. 10, Kota Cirebon) dengan KK dan KTP asli, secepatnya.',
    )
    expect(told).toContain('Ref 7K3M9QZ2XA')
  })

  test('never drops that qualified is not active yet, nor who qualified', () => {
    for (const frame of [FRAME, WIDE]) {
      const told = fill(writeNoticeTemplate(frame, outcomes))
      expect(told).toContain('memenuhi syarat, belum aktif')
      expect(told).toContain('Memenuhi syarat belum berarti aktif')
      expect(told).toContain(WIDE_NAME)
    }
  })

  test('keeps reasons for the counter that must not stand in a chat', () => {
    const template = writeNoticeTemplate(FRAME, [
      { template: 'rejected', variables: { name: 'Siti A.', reasons: ['MENINGGAL'] } },
    ])
    expect(fill(template)).toContain('petugas perlu menjelaskannya langsung kepada Anda')
  })
})

test('with the picture the receipt is submitted twice, the same words with and without it, and nothing else changes', () => {
  const without = listTemplatesToSubmit()
  const withPicture = listTemplatesToSubmit({ withPicture: true })
  const added = withPicture.filter(({ header }) => header === 'IMAGE')
  expect(withPicture.filter(({ header }) => header === undefined)).toEqual(without)
  expect(added.map(({ name, language }) => [name, language])).toEqual(
    LANGUAGES.map((language) => [RECEIPT_PICTURE_TEMPLATE, language]),
  )
  for (const { language, body, examples } of added) {
    expect({ body, examples }).toMatchObject({
      body: submitted('puntadewa_received_v1', language).body,
      examples: submitted('puntadewa_received_v1', language).examples,
    })
  }
})
