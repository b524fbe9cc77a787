import path from 'node:path'
import { TableError } from '../table-error.ts'
import type { Archive } from './archive.ts'
import { readXml, type XmlAttributes } from './xml.ts'

const MAX_RELATIONS = 2_000
const MAX_SHEETS = 1_000

export type Sheet = { name: string; part: string; isVisible: boolean }
export type Workbook = {
  /** Dates count from 1904, as old programs on a Mac did it. */
  from1904: boolean
  sheets: readonly Sheet[]
  sharedStrings: string | undefined
  styles: string | undefined
}

type Relation = { type: string; part: string; isInside: boolean }

/** The last word of a type: the transitional and the strict format differ in what stands before it. */
const lastWord = (type: string): string => type.slice(type.lastIndexOf('/') + 1)

function resolvePart(folder: string, target: string): string {
  const part = target.startsWith('/') ? target.slice(1) : path.posix.join(folder, target)
  return path.posix.normalize(part)
}

async function readRelations(archive: Archive, owner: string): Promise<Map<string, Relation>> {
  const folder = path.posix.dirname(owner)
  const file = path.posix.join(folder, '_rels', `${path.posix.basename(owner)}.rels`)
  const relations = new Map<string, Relation>()
  if (!archive.has(file)) throw new TableError('damaged')
  await readXml(archive.read(file), {
    open(name, attributes) {
      if (name !== 'Relationship') return
      if (relations.size === MAX_RELATIONS) throw new TableError('unpacks_too_large')
      relations.set(attributes.Id ?? '', {
        type: lastWord(attributes.Type ?? ''),
        part: resolvePart(folder, attributes.Target ?? ''),
        isInside: attributes.TargetMode !== 'External',
      })
    },
  })
  return relations
}

/** What the file says it is. Macros run when a person opens the file, so it is refused although we would not run them. */
async function checkKind(archive: Archive): Promise<void> {
  // OpenDocument names itself so; text documents and slides of an office have the content types, but no worksheet in them.
  if (!archive.has('[Content_Types].xml')) throw new TableError('unsupported_format')
  if (archive.names().some((name) => name.endsWith('vbaproject.bin'))) throw new TableError('macros')
  let isWorkbook = false
  const see = (type: string): void => {
    if (/sheet\.binary\./i.test(type)) throw new TableError('unsupported_format')
    if (/macroenabled|vbaproject|macrosheet/i.test(type)) throw new TableError('macros')
    if (/(spreadsheetml\.(sheet|template)\.main\+xml)$/i.test(type)) isWorkbook = true
  }
  await readXml(archive.read('[Content_Types].xml'), {
    open: (_name, attributes) => see(attributes.ContentType ?? ''),
  })
  if (!isWorkbook) throw new TableError('unsupported_format')
}

const findRelation = (attributes: XmlAttributes): string =>
  Object.entries(attributes).find(([name]) => name.endsWith(':id'))?.[1] ?? ''

/** Reads which sheets there are and where they lie. Refuses other kinds of files, and those with macros. */
export async function readWorkbook(archive: Archive): Promise<Workbook> {
  await checkKind(archive)
  const roots = [...(await readRelations(archive, '')).values()]
  const part = roots.find((relation) => relation.type === 'officeDocument' && relation.isInside)?.part
  if (part === undefined || !archive.has(part)) throw new TableError('damaged')
  const relations = await readRelations(archive, part)
  const sheets: Sheet[] = []
  let from1904 = false
  await readXml(archive.read(part), {
    open(name, attributes) {
      if (name === 'workbookPr') from1904 = /^(1|true|on)$/.test(attributes.date1904 ?? '')
      if (name !== 'sheet') return
      const relation = relations.get(findRelation(attributes))
      if (relation === undefined || !relation.isInside) throw new TableError('damaged')
      // A sheet that is only a diagram has no rows.
      if (relation.type !== 'worksheet') return
      if (!archive.has(relation.part)) throw new TableError('damaged')
      if (sheets.length === MAX_SHEETS) throw new TableError('unpacks_too_large')
      const isVisible = (attributes.state ?? 'visible') === 'visible'
      sheets.push({ name: attributes.name ?? '', part: relation.part, isVisible })
    },
  })
  const partOf = (type: string): string | undefined => {
    const found = [...relations.values()].find((relation) => relation.type === type && relation.isInside)?.part
    return found !== undefined && archive.has(found) ? found : undefined
  }
  return { from1904, sheets, sharedStrings: partOf('sharedStrings'), styles: partOf('styles') }
}
