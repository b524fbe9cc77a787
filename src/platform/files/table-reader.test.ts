import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { createTemporaryDirectory } from '../../../tests/support/temporary-directory.ts'
import { inline, makeWorkbook, rowsOf, sheetXml } from '../../../tests/support/workbook.ts'
import { readTable, type TableFacts, type TableOptions } from './table-reader.ts'
import type { TableRow } from './table-row.ts'

async function read(content: Buffer | string, options: TableOptions = {}) {
  const file = path.join(createTemporaryDirectory(), 'berkas')
  await writeFile(file, content)
  const rows: TableRow[] = []
  let facts: TableFacts | undefined
  for await (const batch of readTable({ path: file }, { ...options, onRead: (read) => (facts = read) }))
    rows.push(...batch)
  return { rows, facts, texts: rows.map(({ cells }) => cells.map(({ text }) => text)) }
}

const sheet = (data: string, more: Partial<Parameters<typeof makeWorkbook>[0]> = {}) =>
  makeWorkbook({ sheets: [{ xml: sheetXml(data) }], ...more })
const DATES =
  '<numFmts><numFmt numFmtId="164" formatCode="[$-421]dd mmmm yyyy"/><numFmt numFmtId="165" formatCode="[h]:mm:ss"/><numFmt numFmtId="166" formatCode="&quot;hari&quot; 0"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="166"/><xf numFmtId="22"/></cellXfs>'

test('a cell keeps what is written in the file, and says what it is', async () => {
  const { rows } = await read(
    sheet(
      `<row r="3">${[
        '<c r="A3"><v>3.27E+15</v></c>',
        '<c r="B3" t="b"><v>1</v></c>',
        '<c r="C3" t="e"><v>#N/A</v></c>',
        '<c r="D3" t="str"><f>A1&amp;B1</f><v>0012</v></c>',
        '<c r="E3"><f>1+1</f><v>2</v></c>',
        '<c r="F3"><f>1+1</f></c>',
        '<c r="H3" t="s"><v>0</v></c>',
        '<c r="I3" t="s"><v>1</v></c>',
        inline('  a_x000D_b &<c ', 'J3'),
      ].join('')}</row>`,
      {
        sharedStrings:
          '<si><t>JOSÉ</t></si><si><r><t>BU</t></r><rPh sb="0" eb="1"><t>baca</t></rPh><r><t>DI</t></r></si>',
      },
    ),
  )
  expect(rows).toEqual([
    {
      line: 3,
      cells: [
        { kind: 'number', text: '3.27E+15' },
        { kind: 'boolean', text: '1' },
        { kind: 'error', text: '#N/A' },
        { kind: 'formula', text: '0012' },
        { kind: 'formula', text: '2' },
        { kind: 'formula', text: '' },
        { kind: 'empty', text: '' },
        { kind: 'text', text: 'JOSÉ' },
        { kind: 'text', text: 'BUDI' },
        { kind: 'text', text: '  a\rb &<c ' },
      ],
    },
  ])
})

const dateRow = (serials: [number | string, number][]) =>
  `<row>${serials.map(([value, style]) => `<c s="${style}"><v>${value}</v></c>`).join('')}</row>`

test('a date is told by its format, in the date system of the file', async () => {
  const row = dateRow([
    [1, 1],
    [59, 1],
    [60, 1],
    [61, 1],
    [33024, 2],
    [44561.75, 5],
    [0.5, 3],
    [44561, 4],
    [44561, 0],
    [-1, 1],
  ])
  const from1900 = await read(sheet(row, { styles: DATES }))
  expect(from1900.rows[0]?.cells).toEqual([
    { kind: 'date', text: '1900-01-01' },
    { kind: 'date', text: '1900-02-28' },
    { kind: 'number', text: '60' },
    { kind: 'date', text: '1900-03-01' },
    { kind: 'date', text: '1990-05-31' },
    { kind: 'date', text: '2021-12-31T18:00:00' },
    { kind: 'number', text: '0.5' },
    { kind: 'number', text: '44561' },
    { kind: 'number', text: '44561' },
    { kind: 'number', text: '-1' },
  ])
  const from1904 = await read(
    sheet(
      dateRow([
        [0, 1],
        [31562, 1],
      ]),
      { styles: DATES, properties: 'date1904="1"' },
    ),
  )
  expect(from1904.texts).toEqual([['1904-01-01', '1990-05-31']])
})

test('one visible sheet with rows is read, whatever is hidden; of several the chosen one', async () => {
  const of = (text: string) => sheetXml(rowsOf([[text]]))
  const book = makeWorkbook({
    sheets: [
      { name: 'Rahasia', state: 'hidden', xml: of('tersembunyi') },
      { name: 'Kosong', xml: sheetXml('') },
      { name: 'Data', xml: of('terlihat') },
    ],
  })
  expect(await read(book)).toMatchObject({ texts: [['terlihat']], facts: { kind: 'xlsx', sheet: 'Data' } })
  const two = makeWorkbook({
    sheets: [
      { name: 'A', xml: of('a') },
      { name: 'B', xml: of('b') },
    ],
  })
  expect((await read(two, { sheet: 'B' })).texts).toEqual([['b']])
})

test('a workbook of more than four gigabytes, by its marks, and one with prefixed names are read', async () => {
  const plain = sheetXml(rowsOf([['NIK'], ['0012']]))
  expect((await read(makeWorkbook({ sheets: [{ xml: plain }], zip: { zip64: true } }))).texts).toEqual([
    ['NIK'],
    ['0012'],
  ])
  const prefixed = plain.replaceAll(/<(\/?)(?=[a-z])/g, '<$1x:').replace('xmlns=', 'xmlns:x=')
  expect((await read(makeWorkbook({ sheets: [{ xml: prefixed }] }))).texts).toEqual([['NIK'], ['0012']])
})

const TABLE = 'NIK;NAMA\r\n0012;JOSÉ\r\n'
const EXPECTED = [
  ['NIK', 'NAMA'],
  ['0012', 'JOSÉ'],
]
test.each([
  ['UTF-8', Buffer.from(TABLE), 'utf-8'],
  ['UTF-8 with a mark', Buffer.from(`\uFEFF${TABLE}`), 'utf-8'],
  ['UTF-16 with a mark', Buffer.from(`\uFEFF${TABLE}`, 'utf16le'), 'utf-16le'],
  ['UTF-16 without one', Buffer.from(TABLE, 'utf16le'), 'utf-16le'],
  ['big-endian UTF-16', Buffer.from(`\uFEFF${TABLE}`, 'utf16le').swap16(), 'utf-16be'],
  ['Windows-1252', Buffer.from(TABLE, 'latin1'), 'windows-1252'],
])('a CSV in %s keeps its letters', async (_name, bytes, encoding) => {
  expect(await read(bytes)).toMatchObject({ texts: EXPECTED, facts: { kind: 'csv', encoding, delimiter: ';' } })
})

test('letters are whole wherever the file is cut into pieces', async () => {
  const line = 'é,é€😀\n'
  const text = line.repeat(60_000)
  for (const shift of ['', 'a', 'ab', 'abc']) {
    const { texts } = await read(`${shift}${text}`)
    expect(texts).toHaveLength(60_000)
    expect(texts.slice(1).every(([first, second]) => first === 'é' && second === 'é€😀')).toBe(true)
  }
  const windows = Buffer.concat([Buffer.alloc(262_144, 'a,b\n'), Buffer.from('x,’s\n'.replace('’', '\x92'), 'latin1')])
  expect((await read(windows)).texts.at(-1)?.[1]).toBe('’s')
})

test.each([
  [',', 'NIK,NAMA\n1,"A, B"\n'],
  [';', 'NIK;NAMA\n1;A, B\n2;C, D, E\n'],
  ['\t', 'NIK\tNAMA\n1\tA; B\n'],
  ['|', 'DAFTAR PESERTA\nNIK|NAMA\n1|A\n'],
  [';', 'sep=;\nNIK;NAMA\n1;A\n'],
])('cells parted by %j are told apart', async (delimiter, text) => {
  const { facts, texts } = await read(text)
  expect(facts).toMatchObject({ delimiter })
  expect(texts.at(-1)).toHaveLength(2)
})

test('a row of a CSV has the number that a spreadsheet program gives it', async () => {
  const { rows } = await read('NIK,ALAMAT\r\n1,"JL. A\r\nRT 1"\r\n\r\n2,"B ""C"""\r3,D\n,,\n4')
  expect(rows.map(({ line, cells }) => [line, ...cells.map(({ text }) => text)])).toEqual([
    [1, 'NIK', 'ALAMAT'],
    [2, '1', 'JL. A\r\nRT 1'],
    [4, '2', 'B "C"'],
    [5, '3', 'D'],
    [7, '4'],
  ])
})

test('a file is what its content is: neither name nor ending is looked at', async () => {
  expect((await read(sheet(rowsOf([['a']])))).facts?.kind).toBe('xlsx')
  expect((await read('a,b\n')).facts?.kind).toBe('csv')
})
