import { NOTICE_TEMPLATES, type NoticeContent, type NoticeTemplate } from '../../contracts/events/notices.ts'
import { findText, LANGUAGES, type Language, type TextKey, translate } from '../../contracts/text/index.ts'
import {
  clip,
  createWriter,
  listNames,
  MESSAGE_MAX_LENGTH,
  type MessageFrame,
  NAMES_SHOWN,
  NAMES_SHOWN_WHEN_SHORT,
  namesOf,
  OFFICE_MAX,
  reasonTexts,
  templatesOf,
  type Writer,
  writeLine,
  writeNote,
  writtenDate,
} from './notice-text.domain.ts'
import type { OutgoingTemplate } from './whatsapp.ports.ts'

/** One for each notice, and one for the news of a whole household. */
export type CloudTemplateKey = NoticeTemplate | 'household'
type Variable = Extract<TextKey<'templates'>, `example.${string}`> extends `example.${infer Name}` ? Name : never

// Before and after what each template says of its own.
const OPENING = ['office', 'head'] as const
const CLOSING = ['receipt', 'statusUrl', 'reference'] as const

/**
 * What each template is filled with, in the order of {{3}}, {{4}} ... A notice without a template does not compile. Meta approves a text
 * as it is: whoever changes a text or this table gives the template a new number, submits it, and waits for approval before the release.
 */
export const CLOUD_TEMPLATES = {
  received: { number: 1, variables: ['names'] },
  needs_correction: { number: 1, variables: ['name', 'reasons', 'place', 'due'] },
  eligible: { number: 1, variables: ['name'] },
  already_active: { number: 1, variables: ['name'] },
  needs_reactivation: { number: 1, variables: ['name', 'place'] },
  rejected: { number: 1, variables: ['name', 'reasons', 'place'] },
  closed: { number: 1, variables: ['name', 'why'] },
  correction_of_notice: { number: 1, variables: ['name'] },
  correction_reminder: { number: 1, variables: ['name', 'place', 'due'] },
  proposal_returned: { number: 1, variables: ['name'] },
  submitted_to_bpjs: { number: 1, variables: ['name'] },
  membership_visit: { number: 1, variables: ['name', 'place'] },
  active_confirmed: { number: 1, variables: ['name'] },
  household: { number: 1, variables: ['outcomes', 'notes'] },
} as const satisfies Record<CloudTemplateKey, { number: number; variables: readonly Variable[] }>

export const CLOUD_TEMPLATE_KEYS: readonly CloudTemplateKey[] = [...NOTICE_TEMPLATES, 'household']

export const templateName = (key: CloudTemplateKey): string => `puntadewa_${key}_v${CLOUD_TEMPLATES[key].number}`
/** The receipt under a picture of its code. The text alone keeps its own: it goes out when the picture does not. */
export const RECEIPT_PICTURE_TEMPLATE = `puntadewa_received_picture_v${CLOUD_TEMPLATES.received.number}`
export const variablesOf = (key: CloudTemplateKey): readonly Variable[] => [
  ...OPENING,
  ...CLOUD_TEMPLATES[key].variables,
  ...CLOSING,
]

/** The body with a value for each of its variables; those of `values` that it does not have are left out. */
function writeBody(language: Language, key: CloudTemplateKey, values: Partial<Record<Variable, string>>): string {
  const part = (name: TextKey<'templates'>): string => translate(language, 'templates', name, values)
  return [part('opening'), part(key), part('closing')].join('\n\n')
}

export type TemplateToSubmit = {
  name: string
  category: 'UTILITY'
  language: Language
  /** What stands above the body. */
  header?: 'IMAGE'
  /** With {{1}}, {{2}} ... */
  body: string
  /** One for each variable, in their order. */
  examples: string[]
}

/** Every template as it is submitted for approval; `withPicture`: also of the receipt under a picture. Pure. */
export function listTemplatesToSubmit({ withPicture = false } = {}): TemplateToSubmit[] {
  return LANGUAGES.flatMap((language) =>
    CLOUD_TEMPLATE_KEYS.flatMap((key): TemplateToSubmit[] => {
      const variables = variablesOf(key)
      const places = Object.fromEntries(variables.map((variable, index) => [variable, `{{${index + 1}}}`]))
      const template: TemplateToSubmit = {
        name: templateName(key),
        category: 'UTILITY',
        language,
        body: writeBody(language, key, places),
        examples: variables.map((variable) => translate(language, 'templates', `example.${variable}`)),
      }
      const isWithPicture = withPicture && key === 'received'
      return isWithPicture ? [template, { ...template, name: RECEIPT_PICTURE_TEMPLATE, header: 'IMAGE' }] : [template]
    }),
  )
}

/** Meta refuses a parameter with a line break, a tab, four blanks in a row, or nothing in it. Stars would end the template's own bold. */
function toParameter(text: string): string {
  const plain = text.replaceAll('*', '').replace(/\s+/gu, ' ').trim()
  return plain === '' ? '-' : plain
}

// A sentence of the template goes on after it.
const withoutStop = (text: string): string => text.replace(/[.;\s]+$/u, '')

type Values = Partial<Record<Variable, string>>

function dueValue(writer: Writer, day: string | undefined): string {
  if (day === undefined) return translate(writer.language, 'templates', 'due.soon')
  return translate(writer.language, 'templates', 'due.date', { dueOn: writtenDate(writer.language, day) })
}

/** `brief`: the reasons wait at the counter. */
function singleValues(writer: Writer, content: NoticeContent, brief: boolean): Values {
  const { place } = writer
  if (content.template === 'received') return { names: listNames(writer, content.variables.names, NAMES_SHOWN) }
  const { name } = content.variables
  switch (content.template) {
    case 'needs_correction':
    case 'rejected': {
      const { reasons } = content.variables
      const told = brief ? [writer.text('reason.counter')] : reasonTexts(writer, reasons)
      const due = content.template === 'needs_correction' ? dueValue(writer, content.variables.dueOn) : ''
      return { name, reasons: told.map(withoutStop).join('; '), place, due }
    }
    case 'closed': {
      const why = findText(writer.language, 'notices', `closed.${content.variables.closedAs}`, { place })
      return { name, why: why ?? writer.text('closed.other', { place }) }
    }
    case 'correction_reminder':
      return { name, place, due: dueValue(writer, content.variables.dueOn) }
    case 'needs_reactivation':
    case 'eligible':
    case 'already_active':
    case 'correction_of_notice':
    case 'proposal_returned':
    case 'submitted_to_bpjs':
    case 'membership_visit':
    case 'active_confirmed':
      return { name, place }
  }
}

/** Whose names stand in a short message: everybody's, only of those who qualified, or nobody's. */
type Named = 'all' | 'eligible' | 'none'

/** Active is active, whether it has become so by us or was before: one part where every letter counts. */
const shortened = (content: NoticeContent): NoticeContent =>
  content.template === 'active_confirmed' ? { ...content, template: 'already_active' } : content

/** One part per outcome instead of one per person, and of the notes only what must not be misunderstood. */
function shortHouseholdValues(writer: Writer, all: readonly NoticeContent[], named: Named): Values {
  const contents = all.map(shortened)
  const outcomes = templatesOf(contents).map((template) => {
    const names = contents.filter((content) => content.template === template).flatMap(namesOf)
    const told =
      named === 'all' || named === template
        ? listNames(writer, names, NAMES_SHOWN_WHEN_SHORT)
        : translate(writer.language, 'templates', 'people', { count: names.length })
    return writer.text(`line.${template}`, { names: told })
  })
  const details = writer.text('note.details', { office: writer.office })
  const isEligible = contents.some(({ template }) => template === 'eligible')
  const notes = isEligible ? [writeNote(writer, 'eligible', contents), details] : [details]
  return { outcomes: outcomes.join('; '), notes: notes.join(' ') }
}

function householdValues(writer: Writer, contents: readonly NoticeContent[], withReasons: boolean): Values {
  const notes = templatesOf(contents).map((template) => writeNote(writer, template, contents))
  if (!withReasons) notes.push(writer.text('note.details', { office: writer.office }))
  const outcomes = contents.map((content) => writeLine(writer, content, withReasons))
  return { outcomes: outcomes.join('; '), notes: notes.join(' ') }
}

function* candidates(frame: MessageFrame, contents: readonly NoticeContent[]): Generator<[CloudTemplateKey, Values]> {
  const full = createWriter(frame, true)
  const short = createWriter(frame, false)
  const [only] = contents
  if (only && contents.length === 1) {
    yield [only.template, singleValues(full, only, false)]
    yield [only.template, singleValues(short, only, false)]
    yield [only.template, singleValues(short, only, true)]
  } else {
    yield ['household', householdValues(full, contents, true)]
    yield ['household', householdValues(full, contents, false)]
    yield ['household', shortHouseholdValues(short, contents, 'all')]
    yield ['household', shortHouseholdValues(short, contents, 'eligible')]
    yield ['household', shortHouseholdValues(short, contents, 'none')]
  }
}

/**
 * The approved template that says what `writeNoticeMessage` says about everything in `contents`, with at most 1,024 characters when it is
 * filled in: as much as fits, and what became of how many always. Pure.
 */
export function writeNoticeTemplate(frame: MessageFrame, contents: readonly NoticeContent[]): OutgoingTemplate {
  const common: Values = {
    office: clip(frame.officeName, OFFICE_MAX),
    head: frame.headName,
    receipt: frame.receiptNumber,
    statusUrl: frame.statusUrl,
    reference: frame.reference,
  }
  const { language } = frame
  for (const [key, said] of candidates(frame, contents)) {
    const parameters = variablesOf(key).map((variable) => toParameter(said[variable] ?? common[variable] ?? ''))
    const filled = Object.fromEntries(variablesOf(key).map((variable, index) => [variable, parameters[index] ?? '']))
    if (writeBody(language, key, filled).length > MESSAGE_MAX_LENGTH) continue
    return { name: templateName(key), language, parameters }
  }
  throw new RangeError('the notices of a household do not fit into one template')
}
