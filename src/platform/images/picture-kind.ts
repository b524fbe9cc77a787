/** What a picture may come as. */
export type PictureKind = 'jpeg' | 'png' | 'webp' | 'heic' | 'pdf'

const startsWith = (bytes: Uint8Array, signature: readonly number[], at = 0): boolean =>
  signature.every((byte, index) => bytes[at + index] === byte)

const ascii = (text: string): number[] => [...Buffer.from(text, 'latin1')]

// Brands of still pictures and sequences in HEVC. `mif1` alone may be any codec, AVIF too: there the compatible brands tell.
const HEIC_BRANDS = new Set(['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx'])
const NEUTRAL_BRANDS = new Set(['mif1', 'msf1'])
const MAX_BRANDS = 32

function isHeic(bytes: Uint8Array): boolean {
  if (!startsWith(bytes, ascii('ftyp'), 4)) return false
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const end = Math.min(view.length, view.readUInt32BE(0), 16 + 4 * MAX_BRANDS)
  const major = view.toString('latin1', 8, 12)
  if (HEIC_BRANDS.has(major)) return true
  if (!NEUTRAL_BRANDS.has(major)) return false
  for (let at = 16; at + 4 <= end; at += 4) if (HEIC_BRANDS.has(view.toString('latin1', at, at + 4))) return true
  return false
}

/**
 * By its first bytes alone: names and declared types come from the sender. Null for everything else, SVG among it. A file that is
 * two things at once is what it begins with, and only that one's decoder ever sees it.
 */
export function findPictureKind(bytes: Uint8Array): PictureKind | null {
  if (startsWith(bytes, [0xff, 0xd8, 0xff])) return 'jpeg'
  if (startsWith(bytes, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return 'png'
  if (startsWith(bytes, ascii('RIFF')) && startsWith(bytes, ascii('WEBP'), 8)) return 'webp'
  if (startsWith(bytes, ascii('%PDF-'))) return 'pdf'
  return isHeic(bytes) ? 'heic' : null
}
