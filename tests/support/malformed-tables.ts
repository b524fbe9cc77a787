import { constants, crc32, createDeflateRaw } from 'node:zlib'
import type { TableFault } from '../../src/platform/files/table-error.ts'
import { inline, makeOle, makeWorkbook, makeZip, rowsOf, sheetXml, workbookParts } from './workbook.ts'

/** A file that must be refused, and how. */
export type Malformed = {
  name: string
  make: () => Buffer | Promise<Buffer>
  code: TableFault
  row?: number
  column?: number
  names?: string[]
  sheet?: string
}

const NIK = '3273010101010001'
const ROWS = [
  ['NIK', 'NAMA'],
  [NIK, 'BUDI'],
]
const one = (xml: string | Buffer) => makeWorkbook({ sheets: [{ xml }] })
const data = (marks: string, after = '', before = '') => one(sheetXml(marks, after, before))
const good = () => data(rowsOf(ROWS))
const csv = (text: string) => () => Buffer.from(text)
const line = 'NIK,NAMA\n'
const MEGABYTE = 1024 * 1024

/** A part of `megabytes` of one letter, packed piece by piece: a thousandth of that. */
async function packedLetters(head: string, megabytes: number, tail: string) {
  const pieces = (function* () {
    yield Buffer.from(head)
    const piece = Buffer.alloc(MEGABYTE, 'A')
    for (let n = 0; n < megabytes; n += 1) yield piece
    yield Buffer.from(tail)
  })()
  const deflate = createDeflateRaw({ level: constants.Z_BEST_SPEED })
  const packed: Buffer[] = []
  deflate.on('data', (chunk: Buffer) => packed.push(chunk))
  let size = 0
  let sum = 0
  for (const piece of pieces) {
    size += piece.length
    sum = crc32(piece, sum)
    if (!deflate.write(piece)) await new Promise<void>((resolve) => deflate.once('drain', () => resolve()))
  }
  await new Promise<void>((resolve) => {
    deflate.once('end', () => resolve())
    deflate.end()
  })
  return { packed: Buffer.concat(packed), size, sum }
}

async function bomb(toldSize?: number): Promise<Buffer> {
  const [head = '', tail = ''] = sheetXml(inline('@')).split('@')
  const { packed, size, sum } = await packedLetters(head, 512, tail)
  return makeWorkbook({ sheets: [{ xml: '', packed, size: toldSize ?? size, sum }] })
}

const BILLION_LAUGHS = `<!DOCTYPE x [<!ENTITY a "ha">${'bcdefghij'
  .split('')
  .map((name, index) => `<!ENTITY ${name} "${`&${'abcdefghi'[index]};`.repeat(10)}">`)
  .join('')}]>`

const cell = (marks: string) => data(`<row r="1">${inline('NIK', 'A1')}</row><row r="2">${marks}</row>`)

const WHOLE: Malformed[] = [
  { name: 'nothing at all', make: () => Buffer.alloc(0), code: 'no_rows' },
  { name: 'a mark of UTF-8 and nothing else', make: () => Buffer.from('\uFEFF'), code: 'no_rows' },
  { name: 'empty lines', make: csv('\n\r\n,,,\n'), code: 'no_rows' },
  { name: 'a sheet without rows', make: () => data(''), code: 'no_rows' },
  { name: 'rows without content', make: () => data('<row r="1"><c r="A1" s="0"/></row><row r="2"/>'), code: 'no_rows' },
  {
    name: 'rows on a hidden sheet alone',
    make: () => makeWorkbook({ sheets: [{ xml: sheetXml(rowsOf(ROWS)), state: 'hidden' }] }),
    code: 'no_rows',
  },
  {
    name: 'rows on a very hidden sheet, none on two visible ones',
    make: () =>
      makeWorkbook({
        sheets: [{ xml: sheetXml('') }, { xml: sheetXml('') }, { xml: sheetXml(rowsOf(ROWS)), state: 'veryHidden' }],
      }),
    code: 'no_rows',
  },
  {
    name: 'rows on two visible sheets',
    make: () =>
      makeWorkbook({
        sheets: [
          { name: 'Januari', xml: sheetXml(rowsOf(ROWS)) },
          { name: 'Kosong', xml: sheetXml('') },
          { name: 'Februari', xml: sheetXml(rowsOf(ROWS)) },
        ],
      }),
    code: 'several_sheets',
    names: ['Januari', 'Februari'],
  },
  { name: 'a chosen sheet that is not there', make: good, sheet: 'Maret', code: 'sheet_unknown', names: ['Lembar1'] },
  {
    name: 'a chosen sheet that is hidden',
    make: () =>
      makeWorkbook({
        sheets: [{ xml: sheetXml(rowsOf(ROWS)) }, { name: 'Rahasia', state: 'hidden', xml: sheetXml(rowsOf(ROWS)) }],
      }),
    sheet: 'Rahasia',
    code: 'sheet_unknown',
    names: ['Lembar1'],
  },
  {
    name: 'a workbook with a password',
    make: () => makeOle(['Root Entry', 'EncryptedPackage', 'EncryptionInfo']),
    code: 'encrypted',
  },
  {
    name: 'an archive with a password',
    make: () => makeZip(workbookParts({ sheets: [{ xml: sheetXml(rowsOf(ROWS)), flags: 0x0801 }] })),
    code: 'encrypted',
  },
  { name: 'a workbook of Excel 97', make: () => makeOle(['Root Entry', 'Workbook']), code: 'old_format' },
  {
    name: 'the head of an old container and no more',
    make: () => Buffer.from('d0cf11e0a1b11ae1', 'hex'),
    code: 'old_format',
  },
  { name: 'a sheet of Excel 4', make: () => Buffer.from('0904060000001000', 'hex'), code: 'old_format' },
  {
    name: 'a workbook with macros by its type',
    make: () =>
      makeWorkbook({
        sheets: [{ xml: sheetXml(rowsOf(ROWS)) }],
        workbookType: 'application/vnd.ms-excel.sheet.macroEnabled.main+xml',
      }),
    code: 'macros',
  },
  {
    name: 'a workbook that hides its macros behind an ordinary type',
    make: () =>
      makeWorkbook({ sheets: [{ xml: sheetXml(rowsOf(ROWS)) }], more: [{ name: 'xl/vbaProject.bin', content: 'x' }] }),
    code: 'macros',
  },
  {
    name: 'a binary workbook',
    make: () => makeWorkbook({ sheets: [], workbookType: 'application/vnd.ms-excel.sheet.binary.macroEnabled.main' }),
    code: 'unsupported_format',
  },
  {
    name: 'an OpenDocument sheet',
    make: () =>
      makeZip([
        { name: 'mimetype', content: 'application/vnd.oasis.opendocument.spreadsheet', stored: true },
        { name: 'content.xml', content: '<a/>' },
      ]),
    code: 'unsupported_format',
  },
  {
    name: 'a text document',
    make: () =>
      makeWorkbook({
        sheets: [],
        workbookType: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml',
      }),
    code: 'unsupported_format',
  },
  { name: 'any other archive', make: () => makeZip([{ name: 'foto.jpg', content: 'x' }]), code: 'unsupported_format' },
  {
    name: 'a page called .xls',
    make: csv('\uFEFF\r\n<html><table><tr><td>NIK</td></tr></table></html>'),
    code: 'unsupported_format',
  },
  {
    name: 'a page in UTF-16',
    make: () => Buffer.from('\uFEFF<table><tr><td>NIK</td></tr></table>', 'utf16le'),
    code: 'unsupported_format',
  },
  { name: 'a PDF called .csv', make: csv('%PDF-1.7\nNIK,NAMA\n'), code: 'unsupported_format' },
  { name: 'a photo', make: () => Buffer.from('ffd8ffe000104a464946', 'hex'), code: 'unsupported_format' },
]

const ARCHIVES: Malformed[] = [
  { name: 'a workbook cut in half', make: () => good().subarray(0, good().length / 2), code: 'damaged' },
  { name: 'a workbook without its last bytes', make: () => good().subarray(0, -10), code: 'damaged' },
  { name: 'an empty archive', make: () => makeZip([]), code: 'unsupported_format' },
  {
    name: 'a digit changed on the way',
    make: () => {
      const bytes = makeWorkbook({ sheets: [{ xml: sheetXml(rowsOf(ROWS)), stored: true }] })
      bytes[bytes.indexOf(NIK)] = 0x34
      return bytes
    },
    code: 'damaged',
  },
  {
    name: 'packed bytes that are none',
    make: () => makeWorkbook({ sheets: [{ xml: 'x'.repeat(100), packed: Buffer.alloc(50, 0xff) }] }),
    code: 'damaged',
  },
  {
    name: 'a way of packing that no program uses here',
    make: () => makeWorkbook({ sheets: [{ xml: sheetXml(rowsOf(ROWS)), method: 12 }] }),
    code: 'damaged',
  },
  {
    name: 'a directory that counts more parts than there are',
    make: () => makeWorkbook({ sheets: [{ xml: sheetXml('') }], zip: { entries: 9 } }),
    code: 'damaged',
  },
  {
    name: 'a name that leads out of the archive',
    make: () =>
      makeWorkbook({ sheets: [{ xml: sheetXml(rowsOf(ROWS)) }], more: [{ name: '../../etc/passwd', content: 'x' }] }),
    code: 'damaged',
  },
  {
    name: 'a name from the root',
    make: () =>
      makeWorkbook({ sheets: [{ xml: sheetXml(rowsOf(ROWS)) }], more: [{ name: '/etc/passwd', content: 'x' }] }),
    code: 'damaged',
  },
  {
    name: 'two sheets of one name in the archive',
    make: () =>
      makeWorkbook({
        sheets: [{ xml: sheetXml(rowsOf(ROWS)) }],
        more: [{ name: 'XL/worksheets/Sheet1.xml', content: sheetXml(rowsOf(ROWS)) }],
      }),
    code: 'damaged',
  },
  {
    name: 'a workbook without its sheet',
    make: () => makeWorkbook({ sheets: [{ xml: '' }], without: ['xl/worksheets/sheet1.xml'] }),
    code: 'damaged',
  },
  {
    name: 'a workbook without relations',
    make: () => makeWorkbook({ sheets: [{ xml: '' }], without: ['_rels/.rels'] }),
    code: 'damaged',
  },
  {
    name: 'a sheet on another machine',
    make: () =>
      makeWorkbook({
        sheets: [{ xml: '' }],
        relations:
          '<Relationship Id="rId1" Type="x/worksheet" Target="http://example.invalid/a.xml" TargetMode="External"/>',
      }),
    code: 'damaged',
  },
  {
    name: 'five thousand parts',
    make: () =>
      makeWorkbook({
        sheets: [{ xml: sheetXml(rowsOf(ROWS)) }],
        more: Array.from({ length: 5000 }, (_, n) => ({ name: `xl/media/${n}.png`, content: '' })),
      }),
    code: 'unpacks_too_large',
  },
  { name: 'half a gigabyte in half a megabyte', make: () => bomb(), code: 'unpacks_too_large' },
  { name: 'half a gigabyte that says it is small', make: () => bomb(1000), code: 'damaged' },
]

const MARKS: Malformed[] = [
  {
    name: 'entities that multiply',
    make: () => data(rowsOf([['NIK'], [NIK]]).replace(NIK, '&j;'), '', BILLION_LAUGHS),
    code: 'document_type',
  },
  {
    name: 'an entity that reads a file',
    make: () => data(rowsOf(ROWS), '', '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'),
    code: 'document_type',
  },
  {
    name: 'a document type among the shared texts',
    make: () =>
      makeWorkbook({
        sheets: [{ xml: sheetXml('<row r="1"><c r="A1" t="s"><v>0</v></c></row>') }],
        more: [{ name: 'xl/sharedStrings.xml', content: '<!DOCTYPE sst><sst><si><t>a</t></si></sst>' }],
      }),
    code: 'document_type',
  },
  {
    name: 'an entity that is not known',
    make: () => data(`<row r="1"><c r="A1" t="str"><v>&nik;</v></c></row>`),
    code: 'damaged',
    row: 1,
    column: 1,
  },
  {
    name: 'XML that is not closed',
    make: () => one(sheetXml(rowsOf(ROWS)).replace('</worksheet>', '')),
    code: 'damaged',
  },
  { name: 'XML that is no XML', make: () => one('NIK,NAMA'), code: 'damaged' },
  {
    name: 'bytes that are not UTF-8',
    make: () => one(Buffer.from(sheetXml(rowsOf([['NAMA'], ['JOS\u00C9']])), 'latin1')),
    code: 'damaged',
  },
  {
    name: 'an encoding that is not Unicode',
    make: () => one(sheetXml(rowsOf(ROWS)).replace('UTF-8', 'ISO-8859-1')),
    code: 'damaged',
  },
  {
    name: 'ten thousand marks in each other',
    make: () => data(`<row r="1">${'<a>'.repeat(10_000)}${'</a>'.repeat(10_000)}</row>`),
    code: 'damaged',
    row: 1,
  },
  {
    name: 'an attribute of twenty megabytes',
    make: () =>
      data(`<row r="1" x="${Array.from({ length: 2_000_000 }, (_, n) => (n * 7919).toString(36)).join('-')}"/>`),
    code: 'cell_too_long',
  },
]

const CELLS: Malformed[] = [
  {
    name: 'merged cells in the data',
    make: () => data(rowsOf(ROWS), '<mergeCells count="1"><mergeCell ref="B2:B4"/></mergeCells>'),
    code: 'merged_cells',
    row: 2,
    column: 2,
  },
  {
    name: 'merged cells that are no cells',
    make: () => data(rowsOf(ROWS), '<mergeCells><mergeCell ref="zzz"/></mergeCells>'),
    code: 'damaged',
  },
  {
    name: 'a cell in column two million',
    make: () => cell(`<c r="DIPQH2"><v>1</v></c>`),
    code: 'too_many_columns',
    row: 2,
  },
  {
    name: 'two million cells without a place',
    make: () => cell(Array.from({ length: 2_000_000 }, (_, n) => `<c><v>${(n * 7919) % 1_000_003}</v></c>`).join('')),
    code: 'too_many_columns',
    row: 2,
  },
  {
    name: 'a column beyond those that are read',
    make: () => cell(inline('x', 'ZZ2')),
    code: 'too_many_columns',
    row: 2,
    column: 702,
  },
  {
    name: 'a row that no program has',
    make: () => data('<row r="99999999"><c><v>1</v></c></row>'),
    code: 'too_many_rows',
  },
  {
    name: 'rows in disorder',
    make: () => data(`<row r="2">${inline('a')}</row><row r="1">${inline('b')}</row>`),
    code: 'damaged',
    row: 2,
  },
  {
    name: 'one cell twice',
    make: () => cell(inline('a', 'A2') + inline('b', 'A2')),
    code: 'damaged',
    row: 2,
    column: 1,
  },
  { name: 'a cell in another row than its own', make: () => cell(inline('a', 'A7')), code: 'damaged', row: 2 },
  {
    name: 'a shared text that is not there',
    make: () => cell('<c r="B2" t="s"><v>7</v></c>'),
    code: 'damaged',
    row: 2,
    column: 2,
  },
  {
    name: 'a kind of cell that is not known',
    make: () => cell('<c r="B2" t="zz"><v>7</v></c>'),
    code: 'damaged',
    row: 2,
  },
  {
    name: 'a text longer than any cell',
    make: () => cell(inline('x'.repeat(40_000), 'B2')),
    code: 'cell_too_long',
    row: 2,
    column: 2,
  },
  {
    name: 'a NUL written as an escape',
    make: () => cell(inline('a_x0000_b', 'B2')),
    code: 'nul_bytes',
    row: 2,
    column: 2,
  },
]

const TEXTS: Malformed[] = [
  { name: 'a quote that never ends', make: csv(`${line}"${NIK},BUDI\n`), code: 'broken_quotes', row: 2 },
  {
    name: 'a quote that never ends in a long file',
    make: csv(`${line}"${NIK},BUDI\n${`${NIK},BUDI\n`.repeat(200_000)}`),
    code: 'broken_quotes',
    row: 2,
  },
  { name: 'text after a quote', make: csv(`${line}"${NIK}"x,BUDI\n`), code: 'broken_quotes', row: 2 },
  {
    name: 'a quote inside a cell without quotes',
    make: csv(`${line}${NIK},SITI "ANI"\n`),
    code: 'broken_quotes',
    row: 2,
  },
  { name: 'a NUL', make: csv(`${line}${NIK},BUDI\n${NIK},SI\0TI\n`), code: 'nul_bytes', row: 3 },
  {
    name: 'letters of two encodings',
    make: () => Buffer.concat([Buffer.from(`${line}${NIK},JOS\u00C9\n`), Buffer.from(`${NIK},RENE\u00E9\n`, 'latin1')]),
    code: 'broken_encoding',
  },
  {
    name: 'UTF-8 with a broken letter',
    make: () =>
      Buffer.concat([Buffer.from('\uFEFF'), Buffer.from(`${line}${NIK},A\n${NIK},`), Buffer.from([0xc3, 0x28, 0x0a])]),
    code: 'broken_encoding',
    row: 3,
  },
  {
    name: 'a byte that Windows does not know',
    make: () => Buffer.concat([Buffer.from(`${line}${NIK},`), Buffer.from([0x81, 0x0a])]),
    code: 'broken_encoding',
    row: 2,
  },
  {
    name: 'UTF-16 with half a letter',
    make: () => Buffer.concat([Buffer.from('\uFEFFNIK;NAMA\nx;y', 'utf16le'), Buffer.from([0x00, 0xd8])]),
    code: 'broken_encoding',
  },
  { name: 'two million columns', make: csv(`${','.repeat(2_000_000)}\n`), code: 'too_many_columns', row: 1 },
  {
    name: 'three hundred columns',
    make: csv(`${line}${'1,'.repeat(300)}\n`),
    code: 'too_many_columns',
    row: 2,
    column: 257,
  },
  {
    name: 'a line of three megabytes',
    make: csv(`${line}${'x'.repeat(3 * MEGABYTE)}\n`),
    code: 'row_too_long',
    row: 2,
  },
  {
    name: 'columns without end, behind line breaks in quotes',
    make: csv(`${line}${`"\n"${','.repeat(100_000)}`.repeat(30)}`),
    code: 'broken_quotes',
    row: 2,
  },
  {
    name: 'a cell of forty thousand letters',
    make: csv(`${line}${NIK},${'x'.repeat(40_000)}\n`),
    code: 'cell_too_long',
    row: 2,
    column: 2,
  },
]

/** Files that must be refused: none of them was copied from anywhere, each is made of bytes. */
export const MALFORMED: readonly Malformed[] = [...WHOLE, ...ARCHIVES, ...MARKS, ...CELLS, ...TEXTS]
