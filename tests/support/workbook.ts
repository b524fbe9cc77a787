import { crc32, deflateRawSync } from 'node:zlib'

/** A part of an archive, with what a broken or hostile program might write about it. */
export type Part = {
  name: string
  content: string | Buffer
  stored?: boolean
  /** What the directory says, when that is not true. */
  size?: number
  sum?: number
  method?: number
  flags?: number
  /** The packed bytes, when they are made elsewhere. */
  packed?: Buffer
}

const u16 = (value: number): Buffer => {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16LE(value)
  return bytes
}
const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}
const u64 = (value: number): Buffer => {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(BigInt(value))
  return bytes
}

/** An archive byte by byte: no library would write what some of the tests need. */
export function makeZip(parts: readonly Part[], options: { zip64?: boolean; entries?: number } = {}): Buffer {
  const bodies: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const part of parts) {
    const content = Buffer.from(part.content)
    const packed = part.packed ?? (part.stored ? content : deflateRawSync(content))
    const name = Buffer.from(part.name)
    const method = part.method ?? (part.stored ? 0 : 8)
    const size = part.size ?? content.length
    const facts = [u16(part.flags ?? 0x0800), u16(method), u16(0), u16(0x21), u32(part.sum ?? crc32(content))]
    const local = Buffer.concat([
      Buffer.from('PK\x03\x04'),
      u16(20),
      ...facts,
      u32(packed.length),
      u32(size),
      u16(name.length),
      u16(0),
      name,
    ])
    const extra = options.zip64
      ? Buffer.concat([u16(1), u16(24), u64(size), u64(packed.length), u64(offset)])
      : Buffer.alloc(0)
    const told = options.zip64 ? [u32(0xffffffff), u32(0xffffffff)] : [u32(packed.length), u32(size)]
    directory.push(
      Buffer.concat([
        Buffer.from('PK\x01\x02'),
        u16(45),
        u16(options.zip64 ? 45 : 20),
        ...facts,
        ...told,
        u16(name.length),
        u16(extra.length),
        u16(0),
        u16(0),
        u16(0),
        u32(0),
        u32(options.zip64 ? 0xffffffff : offset),
        name,
        extra,
      ]),
    )
    bodies.push(local, packed)
    offset += local.length + packed.length
  }
  const central = Buffer.concat(directory)
  const count = options.entries ?? parts.length
  const end64 = options.zip64
    ? Buffer.concat([
        Buffer.from('PK\x06\x06'),
        u64(44),
        u16(45),
        u16(45),
        u32(0),
        u32(0),
        u64(count),
        u64(count),
        u64(central.length),
        u64(offset),
        Buffer.from('PK\x06\x07'),
        u32(0),
        u64(offset + central.length),
        u32(1),
      ])
    : Buffer.alloc(0)
  const end = options.zip64
    ? [u16(0xffff), u16(0xffff), u32(0xffffffff), u32(0xffffffff)]
    : [u16(count), u16(count), u32(central.length), u32(offset)]
  return Buffer.concat([...bodies, central, end64, Buffer.from('PK\x05\x06'), u16(0), u16(0), ...end, u16(0)])
}

const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
const RELATIONS = 'http://schemas.openxmlformats.org/package/2006/relationships'
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const TYPES = 'application/vnd.openxmlformats-officedocument.spreadsheetml'

export const escapeXml = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
export const letters = (column: number): string =>
  column <= 26
    ? String.fromCharCode(64 + column)
    : letters(Math.floor((column - 1) / 26)) + letters(((column - 1) % 26) + 1)

/** A cell of text kept in the sheet itself. */
export const inline = (text: string, reference = ''): string =>
  `<c${reference && ` r="${reference}"`} t="inlineStr"><is><t xml:space="preserve">${escapeXml(text)}</t></is></c>`

/** The mark-up of rows of text; an empty text has no cell. */
export const rowsOf = (rows: readonly (readonly string[])[]): string =>
  rows
    .map((cells, y) => {
      const row = y + 1
      const marks = cells.map((cell, x) => (cell === '' ? '' : inline(cell, `${letters(x + 1)}${row}`)))
      return `<row r="${row}">${marks.join('')}</row>`
    })
    .join('')

export const sheetXml = (data: string, after = '', before = ''): string =>
  `${HEAD}${before}<worksheet xmlns="${MAIN}"><sheetData>${data}</sheetData>${after}</worksheet>`

export type SheetParts = { name?: string; state?: string; xml: string | Buffer; stored?: boolean } & Partial<
  Omit<Part, 'name' | 'content'>
>
export type WorkbookParts = {
  sheets: SheetParts[]
  sharedStrings?: string
  /** Marks within `<styleSheet>`. */
  styles?: string
  /** Attributes of `<workbookPr>`. */
  properties?: string
  workbookType?: string
  workbookXml?: string
  /** In place of the relations of the workbook. */
  relations?: string
  types?: string
  more?: Part[]
  without?: string[]
  zip?: Parameters<typeof makeZip>[1]
}

/** The parts of a workbook as a program writes them, each of which may be another one. */
export function workbookParts(book: WorkbookParts): Part[] {
  const { sheets } = book
  const relation = (id: string, type: string, target: string): string =>
    `<Relationship Id="${id}" Type="${OFFICE}/${type}" Target="${target}"/>`
  const relations = [
    ...sheets.map((_, index) => relation(`rId${index + 1}`, 'worksheet', `worksheets/sheet${index + 1}.xml`)),
    relation('rIdText', 'sharedStrings', 'sharedStrings.xml'),
    relation('rIdStyles', 'styles', 'styles.xml'),
  ].join('')
  const list = sheets.map(
    ({ name, state }, index) =>
      `<sheet name="${name ?? `Lembar${index + 1}`}" sheetId="${index + 1}"${state ? ` state="${state}"` : ''} r:id="rId${index + 1}"/>`,
  )
  const parts: Part[] = [
    {
      name: '[Content_Types].xml',
      content: `${HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/>${
        book.types ??
        `<Override PartName="/xl/workbook.xml" ContentType="${book.workbookType ?? `${TYPES}.sheet.main+xml`}"/>`
      }</Types>`,
    },
    {
      name: '_rels/.rels',
      content: `${HEAD}<Relationships xmlns="${RELATIONS}">${relation('rId1', 'officeDocument', 'xl/workbook.xml')}</Relationships>`,
    },
    {
      name: 'xl/workbook.xml',
      content:
        book.workbookXml ??
        `${HEAD}<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><workbookPr ${book.properties ?? ''}/><sheets>${list.join('')}</sheets></workbook>`,
    },
    {
      name: 'xl/_rels/workbook.xml.rels',
      content: `${HEAD}<Relationships xmlns="${RELATIONS}">${book.relations ?? relations}</Relationships>`,
    },
    ...(book.sharedStrings === undefined
      ? []
      : [{ name: 'xl/sharedStrings.xml', content: `${HEAD}<sst xmlns="${MAIN}">${book.sharedStrings}</sst>` }]),
    ...(book.styles === undefined
      ? []
      : [{ name: 'xl/styles.xml', content: `${HEAD}<styleSheet xmlns="${MAIN}">${book.styles}</styleSheet>` }]),
    ...sheets.map(({ name: _name, state: _state, xml, ...rest }, index) => ({
      name: `xl/worksheets/sheet${index + 1}.xml`,
      content: xml,
      ...rest,
    })),
    ...(book.more ?? []),
  ]
  return parts.filter((part) => !book.without?.includes(part.name))
}

export const makeWorkbook = (book: WorkbookParts): Buffer => makeZip(workbookParts(book), book.zip)

/** A container of the old kind with names in its directory, as encrypted workbooks and `.xls` files have it. */
export function makeOle(names: readonly string[]): Buffer {
  const header = Buffer.alloc(512)
  Buffer.from('d0cf11e0a1b11ae1', 'hex').copy(header)
  header.writeUInt16LE(9, 30)
  // The directory begins in the second sector.
  header.writeUInt32LE(1, 48)
  const directory = Buffer.alloc(512)
  for (const [index, name] of names.entries()) directory.write(name, index * 128, 'utf16le')
  return Buffer.concat([header, Buffer.alloc(512), directory])
}
