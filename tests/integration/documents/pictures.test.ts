import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { createPictureReader, PICTURE_LIMITS, type PictureLimits } from '../../../src/platform/images/picture-reader.ts'
import {
  animation,
  avif,
  CAMERA,
  colourAt,
  cutInHalf,
  gif,
  heic,
  hugeHeic,
  hugeJpeg,
  hugePng,
  lockedPdf,
  pdf,
  photo,
  png,
  tiff,
  transparent,
  webp,
} from './pictures.ts'

const reader = createPictureReader()
const faultOf = async (bytes: Buffer, limits: Partial<PictureLimits> = {}): Promise<unknown> => {
  try {
    const { width, height } = await createPictureReader({ ...PICTURE_LIMITS, ...limits }).read(bytes)
    return { width, height }
  } catch (error) {
    return error instanceof Error && 'code' in error ? error.code : error
  }
}
const SVG =
  '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>'

describe('a photo', () => {
  test('loses what its camera wrote about it, the place above all', async () => {
    const given = await photo({ width: 400, height: 300 })
    const before = await sharp(given).metadata()
    expect(before.exif?.includes(CAMERA)).toBe(true)
    // The tag that leads to the GPS directory, in either order of bytes.
    expect(before.exif?.includes(Buffer.from([0x25, 0x88])) || before.exif?.includes(Buffer.from([0x88, 0x25]))).toBe(
      true,
    )
    const { jpeg } = await reader.read(given)
    const after = await sharp(jpeg).metadata()
    expect(after).toMatchObject({ format: 'jpeg', width: 400, height: 300 })
    expect([after.exif, after.xmp, after.iptc, after.icc, after.orientation]).toEqual(Array(5).fill(undefined))
    expect(jpeg.includes('Exif')).toBe(false)
    expect(jpeg.includes(CAMERA)).toBe(false)
  })

  test('loses it out of HEIC too', async () => {
    expect(heic().includes('CONTOH')).toBe(true)
    const { jpeg, width, height } = await reader.read(heic())
    expect([width, height]).toEqual([96, 64])
    expect(jpeg.includes('CONTOH')).toBe(false)
    expect((await sharp(jpeg).metadata()).exif).toBeUndefined()
    expect([await colourAt(jpeg, 10, 10), await colourAt(jpeg, 86, 54), await colourAt(jpeg, 86, 10)]).toEqual([
      'red',
      'blue',
      'white',
    ])
  })

  test('is turned upright and made no larger than 1,600 pixels', async () => {
    expect(await faultOf(await photo({ width: 300, height: 200, orientation: 6 }))).toEqual({ width: 200, height: 300 })
    expect(await faultOf(await photo({ width: 3200, height: 1000 }))).toEqual({ width: 1600, height: 500 })
    expect(await faultOf(await photo({ width: 1000, height: 3200, orientation: 8 }))).toEqual({
      width: 1600,
      height: 500,
    })
    expect(await faultOf(await png(40, 30))).toEqual({ width: 40, height: 30 })
    expect(await faultOf(await webp(40, 30))).toEqual({ width: 40, height: 30 })
  })

  test('stands on white where it shows through', async () => {
    const { jpeg } = await reader.read(await transparent())
    expect(await colourAt(jpeg, 5, 5)).toBe('white')
  })

  test('is the first of an animation', async () => {
    const { jpeg, width, height } = await reader.read(await animation())
    expect([width, height]).toEqual([20, 10])
    expect(await colourAt(jpeg, 10, 5)).toBe('red')
  })

  test('that is something else besides is only the photo afterwards', async () => {
    const page = '<script>alert(1)</script>PK\u0003\u0004'
    const { jpeg } = await reader.read(Buffer.concat([await photo({ width: 40, height: 30 }), Buffer.from(page)]))
    expect(jpeg.includes('script')).toBe(false)
    expect(jpeg.includes('PK\u0003\u0004')).toBe(false)
  })
})

describe('a PDF', () => {
  test('is drawn as its first page, 1,600 pixels long, whatever size it claims', async () => {
    for (const [across, down] of [
      [595, 842],
      [4, 8],
      [1_000_000, 2_000_000],
    ] as const) {
      const { jpeg, width, height } = await reader.read(pdf(across, down))
      expect(height).toBe(1600)
      expect(Math.abs(width - (1600 * across) / down)).toBeLessThanOrEqual(1)
      expect([await colourAt(jpeg, 20, 800), await colourAt(jpeg, width - 20, 800)]).toEqual(['red', 'white'])
    }
  })

  test('with a password, without pages or cut off is refused', async () => {
    expect(await faultOf(lockedPdf())).toBe('locked')
    expect(await faultOf(Buffer.from('%PDF-1.7\nnothing follows'))).toBe('broken')
    expect(await faultOf(cutInHalf(pdf(200, 100)))).toBe('broken')
  })
})

describe('refused', () => {
  test.each([
    ['an SVG', () => Buffer.from(SVG)],
    ['an SVG after a byte order mark', () => Buffer.from(`\ufeff${SVG}`)],
    ['a GIF', gif],
    ['a TIFF', tiff],
    ['an AVIF', avif],
    ['a web page', () => Buffer.from('<!doctype html><p>KTP</p>')],
    [
      'a photo behind other bytes',
      async () => Buffer.concat([Buffer.from('GIF89a'), await photo({ width: 9, height: 9 })]),
    ],
    ['a ZIP', () => Buffer.from('PK\u0003\u0004\u0014')],
    ['nothing', () => Buffer.alloc(0)],
    ['three bytes', () => Buffer.from([0xff, 0xd8])],
  ])('%s is no kind that we take', async (_name, make) => {
    expect(await faultOf(await make())).toBe('unknown_kind')
  })

  test.each([
    ['JPEG', async () => cutInHalf(await photo({ width: 800, height: 600 }))],
    ['PNG', async () => cutInHalf(await png(800, 600))],
    ['WebP', async () => cutInHalf(await webp(800, 600))],
    ['HEIC', () => cutInHalf(heic())],
    ['HEIC with half its picture', () => heic().subarray(0, -60)],
    ['JPEG of noise', () => Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(5000, 0x5a)])],
    ['PNG of noise', async () => Buffer.concat([(await png(9, 9)).subarray(0, 8), Buffer.alloc(5000, 0x5a)])],
    ['SVG called WebP', () => Buffer.concat([Buffer.from('RIFF\u0010\u0000\u0000\u0000WEBP'), Buffer.from(SVG)])],
  ])('a broken %s', async (_name, make) => {
    expect(await faultOf(await make())).toBe('broken')
  })

  test.each([
    ['JPEG', () => hugeJpeg(65_000)],
    ['PNG', () => hugePng(60_000)],
    ['HEIC', () => hugeHeic(30_000)],
  ])('a %s of more pixels than any camera has, before it is decoded', async (_name, make) => {
    expect(await faultOf(await make())).toBe('too_many_pixels')
  })

  test('a HEIC whose stream is larger than the file says', async () => {
    expect(await faultOf(hugeHeic(8))).toBe('broken')
  })

  test('what takes longer than it may', async () => {
    expect(await faultOf(heic(), { timeLimitMs: 1 })).toBe('too_slow')
    expect(await faultOf(pdf(200, 100), { timeLimitMs: 1 })).toBe('too_slow')
  })

  test('more than may wait, and no later one for it', async () => {
    const small = createPictureReader({ ...PICTURE_LIMITS, maxWaiting: 1 })
    const given = await photo({ width: 1000, height: 800 })
    const codes = await Promise.all(
      Array.from({ length: 5 }, () =>
        small.read(given).then(
          () => 'read',
          (error: { code: string }) => error.code,
        ),
      ),
    )
    expect(codes).toEqual(['read', 'read', 'read', 'service_unavailable', 'service_unavailable'])
    expect((await small.read(given)).width).toBe(1000)
  })
})
