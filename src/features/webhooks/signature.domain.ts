import { createHmac } from 'node:crypto'

/** As the Standard Webhooks specification has it, so that its ready-made verifiers work. */
const SECRET_PREFIX = 'whsec_'
export const SECRET_BYTES = 32

export const writeSecret = (key: Uint8Array): string => `${SECRET_PREFIX}${Buffer.from(key).toString('base64')}`

const readSecret = (secret: string): Buffer => Buffer.from(secret.slice(SECRET_PREFIX.length), 'base64')

export type SignedHeaders = { 'webhook-id': string; 'webhook-timestamp': string; 'webhook-signature': string }

/**
 * HMAC-SHA-256 over `id.timestamp.body` by each secret: two signatures while one is being replaced. The id is signed too,
 * so that nobody can pass an old event off as a new one.
 */
export function signedHeaders(
  secrets: readonly string[],
  { id, at, body }: { id: string; at: Date; body: string },
): SignedHeaders {
  const timestamp = String(Math.floor(at.getTime() / 1000))
  const sign = (secret: string): string =>
    `v1,${createHmac('sha256', readSecret(secret)).update(`${id}.${timestamp}.${body}`).digest('base64')}`
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': secrets.map(sign).join(' '),
  }
}
