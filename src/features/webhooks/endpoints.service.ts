import { randomBytes } from 'node:crypto'
import type { Actor } from '../../contracts/access.ts'
import {
  type CreateWebhook,
  type DeliveryPage,
  type ListDeliveriesQuery,
  type ReplayWish,
  type UpdateWebhook,
  WEBHOOK_ENDPOINTS_MAX,
  WEBHOOK_REPLAY_MAX,
  type WebhookItem,
  type WebhookWithSecret,
} from '../../contracts/api/webhooks.ts'
import type { AuditAction, AuditEvent } from '../../contracts/audit-actions.ts'
import { kabkotaCode } from '../../contracts/primitives/region-code.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Sealer } from '../../platform/crypto/sealer.ts'
import { AppError } from '../../platform/errors.ts'
import type { Ids } from '../../platform/ids.ts'
import type { Outbox } from '../../platform/outbox/outbox.ts'
import type { Db, Tx } from '../database.ts'
import { HEALTHY } from './attempts.domain.ts'
import {
  countReplayable,
  isHeardOf,
  listDeliveries,
  type ReplayRange,
  replayDeliveries,
} from './delivery.repository.ts'
import {
  countEndpointsLocking,
  deleteEndpoint,
  type Endpoint,
  findEndpointInScope,
  insertEndpoint,
  listEndpoints,
  lockEndpointInScope,
  updateEndpoint,
} from './endpoint.repository.ts'
import { insertPing } from './event.repository.ts'
import { secretContext } from './secrets.ts'
import { SECRET_BYTES, writeSecret } from './signature.domain.ts'
import type { TargetGuard } from './target-guard.ts'
import type { AuditTrail } from './webhooks.ports.ts'

const HOUR_MS = 60 * 60_000

export type Caller = { actor: Actor; requestId: string }

export type EndpointsDeps = {
  db: Db
  clock: Clock
  ids: Ids
  sealer: Sealer
  outbox: Pick<Outbox, 'add' | 'announce'>
  audit: AuditTrail
  guard: TargetGuard
}

/** What admins do about the endpoints of their region. Another region's is `not_found`. */
export function createEndpoints(deps: EndpointsDeps) {
  const { db, clock, ids, sealer, outbox, audit, guard } = deps

  const requireUrl = (url: string): string => {
    const fault = guard.findUrlFault(url)
    if (fault) throw new AppError('invalid_input', { issues: [{ path: 'url', code: fault }] })
    return new URL(url).href
  }

  const eventOf = (
    { actor, requestId }: Caller,
    action: AuditAction,
    endpointId: string,
    details?: Record<string, unknown>,
  ): AuditEvent => ({
    actorId: actor.userId,
    actorRole: actor.role,
    officeId: actor.officeId,
    regionCode: actor.regionCode,
    requestId,
    action,
    subjectType: 'webhook',
    subjectId: endpointId,
    ...(details && { details }),
  })

  const newSecret = (endpointId: string): { secret: string; sealed: Buffer } => {
    const secret = writeSecret(randomBytes(SECRET_BYTES))
    return { secret, sealed: sealer.seal(secret, secretContext(endpointId)) }
  }

  const toItem = (endpoint: Endpoint): WebhookItem => {
    const { previousUntil } = endpoint
    return {
      id: endpoint.id,
      regionCode: endpoint.regionCode,
      url: endpoint.url,
      events: endpoint.events,
      description: endpoint.description,
      status: endpoint.status,
      pausedBecause: endpoint.pausedBecause,
      failures: endpoint.failures,
      failingSince: endpoint.failingSince?.toISOString() ?? null,
      previousSecretUntil: previousUntil && previousUntil > clock.now() ? previousUntil.toISOString() : null,
      createdAt: endpoint.createdAt.toISOString(),
    }
  }

  const require = async (executor: Db, { actor }: Caller, id: string): Promise<Endpoint> => {
    const endpoint = await findEndpointInScope(executor, id, actor.regionCode)
    if (!endpoint) throw new AppError('not_found')
    return endpoint
  }

  /** Changes one endpoint of the caller's region under its lock; what `work` says is audited with it. */
  const change = async <Result>(
    caller: Caller,
    id: string,
    work: (tx: Tx, endpoint: Endpoint) => Promise<{ result: Result; audit?: AuditEvent }>,
  ): Promise<Result> => {
    const result = await db.transaction().execute(async (tx) => {
      const endpoint = await lockEndpointInScope(tx, id, caller.actor.regionCode)
      if (!endpoint) throw new AppError('not_found')
      const done = await work(tx, endpoint)
      if (done.audit) await audit.record(tx, [done.audit])
      return done.result
    })
    outbox.announce()
    return result
  }

  const addDelivering = async (tx: Tx, endpointId: string): Promise<void> =>
    await outbox.add(tx, [{ topic: 'webhooks.deliver', key: endpointId, payload: { endpointId } }])

  return {
    async list({ actor }: Caller): Promise<{ items: WebhookItem[] }> {
      return { items: (await listEndpoints(db, actor.regionCode)).map(toItem) }
    },

    async get(caller: Caller, id: string): Promise<WebhookItem> {
      return toItem(await require(db, caller, id))
    },

    /** The only time, beside a rotation, that the secret is shown. `forbidden` to admins of less than a kab/kota. */
    async create(caller: Caller, body: CreateWebhook): Promise<WebhookWithSecret> {
      const { regionCode, userId } = caller.actor
      // Events are of the kab/kota whose office registered: a kecamatan would hear of none.
      if (regionCode.length > 2 && !kabkotaCode.safeParse(regionCode).success) throw new AppError('forbidden')
      const url = requireUrl(body.url)
      const id = ids.next()
      const { secret, sealed } = newSecret(id)
      const endpoint = await db.transaction().execute(async (tx) => {
        if ((await countEndpointsLocking(tx, regionCode)) >= WEBHOOK_ENDPOINTS_MAX) {
          const issue = { path: 'url', code: 'webhook_too_many', params: { max: WEBHOOK_ENDPOINTS_MAX } } as const
          throw new AppError('invalid_input', { issues: [issue] })
        }
        await insertEndpoint(tx, {
          ...body,
          url,
          id,
          regionCode,
          secretSealed: sealed,
          createdBy: userId,
          createdAt: clock.now(),
        })
        await audit.record(tx, [
          eventOf(caller, 'create_webhook', id, { host: new URL(url).host, events: body.events }),
        ])
        return await require(tx, caller, id)
      })
      return { webhook: toItem(endpoint), secret }
    },

    /** Another address starts with a clean record. Repeatable. */
    async update(caller: Caller, id: string, body: UpdateWebhook): Promise<WebhookItem> {
      const url = body.url === undefined ? undefined : requireUrl(body.url)
      return await change(caller, id, async (tx, endpoint) => {
        const moved = url !== undefined && url !== endpoint.url
        await updateEndpoint(tx, id, { ...body, url, ...(moved && HEALTHY) })
        if (moved) await addDelivering(tx, id)
        const details = { ...(moved && { host: new URL(url).host }), ...(body.events && { events: body.events }) }
        return { result: toItem(await require(tx, caller, id)), audit: eventOf(caller, 'change_webhook', id, details) }
      })
    },

    /** Both secrets sign until the overlap ends; a secret from an earlier rotation ends at once. */
    async rotateSecret(
      caller: Caller,
      id: string,
      { overlapHours }: { overlapHours: number },
    ): Promise<WebhookWithSecret> {
      return await change(caller, id, async (tx, endpoint) => {
        const { secret, sealed } = newSecret(id)
        await updateEndpoint(tx, id, {
          secretSealed: sealed,
          previousSecretSealed: overlapHours > 0 ? endpoint.secretSealed : null,
          previousUntil: overlapHours > 0 ? new Date(clock.now().getTime() + overlapHours * HOUR_MS) : null,
        })
        return {
          result: { webhook: toItem(await require(tx, caller, id)), secret },
          audit: eventOf(caller, 'rotate_webhook_secret', id, { overlapHours }),
        }
      })
    },

    /** Nothing is delivered any more; what happens is kept for later. Repeatable. */
    async pause(caller: Caller, id: string): Promise<WebhookItem> {
      return await change(caller, id, async (tx, endpoint) => {
        if (endpoint.status === 'paused') return { result: toItem(endpoint) }
        await updateEndpoint(tx, id, { status: 'paused', pausedBecause: 'admin' })
        return {
          result: toItem(await require(tx, caller, id)),
          audit: eventOf(caller, 'change_webhook', id, { status: 'paused', because: 'admin' }),
        }
      })
    },

    /** With a clean record; what was kept is delivered now. Repeatable. */
    async resume(caller: Caller, id: string): Promise<WebhookItem> {
      return await change(caller, id, async (tx, endpoint) => {
        if (endpoint.status === 'active') return { result: toItem(endpoint) }
        await updateEndpoint(tx, id, { status: 'active', pausedBecause: null, ...HEALTHY })
        await addDelivering(tx, id)
        return {
          result: toItem(await require(tx, caller, id)),
          audit: eventOf(caller, 'change_webhook', id, { status: 'active' }),
        }
      })
    },

    /** With everything it is owed. */
    async remove(caller: Caller, id: string): Promise<void> {
      await change(caller, id, async (tx) => {
        await deleteEndpoint(tx, id)
        return { result: undefined, audit: eventOf(caller, 'delete_webhook', id) }
      })
    },

    /** Has a test event delivered. `action_not_allowed` while it is paused. */
    async ping(caller: Caller, id: string): Promise<{ eventId: string }> {
      return await change(caller, id, async (tx, endpoint) => {
        if (endpoint.status === 'paused') throw new AppError('action_not_allowed')
        const eventId = ids.next()
        await insertPing(tx, { id: eventId, endpointId: id, regionCode: endpoint.regionCode, at: clock.now() })
        return { result: { eventId }, audit: eventOf(caller, 'test_webhook', id, { eventId }) }
      })
    },

    /**
     * Owes events once more, under their own ids. Those on their way already are left alone, so that it may be repeated.
     * `not_found` for an event that the endpoint does not hear of or that is forgotten.
     */
    async replay(caller: Caller, id: string, wish: ReplayWish): Promise<{ events: number }> {
      const range: ReplayRange =
        'eventId' in wish
          ? { endpointId: id, eventId: wish.eventId, from: null, to: null, onlyDead: false }
          : {
              endpointId: id,
              eventId: null,
              from: new Date(wish.from),
              to: new Date(wish.to),
              onlyDead: wish.onlyDead,
            }
      return await change(caller, id, async (tx) => {
        if (range.eventId && !(await isHeardOf(tx, id, range.eventId))) throw new AppError('not_found')
        if ((await countReplayable(tx, range)) > WEBHOOK_REPLAY_MAX) {
          const issue = { path: 'to', code: 'replay_too_many', params: { max: WEBHOOK_REPLAY_MAX } } as const
          throw new AppError('invalid_input', { issues: [issue] })
        }
        const events = await replayDeliveries(tx, range, clock.now())
        await addDelivering(tx, id)
        return { result: { events }, audit: eventOf(caller, 'replay_webhook', id, { ...wish, events }) }
      })
    },

    async listDeliveries(caller: Caller, id: string, query: ListDeliveriesQuery): Promise<DeliveryPage> {
      await require(db, caller, id)
      const rows = await listDeliveries(db, {
        endpointId: id,
        state: query.state,
        before: query.cursor === undefined ? undefined : Number(query.cursor),
        limit: query.limit + 1,
      })
      const page = rows.slice(0, query.limit)
      return {
        items: page.map(({ position: _, at, attemptedAt, nextAttemptAt, ...row }) => ({
          ...row,
          at: at.toISOString(),
          attemptedAt: attemptedAt?.toISOString() ?? null,
          nextAttemptAt: row.state === 'pending' ? nextAttemptAt.toISOString() : null,
        })),
        nextCursor: rows.length > page.length ? String(page.at(-1)?.position) : null,
      }
    },
  }
}
export type Endpoints = ReturnType<typeof createEndpoints>
