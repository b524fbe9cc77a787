import pLimit from 'p-limit'
import type { Logger } from 'pino'
import { UNAVAILABLE_REASONS, type UnavailableReason } from '../../../contracts/api/bpjs.ts'
import { dayInZone } from '../../../contracts/primitives/calendar-date.ts'
import type { Clock } from '../../../platform/clock.ts'
import { type SourceAnswer, type SourceHealth, unavailable } from '../membership-source.domain.ts'
import { type CallOutcome, createCircuitBreaker } from './circuit-breaker.ts'
import { readEnvelope } from './envelope.ts'
import { createExchange, type HttpAnswer } from './exchange.ts'
import { type Protocol, readParticipant } from './participant.ts'
import { parseRetryAfter } from './retry-after.ts'
import { type BpjsCredentials, signRequest, timestampOf } from './signing.ts'

export type ProtocolSettings = {
  protocol: Protocol
  /** With the service's path, for example https://apijkn.bpjs-kesehatan.go.id/pcare-rest. */
  baseUrl: string
  credentials: BpjsCredentials
  /** One call from first byte sent to last byte read, a repeated connection included. */
  timeoutMs: number
  /** Calls at a time. BPJS publishes no limit; a facility is a polite guest. */
  concurrency: number
}

export type ProtocolClient = {
  /** Asks about one NIK. Never throws; ends by `deadline`, the wait for a free place included. */
  ask(nik: string, deadline: Date): Promise<SourceAnswer>
  health(): SourceHealth
  close(): Promise<void>
}

type ProtocolClientDeps = {
  settings: ProtocolSettings
  clock: Clock
  timeZone: string
  logger: Logger
}

/** Five failures in a row are not chance; a first pause of 5 s is short for a person, long for a struggling server. */
const BREAKER = { failuresToOpen: 5, openMs: 5_000, maxOpenMs: 30_000 }
/** A drift beyond this explains a refused signature (tolerances of 5 to 15 minutes are reported). */
const EXPLAINING_SKEW_SECONDS = 240
const MESSAGE_LENGTH = 200
const ANSWER_CODE_LENGTH = 32

/** A problem of one request, not of the service: it does not count against it. */
const BLAMELESS: ReadonlySet<UnavailableReason> = new Set(['request_refused', 'unexpected_code'])

export function createProtocolClient({ settings, clock, timeZone, logger }: ProtocolClientDeps): ProtocolClient {
  const baseUrl = checkedBaseUrl(settings.baseUrl)
  const exchange = createExchange(settings.concurrency)
  const limit = pLimit(settings.concurrency)
  const breaker = createCircuitBreaker({ clock, ...BREAKER })
  let lastSuccessAt: Date | null = null
  let lastFailure: SourceHealth['lastFailure'] = null
  let clockSkewSeconds: number | null = null

  const pathOf = (nik: string, now: Date): string =>
    settings.protocol === 'pcare' ? `/peserta/nik/${nik}` : `/Peserta/nik/${nik}/tglSEP/${dayInZone(now, timeZone)}`

  const noteSkew = (date: string | null): void => {
    const theirs = Date.parse(date ?? '')
    if (!Number.isNaN(theirs)) clockSkewSeconds = Math.round((clock.now().getTime() - theirs) / 1000)
  }

  const call = async (nik: string, deadline: Date): Promise<SourceAnswer> => {
    const entry = breaker.enter()
    if ('refusedForMs' in entry) return unavailable('breaker_open', entry.refusedForMs)
    const startedAt = clock.now()
    const granted = Math.min(settings.timeoutMs, deadline.getTime() - startedAt.getTime())
    const endsAt = startedAt.getTime() + granted

    const attempt = async (): Promise<Reading> => {
      const now = clock.now()
      const { headers, decryptKey } = signRequest(settings.credentials, timestampOf(now))
      const timeoutMs = Math.max(1, Math.ceil(endsAt - now.getTime()))
      const result = await exchange.get(`${baseUrl}${pathOf(nik, now)}`, headers, timeoutMs)
      if ('failure' in result) return failed(result.failure)
      noteSkew(result.answer.date)
      return interpret(result.answer, decryptKey)
    }

    let reading: Reading | undefined
    try {
      reading = await attempt()
      // A kept-alive connection may be closed by the other side just as we use it: asking once more costs them nothing.
      if (reading.kind === 'failure' && reading.reason === 'connection_lost') reading = await attempt()
    } finally {
      // Whatever happens, the permit comes back: a probe that is never settled would keep the breaker open for good.
      entry.permit.settle(verdictOn(reading, granted), retryAfterOf(reading))
    }
    if (reading.kind === 'definite') {
      lastSuccessAt = clock.now()
      return reading.answer
    }
    noteFailure(reading, clock.now().getTime() - startedAt.getTime())
    return unavailable(reading.reason, reading.retryAfterMs)
  }

  const noteFailure = (failure: Failure, durationMs: number): void => {
    const { reason, httpStatus } = failure
    const loggable = {
      at: clock.now().toISOString(),
      reason,
      kind: UNAVAILABLE_REASONS[reason].kind,
      httpStatus,
      answerCode: failure.code?.slice(0, ANSWER_CODE_LENGTH) ?? null,
    }
    lastFailure = { ...loggable, answerMessage: isAboutCredentials(reason) ? maskDigits(failure.message) : null }
    logger.warn({ ...loggable, durationMs, breaker: breaker.state() }, 'bpjs did not answer')
  }

  const interpret = (answer: HttpAnswer, decryptKey: Buffer): Reading => {
    const envelope = readEnvelope(answer, decryptKey)
    if (envelope.kind === 'no_data') return { kind: 'definite', answer: { kind: 'not_found', asOf: null } }
    if (envelope.kind === 'data') {
      const participant = readParticipant(settings.protocol, envelope.data)
      if (participant) return { kind: 'definite', answer: { kind: 'found', participant, asOf: null } }
      return { ...failed('bad_answer'), httpStatus: answer.httpStatus }
    }
    const isSkewed = Math.abs(clockSkewSeconds ?? 0) > EXPLAINING_SKEW_SECONDS
    const reason = envelope.reason === 'credentials_refused' && isSkewed ? 'clock_skew' : envelope.reason
    return {
      kind: 'failure',
      reason,
      httpStatus: answer.httpStatus,
      code: envelope.code,
      message: envelope.message,
      retryAfterMs: reason === 'rate_limited' ? parseRetryAfter(answer.retryAfter, clock.now()) : null,
    }
  }

  /** A time-out under a caller's shorter deadline says nothing about the service. */
  const verdictOn = (reading: Reading | undefined, granted: number): CallOutcome => {
    if (reading === undefined) return 'neutral'
    if (reading.kind === 'definite' || BLAMELESS.has(reading.reason)) return 'success'
    return reading.reason === 'timeout' && granted < settings.timeoutMs ? 'neutral' : 'failure'
  }

  return {
    async ask(nik, deadline) {
      const remaining = deadline.getTime() - clock.now().getTime()
      if (remaining <= 0) return unavailable('overloaded')
      let isAbandoned = false
      const { promise: deadlinePassed, resolve } = Promise.withResolvers<SourceAnswer>()
      const timer = setTimeout(() => {
        isAbandoned = true
        resolve(unavailable('overloaded'))
      }, remaining)
      try {
        const turn = limit(() => {
          // From here the call's own time-out holds, and names what happened better than "overloaded" does.
          clearTimeout(timer)
          return isAbandoned ? unavailable('overloaded') : call(nik, deadline)
        })
        return await Promise.race([turn, deadlinePassed])
      } finally {
        clearTimeout(timer)
      }
    },
    health: () => ({
      breaker: breaker.state(),
      retryAt: breaker.retryAt()?.toISOString() ?? null,
      lastSuccessAt: lastSuccessAt?.toISOString() ?? null,
      lastFailure,
      clockSkewSeconds,
      inFlight: limit.activeCount,
      waiting: limit.pendingCount,
    }),
    close: () => exchange.close(),
  }
}

type Failure = {
  kind: 'failure'
  reason: UnavailableReason
  httpStatus: number | null
  code: string | null
  message: string | null
  retryAfterMs: number | null
}
type Reading = { kind: 'definite'; answer: SourceAnswer } | Failure

function failed(reason: UnavailableReason): Failure {
  return { kind: 'failure', reason, httpStatus: null, code: null, message: null, retryAfterMs: null }
}

function isAboutCredentials(reason: UnavailableReason): boolean {
  return reason === 'credentials_refused' || reason === 'clock_skew'
}

function retryAfterOf(reading: Reading | undefined): number | undefined {
  return reading?.kind === 'failure' ? (reading.retryAfterMs ?? undefined) : undefined
}

function maskDigits(message: string | null): string | null {
  return message?.replaceAll(/\d{5,}/g, '•••').slice(0, MESSAGE_LENGTH) ?? null
}

/** Credentials and identity numbers travel in the clear without TLS: plain HTTP is for the mock on a private address only. */
function checkedBaseUrl(setting: string): string {
  const url = new URL(setting)
  const isPrivate = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\]|[a-z0-9-]+)$/.test(url.hostname)
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isPrivate)) {
    throw new Error('BPJS_BASE_URL must be an https address')
  }
  return url.href.replace(/\/+$/, '')
}
