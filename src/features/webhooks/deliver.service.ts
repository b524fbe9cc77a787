import type { Logger } from 'pino'
import type { PauseReason } from '../../contracts/api/webhooks.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Sealer } from '../../platform/crypto/sealer.ts'
import type { Outbox } from '../../platform/outbox/outbox.ts'
import type { Db, Tx } from '../database.ts'
import { type Attempt, healthAfter, isOnTrial, nextAttempt } from './attempts.domain.ts'
import { type Claimed, claimDeliveries, findNextDue, recordAttempt } from './delivery.repository.ts'
import { type Endpoint, findEndpoint, lockEndpoint, updateEndpoint } from './endpoint.repository.ts'
import { openSecrets } from './secrets.ts'
import type { Sender } from './sender.ts'
import { signedHeaders } from './signature.domain.ts'
import type { AuditTrail } from './webhooks.ports.ts'

/** Attempts side by side at one receiver. */
const ROUND = 4
/** A receiver with a backlog gives its place to others after so long, and goes on when it is its turn again. */
const TURN_MS = 5_000
/** Added to the deadline of an attempt: a process that stood still is not taken for dead at once. */
const CLAIM_MARGIN_MS = 20_000

export type DeliverDeps = {
  db: Db
  clock: Clock
  sealer: Sealer
  outbox: Pick<Outbox, 'add'>
  audit: AuditTrail
  logger: Logger
  sender: Sender
  deadlineMs: number
  random: () => number
}

/** Ends the caller's piece of work inside the given transaction. */
export type Settle = (executor: Tx) => Promise<void>

export function createDeliver(deps: DeliverDeps) {
  const { db, clock, sealer, outbox, audit, logger, sender } = deps

  async function attempt(endpoint: Endpoint, secrets: readonly string[], claimed: Claimed): Promise<Attempt> {
    const headers = signedHeaders(secrets, { id: claimed.eventId, at: clock.now(), body: claimed.body })
    return await sender.send(endpoint.url, headers, claimed.body)
  }

  async function pause(tx: Tx, endpoint: Endpoint, because: Exclude<PauseReason, 'admin'>): Promise<void> {
    await updateEndpoint(tx, endpoint.id, { status: 'paused', pausedBecause: because })
    await audit.record(tx, [
      {
        actorId: null,
        actorRole: 'system',
        action: 'change_webhook',
        subjectType: 'webhook',
        subjectId: endpoint.id,
        requestId: null,
        regionCode: endpoint.regionCode,
        details: { status: 'paused', because },
      },
    ])
    logger.error({ endpointId: endpoint.id, because }, 'a webhook was paused: its receiver takes nothing any more')
  }

  async function recordRound(
    endpointId: string,
    done: readonly { claimed: Claimed; attempt: Attempt }[],
  ): Promise<void> {
    const now = clock.now()
    await db.transaction().execute(async (tx) => {
      // The endpoint before its deliveries, as whoever deletes one does.
      const endpoint = await lockEndpoint(tx, endpointId)
      if (!endpoint) return
      for (const { claimed, attempt: made } of done) {
        const nextAt = made.outcome === 'delivered' ? null : nextAttempt(claimed.attempts, now, deps.random)
        await recordAttempt(tx, { ...claimed, endpointId }, made, { at: now, nextAt })
      }
      // An admin's pause meanwhile has the last word.
      if (endpoint.status !== 'active') return
      const after = healthAfter(
        endpoint,
        done.map(({ attempt: made }) => made),
        now,
      )
      if (endpoint.failures > 0 || after.health.failures > 0) await updateEndpoint(tx, endpointId, after.health)
      if (after.pause) await pause(tx, endpoint, after.pause)
    })
  }

  /** A few attempts side by side. False: there is nothing to do now. */
  async function round(endpointId: string): Promise<boolean> {
    const endpoint = await findEndpoint(db, endpointId)
    const now = clock.now()
    if (endpoint?.status !== 'active' || (endpoint.openUntil && endpoint.openUntil > now)) return false
    const secrets = openSecrets(sealer, endpoint, now)
    const claims = await claimDeliveries(db, {
      endpointId,
      now,
      until: new Date(now.getTime() + deps.deadlineMs + CLAIM_MARGIN_MS),
      limit: isOnTrial(endpoint) ? 1 : ROUND,
    })
    if (claims.length === 0) return false
    const made = await Promise.all(
      claims.map(async (claimed) => ({ claimed, attempt: await attempt(endpoint, secrets, claimed) })),
    )
    await recordRound(endpointId, made)
    return true
  }

  return {
    /**
     * Delivers what is due to one endpoint, for a while, and arranges for the rest. May die anywhere and run twice: an event is
     * delivered at least once, and each attempt of it is made by one process. `settle` commits together with the arrangement.
     */
    async deliver(endpointId: string, signal: AbortSignal, settle: Settle): Promise<void> {
      const endsAt = clock.now().getTime() + TURN_MS
      while (!signal.aborted && clock.now().getTime() < endsAt && (await round(endpointId)));
      await db.transaction().execute(async (tx) => {
        const endpoint = await findEndpoint(tx, endpointId)
        const next = endpoint?.status === 'active' ? await findNextDue(tx, endpointId) : null
        if (endpoint && next) {
          const dueAt = endpoint.openUntil && endpoint.openUntil > next ? endpoint.openUntil : next
          await outbox.add(tx, [{ topic: 'webhooks.deliver', key: endpointId, payload: { endpointId }, dueAt }])
        }
        await settle(tx)
      })
    },
  }
}
export type Deliver = ReturnType<typeof createDeliver>
