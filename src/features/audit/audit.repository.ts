import { sql } from 'kysely'
import type { AuditItem } from '../../contracts/api/audit.ts'
import type { AuditEvent } from '../../contracts/audit-actions.ts'
import type { Db } from '../database.ts'
import { type AuditScope, maskIdentity } from './audit.domain.ts'

/** One INSERT however many entries: arrays keep the statement the same, and below the limit of parameters. */
export async function insertEvents(executor: Db, events: readonly AuditEvent[]): Promise<void> {
  if (events.length === 0) return
  await sql`
    insert into audit_event
      (actor_id, actor_role, office_id, region_code, action, subject_type, subject_id, request_id, details)
    select * from unnest(
      ${events.map((event) => event.actorId)}::text[],
      ${events.map((event) => event.actorRole)}::text[],
      ${events.map((event) => event.officeId ?? null)}::uuid[],
      ${events.map((event) => event.regionCode ?? null)}::text[],
      ${events.map((event) => event.action)}::text[],
      ${events.map((event) => event.subjectType)}::text[],
      ${events.map((event) => event.subjectId)}::text[],
      ${events.map((event) => event.requestId)}::text[],
      ${events.map((event) => (event.details ? maskIdentity(event.details) : null))}::jsonb[]
    )
  `.execute(executor)
}

export type AuditFilter = {
  scope: AuditScope
  /** Offices of the scope's region. */
  officeIds: readonly string[]
  actorId?: string | undefined
  action?: string | undefined
  subjectType?: string | undefined
  subjectId?: string | undefined
  from?: string | undefined
  to?: string | undefined
  beforeId?: number | undefined
  limit: number
}

const inScope = (scope: AuditScope, officeIds: readonly string[]) => {
  if (!('region' in scope)) return sql<boolean>`actor_id = ${scope.own}`
  const { own, region, includeUnplaced } = scope
  // '/' is the character after '.': the subtree is a range of the C-collated code.
  return sql<boolean>`(
    actor_id = ${own}
    or region_code = ${region}
    or (region_code > ${`${region}.`} and region_code < ${`${region}/`})
    or office_id = any(${officeIds}::uuid[])
    or (region_code is null and office_id is null and ${includeUnplaced}::boolean)
  )`
}

/** Newest first, by id. */
export async function listEvents(executor: Db, filter: AuditFilter): Promise<Omit<AuditItem, 'actorName'>[]> {
  let query = executor
    .selectFrom('audit_event')
    .select([
      'id',
      'at',
      'actor_id',
      'actor_role',
      'office_id',
      'region_code',
      'action',
      'subject_type',
      'subject_id',
      'request_id',
      'details',
    ])
    .where(inScope(filter.scope, filter.officeIds))
  if (filter.actorId !== undefined) query = query.where('actor_id', '=', filter.actorId)
  if (filter.action !== undefined) query = query.where('action', '=', filter.action)
  if (filter.subjectType !== undefined) query = query.where('subject_type', '=', filter.subjectType)
  if (filter.subjectId !== undefined) query = query.where('subject_id', '=', filter.subjectId)
  if (filter.from !== undefined) query = query.where('at', '>=', sql<Date>`${filter.from}::timestamptz`)
  if (filter.to !== undefined) query = query.where('at', '<', sql<Date>`${filter.to}::timestamptz`)
  if (filter.beforeId !== undefined) query = query.where('id', '<', filter.beforeId)
  const rows = await query.orderBy('id', 'desc').limit(filter.limit).execute()
  return rows.map((row) => ({
    id: row.id,
    at: row.at.toISOString(),
    actorId: row.actor_id,
    actorRole: row.actor_role,
    officeId: row.office_id,
    regionCode: row.region_code,
    action: row.action,
    subjectType: row.subject_type,
    subjectId: row.subject_id,
    requestId: row.request_id,
    details: isObject(row.details) ? row.details : null,
  }))
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
