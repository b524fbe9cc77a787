import type { Actor } from '../../contracts/access.ts'
import type { AuditItem, ListAuditQuery } from '../../contracts/api/audit.ts'
import type { AuditEvent } from '../../contracts/audit-actions.ts'
import { createMicroBatch } from '../../platform/db/micro-batch.ts'
import { AppError } from '../../platform/errors.ts'
import type { Db } from '../database.ts'
import { auditEventBy, auditScopeOf } from './audit.domain.ts'
import type { OfficeDirectory, People } from './audit.ports.ts'
import { insertEvents, listEvents } from './audit.repository.ts'

// Two statements under way keep one connection busy while the other commits; 256 entries are about 100 kB.
const MAX_ITEMS = 256
const MAX_IN_FLIGHT = 2
// At 256 a go this is some 20 goes, well under a second; a longer queue means the database is not keeping up.
const MAX_WAITING = 5000

export function createAuditWriter(db: Db) {
  const batch = createMicroBatch<AuditEvent, undefined>({
    maxItems: MAX_ITEMS,
    maxInFlight: MAX_IN_FLIGHT,
    async run(events) {
      await insertEvents(db, events)
      return events.map(() => undefined)
    },
  })
  let waiting = 0

  return async (event: AuditEvent): Promise<void> => {
    if (waiting >= MAX_WAITING) throw new AppError('service_unavailable')
    waiting += 1
    try {
      await batch.add(event)
    } finally {
      waiting -= 1
    }
  }
}

type ListDeps = { db: Db; offices: OfficeDirectory; people: People; write: (event: AuditEvent) => Promise<void> }

export function createAuditReader({ db, offices, people, write }: ListDeps) {
  return async (
    { actor, requestId }: { actor: Actor; requestId: string },
    query: ListAuditQuery,
  ): Promise<{ items: AuditItem[]; nextCursor: string | null }> => {
    const { cursor, limit, ...filter } = query
    const scope = auditScopeOf(actor)
    const rows = await listEvents(db, {
      scope,
      officeIds: 'region' in scope ? await offices.listOfficeIds(scope.region) : [],
      actorId: filter.actor,
      action: filter.action,
      subjectType: filter.subjectType,
      subjectId: filter.subjectId,
      from: filter.from,
      to: filter.to,
      beforeId: cursor === undefined ? undefined : Number(cursor),
      limit: limit + 1,
    })
    await write(
      auditEventBy(actor, requestId, {
        action: 'read_audit',
        subjectType: 'audit',
        subjectId: null,
        details: { filter: Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined)) },
      }),
    )
    const page = rows.slice(0, limit)
    const ids = new Set(page.flatMap(({ actorId }) => actorId ?? []))
    const names = await people.listNames(db, [...ids])
    const items = page.map((row) => ({ ...row, actorName: names.get(row.actorId ?? '') ?? null }))
    return { items, nextCursor: rows.length > limit ? String(items.at(-1)?.id) : null }
  }
}

export type AuditReader = ReturnType<typeof createAuditReader>
