import { z } from 'zod'
import type { UnavailableReason } from '../../../contracts/api/bpjs.ts'
import { decryptPayload } from './decryption.ts'

/** What an HTTP answer means. `code` and `message` are the envelope's own, when it had one. */
export type EnvelopeReading =
  | { kind: 'data'; data: unknown }
  | { kind: 'no_data' }
  | { kind: 'failure'; reason: UnavailableReason; code: string | null; message: string | null }

const metaData = z.object({
  // VClaim writes "200", PCare 200.
  code: z.union([z.string(), z.number()]).transform((code) => String(code).trim()),
  message: z.string().nullish(),
})
const envelopeSchema = z.union([
  z.object({ metaData, response: z.unknown().optional() }),
  z
    .object({ metadata: metaData, response: z.unknown().optional() })
    .transform((body) => ({ ...body, metaData: body.metadata })),
])

/** Message texts are not stable, so they never decide in favour of an answer; these words only take a 201's word away. */
const CREDENTIAL_WORDS =
  /signature|timestamp|time ?stamp|expired|cons-?_?id|user_?key|unauthori[sz]ed|authenti|otentikasi|token/i

/**
 * Reads one answer. Both the HTTP status and the code inside must agree on success or on "no data"; only a parsed 201
 * without data becomes `no_data`, everything unclear is a failure.
 */
export function readEnvelope(answer: { httpStatus: number; body: string }, decryptKey: Buffer): EnvelopeReading {
  const { httpStatus } = answer
  const succeeded = httpStatus >= 200 && httpStatus <= 299
  const fail = (
    reason: UnavailableReason,
    code: string | null = null,
    message: string | null = null,
  ): EnvelopeReading => ({
    kind: 'failure',
    reason,
    code,
    message,
  })
  if (httpStatus === 429) return fail('rate_limited')
  if (answer.body.trim() === '') return fail(succeeded ? 'empty_body' : failureOfStatus(httpStatus))
  const json = parseJson(answer.body)
  if (!json) return fail(succeeded ? 'not_json' : failureOfStatus(httpStatus))
  const envelope = envelopeSchema.safeParse(json.value)
  if (!envelope.success) return fail(succeeded ? 'bad_answer' : failureOfStatus(httpStatus))

  const { code, message = null } = envelope.data.metaData
  const { response } = envelope.data
  if (!succeeded) return fail(failureOfCode(code) ?? failureOfStatus(httpStatus), code, message)
  if (code === '200') return readSuccess(response, decryptKey) ?? fail('bad_answer', code)
  if (code === '201' && isNothing(response)) {
    return CREDENTIAL_WORDS.test(message ?? '') ? fail('credentials_refused', code, message) : { kind: 'no_data' }
  }
  return fail(failureOfCode(code) ?? 'unexpected_code', code, message)

  function readSuccess(payload: unknown, key: Buffer): EnvelopeReading | undefined {
    if (isNothing(payload)) return undefined
    // Some services and versions answer in the clear.
    if (typeof payload !== 'string') return { kind: 'data', data: payload }
    const decrypted = decryptPayload(payload, key)
    return decrypted ? { kind: 'data', data: decrypted.value } : fail('undecryptable', code)
  }
}

function failureOfStatus(httpStatus: number): UnavailableReason {
  if (httpStatus === 401 || httpStatus === 403) return 'credentials_refused'
  return 'http_error'
}

function failureOfCode(code: string): UnavailableReason | undefined {
  if (code === '401' || code === '403') return 'credentials_refused'
  if (code === '400' || code === '412') return 'request_refused'
  if (code === '429') return 'rate_limited'
  return /^5\d\d$/.test(code) ? 'server_error' : undefined
}

function isNothing(response: unknown): boolean {
  return response === undefined || response === null || response === ''
}

function parseJson(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) }
  } catch {
    return undefined
  }
}
