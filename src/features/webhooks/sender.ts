import { promises as dns, type LookupAddress } from 'node:dns'
import type { LookupFunction } from 'node:net'
import { Agent, request } from 'undici'
import type { AttemptOutcome } from '../../contracts/api/webhooks.ts'
import type { Attempt } from './attempts.domain.ts'
import type { TargetGuard } from './target-guard.ts'

/** All addresses of a name, as the machine's resolver has them. */
export type Resolve = (hostname: string) => Promise<LookupAddress[]>

export const systemResolve: Resolve = (hostname) => dns.lookup(hostname, { all: true })

export type Sender = {
  /** One POST. Never throws, follows nothing, reads nothing; all of it ends within the deadline. */
  send(url: string, headers: Record<string, string>, body: string): Promise<Attempt>
  /** Breaks off what is under way. */
  close(): Promise<void>
}

const KEEP_ALIVE_MS = 4_000
/** So much of an answer is thrown away to keep its connection; more costs the connection. */
const DISCARD_BYTES = 16 * 1024

const TLS_ERROR = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER|^ERR_TLS|^ERR_SSL|^EPROTO$/
const NAME_ERROR = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL', 'EAI_NODATA', 'EAI_NONAME'])

class AddressRefused extends Error {
  readonly code = 'ERR_ADDRESS_REFUSED'
}

/**
 * The name is resolved and checked where the connection takes its addresses from: there is no second look-up in between
 * that could answer something else. One address that must not be reached refuses the name.
 */
function guardedLookup(guard: TargetGuard, resolve: Resolve): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname).then(
      (addresses) => {
        const [first] = addresses
        if (!first || !addresses.every(({ address }) => guard.mayReach(hostname, address))) {
          callback(new AddressRefused(), [])
        } else if (options.all) callback(null, addresses)
        else callback(null, first.address, first.family)
      },
      (error: unknown) => callback(error instanceof Error ? error : new Error('no answer'), []),
    )
  }
}

export function createSender(options: { guard: TargetGuard; resolve: Resolve; deadlineMs: number }): Sender {
  const { guard, deadlineMs } = options
  // As many connections as there are attempts: endpoints of one host must not wait for each other.
  const agent = new Agent({
    pipelining: 1,
    keepAliveTimeout: KEEP_ALIVE_MS,
    connect: { lookup: guardedLookup(guard, options.resolve), timeout: deadlineMs },
  })

  return {
    async send(url, headers, body) {
      const began = performance.now()
      const ended = (outcome: AttemptOutcome, httpStatus: number | null = null): Attempt => ({
        outcome,
        httpStatus,
        durationMs: Math.round(performance.now() - began),
      })
      // The settings may have changed since it was registered; and an address in place of a name is never looked up.
      if (guard.findUrlFault(url) !== null) return ended('address_refused')
      const signal = AbortSignal.timeout(deadlineMs)
      try {
        const response = await request(url, {
          method: 'POST',
          headers: { ...headers, 'content-type': 'application/json', 'user-agent': 'PuntaDewa-Webhooks' },
          body,
          signal,
          dispatcher: agent,
        })
        const { statusCode } = response
        const attempt = ended(statusCode >= 200 && statusCode < 300 ? 'delivered' : 'refused', statusCode)
        await response.body.dump({ limit: DISCARD_BYTES, signal }).catch(() => {})
        return attempt
      } catch (error) {
        return ended(signal.aborted ? 'timeout' : outcomeOf(error))
      }
    },
    close: () => agent.destroy(),
  }
}

function outcomeOf(error: unknown): AttemptOutcome {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code === 'ERR_ADDRESS_REFUSED') return 'address_refused'
  if (NAME_ERROR.has(code)) return 'name_unknown'
  if (code === 'UND_ERR_CONNECT_TIMEOUT') return 'timeout'
  return TLS_ERROR.test(code) ? 'tls_refused' : 'connection_failed'
}
