import { createHash, createHmac, timingSafeEqual } from 'node:crypto'

const SIGNATURE = /^sha256=([0-9a-f]{64})$/

/** Whether `header` (X-Hub-Signature-256) is the HMAC-SHA-256 of these very bytes. Takes the same time whatever differs. */
export function isSignedBy(secret: string, body: Uint8Array, header: string | undefined): boolean {
  const given = SIGNATURE.exec(header ?? '')?.[1]
  if (given === undefined) return false
  return timingSafeEqual(Buffer.from(given, 'hex'), createHmac('sha256', secret).update(body).digest())
}

/** Compares two secrets of any length without telling where they differ. */
export function isSameSecret(expected: string, given: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(expected), digest(given))
}
