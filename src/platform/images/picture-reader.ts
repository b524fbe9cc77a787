import pLimit from 'p-limit'
import sharp, { type Sharp } from 'sharp'
import { AppError } from '../errors.ts'
import { decodeApart } from './decode-apart.ts'
import { PictureFault } from './picture-fault.ts'
import { findPictureKind } from './picture-kind.ts'

export type PictureLimits = {
  /** Longest edge of what is kept; smaller pictures stay as small as they are. */
  maxEdge: number
  /** Width times height that a file may have: what it declares is read before anything is decoded. */
  maxPixels: number
  timeLimitMs: number
  /** Files that may wait while others are read; each is in memory. */
  maxWaiting: number
}

export const PICTURE_LIMITS: PictureLimits = {
  // The small print of a KTP that fills half the picture is legible, and a file has about 300 kB.
  maxEdge: 1600,
  // The 50 megapixels of today's phones, 8,160 x 6,144, and no more: decoded by HEVC they take 200 MB.
  maxPixels: 51_000_000,
  timeLimitMs: 20_000,
  maxWaiting: 20,
}

export type Picture = { jpeg: Buffer; width: number; height: number }

export type PictureReader = {
  /**
   * Makes a JPEG of a JPEG, PNG, WebP, HEIC (the primary picture) or PDF (the first page); of an animation the first frame. Upright, on
   * white, without EXIF or any other metadata: nothing of the file but its pixels is kept. Off the event loop, two at a time.
   * Throws a PictureFault for what is none, and `service_unavailable` when too many wait.
   */
  read(bytes: Buffer): Promise<Picture>
}

const AT_A_TIME = 2
const QUALITY = 82

// One thread a picture: two at a time leave the pool of threads, which files and DNS use too, half free. Nothing is read twice.
sharp.concurrency(1)
sharp.cache(false)
// Of all that libvips can read (SVG, TIFF, ...) only these: what they are told from is checked besides.
sharp.block({ operation: ['VipsForeignLoad'] })
sharp.unblock({ operation: ['VipsForeignLoadJpegBuffer', 'VipsForeignLoadPngBuffer', 'VipsForeignLoadWebpBuffer'] })

export function createPictureReader(limits: PictureLimits = PICTURE_LIMITS): PictureReader {
  const { maxEdge, maxPixels, timeLimitMs, maxWaiting } = limits
  const turn = pLimit(AT_A_TIME)

  const openWithSharp = async (bytes: Buffer, kind: string): Promise<Sharp> => {
    // Truncated files are an error, oddities that every viewer forgives are not.
    const source = sharp(bytes, { limitInputPixels: false, failOn: 'error' })
    const { format, width, height } = await source.metadata()
    if (format !== kind) throw new PictureFault('broken')
    if (width * height > maxPixels) throw new PictureFault('too_many_pixels')
    return source.autoOrient()
  }

  const decode = async (bytes: Buffer): Promise<Sharp> => {
    const kind = findPictureKind(bytes)
    if (kind === null) throw new PictureFault('unknown_kind')
    if (kind !== 'heic' && kind !== 'pdf') return await openWithSharp(bytes, kind)
    const { data, width, height } = await decodeApart({ kind, bytes, maxPixels, maxEdge }, timeLimitMs)
    return sharp(data, { raw: { width, height, channels: 4 }, limitInputPixels: false })
  }

  const encode = async (picture: Sharp): Promise<Picture> => {
    const { data, info } = await picture
      .resize({ width: maxEdge, height: maxEdge, fit: 'inside', withoutEnlargement: true })
      .flatten({ background: 'white' })
      .toColourspace('srgb')
      .jpeg({ quality: QUALITY })
      .timeout({ seconds: Math.ceil(timeLimitMs / 1000) })
      .toBuffer({ resolveWithObject: true })
    return { jpeg: data, width: info.width, height: info.height }
  }

  return {
    async read(bytes) {
      if (turn.activeCount + turn.pendingCount >= AT_A_TIME + maxWaiting) throw new AppError('service_unavailable')
      try {
        return await turn(async () => await encode(await decode(bytes)))
      } catch (error) {
        if (error instanceof PictureFault) throw error
        const isLate = error instanceof Error && error.message.startsWith('timeout')
        throw new PictureFault(isLate ? 'too_slow' : 'broken', error)
      }
    },
  }
}
