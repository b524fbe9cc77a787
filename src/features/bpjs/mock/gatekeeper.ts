import type { IncomingHttpHeaders } from 'node:http'
import type { MockCredentials } from './credentials.ts'
import { expectedSignature, isSameText } from './seal.ts'

const TOLERANCE_SECONDS = 5 * 60

/** The accepted timestamp, or the service's refusal. The real texts are not documented; the kinds of refusal are. */
export type Admission = { timestamp: string } | { refusal: string }

/** Checks what the real gateway checks, in headers' own words. `now` is the service's clock. */
export function admit(
  headers: IncomingHttpHeaders,
  credentials: MockCredentials,
  needsLogin: boolean,
  now: Date,
): Admission {
  const header = (name: string): string => {
    const value = headers[name]
    return typeof value === 'string' ? value : ''
  }
  if (header('x-cons-id') !== credentials.consId) return { refusal: 'Unauthorized: unknown cons-id' }
  if (header('user_key') !== credentials.userKey) return { refusal: 'Unauthorized: invalid user_key' }
  const timestamp = header('x-timestamp')
  if (!/^\d{1,12}$/.test(timestamp)) return { refusal: 'Invalid timestamp' }
  const signature = expectedSignature(credentials.consId, credentials.secret, timestamp)
  if (!isSameText(header('x-signature'), signature)) return { refusal: 'Invalid signature' }
  const ageSeconds = now.getTime() / 1000 - Number(timestamp)
  if (Math.abs(ageSeconds) > TOLERANCE_SECONDS) return { refusal: 'Timestamp expired' }
  if (needsLogin) {
    const { username, password, applicationCode } = credentials
    const login = Buffer.from(`${username}:${password}:${applicationCode}`).toString('base64')
    if (!isSameText(header('x-authorization'), `Basic ${login}`)) {
      return { refusal: 'Unauthorized: username or password is wrong' }
    }
  }
  return { timestamp }
}
