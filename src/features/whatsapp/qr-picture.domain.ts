import { encode as encodePng } from 'fast-png'
import { encode as encodeQr } from 'uqr'

// As on the printed receipt. WhatsApp makes pictures smaller and lossy: with 12 dots to a module a code of this length is some 500 wide.
const QR_OPTIONS = { ecc: 'M', border: 4 } as const
const DOTS_PER_MODULE = 12
const BLACK = 0
const WHITE = 255

/** The QR code of a link as a PNG: grey, opaque, nothing but the code. Pure. */
export function drawQr(link: string): Uint8Array {
  const { data: modules, size } = encodeQr(link, QR_OPTIONS)
  const width = size * DOTS_PER_MODULE
  const dots = new Uint8Array(width * width).fill(WHITE)
  for (const [row, line] of modules.entries()) {
    for (const [column, isBlack] of line.entries()) {
      if (!isBlack) continue
      for (let y = row * DOTS_PER_MODULE; y < (row + 1) * DOTS_PER_MODULE; y++) {
        const from = y * width + column * DOTS_PER_MODULE
        dots.fill(BLACK, from, from + DOTS_PER_MODULE)
      }
    }
  }
  return encodePng({ width, height: width, data: dots, channels: 1, depth: 8 })
}
