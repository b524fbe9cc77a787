import type { NoticeContent, NoticeTemplate } from '../../contracts/events/notices.ts'
import { publicReasons } from '../../contracts/events/notices.ts'
import type { ReasonCode } from '../../contracts/lifecycle/reasons.ts'
import { findText, type Language, type TextKey, type TextParams, translate } from '../../contracts/text/index.ts'

/** WhatsApp's templates end here; a longer text could not be sent through the official transport. */
export const MESSAGE_MAX_LENGTH = 1024

/** Who is written to and where they can go. */
export type Household = {
  language: Language
  /** As `noticeName` makes it. */
  headName: string
  receiptNumber: string
  officeName: string
  officeAddress: string | null
}

export type MessageFrame = Household & { statusUrl: string; reference: string }

// Bounds that keep the frame below half of the message whatever an office calls itself.
export const OFFICE_MAX = 60
export const PLACE_MAX = 140
export const NAMES_SHOWN = 5
export const NAMES_SHOWN_WHEN_SHORT = 2
const DATE_LOCALES: Record<Language, string> = { id: 'id-ID', en: 'en-GB' }

export function clip(text: string, max: number): string {
  return text.length <= max ? text : `${text.slice(0, max - 1).trimEnd()}…`
}

/** "30 November 2026": a month in words also keeps the digits of a date from looking like part of a number. */
export function writtenDate(language: Language, day: string): string {
  const format = new Intl.DateTimeFormat(DATE_LOCALES[language], { dateStyle: 'long', timeZone: 'UTC' })
  return format.format(new Date(`${day}T00:00:00Z`))
}

export type Writer = {
  text(key: TextKey<'notices'>, params?: TextParams): string
  place: string
  office: string
  language: Language
}

export function createWriter(household: Household, withAddress: boolean): Writer {
  const office = clip(household.officeName, OFFICE_MAX)
  const text = (key: TextKey<'notices'>, params?: TextParams): string =>
    translate(household.language, 'notices', key, params)
  const place =
    withAddress && household.officeAddress
      ? clip(text('place', { office, address: household.officeAddress }), PLACE_MAX)
      : office
  return { text, place, office, language: household.language }
}

export function listNames(writer: Writer, names: readonly string[], shown: number): string {
  const first = names.slice(0, shown).join(', ')
  const more = names.length - shown
  return more > 0 ? writer.text('more', { names: first, count: more }) : first
}

export function reasonTexts(writer: Writer, codes: readonly ReasonCode[]): string[] {
  const told = publicReasons(codes).flatMap((code) => findText(writer.language, 'notices', `reason.${code}`) ?? [])
  return told.length > 0 ? told : [writer.text('reason.counter')]
}

const bullets = (lines: readonly string[]): string => lines.map((line) => `• ${line}`).join('\n')

function dueParams(writer: Writer, day: string | undefined): TextParams {
  return { hasDue: day ? 'yes' : 'no', dueOn: day ? writtenDate(writer.language, day) : '' }
}

/** The body of a message about one thing. `brief` keeps the sensitive-free reasons at the counter when there is no room. */
function writeSingle(writer: Writer, content: NoticeContent, brief: boolean): string {
  const { place } = writer
  const reasonLines = (codes: readonly ReasonCode[]): string =>
    bullets(brief ? [writer.text('reason.counter')] : reasonTexts(writer, codes))
  switch (content.template) {
    case 'received':
      return writer.text('single.received', { names: listNames(writer, content.variables.names, NAMES_SHOWN) })
    case 'needs_correction': {
      const { name, reasons, dueOn } = content.variables
      const due = dueParams(writer, dueOn)
      return writer.text('single.needs_correction', { name, reasons: reasonLines(reasons), place, ...due })
    }
    case 'rejected': {
      const { name, reasons } = content.variables
      return writer.text('single.rejected', { name, reasons: reasonLines(reasons), place })
    }
    case 'closed': {
      const { name, closedAs } = content.variables
      const why =
        findText(writer.language, 'notices', `closed.${closedAs}`, { place }) ?? writer.text('closed.other', { place })
      return writer.text('single.closed', { name, why })
    }
    case 'correction_reminder': {
      const { name, dueOn } = content.variables
      return writer.text('single.correction_reminder', { name, place, dueOn: writtenDate(writer.language, dueOn) })
    }
    case 'needs_reactivation':
    case 'membership_visit':
      return writer.text(`single.${content.template}`, { name: content.variables.name, place })
    case 'eligible':
    case 'already_active':
    case 'correction_of_notice':
    case 'proposal_returned':
    case 'submitted_to_bpjs':
    case 'active_confirmed':
      return writer.text(`single.${content.template}`, { name: content.variables.name })
  }
}

export function namesOf(content: NoticeContent): readonly string[] {
  return content.template === 'received' ? content.variables.names : [content.variables.name]
}

export function writeLine(writer: Writer, content: NoticeContent, withReasons: boolean): string {
  const names = `*${listNames(writer, namesOf(content), NAMES_SHOWN)}*`
  const line = writer.text(`line.${content.template}`, { names })
  if (!withReasons || (content.template !== 'needs_correction' && content.template !== 'rejected')) return line
  return `${line} (${reasonTexts(writer, content.variables.reasons).join('; ')})`
}

/** What has to be said once, however many people it concerns. With several due dates the first one counts. */
export function writeNote(writer: Writer, template: NoticeTemplate, contents: readonly NoticeContent[]): string {
  const days = contents.flatMap((content) =>
    (content.template === 'needs_correction' || content.template === 'correction_reminder') && content.variables.dueOn
      ? [content.variables.dueOn]
      : [],
  )
  return writer.text(`note.${template}`, { office: writer.office, ...dueParams(writer, days.sort()[0]) })
}

export function templatesOf(contents: readonly NoticeContent[]): NoticeTemplate[] {
  return [...new Set(contents.map((content) => content.template))]
}

function writeGroup(writer: Writer, contents: readonly NoticeContent[], withReasons: boolean): string {
  const notes = templatesOf(contents).map((template) => writeNote(writer, template, contents))
  if (!withReasons) notes.push(writer.text('note.details', { office: writer.office }))
  const lines = bullets(contents.map((content) => writeLine(writer, content, withReasons)))
  return [writer.text('group.opening'), lines, notes.join('\n')].join('\n')
}

/** One line per outcome instead of one per person, and of the notes only what must not be misunderstood. */
function writeShortGroup(writer: Writer, contents: readonly NoticeContent[]): string {
  const templates = templatesOf(contents)
  const lines = templates.map((template) => {
    const names = contents.filter((content) => content.template === template).flatMap(namesOf)
    return writer.text(`line.${template}`, { names: listNames(writer, names, NAMES_SHOWN_WHEN_SHORT) })
  })
  const notes = templates.includes('eligible') ? [writeNote(writer, 'eligible', contents)] : []
  notes.push(writer.text('note.details', { office: writer.office }))
  return [writer.text('group.opening'), bullets(lines), notes.join('\n')].join('\n')
}

function* candidates(frame: MessageFrame, contents: readonly NoticeContent[]): Generator<string> {
  const full = createWriter(frame, true)
  const short = createWriter(frame, false)
  const [only] = contents
  if (only && contents.length === 1) {
    yield writeSingle(full, only, false)
    yield writeSingle(short, only, false)
    yield writeSingle(short, only, true)
  } else {
    yield writeGroup(full, contents, true)
    yield writeGroup(full, contents, false)
    yield writeShortGroup(short, contents)
  }
}

/**
 * The text of one message about everything in `contents` (one or more notices of one household), at most 1,024 characters:
 * says as much as fits, and who it is about and what became of it always. Pure.
 */
export function writeNoticeMessage(frame: MessageFrame, contents: readonly NoticeContent[]): string {
  const opening = translate(frame.language, 'notices', 'opening', {
    office: clip(frame.officeName, OFFICE_MAX),
    head: frame.headName,
  })
  const closing = translate(frame.language, 'notices', 'closing', {
    receipt: frame.receiptNumber,
    statusUrl: frame.statusUrl,
    reference: frame.reference,
  })
  for (const body of candidates(frame, contents)) {
    const message = [opening, body, closing].join('\n\n')
    if (message.length <= MESSAGE_MAX_LENGTH) return message
  }
  throw new RangeError('the notices of a household do not fit into one message')
}
