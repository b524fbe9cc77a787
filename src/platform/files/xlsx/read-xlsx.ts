import { TableError } from '../table-error.ts'
import type { TableArea, TableLimits, TableRow } from '../table-row.ts'
import { type Archive, openArchive } from './archive.ts'
import { readDateStyles } from './dates.ts'
import { readSharedStrings } from './shared-strings.ts'
import { holdsRows, readSheet, type SheetContext } from './sheet.ts'
import { readWorkbook, type Sheet, type Workbook } from './workbook.ts'

export type XlsxOptions = {
  sheet: string | undefined
  limits: TableLimits
  onMergedCells: (area: TableArea) => void
  onSheet: (name: string) => void
}

const namesOf = (sheets: readonly Sheet[]): string[] => sheets.map((sheet) => sheet.name)

/** What is hidden was not meant to be sent. Of several sheets with rows none is guessed. */
async function chooseSheet(
  archive: Archive,
  workbook: Workbook,
  context: SheetContext,
  chosen: string | undefined,
): Promise<Sheet> {
  const visible = workbook.sheets.filter((sheet) => sheet.isVisible)
  if (chosen !== undefined) {
    const found = visible.find((sheet) => sheet.name === chosen)
    if (found === undefined) throw new TableError('sheet_unknown', { names: namesOf(visible) })
    return found
  }
  const [only] = visible
  if (only !== undefined && visible.length === 1) return only
  const full: Sheet[] = []
  for (const sheet of visible) if (await holdsRows(archive.read(sheet.part), context)) full.push(sheet)
  const [first] = full
  if (first === undefined) throw new TableError('no_rows')
  if (full.length > 1) throw new TableError('several_sheets', { names: namesOf(full) })
  return first
}

export async function* readXlsx(file: string, options: XlsxOptions): AsyncGenerator<TableRow[]> {
  const { limits, onMergedCells } = options
  const archive = await openArchive(file, limits)
  try {
    const workbook = await readWorkbook(archive)
    const { from1904, styles, sharedStrings } = workbook
    const context: SheetContext = {
      strings:
        sharedStrings === undefined
          ? { find: () => undefined }
          : await readSharedStrings(archive, sharedStrings, limits),
      dateStyles: styles === undefined ? [] : await readDateStyles(archive, styles),
      from1904,
      limits,
      onMergedCells,
    }
    const sheet = await chooseSheet(archive, workbook, context, options.sheet)
    options.onSheet(sheet.name)
    yield* readSheet(archive.read(sheet.part), context)
  } finally {
    archive.close()
  }
}
