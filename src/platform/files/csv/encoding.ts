import { isAscii, isUtf8 } from 'node:buffer'
import { TextDecoder } from 'node:util'
import { TableError } from '../table-error.ts'

export type TextEncodingName = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252'

const LINE_FEED = 0x0a
const UTF8_MARK = Buffer.from([0xef, 0xbb, 0xbf])
/** A sequence that is UTF-8, in bytes read as Latin-1. In text of Windows-1252 it would be "Ã©" and the like. */
const UTF8_SEQUENCE = /[\xC2-\xDF][\x80-\xBF]|[\xE0-\xEF][\x80-\xBF]{2}|[\xF0-\xF4][\x80-\xBF]{3}/
/** Bytes that Windows-1252 gives no character. */
const NOT_WINDOWS = /[\x81\x8D\x8F\x90\x9D]/
const SAMPLE_PAIRS = 256
const CONTINUATION = 0xc0

/** UTF-16 without a mark: of nearly every pair one byte is nothing, always the same one. */
function findUnmarkedUtf16(head: Buffer): 'utf-16le' | 'utf-16be' | undefined {
  const pairs = Math.min(SAMPLE_PAIRS, Math.floor(head.length / 2))
  let first = 0
  let second = 0
  for (let pair = 0; pair < pairs; pair += 1) {
    if (head[pair * 2] === 0) first += 1
    if (head[pair * 2 + 1] === 0) second += 1
  }
  if (pairs === 0) return undefined
  if (first === 0 && second > pairs / 2) return 'utf-16le'
  if (second === 0 && first > pairs / 2) return 'utf-16be'
  return undefined
}

/** How many bytes at the end begin a character of UTF-8 that is not complete. */
function openBytes(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0
    if ((byte & CONTINUATION) === 0x80) continue
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc2 ? 2 : 1
    return length > back ? back : 0
  }
  return 0
}

/** The lines before the first one that `isBad`, so that the fault can be found. */
function countLinesBefore(bytes: Buffer, isBad: (line: Buffer) => boolean): number {
  let lines = 0
  let start = 0
  for (;;) {
    const end = bytes.indexOf(LINE_FEED, start)
    if (end === -1 || isBad(bytes.subarray(start, end))) return lines
    lines += 1
    start = end + 1
  }
}

const broken = (bytes: Buffer, isBad: (line: Buffer) => boolean): TableError =>
  new TableError('broken_encoding', { row: countLinesBefore(bytes, isBad) + 1 })

function readWindows(bytes: Buffer): Buffer {
  const latin = bytes.toString('latin1')
  const isBad = (text: string): boolean => NOT_WINDOWS.test(text) || UTF8_SEQUENCE.test(text)
  // Two encodings in one file, or another than these: whichever were chosen, some names would come out wrong.
  if (isBad(latin)) throw broken(bytes, (line) => isBad(line.toString('latin1')))
  return Buffer.from(new TextDecoder('windows-1252').decode(bytes))
}

/**
 * Turns the bytes of a text, as they come, into UTF-8. Its encoding is told by its mark; without one it is UTF-8 when its first
 * letters beyond ASCII are, else Windows-1252, which Excel writes in Indonesia. Until such a letter comes both are the same. What is
 * neither, or first the one and then the other, is refused as `broken_encoding`. The row of an error counts from the piece it is in.
 */
export function createTextDecoder(): { decode(piece: Buffer, isLast: boolean): Buffer; encoding(): TextEncodingName } {
  let encoding: TextEncodingName | undefined
  let utf16: TextDecoder | undefined
  let isStarted = false
  let open = Buffer.alloc(0)

  const start = (piece: Buffer): Buffer => {
    isStarted = true
    if (piece.subarray(0, 3).equals(UTF8_MARK)) {
      encoding = 'utf-8'
      return piece.subarray(3)
    }
    if (piece[0] === 0xff && piece[1] === 0xfe) encoding = 'utf-16le'
    else if (piece[0] === 0xfe && piece[1] === 0xff) encoding = 'utf-16be'
    else encoding = findUnmarkedUtf16(piece)
    // It drops the mark.
    if (encoding !== undefined) utf16 = new TextDecoder(encoding, { fatal: true })
    return piece
  }
  const decodeUtf16 = (decoder: TextDecoder, piece: Buffer, isLast: boolean): Buffer => {
    try {
      return Buffer.from(decoder.decode(piece, { stream: !isLast }))
    } catch (error) {
      throw new TableError('broken_encoding', {}, { cause: error })
    }
  }

  return {
    encoding: () => encoding ?? 'utf-8',
    decode(given, isLast) {
      const piece = isStarted || given.length === 0 ? given : start(given)
      if (utf16 !== undefined) return decodeUtf16(utf16, piece, isLast)
      if (encoding === 'windows-1252') return readWindows(piece)
      const bytes = open.length === 0 ? piece : Buffer.concat([open, piece])
      const held = isLast ? 0 : openBytes(bytes)
      const whole = bytes.subarray(0, bytes.length - held)
      open = Buffer.from(bytes.subarray(bytes.length - held))
      if (isAscii(whole)) return whole
      if (isUtf8(whole)) {
        encoding = 'utf-8'
        return whole
      }
      if (encoding === 'utf-8') throw broken(whole, (line) => !isUtf8(line))
      encoding = 'windows-1252'
      open = Buffer.alloc(0)
      return readWindows(bytes)
    },
  }
}
