import type { Logger } from 'pino'
import type { Clock } from '../../../../platform/clock.ts'
import type { Db } from '../../../database.ts'
import { errorName } from '../../error-name.ts'
import { withDeadline } from '../../with-deadline.ts'
import { findHolder, giveLeaseBack, type HeldState, renewLease, takeLease } from './session.repository.ts'
import type { Resting } from './supervisor.domain.ts'

/** Another process takes over so long after the last renewal of one that died. */
const LEASE_MS = 20_000
/** So much earlier the holder itself takes it for ended: its clock may be set, and its browser must be gone by then. */
const MARGIN = 0.25
const RENEW_EVERY = 0.25
/** A renewal that takes longer failed: the next one is due. */
const RENEW_DEADLINE = 0.2

export type Lease = {
  /** Takes the session when it is free or its holder is gone for certain. Answers with the generation that ran last, and what only a person ends. */
  take(): Promise<{ generation: number; resting: Resting | null } | undefined>
  /** Renews when it is time or there is something to write. False: the lease is lost. */
  renew(held: HeldState, hasNews: boolean): Promise<boolean>
  giveBack(resting: Resting | null): Promise<void>
  /** Ours to use until then, by our own clock; undefined when we do not hold it or it may have ended. */
  heldUntil(): Date | undefined
  /** To write with; undefined as above. */
  token(): number | undefined
  drop(): void
}

/** One holder's side of the lease. A process that stood still finds it ended by its own clock, and its writes refused. */
export function createLease(deps: {
  db: Db
  clock: Clock
  logger: Logger
  holder: string
  isGone?: ((holder: string) => boolean) | undefined
  leaseMs?: number | undefined
}): Lease {
  const { db, clock, logger, holder, isGone = () => false, leaseMs = LEASE_MS } = deps
  let held: { token: number; until: Date; renewedAt: Date } | undefined

  const valid = () => (held && clock.now() < held.until ? held : undefined)
  // From before the asking: the database counts from a later moment.
  const untilOf = (askedAt: Date): Date => new Date(askedAt.getTime() + leaseMs * (1 - MARGIN))

  /** The token stays true to what was seen: whoever took it meanwhile keeps it. */
  const takeFromDead = async (wanted: Parameters<typeof takeLease>[1]) => {
    const seen = await findHolder(db)
    return seen && isGone(seen.holder) ? await takeLease(db, { ...wanted, evenFrom: seen.token }) : undefined
  }

  return {
    async take() {
      const askedAt = clock.now()
      const wanted = { holder, leaseMs, at: askedAt }
      const taken = (await takeLease(db, wanted)) ?? (await takeFromDead(wanted))
      if (!taken) return undefined
      held = { token: taken.token, until: untilOf(askedAt), renewedAt: askedAt }
      return taken
    },

    async renew(state, hasNews) {
      const current = valid()
      if (!current) return false
      const askedAt = clock.now()
      if (!hasNews && askedAt.getTime() - current.renewedAt.getTime() < leaseMs * RENEW_EVERY) return true
      try {
        const renewal = renewLease(db, { token: current.token, leaseMs }, state)
        if (!(await withDeadline(renewal, leaseMs * RENEW_DEADLINE))) return false
        held = { ...current, until: untilOf(askedAt), renewedAt: askedAt }
      } catch (error) {
        logger.warn({ errorName: errorName(error) }, 'the lease on the WhatsApp session was not renewed')
      }
      return valid() !== undefined
    },

    async giveBack(resting) {
      const current = held
      held = undefined
      if (current) await giveLeaseBack(db, current.token, clock.now(), resting)
    },

    heldUntil: () => valid()?.until,
    token: () => valid()?.token,
    drop() {
      held = undefined
    },
  }
}
