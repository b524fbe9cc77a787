import { sql } from 'kysely'
import type { Db } from '../database.ts'
import type { NotedEvent } from './body.domain.ts'

/** Events that no body was composed for yet. */
export async function listUncomposed(executor: Db, ids: readonly string[]): Promise<NotedEvent[]> {
  const rows = await executor
    .selectFrom('webhook_event')
    .select(['id', 'position', 'type', 'region_code', 'subject_id', 'intake_id', 'change', 'at'])
    .where('id', '=', sql<string>`ANY(${ids}::uuid[])`)
    .where('body', 'is', null)
    .orderBy('position')
    .execute()
  return rows.map((row) => ({
    id: row.id,
    position: row.position,
    type: row.type,
    regionCode: row.region_code,
    subjectId: row.subject_id,
    intakeId: row.intake_id,
    change: isObject(row.change) ? row.change : {},
    at: row.at,
  }))
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export async function recordBodies(executor: Db, bodies: readonly { id: string; body: string }[]): Promise<void> {
  await sql`
    UPDATE webhook_event AS e SET body = b.body
    FROM unnest(${bodies.map(({ id }) => id)}::uuid[], ${bodies.map(({ body }) => body)}::text[]) AS b (id, body)
    WHERE e.id = b.id AND e.body IS NULL`.execute(executor)
}

/** Composed as every other event, for this endpoint alone. */
export async function insertPing(
  executor: Db,
  ping: { id: string; endpointId: string; regionCode: string; at: Date },
): Promise<void> {
  await executor
    .insertInto('webhook_event')
    .values({
      id: ping.id,
      type: 'webhook.ping',
      region_code: ping.regionCode,
      subject_id: ping.endpointId,
      change: '{}',
      at: ping.at,
    })
    .execute()
}

/** Deliveries go with their events. */
export async function deleteEventsBefore(executor: Db, before: Date, limit: number): Promise<number> {
  const result = await executor
    .deleteFrom('webhook_event')
    .where('id', 'in', (select) =>
      select.selectFrom('webhook_event').select('id').where('at', '<', before).orderBy('at').limit(limit),
    )
    .executeTakeFirst()
  return Number(result.numDeletedRows)
}
