import { type SqlBool, sql } from 'kysely'
import type { ApiScope } from '../../contracts/access.ts'
import type { ApiKeyItem } from '../../contracts/api/accounts.ts'
import type { Db } from '../database.ts'

const inSubtree = (root: string) =>
  sql<SqlBool>`(account.region_code = ${root} or (account.region_code > ${`${root}.`} and account.region_code < ${`${root}/`}))`

const selectKeys = (executor: Db, scope: string) =>
  executor
    .selectFrom('api_key')
    .innerJoin('account', 'account.user_id', 'api_key.user_id')
    .innerJoin('auth_user', 'auth_user.id', 'api_key.user_id')
    .select([
      'api_key.id',
      'api_key.user_id',
      'auth_user.username',
      'api_key.name',
      'api_key.prefix',
      'api_key.scopes',
      'api_key.expires_at',
      'api_key.last_used_at',
      'api_key.revoked_at',
      'api_key.created_at',
    ])
    .where(inSubtree(scope))

type KeyRow = {
  id: string
  user_id: string
  username: string
  name: string
  prefix: string
  scopes: string[]
  expires_at: Date
  last_used_at: Date | null
  revoked_at: Date | null
  created_at: Date
}

const toKey = (row: KeyRow): ApiKeyItem => ({
  id: row.id,
  userId: row.user_id,
  username: row.username,
  name: row.name,
  prefix: row.prefix,
  scopes: row.scopes as ApiScope[],
  expiresAt: row.expires_at.toISOString(),
  lastUsedAt: row.last_used_at?.toISOString() ?? null,
  revokedAt: row.revoked_at?.toISOString() ?? null,
  createdAt: row.created_at.toISOString(),
})

/** Newest first: ids are sorted by time. `scope`: keys of accounts outside this subtree are as good as not there. */
export async function listApiKeys(
  executor: Db,
  filter: { scope: string; before?: string | undefined; limit: number },
): Promise<ApiKeyItem[]> {
  let query = selectKeys(executor, filter.scope)
  if (filter.before !== undefined) query = query.where('api_key.id', '<', filter.before)
  const rows = await query.orderBy('api_key.id', 'desc').limit(filter.limit).execute()
  return rows.map(toKey)
}

export async function findApiKey(executor: Db, id: string, scope: string): Promise<ApiKeyItem | undefined> {
  const row = await selectKeys(executor, scope).where('api_key.id', '=', id).executeTakeFirst()
  return row && toKey(row)
}

export type NewApiKey = {
  id: string
  userId: string
  name: string
  prefix: string
  hash: Buffer
  scopes: readonly ApiScope[]
  expiresAt: Date
  createdBy: string
  createdAt: Date
}

export async function insertApiKey(executor: Db, key: NewApiKey): Promise<void> {
  await executor
    .insertInto('api_key')
    .values({
      id: key.id,
      user_id: key.userId,
      name: key.name,
      prefix: key.prefix,
      hash: key.hash,
      scopes: [...key.scopes],
      expires_at: key.expiresAt,
      created_by: key.createdBy,
      created_at: key.createdAt,
    })
    .execute()
}

/** False when it was revoked before. */
export async function revokeApiKey(executor: Db, id: string, at: Date): Promise<boolean> {
  const result = await executor
    .updateTable('api_key')
    .set({ revoked_at: at })
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}
