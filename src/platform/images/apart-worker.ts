// Runs in a thread of its own, one file each: a decoder that hangs or breaks takes nothing with it.
import { parentPort, workerData } from 'node:worker_threads'
import { PDFiumLibrary } from '@hyzyla/pdfium'
import createLibheif from 'libheif-js/libheif-wasm/libheif-bundle.mjs'
import type { ApartAnswer, ApartQuestion, RawPicture } from './decode-apart.ts'
import { PictureFault } from './picture-fault.ts'

// Where `struct heif_security_limits` has `uint64_t max_image_size_pixels`: after a byte for its version, aligned.
const MAX_PIXELS_OFFSET = 8

function requireFewPixels(width: number, height: number, maxPixels: number): void {
  if (!(width > 0 && height > 0)) throw new PictureFault('broken')
  if (width * height > maxPixels) throw new PictureFault('too_many_pixels')
}

type Channel = { id: unknown; width: number; height: number; stride: number; data: Uint8Array }

/** The primary picture, turned as it says itself. */
async function decodeHeic(bytes: Uint8Array, maxPixels: number): Promise<RawPicture> {
  const heif = createLibheif()
  // What a file declares is checked below; the codec's own stream may still say otherwise, and libheif holds it to this.
  const limits = (heif._heif_get_global_security_limits() + MAX_PIXELS_OFFSET) >> 2
  heif.HEAPU32.set([maxPixels, 0], limits)
  const context = heif.heif_context_alloc()
  const read = heif.heif_context_read_from_memory(context, bytes)
  if (read.code !== heif.heif_error_code.heif_error_Ok) throw new PictureFault('broken')
  const handle = heif.heif_js_context_get_primary_image_handle(context)
  if (!handle || handle.code) throw new PictureFault('broken')
  const width = heif.heif_image_handle_get_width(handle)
  const height = heif.heif_image_handle_get_height(handle)
  requireFewPixels(width, height, maxPixels)
  const decoded = await heif.heif_js_decode_image2(
    handle,
    heif.heif_colorspace.heif_colorspace_RGB,
    heif.heif_chroma.heif_chroma_interleaved_RGBA,
  )
  if (!decoded || decoded.code) throw new PictureFault('broken')
  const channels = decoded.channels as Channel[]
  const pixels = channels.find(({ id }) => id === heif.heif_channel.heif_channel_interleaved)
  if (!pixels) throw new PictureFault('broken')
  requireFewPixels(pixels.width, pixels.height, maxPixels)
  const row = pixels.width * 4
  const data = new Uint8Array(row * pixels.height)
  for (let y = 0; y < pixels.height; y++) {
    data.set(pixels.data.subarray(y * pixels.stride, y * pixels.stride + row), y * row)
  }
  return { width: pixels.width, height: pixels.height, data }
}

/** The first page, as large as it is kept: nothing is gained by drawing it larger. */
async function drawPdf(bytes: Uint8Array, maxEdge: number): Promise<RawPicture> {
  const pdfium = await PDFiumLibrary.init()
  const document = await pdfium.loadDocument(bytes).catch((error: unknown) => {
    const isLocked = error instanceof Error && /password|security/i.test(error.message)
    throw new PictureFault(isLocked ? 'locked' : 'broken', error)
  })
  const page = document.getPage(0)
  const { originalWidth, originalHeight } = page.getOriginalSize()
  if (!(originalWidth > 0 && originalHeight > 0)) throw new PictureFault('broken')
  const scale = maxEdge / Math.max(originalWidth, originalHeight)
  const { width, height, data } = await page.render({
    width: Math.max(1, Math.floor(originalWidth * scale)),
    height: Math.max(1, Math.floor(originalHeight * scale)),
    scale: 1,
  })
  return { width, height, data: Uint8Array.from(data) }
}

const { kind, bytes, maxPixels, maxEdge }: ApartQuestion = workerData
let answer: ApartAnswer
try {
  answer = { picture: kind === 'heic' ? await decodeHeic(bytes, maxPixels) : await drawPdf(bytes, maxEdge) }
} catch (error) {
  answer = { fault: error instanceof PictureFault ? error.code : 'broken' }
}
parentPort?.postMessage(answer, 'picture' in answer ? [answer.picture.data.buffer] : [])
