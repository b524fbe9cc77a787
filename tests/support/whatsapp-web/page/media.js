import { post } from './server-line.js'

// How the page makes a picture ready and uploads it, as `processMediaData` of whatsapp-web.js 1.34.7 goes through it.

/** A blob that the page keeps out of sight. */
class OpaqueData {
  #blob

  constructor(blob) {
    this.#blob = blob
  }

  static async createFromData(blob) {
    return new OpaqueData(blob)
  }

  get type() {
    return this.#blob.type
  }
  url() {
    return URL.createObjectURL(this.#blob)
  }
  autorelease() {}
  formData() {
    return this.#blob
  }
}

const PNG = 0x89504e47
const PNG_WIDTH_AT = 16

const toBase64 = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes)))

/** Spread into the message by the library: own fields are what arrives there. */
class MediaData {
  constructor(fields) {
    Object.assign(this, fields)
    // An internal field of every model; builds since September 2026 stumble over it in a message.
    this.__x_id = undefined
  }

  set(fields) {
    Object.assign(this, fields)
  }
  toJSON() {
    const { mediaBlob: _, __x_id: __, ...fields } = this
    return fields
  }
}

export function createMediaModules(config) {
  const objects = new Map()
  const kept = new Map()

  const prepare = async (opaque, { asDocument, asSticker, isPtt }) => {
    const blob = opaque.formData()
    if (asDocument || asSticker || isPtt) throw new Error('only pictures are modelled')
    const bytes = await blob.arrayBuffer()
    const header = new DataView(bytes)
    if (blob.type !== 'image/png' || header.getUint32(0) !== PNG) throw new Error('not a picture')
    const hash = toBase64(await crypto.subtle.digest('SHA-256', bytes))
    return new MediaData({
      type: 'image',
      mimetype: blob.type,
      isGif: false,
      filehash: hash,
      size: blob.size,
      fullWidth: header.getUint32(PNG_WIDTH_AT),
      fullHeight: header.getUint32(PNG_WIDTH_AT + 4),
      mediaBlob: opaque,
      preview: 'a thumbnail',
    })
  }

  const upload = async ({ mimetype, mediaObject, mediaType }) => {
    if (mediaType !== 'image') throw new Error('not the type of a picture')
    const bytes = toBase64(await kept.get(mediaObject.filehash).arrayBuffer())
    const { entry } = await post('upload', { page: config.page, mimetype, bytes })
    return { mediaEntry: entry }
  }

  return {
    WAWebMediaOpaqueData: OpaqueData,
    WAWebPrepRawMedia: {
      prepRawMedia: (opaque, parameters) => ({ waitForPrep: () => prepare(opaque, parameters) }),
    },
    WAWebMediaStorage: {
      getOrCreateMediaObject(filehash) {
        const known = objects.get(filehash) ?? {
          filehash,
          type: 'IMAGE',
          contentInfo: {},
          consolidate(fields) {
            this.size = fields.size
          },
        }
        objects.set(filehash, known)
        return known
      },
    },
    WAWebMmsMediaTypes: {
      msgToMediaType: ({ type, isNewsletter }) => (isNewsletter ? `newsletter-${type}` : type),
      castToV4: (type) => type.toLowerCase(),
    },
    WAWebMediaDataUtils: { shouldUseMediaCache: (type) => type === 'image' },
    WAWebMediaInMemoryBlobCache: { InMemoryMediaBlobCache: { put: (filehash, blob) => void kept.set(filehash, blob) } },
    WAWebMediaMmsV4Upload: {
      uploadMedia: upload,
      uploadUnencryptedMedia: async () => {
        throw new Error('channels are not modelled')
      },
    },
  }
}
