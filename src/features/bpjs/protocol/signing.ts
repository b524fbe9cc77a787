import { createHash, createHmac } from 'node:crypto'

/** Issued by BPJS per facility; `userKey` per service. The login is PCare's own, on top of the signature. */
export type BpjsCredentials = {
  consId: string
  secret: string
  userKey: string
  pcareLogin?: { username: string; password: string; applicationCode: string }
}

export type SignedRequest = { headers: Record<string, string>; decryptKey: Buffer }

/** Epoch seconds as BPJS wants them. Take it once per request: header, signature and decrypt key must agree. */
export function timestampOf(now: Date): string {
  return String(Math.floor(now.getTime() / 1000))
}

/** base64(HMAC-SHA256(secret, message)), not URL-encoded. */
export function signatureOf(secret: string, message: string): string {
  return createHmac('sha256', secret).update(message).digest('base64')
}

/** Headers and answer key from one captured timestamp, so that no second boundary can fall between them. */
export function signRequest(credentials: BpjsCredentials, timestamp: string): SignedRequest {
  const headers: Record<string, string> = {
    'X-cons-id': credentials.consId,
    'X-timestamp': timestamp,
    'X-signature': signatureOf(credentials.secret, `${credentials.consId}&${timestamp}`),
    user_key: credentials.userKey,
    Accept: 'application/json',
    'Accept-Encoding': 'identity',
    'Content-Type': 'application/json; charset=utf-8',
  }
  if (credentials.pcareLogin) {
    const { username, password, applicationCode } = credentials.pcareLogin
    const login = Buffer.from(`${username}:${password}:${applicationCode}`).toString('base64')
    headers['X-authorization'] = `Basic ${login}`
  }
  const decryptKey = createHash('sha256').update(`${credentials.consId}${credentials.secret}${timestamp}`).digest()
  return { headers, decryptKey }
}
