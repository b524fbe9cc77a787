import { crc32 } from 'node:zlib'
import sharp from 'sharp'

/** Somewhere in Kota Cirebon. */
const GPS = {
  GPSLatitudeRef: 'S',
  GPSLatitude: '6/1 42/1 20/1',
  GPSLongitudeRef: 'E',
  GPSLongitude: '108/1 33/1 5/1',
}
export const CAMERA = 'KAMERA-CONTOH'

type Colour = { r: number; g: number; b: number }
export const RED: Colour = { r: 200, g: 30, b: 30 }
export const BLUE: Colour = { r: 30, g: 30, b: 200 }

const plain = (width: number, height: number, background: Colour = RED) =>
  sharp({ create: { width, height, channels: 3, background } })

/** As a phone makes one: with its model and where it was. `orientation` as in EXIF. */
export const photo = (size: {
  width: number
  height: number
  colour?: Colour
  orientation?: number
}): Promise<Buffer> =>
  plain(size.width, size.height, size.colour)
    .withExif({ IFD0: { Model: CAMERA }, IFD3: GPS })
    .withMetadata({ orientation: size.orientation ?? 1 })
    .jpeg({ quality: 90 })
    .toBuffer()

export const png = (width: number, height: number): Promise<Buffer> => plain(width, height).png().toBuffer()
export const webp = (width: number, height: number): Promise<Buffer> => plain(width, height).webp().toBuffer()
export const gif = (): Promise<Buffer> => plain(20, 20).gif().toBuffer()
export const tiff = (): Promise<Buffer> => plain(20, 20).tiff().toBuffer()
export const avif = (): Promise<Buffer> => plain(20, 20).avif({ effort: 0 }).toBuffer()
export const transparent = (): Promise<Buffer> =>
  sharp({ create: { width: 30, height: 20, channels: 4, background: { ...RED, alpha: 0 } } })
    .png()
    .toBuffer()

/** Two frames, red and then blue. */
export function animation(): Promise<Buffer> {
  const [width, height] = [20, 10]
  const frame = (colour: Colour) =>
    Buffer.from(
      Array(width * height)
        .fill([colour.r, colour.g, colour.b])
        .flat(),
    )
  const frames = Buffer.concat([frame(RED), frame(BLUE)])
  return sharp(frames, { raw: { width, height: 2 * height, channels: 3, pageHeight: height } })
    .webp({ lossless: true, delay: [100, 100] })
    .toBuffer()
}

/** 96 x 64, red at the upper left and blue at the lower right, with a camera and a place in its EXIF. Made once with heif-enc from a picture of ours. */
export const heic = (): Buffer =>
  Buffer.from(
    'AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAYBtZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAAAA5waXRtAAAAAAABAAAANGlsb2MAAAAAREAAAgABAAAAAAGkAAEAAAAAAAAAgQACAAAAAAIlAAEAAAAAAAABPgAAADhpaW5mAAAAAAACAAAAFWluZmUCAAAAAAEAAGh2YzEAAAAAFWluZmUCAAABAAIAAEV4aWYAAAAAv2lwcnAAAAChaXBjbwAAAHVodmNDAQNwAAAAAAAAAAAAHvAA/P34+AAADwMgAAEAGEABDAH//wNwAAADAJAAAAMAAAMAHroCQCEAAQAoQgEBA3AAAAMAkAAAAwAAAwAeoDCBBZbqSSmubAgAAAMACAAAAwAIQCIAAQAHRAHBcrAiQAAAABRpc3BlAAAAAAAAAGAAAABAAAAAEHBpeGkAAAAAAwgICAAAABZpcG1hAAAAAAAAAAEAAQOBAoMAAAAaaXJlZgAAAAAAAAAOY2RzYwACAAEAAQAAAcdtZGF0AAAAfSgBrxOAeOaX9/LngT//4KVH/7rWeH4OovADfvH6+1MJfOOhkVJPo9JrdHdjxj/YEVhQ6k1LZfo8ZJmsPJZ/thzXaz/7c1DcDtJVIHcf06fHtOyh4ouadO0aP/o0LHh4WulNgUC0xyrYuyP9d2dUAS3dc4B/mv0RDBWtWP9AAAAAAElJKgAIAAAACAAQAQIABwAAAH4AAAASAQMAAQAAAAEAAAAaAQUAAQAAAG4AAAAbAQUAAQAAAHYAAAAoAQMAAQAAAAIAAAATAgMAAQAAAAEAAABphwQAAQAAAIYAAAAliAQAAQAAANQAAAAAAAAAOGMAAOgDAAA4YwAA6AMAAENPTlRPSAAABgAAkAcABAAAADAyMTABkQcABAAAAAECAwAAoAcABAAAADAxMDABoAMAAQAAAP//AAACoAQAAQAAAGAAAAADoAQAAQAAAEAAAAAAAAAABAABAAIAAgAAAFMAAAACAAUAAwAAACIBAAADAAIAAgAAAEUAAAAEAAUAAwAAAAoBAAAAAAAAbAAAAAEAAAAhAAAAAQAAAAUAAAABAAAABgAAAAEAAAAqAAAAAQAAABQAAAABAAAA',
    'base64',
  )

/** A page of the given size in points, its left half red. */
export function pdf(width: number, height: number, trailer = ''): Buffer {
  const drawing = `1 0 0 rg 0 0 ${width / 2} ${height} re f`
  return Buffer.from(
    [
      '%PDF-1.4',
      '1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj',
      '2 0 obj<</Type/Pages/Kids[3 0 R 3 0 R]/Count 2>>endobj',
      `3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 ${width} ${height}]/Contents 4 0 R>>endobj`,
      `4 0 obj<</Length ${drawing.length}>>stream`,
      drawing,
      'endstream endobj',
      `trailer<</Root 1 0 R${trailer}>>`,
    ].join('\n'),
  )
}

const SECRET = `<${'41'.repeat(32)}>`
/** Opens with a password that nobody has. */
export const lockedPdf = (): Buffer =>
  pdf(
    200,
    100,
    `/ID[<${'00'.repeat(16)}><${'00'.repeat(16)}>]/Encrypt<</Filter/Standard/V 1/R 2/P -4/O${SECRET}/U${SECRET}>>`,
  )

/** The same files, saying of themselves that they are this large. */
export async function hugePng(side: number): Promise<Buffer> {
  const bytes = await png(20, 20)
  const header = bytes.subarray(12, 29)
  header.writeUInt32BE(side, 4)
  header.writeUInt32BE(side, 8)
  bytes.writeUInt32BE(crc32(header), 29)
  return bytes
}
export async function hugeJpeg(side: number): Promise<Buffer> {
  const bytes = await photo({ width: 20, height: 20 })
  const frame = bytes.indexOf(Buffer.from([0xff, 0xc0]))
  bytes.writeUInt16BE(side, frame + 5)
  bytes.writeUInt16BE(side, frame + 7)
  return bytes
}
export function hugeHeic(side: number): Buffer {
  const bytes = heic()
  const size = bytes.indexOf('ispe') + 8
  bytes.writeUInt32BE(side, size)
  bytes.writeUInt32BE(side, size + 4)
  return bytes
}

export const cutInHalf = (bytes: Buffer): Buffer => bytes.subarray(0, Math.floor(bytes.length / 2))

/** The colour there, as a name: JPEG changes colours a little. */
export async function colourAt(jpeg: Buffer, x: number, y: number): Promise<'red' | 'blue' | 'white' | 'other'> {
  const { data, info } = await sharp(jpeg).raw().toBuffer({ resolveWithObject: true })
  const at = (y * info.width + x) * info.channels
  const [r = 0, g = 0, b = 0] = data.subarray(at, at + 3)
  if (r > 230 && g > 230 && b > 230) return 'white'
  if (r > 150 && g < 80 && b < 80) return 'red'
  return b > 150 && r < 80 && g < 80 ? 'blue' : 'other'
}
