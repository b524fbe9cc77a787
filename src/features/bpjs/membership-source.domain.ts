import type { BpjsHealth, MembershipSourceName, UnavailableReason } from '../../contracts/api/bpjs.ts'
import type { Participant } from './membership.domain.ts'

/** What a source knows about a NIK, before it is compared with anybody. `asOf`: the day the data describes, null when live. */
export type SourceAnswer =
  | { kind: 'found'; participant: Participant; asOf: string | null }
  | { kind: 'not_found'; asOf: string | null }
  | { kind: 'unavailable'; reason: UnavailableReason; retryAfterMs: number | null; asOf: string | null }

export type SourceHealth = Omit<BpjsHealth, 'source'>

export type MembershipSource = {
  name: MembershipSourceName
  /** Never throws for the service's own failures; ends by `deadline`. */
  ask(nik: string, deadline: Date): Promise<SourceAnswer>
  health(): SourceHealth
  close(): Promise<void>
}

export function unavailable(reason: UnavailableReason, retryAfterMs: number | null = null): SourceAnswer {
  return { kind: 'unavailable', reason, retryAfterMs, asOf: null }
}

/** Health of a source without a connection. */
export const QUIET_HEALTH: SourceHealth = {
  breaker: 'none',
  retryAt: null,
  lastSuccessAt: null,
  lastFailure: null,
  clockSkewSeconds: null,
  inFlight: 0,
  waiting: 0,
}
