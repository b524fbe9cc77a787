import { EXPORT_COLUMNS, type ExportColumn } from '../../contracts/api/exports.ts'
import type { ProposalListItem } from '../../contracts/api/proposals.ts'
import { maskNik } from '../../contracts/primitives/nik.ts'
import { findText, type Language } from '../../contracts/text/index.ts'
import type { TableColumn } from '../../platform/tables/table-stream.ts'

/** What a row of an export is made of; numbers as they may be shown. */
export type ExportSubject = {
  item: Pick<ProposalListItem, 'receiptNumber' | 'submittedAt' | 'fullName' | 'state' | 'flags' | 'dueAt'>
  nik: string | null
  familyCardNumber: string
  phone: string
  birthDate: string
  sex: string
  relationship: string
  channel: string
  membership: string | null
  office: string
  villageCode: string
  village: string
  timeZone: string
}

const WIDTHS: Partial<Record<ExportColumn, number>> = { fullName: 32, office: 28, flags: 32, village: 20, dueAt: 18 }

export const columnsOf = (language: Language): TableColumn[] =>
  EXPORT_COLUMNS.map((name) => ({
    header: findText(language, 'exports', `column.${name}`) ?? name,
    width: WIDTHS[name] ?? 18,
  }))

/** Numbers as lists show them: the last four digits. */
export const maskedNumbers = (numbers: { nikMasked: string | null; familyCardNumber: string; phone: string }) => ({
  nik: numbers.nikMasked,
  familyCardNumber: maskNik(numbers.familyCardNumber),
  phone: `•••• •••• ${numbers.phone.slice(-4)}`,
})

// Making one takes 50 microseconds, using it 1; an export uses it for every row.
const formats = new Map<string, Intl.DateTimeFormat>()
function timeIn(iso: string, timeZone: string): string {
  let format = formats.get(timeZone)
  if (!format) {
    // Swedish writes year-month-day hours:minutes, which sorts as text.
    format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' })
    formats.set(timeZone, format)
  }
  return format.format(new Date(iso))
}

/** The cells in the order of `EXPORT_COLUMNS`. */
export function rowOf(subject: ExportSubject, language: Language): string[] {
  const { item, timeZone } = subject
  const word = (kind: string, value: string | null): string =>
    value === null ? '' : (findText(language, 'exports', `${kind}.${value}`) ?? value)
  const cells: Record<ExportColumn, string> = {
    receiptNumber: item.receiptNumber,
    submittedAt: timeIn(item.submittedAt, timeZone),
    office: subject.office,
    channel: word('channel', subject.channel),
    fullName: item.fullName,
    nik: subject.nik ?? '',
    familyCardNumber: subject.familyCardNumber,
    whatsappNumber: subject.phone,
    birthDate: subject.birthDate,
    sex: word('sex', subject.sex),
    relationship: word('relationship', subject.relationship),
    villageCode: subject.villageCode,
    village: subject.village,
    state: word('state', item.state),
    flags: item.flags.map((flag) => word('flag', flag)).join(', '),
    membership: word('membership', subject.membership),
    dueAt: item.dueAt === null ? '' : timeIn(item.dueAt, timeZone),
  }
  return EXPORT_COLUMNS.map((name) => cells[name])
}
