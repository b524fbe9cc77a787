import { type Selectable, sql } from 'kysely'
import type { View, ViewInput, ViewShare } from '../../contracts/api/views.ts'
import type { DB, Db, Tx } from '../database.ts'

export type SavedView = Omit<View, 'owner' | 'isOwn' | 'share' | 'updatedAt'> & {
  ownerId: string
  share: ViewShare | null
  updatedAt: Date
}

/** Who looks: what is shared reaches a person by office, by region and role. */
export type Viewer = { userId: string; role: string; officeIds: readonly string[]; regions: readonly string[] }

// The columns hold what contracts/api/views.ts allows; the casts say so in this one place.
function readShare(row: Selectable<DB['saved_view']>): ViewShare | null {
  switch (row.shared_with) {
    case 'office':
      return { with: 'office', officeId: row.share_office ?? '' }
    case 'region':
      return { with: 'region', regionCode: row.share_region ?? '' }
    case 'role':
      return {
        with: 'role',
        role: row.share_role as Extract<ViewShare, { with: 'role' }>['role'],
        regionCode: row.share_region ?? '',
      }
    default:
      return null
  }
}

const readView = (row: Selectable<DB['saved_view']>): SavedView => ({
  id: row.id,
  name: row.name,
  filters: row.filters as View['filters'],
  sort: row.sort as View['sort'],
  columns: row.columns as View['columns'],
  share: readShare(row),
  ownerId: row.owner_id,
  version: row.version,
  updatedAt: row.updated_at,
})

const columnsOf = ({ name, filters, sort, columns, share }: ViewInput) => ({
  name,
  filters: JSON.stringify(filters),
  sort,
  columns,
  shared_with: share?.with ?? null,
  share_office: share?.with === 'office' ? share.officeId : null,
  share_region: share?.with === 'region' || share?.with === 'role' ? share.regionCode : null,
  share_role: share?.with === 'role' ? share.role : null,
})

/** The viewer's own and what is shared with the viewer, own ones first, by name. */
export async function listViews(db: Db, viewer: Viewer, most: number): Promise<SavedView[]> {
  const rows = await db
    .selectFrom('saved_view')
    .selectAll()
    .where((eb) =>
      eb.or([
        eb('owner_id', '=', viewer.userId),
        eb('share_office', '=', sql<string>`ANY(${viewer.officeIds}::uuid[])`),
        eb.and([
          eb('share_region', '=', sql<string>`ANY(${viewer.regions}::text[])`),
          eb.or([eb('share_role', 'is', null), eb('share_role', '=', viewer.role)]),
        ]),
      ]),
    )
    .orderBy(sql`owner_id <> ${viewer.userId}`)
    .orderBy('name')
    .orderBy('id')
    .limit(most)
    .execute()
  return rows.map(readView)
}

/** One transaction at a time counts and adds the views of a person. */
export async function countViewsLocking(tx: Tx, ownerId: string): Promise<number> {
  await sql`SELECT pg_advisory_xact_lock(hashtextextended(${`saved_view:${ownerId}`}, 0))`.execute(tx)
  const { count } = await tx
    .selectFrom('saved_view')
    .select((select) => select.fn.countAll<number>().as('count'))
    .where('owner_id', '=', ownerId)
    .executeTakeFirstOrThrow()
  return Number(count)
}

export async function insertView(db: Db, view: { id: string; ownerId: string; at: Date } & ViewInput): Promise<void> {
  await db
    .insertInto('saved_view')
    .values({ id: view.id, owner_id: view.ownerId, ...columnsOf(view), created_at: view.at, updated_at: view.at })
    .execute()
}

/** Replaces the owner's view if it still has this version. */
export async function replaceView(
  db: Db,
  view: { id: string; ownerId: string; version: number; at: Date } & ViewInput,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('saved_view')
    .set({ ...columnsOf(view), version: view.version + 1, updated_at: view.at })
    .where('id', '=', view.id)
    .where('owner_id', '=', view.ownerId)
    .where('version', '=', view.version)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

export async function findOwnView(db: Db, id: string, ownerId: string): Promise<SavedView | undefined> {
  const row = await db
    .selectFrom('saved_view')
    .selectAll()
    .where('id', '=', id)
    .where('owner_id', '=', ownerId)
    .executeTakeFirst()
  return row && readView(row)
}

export async function deleteView(db: Db, id: string, ownerId: string): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('saved_view')
    .where('id', '=', id)
    .where('owner_id', '=', ownerId)
    .executeTakeFirst()
  return numDeletedRows === 1n
}
