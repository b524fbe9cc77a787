import { COVERAGE_SEGMENTS, type CoverageSegment } from '../../contracts/coverage-terms.ts'
import { LANGUAGES, TEXTS } from '../../contracts/text/index.ts'
import type { TableProfile } from '../../platform/files/table-header.ts'
import type { TableCell } from '../../platform/files/table-row.ts'

export type ImportColumn = 'code' | 'segment' | 'population' | 'registered' | 'active'

/** Headers as our own files have them, in both languages, and as people write them. */
const headersOf = (column: ImportColumn): string[] =>
  LANGUAGES.map((language) => TEXTS[language].coverage[`column.${column}`])

export const IMPORT_PROFILE: TableProfile<ImportColumn> = {
  columns: [
    { name: 'code', synonyms: [...headersOf('code'), 'kode', 'kode kemendagri', 'kode desa'], required: true },
    { name: 'segment', synonyms: [...headersOf('segment'), 'segmen peserta'], required: false },
    { name: 'population', synonyms: [...headersOf('population'), 'jumlah penduduk'], required: false },
    {
      name: 'registered',
      synonyms: [...headersOf('registered'), 'peserta terdaftar', 'jumlah peserta', 'peserta'],
      required: true,
    },
    { name: 'active', synonyms: [...headersOf('active'), 'peserta aktif', 'jumlah aktif'], required: false },
  ],
  unknownColumns: 'ignore',
}

export type Cell<Value> =
  | { value: Value }
  | { fault: 'cell_formula' | 'cell_not_a_count' | 'cell_segment_unknown' | 'cell_not_a_region' }

const PLAIN = /^\d{1,9}$/
/** "336.004", "336,004", "336 004": groups of three only, so that a decimal is never taken for thousands. */
const GROUPED = /^\d{1,3}([., \u00A0])\d{3}(?:\1\d{3})*$/

/** People; null for an empty cell. Nothing is guessed: half a person, a sign or a power of ten is a fault. */
export function readPeople({ kind, text }: TableCell): Cell<number | null> {
  const given = text.trim()
  if (kind === 'empty' || given === '') return { value: null }
  if (kind === 'formula' || kind === 'error') return { fault: 'cell_formula' }
  if (kind !== 'text' && kind !== 'number') return { fault: 'cell_not_a_count' }
  const digits = kind === 'text' && GROUPED.test(given) ? given.replace(/\D/g, '') : given
  return PLAIN.test(digits) && Number(digits) <= 400_000_000 ? { value: Number(digits) } : { fault: 'cell_not_a_count' }
}

const DIGITS = /^(\d{2})(?:(\d{2})(?:(\d{2})(\d{4})?)?)?$/
const DOTTED = /^\d{2}(?:\.\d{2}(?:\.\d{2}(?:\.\d{4})?)?)?$/

/** A code with its dots, or its digits alone. A number with a decimal point is a fault: 32.10 and 32.1 are one number to a spreadsheet. */
export function readRegion({ kind, text }: TableCell): Cell<string> {
  const given = text.trim()
  if (kind === 'text' && DOTTED.test(given)) return { value: given }
  const parts = kind === 'text' || kind === 'number' ? DIGITS.exec(given) : null
  return parts ? { value: parts.slice(1).filter(Boolean).join('.') } : { fault: 'cell_not_a_region' }
}

const simplified = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')

const SEGMENT_NAMES: ReadonlyMap<string, CoverageSegment> = new Map(
  COVERAGE_SEGMENTS.flatMap((segment) =>
    [segment, ...LANGUAGES.map((language) => TEXTS[language].coverage[`segment.${segment}`])].map(
      (name): [string, CoverageSegment] => [simplified(name), segment],
    ),
  ).concat([
    ['pbiapbn', 'pbi_apbn'],
    ['pbi', 'pbi_apbn'],
    ['pbiapbd', 'pbpu_pemda'],
    ['pbpupemda', 'pbpu_pemda'],
    ['mandiri', 'pbpu_mandiri'],
    ['total', 'all'],
  ]),
)

/** A segment by its key or by its name in either language; an empty cell is everybody. */
export function readSegment({ kind, text }: TableCell): Cell<CoverageSegment> {
  if (kind === 'empty' || text.trim() === '') return { value: 'all' }
  const segment = SEGMENT_NAMES.get(simplified(text))
  return segment === undefined ? { fault: 'cell_segment_unknown' } : { value: segment }
}
