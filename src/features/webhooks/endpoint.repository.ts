import { type Selectable, sql } from 'kysely'
import type { PauseReason, WebhookStatus } from '../../contracts/api/webhooks.ts'
import type { SubscribableEvent } from '../../contracts/events/webhook-events.ts'
import type { DB, Db, Tx } from '../database.ts'
import type { Health } from './attempts.domain.ts'

export type Endpoint = Health & {
  id: string
  regionCode: string
  url: string
  events: SubscribableEvent[]
  description: string
  secretSealed: Buffer
  previousSecretSealed: Buffer | null
  previousUntil: Date | null
  status: WebhookStatus
  pausedBecause: PauseReason | null
  createdAt: Date
}

// The columns hold what contracts/api/webhooks.ts allows; the casts say so in this one place.
const toEndpoint = (row: Selectable<DB['webhook_endpoint']>): Endpoint => ({
  id: row.id,
  regionCode: row.region_code,
  url: row.url,
  events: row.events as SubscribableEvent[],
  description: row.description,
  secretSealed: row.secret_sealed,
  previousSecretSealed: row.previous_secret_sealed,
  previousUntil: row.previous_until,
  status: row.status as WebhookStatus,
  pausedBecause: row.paused_because as PauseReason | null,
  failures: row.failures,
  failingSince: row.failing_since,
  openUntil: row.open_until,
  createdAt: row.created_at,
})

/** Registered for this region or for a part of it. */
const inScope = (region: string) => sql<boolean>`(region_code = ${region} OR starts_with(region_code, ${`${region}.`}))`

export async function listEndpoints(executor: Db, region: string): Promise<Endpoint[]> {
  const rows = await executor
    .selectFrom('webhook_endpoint')
    .selectAll()
    .where(inScope(region))
    .orderBy('id')
    .limit(1_000)
    .execute()
  return rows.map(toEndpoint)
}

export async function findEndpointInScope(executor: Db, id: string, region: string): Promise<Endpoint | undefined> {
  const row = await executor
    .selectFrom('webhook_endpoint')
    .selectAll()
    .where('id', '=', id)
    .where(inScope(region))
    .executeTakeFirst()
  return row && toEndpoint(row)
}

/** Locked until the transaction ends. */
export async function lockEndpointInScope(executor: Tx, id: string, region: string): Promise<Endpoint | undefined> {
  const row = await executor
    .selectFrom('webhook_endpoint')
    .selectAll()
    .where('id', '=', id)
    .where(inScope(region))
    .forNoKeyUpdate()
    .executeTakeFirst()
  return row && toEndpoint(row)
}

export async function findEndpoint(executor: Db, id: string): Promise<Endpoint | undefined> {
  const row = await executor.selectFrom('webhook_endpoint').selectAll().where('id', '=', id).executeTakeFirst()
  return row && toEndpoint(row)
}

export async function lockEndpoint(executor: Tx, id: string): Promise<Endpoint | undefined> {
  const row = await executor
    .selectFrom('webhook_endpoint')
    .selectAll()
    .where('id', '=', id)
    .forNoKeyUpdate()
    .executeTakeFirst()
  return row && toEndpoint(row)
}

/** One transaction at a time counts and adds the endpoints of a region. */
export async function countEndpointsLocking(executor: Tx, region: string): Promise<number> {
  await sql`SELECT pg_advisory_xact_lock(hashtextextended(${`webhook_endpoint:${region}`}, 0))`.execute(executor)
  const { count } = await executor
    .selectFrom('webhook_endpoint')
    .select((select) => select.fn.countAll<number>().as('count'))
    .where('region_code', '=', region)
    .executeTakeFirstOrThrow()
  return count
}

export async function insertEndpoint(
  executor: Db,
  endpoint: Pick<Endpoint, 'id' | 'regionCode' | 'url' | 'events' | 'description' | 'secretSealed' | 'createdAt'> & {
    createdBy: string
  },
): Promise<void> {
  await executor
    .insertInto('webhook_endpoint')
    .values({
      id: endpoint.id,
      region_code: endpoint.regionCode,
      url: endpoint.url,
      events: endpoint.events,
      description: endpoint.description,
      secret_sealed: endpoint.secretSealed,
      status: 'active',
      created_by: endpoint.createdBy,
      created_at: endpoint.createdAt,
    })
    .execute()
}

type Changeable =
  | 'url'
  | 'events'
  | 'description'
  | 'secretSealed'
  | 'previousSecretSealed'
  | 'previousUntil'
  | 'status'
  | 'pausedBecause'
  | keyof Health
/** What is undefined stays. */
export type EndpointChange = { [Column in Changeable]?: Endpoint[Column] | undefined }

export async function updateEndpoint(executor: Db, id: string, change: EndpointChange): Promise<void> {
  const columns = {
    url: change.url,
    events: change.events,
    description: change.description,
    secret_sealed: change.secretSealed,
    previous_secret_sealed: change.previousSecretSealed,
    previous_until: change.previousUntil,
    status: change.status,
    paused_because: change.pausedBecause,
    failures: change.failures,
    failing_since: change.failingSince,
    open_until: change.openUntil,
  }
  const given = Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== undefined))
  if (Object.keys(given).length === 0) return
  await executor.updateTable('webhook_endpoint').set(given).where('id', '=', id).execute()
}

/** With everything it is owed. */
export async function deleteEndpoint(executor: Db, id: string): Promise<void> {
  await executor.deleteFrom('webhook_endpoint').where('id', '=', id).execute()
}

export type EndpointCounts = { active: number; failing: number; paused: number; dead: number }

export async function countForMetrics(executor: Db): Promise<EndpointCounts> {
  const { rows } = await sql<EndpointCounts>`
    SELECT (count(*) FILTER (WHERE status = 'active' AND failures = 0))::int AS active,
      (count(*) FILTER (WHERE status = 'active' AND failures > 0))::int AS failing,
      (count(*) FILTER (WHERE status = 'paused'))::int AS paused,
      (SELECT count(*) FROM webhook_delivery WHERE state = 'dead')::int AS dead
    FROM webhook_endpoint`.execute(executor)
  return rows[0] ?? { active: 0, failing: 0, paused: 0, dead: 0 }
}
