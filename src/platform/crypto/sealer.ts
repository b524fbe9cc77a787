import {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomFillSync,
} from 'node:crypto'
import { createHmacSha256 } from './hmac-sha256.ts'

const FORMAT = 1
const IV_BYTES = 12
const TAG_BYTES = 16
const HEADER_BYTES = 2
// Asking the kernel for 12 bytes at a time costs more than the encryption itself: draw them in blocks.
const IV_POOL_BYTES = IV_BYTES * 512

/** Keys by number (1 to 255). New data is sealed with the highest; the others still open what they sealed. */
export type KeyRing = { encryption: Map<number, Buffer>; index: Buffer }

export type Sealer = {
  /**
   * AES-256-GCM. `context` (table, column and row id) is authenticated, so a sealed value moved to another row does not open.
   * Layout: format byte, key number, 12-byte IV, ciphertext, 16-byte tag.
   */
  seal(plaintext: string | Uint8Array, context: string): Buffer
  /** Throws when the value was altered, moved, or sealed with a key that is not in the ring. */
  open(sealed: Uint8Array, context: string): string
  /** The same for what is not text. */
  openBytes(sealed: Uint8Array, context: string): Buffer
  /** Keyed HMAC-SHA-256 for equality search. `kind` separates domains: a NIK and a KK with equal digits differ. */
  blindIndex(kind: string, value: string): Buffer
}

export function createSealer(ring: KeyRing): Sealer {
  const keys = new Map<number, KeyObject>()
  for (const [number, key] of ring.encryption) keys.set(number, createSecretKey(key))
  const current = Math.max(...keys.keys())
  const currentKey = keys.get(current)
  if (!currentKey) throw new Error('the key ring is empty')
  const hmac = createHmacSha256(ring.index)
  const ivPool = Buffer.alloc(IV_POOL_BYTES)
  let ivOffset = IV_POOL_BYTES

  const nextIv = (): Buffer => {
    if (ivOffset === IV_POOL_BYTES) {
      randomFillSync(ivPool)
      ivOffset = 0
    }
    ivOffset += IV_BYTES
    return ivPool.subarray(ivOffset - IV_BYTES, ivOffset)
  }

  const openBytes: Sealer['openBytes'] = (sealed, context) => {
    const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength)
    if (bytes.length < HEADER_BYTES + IV_BYTES + TAG_BYTES || bytes[0] !== FORMAT) throw new Error('not a sealed value')
    const key = keys.get(bytes[1] ?? 0)
    if (!key) throw new Error(`no key number ${bytes[1]} in the key ring`)
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(HEADER_BYTES, HEADER_BYTES + IV_BYTES))
    decipher.setAAD(Buffer.from(context))
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES))
    const body = bytes.subarray(HEADER_BYTES + IV_BYTES, -TAG_BYTES)
    return Buffer.concat([decipher.update(body), decipher.final()])
  }

  return {
    seal(plaintext, context) {
      const iv = nextIv()
      const cipher = createCipheriv('aes-256-gcm', currentKey, iv)
      cipher.setAAD(Buffer.from(context))
      const head = Buffer.allocUnsafe(HEADER_BYTES)
      head[0] = FORMAT
      head[1] = current
      const body = typeof plaintext === 'string' ? cipher.update(plaintext, 'utf8') : cipher.update(plaintext)
      return Buffer.concat([head, iv, body, cipher.final(), cipher.getAuthTag()])
    },
    open: (sealed, context) => openBytes(sealed, context).toString('utf8'),
    openBytes,
    blindIndex(kind, value) {
      return hmac(`${kind}\0${value}`)
    },
  }
}

/**
 * Reads a key ring from its setting: `number:base64` items separated by commas, each key 32 bytes (`DATA_KEYS`).
 * The index key is derived from key 1 and never changes, so that blind indexes stay valid when keys rotate:
 * key 1 must stay in the ring for as long as the data lives.
 */
export function parseKeyRing(setting: string): KeyRing {
  const encryption = new Map<number, Buffer>()
  for (const item of setting.split(',')) {
    const [number, encoded] = item.trim().split(':')
    const key = Buffer.from(encoded ?? '', 'base64')
    const keyNumber = Number(number)
    if (!Number.isInteger(keyNumber) || keyNumber < 1 || keyNumber > 255 || key.length !== 32) {
      throw new Error(
        'each key must be written as number:base64 with 32 bytes, for example 1:<openssl rand -base64 32>',
      )
    }
    encryption.set(keyNumber, key)
  }
  const first = encryption.get(1)
  if (!first) throw new Error('key number 1 is missing; blind indexes are derived from it')
  return { encryption, index: Buffer.from(hkdfSync('sha256', first, 'puntadewa', 'blind-index', 32)) }
}
