import { setTimeout as sleep } from 'node:timers/promises'
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import type { Clock } from '../../../platform/clock.ts'
import { type FaultSwitch, registerControlRoutes } from './control.ts'
import { MOCK_CREDENTIALS, type MockCredentials } from './credentials.ts'
import { admit } from './gatekeeper.ts'
import { createMockPopulation, PLACEHOLDER } from './population.ts'
import { createRegister, type MockProtocol } from './register.ts'
import { createRequestLog } from './request-log.ts'
import { encryptAnswer } from './seal.ts'

export type BpjsMock = {
  /** Starts answering; the promise holds the address (http://host:port). Port 0 picks a free one. */
  listen(address: { host: string; port: number }): Promise<string>
  /** Stops, also the answers that hang. */
  close(): Promise<void>
}

type BpjsMockDeps = { clock: Clock; credentials?: MockCredentials }

const DEFAULT_DELAY_MS = 1_000
const DEFAULT_SKEW_MS = 10 * 60_000
const RUNTIME_ERROR =
  '<!DOCTYPE html><html><head><title>Runtime Error</title></head><body><h1>Server Error</h1></body></html>'
const WELCOME = '<!DOCTYPE html><html><body>It works!</body></html>'

/**
 * A stand-in for the PCare and VClaim participant services that speaks their protocol: headers, signature, encrypted answers,
 * codes. Members and faults live in memory and are set through `/control`. Shares no code with the client, so that a mistake in
 * one shows against the other.
 */
export function createBpjsMock({ clock, credentials = MOCK_CREDENTIALS }: BpjsMockDeps): BpjsMock {
  const faults: FaultSwitch = { current: { mode: 'none' } }
  const requests = createRequestLog()
  const register = createRegister([PLACEHOLDER, ...createMockPopulation().map((member) => member.participant)])
  const stopping = new AbortController()
  const app = fastify({ forceCloseConnections: true, routerOptions: { caseSensitive: false } })
  registerControlRoutes(app, { register, faults, requests })

  type Question = { protocol: MockProtocol; kind: 'nik' | 'card'; number: string }

  const answer = async (request: FastifyRequest, reply: FastifyReply, question: Question): Promise<unknown> => {
    const { mode, delayMs } = faults.current
    const skewMs = mode === 'clockSkew' ? (delayMs ?? DEFAULT_SKEW_MS) : 0
    const now = new Date(clock.now().getTime() + skewMs)
    reply.header('date', now.toUTCString())
    switch (mode) {
      case 'delay':
        await sleep(delayMs ?? DEFAULT_DELAY_MS, undefined, { signal: stopping.signal })
        break
      case 'hang':
        reply.hijack()
        return undefined
      case '500':
        return reply.code(500).type('text/html').send(RUNTIME_ERROR)
      case 'html':
        return reply.type('text/html').send(WELCOME)
      case 'empty':
        return reply.type('application/json').send('')
      case 'text':
        return reply.type('text/plain').send('Service is busy, please try again')
      case 'badJson':
        return reply.type('application/json').send('{"metaData":{"code":"200","message":"OK"},"response":"')
      case 'rateLimit':
        reply.header('retry-after', String(Math.ceil((delayMs ?? DEFAULT_DELAY_MS) / 1000)))
        return reply.code(429).send(envelope(question.protocol, 429, 'Too Many Requests', null))
      default:
    }

    const admission = admit(request.headers, credentials, question.protocol === 'pcare', now)
    if ('refusal' in admission) return reply.code(401).send(envelope(question.protocol, 401, admission.refusal, null))
    const found = mode === 'code201' ? undefined : register.find(question.protocol, question.kind, question.number)
    if (found === undefined) return envelope(question.protocol, 201, 'Data peserta tidak ditemukan', null)
    const secret = mode === 'wrongKey' ? `${credentials.secret}-changed` : credentials.secret
    const encrypted = encryptAnswer(found, credentials.consId, secret, admission.timestamp)
    return envelope(question.protocol, 200, 'OK', encrypted)
  }

  registerProtocolRoutes(app, async (request, reply, question) => {
    const end = requests.begin(question.number)
    const willHang = faults.current.mode === 'hang'
    try {
      return await answer(request, reply, question)
    } finally {
      // A caller cannot ask again before its answer, so the count of those under way is exact.
      if (willHang) reply.raw.once('close', end)
      else end()
    }
  })

  return {
    listen: (address) => app.listen(address),
    async close() {
      stopping.abort()
      await app.close()
    },
  }

  function registerProtocolRoutes(
    server: FastifyInstance,
    respond: (request: FastifyRequest, reply: FastifyReply, question: Question) => Promise<unknown>,
  ): void {
    type ByNumber = { Params: { number: string } }
    type ByKind = { Params: { kind: string; number: string } }
    server.get<ByNumber>('/pcare-rest/peserta/:number', (request, reply) =>
      respond(request, reply, { protocol: 'pcare', kind: 'card', number: request.params.number }),
    )
    server.get<ByKind>('/pcare-rest/peserta/:kind/:number', (request, reply) => {
      const kind = request.params.kind.toLowerCase() === 'nik' ? 'nik' : 'card'
      return respond(request, reply, { protocol: 'pcare', kind, number: request.params.number })
    })
    server.get<ByKind>('/vclaim-rest/Peserta/:kind/:number/tglSEP/:date', (request, reply) => {
      const kind = request.params.kind.toLowerCase() === 'nik' ? 'nik' : 'card'
      return respond(request, reply, { protocol: 'vclaim', kind, number: request.params.number })
    })
  }
}

/** VClaim writes the code as text, PCare as a number. */
function envelope(protocol: MockProtocol, code: number, message: string, response: string | null): unknown {
  return { metaData: { code: protocol === 'vclaim' ? String(code) : code, message }, response }
}
