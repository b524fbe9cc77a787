import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { constants, crc32, createDeflateRaw } from 'node:zlib'
import { makeWorkbook, sheetXml } from './workbook.ts'

/** Pieces of text, some thousand rows each, so that writing them does not take longer than reading. Rows count from one. */
export function* piecesOf(rows: number, pieceOf: (row: number) => string, head = '', tail = ''): Generator<string> {
  yield head
  for (let row = 1; row <= rows; row += 5000) {
    yield Array.from({ length: Math.min(5000, rows - row + 1) }, (_, n) => pieceOf(row + n)).join('')
  }
  yield tail
}

async function pack(pieces: Iterable<string>): Promise<{ packed: Buffer; size: number; sum: number }> {
  const deflate = createDeflateRaw({ level: constants.Z_BEST_SPEED })
  const packed: Buffer[] = []
  let size = 0
  let sum = 0
  const measured = function* () {
    for (const piece of pieces) {
      const bytes = Buffer.from(piece)
      size += bytes.length
      sum = crc32(bytes, sum)
      yield bytes
    }
  }
  await pipeline(Readable.from(measured()), deflate, async (chunks: AsyncIterable<Buffer>) => {
    for await (const chunk of chunks) packed.push(chunk)
  })
  return { packed: Buffer.concat(packed), size, sum }
}

export type LargeTable = {
  rows: number
  header?: readonly string[]
  /** Cells that differ in every row, at its beginning. */
  ownOf(row: number): readonly string[]
  /** Cells behind them that are the same in all. */
  common: readonly string[]
}

/** As Excel writes it: every text apart from its cell, each one once. */
export async function makeLargeWorkbook({ rows, header = [], ownOf, common }: LargeTable): Promise<Buffer> {
  const shared = [...header, ...common]
  const own = ownOf(1).length
  const item = (text: string): string => `<si><t>${text}</t></si>`
  const texts = piecesOf(rows, (row) => ownOf(row).map(item).join(''), `<sst>${shared.map(item).join('')}`, '</sst>')
  const [head = '', tail = ''] = sheetXml('@').split('@')
  const rowXml = (line: number, places: readonly number[]): string =>
    `<row r="${line}">${places.map((text, column) => `<c r="${'ABCDEFGHIJ'[column]}${line}" s="1" t="s"><v>${text}</v></c>`).join('')}</row>`
  const above = header.length > 0 ? 1 : 0
  const marks = piecesOf(
    rows,
    (row) =>
      rowXml(row + above, [
        ...Array.from({ length: own }, (_, column) => shared.length + (row - 1) * own + column),
        ...common.map((_, index) => header.length + index),
      ]),
    head + (above === 1 ? rowXml(1, [...header.keys()]) : ''),
    tail,
  )
  return makeWorkbook({
    sheets: [{ xml: '', ...(await pack(marks)) }],
    more: [{ name: 'xl/sharedStrings.xml', content: '', ...(await pack(texts)) }],
  })
}
