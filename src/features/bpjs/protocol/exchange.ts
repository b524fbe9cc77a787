import { Agent, request } from 'undici'
import type { UnavailableReason } from '../../../contracts/api/bpjs.ts'

export type HttpAnswer = { httpStatus: number; body: string; date: string | null; retryAfter: string | null }
export type ExchangeResult = { answer: HttpAnswer } | { failure: UnavailableReason }

export type Exchange = {
  /** One GET. Never throws; the whole of it, body included, ends within `timeoutMs`. */
  get(url: string, headers: Record<string, string>, timeoutMs: number): Promise<ExchangeResult>
  close(): Promise<void>
}

/** One member is about 1.5 kB encrypted. The bound also keeps a bad body from growing without limit when decompressed. */
const MAX_BODY_BYTES = 64 * 1024
const KEEP_ALIVE_MS = 30_000
const CERTIFICATE_ERROR = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER|^ERR_TLS|^ERR_SSL/
const LOST_CONNECTION = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE', 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH'])

/** Keep-alive connections, at most `connections` to the service at a time. Certificates are always verified; redirects are not followed. */
export function createExchange(connections: number): Exchange {
  const agent = new Agent({ connections, pipelining: 1, keepAliveTimeout: KEEP_ALIVE_MS })
  return {
    async get(url, headers, timeoutMs) {
      const signal = AbortSignal.timeout(timeoutMs)
      try {
        const response = await request(url, { method: 'GET', headers, signal, dispatcher: agent })
        const chunks: Buffer[] = []
        let size = 0
        for await (const chunk of response.body) {
          const bytes = Buffer.from(chunk)
          size += bytes.length
          // Leaving the loop destroys the stream, and with it the connection.
          if (size > MAX_BODY_BYTES) return { failure: 'body_too_large' }
          chunks.push(bytes)
        }
        const answer: HttpAnswer = {
          httpStatus: response.statusCode,
          body: Buffer.concat(chunks).toString('utf8'),
          date: firstOf(response.headers.date),
          retryAfter: firstOf(response.headers['retry-after']),
        }
        return { answer }
      } catch (error) {
        return { failure: signal.aborted ? 'timeout' : failureOf(error) }
      }
    },
    close: () => agent.destroy(),
  }
}

function firstOf(header: string | string[] | undefined): string | null {
  return (Array.isArray(header) ? header[0] : header) ?? null
}

function failureOf(error: unknown): UnavailableReason {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code === 'UND_ERR_CONNECT_TIMEOUT') return 'timeout'
  if (CERTIFICATE_ERROR.test(code)) return 'tls_refused'
  if (LOST_CONNECTION.has(code) || code.startsWith('HPE_')) return 'connection_lost'
  return 'connection_failed'
}
