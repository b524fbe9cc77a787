import type { EnteredRow, ImportDocument, ImportReport } from '../../contracts/api/coverage.ts'
import { isInSubtree } from '../../contracts/primitives/region-code.ts'
import { AppError, type FieldIssue } from '../../platform/errors.ts'
import { columnLetters } from '../../platform/files/table-cells.ts'
import { TableError } from '../../platform/files/table-error.ts'
import type { TableRecord } from '../../platform/files/table-header.ts'
import { readRecords } from '../../platform/files/table-records.ts'
import { refusalOf } from '../../platform/files/table-refusal.ts'
import type { EntryService } from './entry.service.ts'
import { type Cell, IMPORT_PROFILE, type ImportColumn, readPeople, readRegion, readSegment } from './import-row.ts'
import type { Places } from './places.ts'
import type { Caller } from './standing.service.ts'

/** All villages of the largest province in all segments are 60,000. */
const ROWS_MAX = 100_000
/** After so many nobody reads on. */
const FAULTS_TOLD = 50

type ImportDeps = { places: Places; entry: Pick<EntryService, 'enter'> }

export function createImportService({ places, entry }: ImportDeps) {
  const readRow = (caller: Caller, record: TableRecord<ImportColumn>, issues: FieldIssue[]): EnteredRow | undefined => {
    const before = issues.length
    const fault = (name: ImportColumn, code: string): void => {
      const column = record.header.columns[name]
      const params = { column: column === undefined ? 'none' : columnLetters(column) }
      issues.push({ path: `rows.${record.line - 1}.${name}`, code, params })
    }
    const take = <Value>(name: ImportColumn, cell: Cell<Value>): Value | undefined => {
      if ('fault' in cell) fault(name, cell.fault)
      return 'fault' in cell ? undefined : cell.value
    }
    const { cells } = record
    const regionCode = take('code', readRegion(cells.code))
    const segment = take('segment', readSegment(cells.segment))
    const [population, registered, active] = (['population', 'registered', 'active'] as const).map((name) =>
      take(name, readPeople(cells[name])),
    )
    if (
      regionCode !== undefined &&
      (!places.find(regionCode, 'id') || !isInSubtree(regionCode, caller.actor.regionCode))
    )
      fault('code', 'region_unknown')
    if (registered === null && (active !== null || population === null)) fault('registered', 'cell_missing')
    if (population === 0) fault('population', 'cell_not_a_count')
    if (issues.length > before || regionCode === undefined || segment === undefined) return undefined
    return {
      regionCode,
      segment,
      population: population ?? null,
      registered: registered ?? null,
      active: active ?? null,
      printedCoverage: null,
      printedActive: null,
    }
  }

  return {
    /**
     * Reads figures of regions from a table. Every row must be right, or nothing is stored: `invalid_input` names up to fifty cells,
     * `table_refused` says why a file is none. Without `apply` it only tells what the file holds.
     */
    async import(
      caller: Caller,
      document: ImportDocument,
      file: { path: string; sha256: string },
    ): Promise<ImportReport> {
      const issues: FieldIssue[] = []
      const rows = new Map<string, EnteredRow>()
      const populations = new Map<string, number>()
      try {
        for await (const records of readRecords(file, IMPORT_PROFILE, { limits: { rows: ROWS_MAX } })) {
          for (const record of records) {
            const row = readRow(caller, record, issues)
            if (!row) continue
            const key = `${row.regionCode} ${row.segment}`
            const population = populations.get(row.regionCode)
            if (rows.has(key) || (population !== undefined && row.population !== null && row.population !== population))
              issues.push({ path: `rows.${record.line - 1}.code`, code: 'duplicate' })
            rows.set(key, row)
            if (row.population !== null) populations.set(row.regionCode, row.population)
          }
          if (issues.length >= FAULTS_TOLD) break
        }
      } catch (error) {
        throw error instanceof TableError
          ? refusalOf(error, error.code === 'too_many_rows' ? ROWS_MAX : undefined)
          : error
      }
      if (issues.length > 0) throw new AppError('invalid_input', { issues: issues.slice(0, FAULTS_TOLD) })
      const given = [...rows.values()]
      const told = {
        rows: given.length,
        regions: new Set(given.map(({ regionCode }) => regionCode)).size,
        populations: populations.size,
      }
      const { apply, ...rest } = document
      if (!apply) return { ...told, applied: false, changed: 0 }
      const changed = await entry.enter(caller, { ...rest, rows: given, origin: 'imported', sha256: file.sha256 })
      return { ...told, applied: true, changed }
    },
  }
}
export type ImportService = ReturnType<typeof createImportService>
