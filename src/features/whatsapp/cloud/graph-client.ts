import { Agent, type Dispatcher, type FormData, request } from 'undici'

/** One answer of the service, or what kept it away. `written`: whether any of the request may have left this machine. */
export type GraphAnswer = { httpStatus: number; body: string } | { failure: true; written: boolean }

export type GraphClient = {
  /** One POST; a form brings its own content type. Never throws and never repeats; the whole of it, body included, ends within `timeoutMs`. */
  post(url: string, headers: Record<string, string>, body: string | FormData, timeoutMs: number): Promise<GraphAnswer>
}

// Answers are under 1 kB; what is larger is none of the service's.
const MAX_BODY_BYTES = 64 * 1024
const KEEP_ALIVE_MS = 30_000
const CONNECT_TIMEOUT_MS = 5_000
const CONNECTIONS = 8

/** Certificates are always verified; redirects are not followed, so the token goes nowhere else. */
export function createGraphClient(): GraphClient {
  const agent = new Agent({
    connections: CONNECTIONS,
    pipelining: 1,
    keepAliveTimeout: KEEP_ALIVE_MS,
    connect: { timeout: CONNECT_TIMEOUT_MS },
  })
  return {
    async post(url, headers, body, timeoutMs) {
      let written = false
      // Told of each request when its connection stands and its first byte is about to go out.
      const dispatcher = agent.compose((dispatch) => (options, handler) => {
        const watching: Dispatcher.DispatchHandler = {
          onRequestStart(controller, context) {
            written = true
            handler.onRequestStart?.(controller, context)
          },
          onRequestUpgrade: (...args) => handler.onRequestUpgrade?.(...args),
          onResponseStart: (...args) => handler.onResponseStart?.(...args),
          onResponseData: (...args) => handler.onResponseData?.(...args),
          onResponseEnd: (...args) => handler.onResponseEnd?.(...args),
          onResponseError: (...args) => handler.onResponseError?.(...args),
        }
        return dispatch(options, watching)
      })
      try {
        const signal = AbortSignal.timeout(timeoutMs)
        const response = await request(url, { method: 'POST', headers, body, signal, dispatcher })
        const chunks: Buffer[] = []
        let size = 0
        for await (const chunk of response.body) {
          const bytes = Buffer.from(chunk)
          size += bytes.length
          // Leaving the loop destroys the stream, and with it the connection.
          if (size > MAX_BODY_BYTES) return { failure: true, written }
          chunks.push(bytes)
        }
        return { httpStatus: response.statusCode, body: Buffer.concat(chunks).toString('utf8') }
      } catch {
        // Foreign errors quote addresses; what matters is whether anything may have left.
        return { failure: true, written }
      }
    },
  }
}
