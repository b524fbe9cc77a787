import { isDeepStrictEqual } from 'node:util'
import type { Actor } from '../../contracts/access.ts'
import type { CreateOfficeBody, ListOfficesQuery, OfficeItem, UpdateOfficeBody } from '../../contracts/api/regions.ts'
import { isInSubtree } from '../../contracts/primitives/region-code.ts'
import type { Clock } from '../../platform/clock.ts'
import { AppError, type FieldIssue } from '../../platform/errors.ts'
import type { Ids } from '../../platform/ids.ts'
import type { Db } from '../database.ts'
import { findOffice, insertOffice, listOffices, updateOffice } from './offices.repository.ts'
import type { RegionIndex } from './region-index.ts'
import { ancestorCode } from './regions.domain.ts'
import type { AuditPort } from './regions.ports.ts'

/** Who calls, and the request it is part of. */
export type Caller = { actor: Actor; requestId: string }

type OfficeServiceDeps = { db: Db; index: () => RegionIndex; audit: AuditPort; clock: Clock; ids: Ids }

/** Offices are whole kab/kota's affairs: whoever sees a part of one sees its offices. */
const officeScopeOf = (actor: Actor): string => ancestorCode(actor.regionCode, 2)

export function createOfficeService({ db, index, audit, clock, ids }: OfficeServiceDeps) {
  const checkVillage = (office: { regionCode: string; villageCode: string | null }): FieldIssue[] => {
    if (office.villageCode === null) return []
    if (!isInSubtree(office.villageCode, office.regionCode)) {
      return [{ path: 'villageCode', code: 'village_outside_region' }]
    }
    return index().findVillage(office.villageCode) ? [] : [{ path: 'villageCode', code: 'village_unknown' }]
  }

  const record = (
    tx: Db,
    { actor, requestId }: Caller,
    action: 'create_office' | 'change_office',
    office: OfficeItem,
    details: Record<string, unknown>,
  ) =>
    audit.record(tx, [
      {
        actorId: actor.userId,
        actorRole: actor.role,
        action,
        subjectType: 'office',
        subjectId: office.id,
        requestId,
        officeId: office.id,
        regionCode: office.regionCode,
        details,
      },
    ])

  const get = async (executor: Db, actor: Actor, id: string): Promise<OfficeItem> => {
    const office = await findOffice(executor, id, officeScopeOf(actor))
    if (!office) throw new AppError('not_found')
    return office
  }

  return {
    async listOffices({ actor }: Caller, query: ListOfficesQuery) {
      const rows = await listOffices(db, {
        scope: officeScopeOf(actor),
        region: query.region,
        kind: query.kind,
        active: query.active === undefined ? undefined : query.active === 'true',
        after: query.cursor,
        limit: query.limit + 1,
      })
      const items = rows.slice(0, query.limit)
      return { items, nextCursor: rows.length > query.limit ? (items.at(-1)?.id ?? null) : null }
    },

    getOffice: ({ actor }: Caller, id: string): Promise<OfficeItem> => get(db, actor, id),

    async createOffice(caller: Caller, body: CreateOfficeBody): Promise<OfficeItem> {
      const region = index().find(body.regionCode)
      // A region outside the admin's own is as unknown as one that does not exist.
      const isKnown = region && !region.retired && isInSubtree(body.regionCode, officeScopeOf(caller.actor))
      const issues: FieldIssue[] = isKnown ? checkVillage(body) : [{ path: 'regionCode', code: 'region_unknown' }]
      if (issues.length > 0) throw new AppError('invalid_input', { issues })
      const office: OfficeItem = { ...body, id: ids.next(), active: true, version: 1 }
      return await db.transaction().execute(async (tx) => {
        if (!(await insertOffice(tx, office))) throw new AppError('name_in_use', { details: { field: 'code' } })
        await record(tx, caller, 'create_office', office, { code: office.code, kind: office.kind, name: office.name })
        return office
      })
    },

    async updateOffice(caller: Caller, id: string, body: UpdateOfficeBody): Promise<OfficeItem> {
      const { version, ...given } = body
      return await db.transaction().execute(async (tx) => {
        const before = await get(tx, caller.actor, id)
        if (before.version !== version) throw new AppError('version_conflict', { details: { version: before.version } })
        const after: OfficeItem = { ...before }
        const changes: Record<string, unknown> = {}
        for (const field of OFFICE_FIELDS) {
          const value = given[field]
          if (value === undefined || isDeepStrictEqual(value, before[field])) continue
          Object.assign(after, { [field]: value })
          changes[field] = { from: before[field], to: value }
        }
        if (Object.keys(changes).length === 0) return before
        const issues = checkVillage(after)
        if (issues.length > 0) throw new AppError('invalid_input', { issues })
        if (!(await updateOffice(tx, after, clock.now()))) throw new AppError('version_conflict')
        await record(tx, caller, 'change_office', after, { changes })
        return { ...after, version: version + 1 }
      })
    },
  }
}

const OFFICE_FIELDS = [
  'name',
  'villageCode',
  'address',
  'openingHours',
  'phone',
  'bpjsFacilityCode',
  'active',
] as const satisfies readonly (keyof OfficeItem & keyof UpdateOfficeBody)[]

export type OfficeService = ReturnType<typeof createOfficeService>
