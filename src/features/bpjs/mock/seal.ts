import { createCipheriv, createHash, createHmac, timingSafeEqual } from 'node:crypto'
import LZString from 'lz-string'

/** What the service computes over consumer id and timestamp, base64. */
export function expectedSignature(consId: string, secret: string, timestamp: string): string {
  return createHmac('sha256', secret).update(consId).update('&').update(timestamp).digest('base64')
}

export function isSameText(left: string, right: string): boolean {
  const leftBytes = Buffer.from(left)
  const rightBytes = Buffer.from(right)
  return leftBytes.length === rightBytes.length && timingSafeEqual(leftBytes, rightBytes)
}

/** The compressed form of an answer; it depends on the content only, so it may be kept. */
export function compressAnswer(answer: unknown): string {
  return LZString.compressToEncodedURIComponent(JSON.stringify(answer))
}

/** SHA-256 of consumer id, secret and timestamp is the AES-256 key, its first 16 bytes the IV. */
export function encryptAnswer(compressed: string, consId: string, secret: string, timestamp: string): string {
  const key = createHash('sha256')
    .update(consId + secret + timestamp)
    .digest()
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16))
  return Buffer.concat([cipher.update(compressed, 'utf8'), cipher.final()]).toString('base64')
}
