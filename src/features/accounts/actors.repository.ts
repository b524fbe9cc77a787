import { sql } from 'kysely'
import type { Actor, ApiScope, Role } from '../../contracts/access.ts'
import type { Db } from '../database.ts'

export type StoredActor = Omit<Actor, 'scopes'> & { mustChangePassword: boolean; twoFactorEnabled: boolean }

const selectActors = (executor: Db) =>
  executor
    .selectFrom('account')
    .innerJoin('auth_user', 'auth_user.id', 'account.user_id')
    .select([
      'account.user_id',
      'auth_user.username',
      'account.display_name',
      'account.role',
      'account.region_code',
      'account.must_change_password',
      'auth_user.two_factor_enabled',
      sql<string[]>`array(
        select office_id::text from account_office where account_office.user_id = account.user_id order by position
      )`.as('office_ids'),
    ])
    .where('account.active', '=', true)

type ActorRow = {
  user_id: string
  username: string
  display_name: string
  role: string
  region_code: string
  must_change_password: boolean
  two_factor_enabled: boolean
  office_ids: string[]
}

const toStoredActor = (row: ActorRow): StoredActor => ({
  userId: row.user_id,
  username: row.username,
  displayName: row.display_name,
  role: row.role as Role,
  regionCode: row.region_code,
  officeId: row.office_ids[0] ?? null,
  officeIds: row.office_ids,
  mustChangePassword: row.must_change_password,
  twoFactorEnabled: row.two_factor_enabled,
})

/** Of an active account. */
export async function findActor(executor: Db, userId: string): Promise<StoredActor | undefined> {
  const row = await selectActors(executor).where('account.user_id', '=', userId).executeTakeFirst()
  return row && toStoredActor(row)
}

export type KeyHolder = { actor: StoredActor; keyId: string; scopes: ApiScope[]; expiresAt: Date }

/** Behind a key that is neither revoked nor expired, of an active account. */
export async function findKeyHolder(executor: Db, hash: Buffer, at: Date): Promise<KeyHolder | undefined> {
  const row = await selectActors(executor)
    .innerJoin('api_key', 'api_key.user_id', 'account.user_id')
    .select(['api_key.id as key_id', 'api_key.scopes', 'api_key.expires_at'])
    .where('api_key.hash', '=', hash)
    .where('api_key.revoked_at', 'is', null)
    .where('api_key.expires_at', '>', at)
    .executeTakeFirst()
  if (!row) return undefined
  return { actor: toStoredActor(row), keyId: row.key_id, scopes: row.scopes as ApiScope[], expiresAt: row.expires_at }
}

export type StoredSession = { id: string; actor: StoredActor }

/** Those of the sessions that have neither ended nor expired, of active accounts. */
export async function listLiveSessions(executor: Db, ids: readonly string[], at: Date): Promise<StoredSession[]> {
  if (ids.length === 0) return []
  const rows = await selectActors(executor)
    .innerJoin('auth_session', 'auth_session.user_id', 'account.user_id')
    .select('auth_session.id as session_id')
    .where('auth_session.id', 'in', [...ids])
    .where('auth_session.expires_at', '>', at)
    .execute()
  return rows.map((row) => ({ id: row.session_id, actor: toStoredActor(row) }))
}

export async function touchKey(executor: Db, keyId: string, at: Date): Promise<void> {
  await executor.updateTable('api_key').set({ last_used_at: at }).where('id', '=', keyId).execute()
}
