import { type FileHandle, open } from 'node:fs/promises'
import { TableError } from './table-error.ts'

const HEAD_BYTES = 4096
/** The names of what an OLE container holds stand in its directory; a workbook's first ones are among them. */
const DIRECTORY_BYTES = 64 * 1024
const PACKED = ['504b0304', '504b0506']
const OLE = 'd0cf11e0a1b11ae1'
/** Sheets of Excel 2 to 4, without a container. */
const OLD_SHEETS = ['09000400', '09020600', '09040600', '09080800', '09081000']
/** PDF, PNG, JPEG, GIF, gzip, RAR, 7-zip, RTF. */
const OTHERS = ['25504446', '89504e47', 'ffd8ff', '47494638', '1f8b08', '526172211a07', '377abcaf271c', '7b5c727466']
const ENCRYPTED = Buffer.from('EncryptedPackage', 'utf16le')

async function readAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, position)
  return buffer.subarray(0, bytesRead)
}

async function isEncryptedOle(handle: FileHandle, head: Buffer): Promise<boolean> {
  if (head.length < 76) return false
  const sectorBytes = 2 ** Math.min(head.readUInt16LE(30), 12)
  const start = (head.readUInt32LE(48) + 1) * sectorBytes
  return (await readAt(handle, start, DIRECTORY_BYTES)).includes(ENCRYPTED)
}

/** A page or XML document: some programs call a page `.xls`. Also in UTF-16. */
const isMarkup = (head: Buffer): boolean =>
  /^(ï»¿|ÿþ|þÿ)?\s*<[!?a-z]/i.test(head.toString('latin1').replaceAll('\0', ''))

/**
 * What a file is, by its content: its name says what somebody called it. A CSV called `.xlsx` is read as a CSV, and the other way
 * round; what is neither is refused.
 */
export async function findTableKind(file: string): Promise<'csv' | 'xlsx'> {
  const handle = await open(file)
  try {
    const head = await readAt(handle, 0, HEAD_BYTES)
    const begins = (signatures: readonly string[]): boolean =>
      signatures.some((signature) => head.subarray(0, signature.length / 2).toString('hex') === signature)
    if (head.length === 0) throw new TableError('no_rows')
    if (begins(PACKED)) return 'xlsx'
    if (begins([OLE])) throw new TableError((await isEncryptedOle(handle, head)) ? 'encrypted' : 'old_format')
    if (begins(OLD_SHEETS)) throw new TableError('old_format')
    if (begins(OTHERS) || isMarkup(head)) throw new TableError('unsupported_format')
    return 'csv'
  } finally {
    await handle.close()
  }
}
