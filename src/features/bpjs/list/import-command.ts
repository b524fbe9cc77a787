import { createReadStream } from 'node:fs'
import { parseArgs } from 'node:util'
import { findText, type Language, translate } from '../../../contracts/text/index.ts'
import { AppError } from '../../../platform/errors.ts'
import type { ImportList, ListReport } from './import-list.service.ts'

export type MembershipImportDeps = { importList: ImportList; write: (line: string) => void; language: Language }

const SHOWN_ISSUES = 50

/**
 * `puntadewa membership import <file> --month 2026-11 [--partial] [--all-active] [--accept-refused]`: imports a list and says what became
 * of it. `args` are those after "import". Returns the exit code: 0 imported (or already), 1 refused, 2 wrong usage.
 */
export async function runMembershipImport(args: string[], deps: MembershipImportDeps): Promise<number> {
  const { write, language } = deps
  const command = readCommand(args)
  if (!command) {
    write(translate(language, 'bpjs', 'list.usage'))
    return 2
  }
  const { file, ...options } = command
  try {
    const report = await deps.importList({ ...options, open: () => createReadStream(file), importedBy: 'command line' })
    for (const line of describe(report, language)) write(line)
    return 0
  } catch (error) {
    const lines = describeRefusal(error, language)
    if (!lines) throw error
    for (const line of lines) write(line)
    return 1
  }
}

function readCommand(args: string[]) {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        month: { type: 'string' },
        partial: { type: 'boolean', default: false },
        'all-active': { type: 'boolean', default: false },
        'accept-refused': { type: 'boolean', default: false },
      },
    })
    const [file] = positionals
    if (!file || positionals.length > 1 || !values.month) return undefined
    return {
      file,
      month: values.month,
      isPartial: values.partial,
      isAllActive: values['all-active'],
      acceptRefused: values['accept-refused'],
    }
  } catch {
    return undefined
  }
}

function describe(report: ListReport, language: Language): string[] {
  if (report.status === 'already_imported') return [translate(language, 'bpjs', 'list.already_imported')]
  const { rowsImported, rowsRepeated, rowsRefused, month } = report
  const lines = [
    translate(language, 'bpjs', 'list.imported', { rowsImported, rowsRepeated, rowsRefused, month: month.slice(0, 7) }),
    translate(language, 'bpjs', report.isComplete ? 'list.complete' : 'list.partial'),
  ]
  for (const issue of report.issues.slice(0, SHOWN_ISSUES)) {
    const reason = findText(language, 'bpjs', `list.issue.${issue.code}`) ?? issue.code
    const column = findText(language, 'bpjs', `list.column.${issue.column}`) ?? issue.column
    const key = issue.isRefused ? 'list.row_refused' : 'list.row_noted'
    lines.push(translate(language, 'bpjs', key, { row: issue.row, column, reason }))
  }
  const more = report.issues.length + report.issuesLeftOut - SHOWN_ISSUES
  if (more > 0) lines.push(translate(language, 'bpjs', 'list.more_issues', { more }))
  return lines
}

function describeRefusal(error: unknown, language: Language): string[] | undefined {
  if (error instanceof AppError && error.code === 'invalid_input') {
    return error.issues.map(({ path, code }) => {
      const reason = findText(language, 'bpjs', `list.fault.${code}`) ?? code
      const row = path.split('.')[1]
      return row === undefined ? reason : translate(language, 'bpjs', 'list.fault_at_row', { row, reason })
    })
  }
  const isFileError = error instanceof Error && 'code' in error && 'syscall' in error && 'path' in error
  return isFileError ? [translate(language, 'bpjs', 'list.file_unreadable', { code: String(error.code) })] : undefined
}
