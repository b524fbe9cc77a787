import { hash, randomBytes } from 'node:crypto'

const PREFIX = 'pdw_'
const SECRET_BYTES = 32
/** "pdw_" and eight characters: enough to tell keys apart, useless for guessing the other 35. */
const SHOWN_LENGTH = 12

export const API_KEY_PATTERN = /^pdw_[\w-]{43}$/

export const hashApiKey = (key: string): Buffer => hash('sha256', key, 'buffer')

/** A new key of 256 random bits, what of it may be shown later, and what is kept. */
export function mintApiKey(): { key: string; prefix: string; hash: Buffer } {
  const key = PREFIX + randomBytes(SECRET_BYTES).toString('base64url')
  return { key, prefix: key.slice(0, SHOWN_LENGTH), hash: hashApiKey(key) }
}
