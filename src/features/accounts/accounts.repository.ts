import { type SqlBool, sql } from 'kysely'
import type { Role } from '../../contracts/access.ts'
import type { AccountItem } from '../../contracts/api/accounts.ts'
import type { Reviewer } from '../../contracts/api/assignments.ts'
import type { Db } from '../database.ts'

/** A subtree as a range of the C-collated code; '/' is the character after '.'. */
const inSubtree = (root: string) =>
  sql<SqlBool>`(account.region_code = ${root} or (account.region_code > ${`${root}.`} and account.region_code < ${`${root}/`}))`

const officesOf = sql<string[]>`array(
  select office_id::text from account_office where account_office.user_id = account.user_id order by position
)`

const selectAccounts = (executor: Db) =>
  executor
    .selectFrom('account')
    .innerJoin('auth_user', 'auth_user.id', 'account.user_id')
    .select([
      'account.user_id',
      'auth_user.username',
      'account.display_name',
      'account.role',
      'account.region_code',
      'account.active',
      'account.must_change_password',
      'auth_user.two_factor_enabled',
      'account.created_at',
      'account.version',
      officesOf.as('office_ids'),
    ])

type AccountRow = {
  user_id: string
  username: string
  display_name: string
  role: string
  region_code: string
  active: boolean
  must_change_password: boolean
  two_factor_enabled: boolean
  created_at: Date
  version: number
  office_ids: string[]
}

const toAccount = (row: AccountRow): AccountItem => ({
  id: row.user_id,
  username: row.username,
  displayName: row.display_name,
  role: row.role as Role,
  regionCode: row.region_code,
  officeIds: row.office_ids,
  active: row.active,
  mustChangePassword: row.must_change_password,
  twoFactorEnabled: row.two_factor_enabled,
  createdAt: row.created_at.toISOString(),
  version: row.version,
})

/** `scope`: accounts outside this subtree are as good as not there. */
export async function findAccount(executor: Db, id: string, scope?: string): Promise<AccountItem | undefined> {
  let query = selectAccounts(executor).where('account.user_id', '=', id)
  if (scope !== undefined) query = query.where(inSubtree(scope))
  const row = await query.executeTakeFirst()
  return row && toAccount(row)
}

/** As `findAccount`, and nobody else changes it before this transaction ends. Outside the scope nothing is locked. */
export async function findAccountForUpdate(executor: Db, id: string, scope: string): Promise<AccountItem | undefined> {
  await executor
    .selectFrom('account')
    .select('user_id')
    .where('user_id', '=', id)
    .where(inSubtree(scope))
    .forUpdate()
    .execute()
  return findAccount(executor, id, scope)
}

export type AccountFilter = {
  scope: string
  role?: Role | undefined
  active?: boolean | undefined
  /** Part of the username or the name. */
  text?: string | undefined
  /** Username of the last account of the page before. */
  after?: string | undefined
  limit: number
}

const escapeLike = (text: string): string => text.replace(/[\\%_]/g, '\\$&')

/** By username. */
export async function listAccounts(executor: Db, filter: AccountFilter): Promise<AccountItem[]> {
  let query = selectAccounts(executor).where(inSubtree(filter.scope))
  if (filter.role !== undefined) query = query.where('account.role', '=', filter.role)
  if (filter.active !== undefined) query = query.where('account.active', '=', filter.active)
  if (filter.text !== undefined) {
    const pattern = `%${escapeLike(filter.text)}%`
    query = query.where((by) =>
      by.or([by('auth_user.username', 'ilike', pattern), by('account.display_name', 'ilike', pattern)]),
    )
  }
  if (filter.after !== undefined) query = query.where('auth_user.username', '>', filter.after)
  const rows = await query.orderBy('auth_user.username').limit(filter.limit).execute()
  return rows.map(toAccount)
}

export async function hasTwoFactor(executor: Db, id: string): Promise<boolean> {
  const row = await executor
    .selectFrom('auth_user')
    .select('two_factor_enabled')
    .where('id', '=', id)
    .executeTakeFirst()
  return row?.two_factor_enabled ?? false
}

export async function isAccountActive(executor: Db, id: string): Promise<boolean> {
  const row = await executor.selectFrom('account').select('active').where('user_id', '=', id).executeTakeFirst()
  return row?.active ?? false
}

export async function findUserIdByUsername(executor: Db, username: string): Promise<string | undefined> {
  const row = await executor.selectFrom('auth_user').select('id').where('username', '=', username).executeTakeFirst()
  return row?.id
}

export type NewAccount = {
  id: string
  credentialId: string
  username: string
  email: string
  displayName: string
  role: Role
  regionCode: string
  passwordHash: string
  mustChangePassword: boolean
  createdBy: string | null
  at: Date
}

/** False when the username is taken. */
export async function insertAccount(executor: Db, account: NewAccount): Promise<boolean> {
  const user = await executor
    .insertInto('auth_user')
    .values({
      id: account.id,
      name: account.displayName,
      email: account.email,
      email_verified: false,
      username: account.username,
      display_username: account.username,
      created_at: account.at,
      updated_at: account.at,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst()
  if (!user) return false
  await executor
    .insertInto('auth_account')
    .values({
      id: account.credentialId,
      account_id: account.id,
      provider_id: 'credential',
      user_id: account.id,
      password: account.passwordHash,
      created_at: account.at,
      updated_at: account.at,
    })
    .execute()
  await executor
    .insertInto('account')
    .values({
      user_id: account.id,
      role: account.role,
      region_code: account.regionCode,
      display_name: account.displayName,
      must_change_password: account.mustChangePassword,
      created_by: account.createdBy,
      created_at: account.at,
      updated_at: account.at,
    })
    .execute()
  return true
}

export async function replaceOffices(executor: Db, userId: string, officeIds: readonly string[]): Promise<void> {
  await executor.deleteFrom('account_office').where('user_id', '=', userId).execute()
  if (officeIds.length === 0) return
  const rows = officeIds.map((officeId, position) => ({ user_id: userId, office_id: officeId, position }))
  await executor.insertInto('account_office').values(rows).execute()
}

export type AccountChange = {
  displayName?: string | undefined
  role?: Role | undefined
  regionCode?: string | undefined
  active?: boolean | undefined
  mustChangePassword?: true | undefined
}

export async function updateAccount(executor: Db, id: string, change: AccountChange, at: Date): Promise<void> {
  await executor
    .updateTable('account')
    .set({
      ...(change.displayName !== undefined && { display_name: change.displayName }),
      ...(change.role !== undefined && { role: change.role }),
      ...(change.regionCode !== undefined && { region_code: change.regionCode }),
      ...(change.active !== undefined && { active: change.active }),
      ...(change.mustChangePassword !== undefined && { must_change_password: change.mustChangePassword }),
      version: sql<number>`version + 1`,
      updated_at: at,
    })
    .where('user_id', '=', id)
    .execute()
}

/** Not a change by an admin: the version stays. */
export async function clearMustChangePassword(executor: Db, id: string): Promise<void> {
  await executor.updateTable('account').set({ must_change_password: false }).where('user_id', '=', id).execute()
}

export async function updatePasswordHash(executor: Db, userId: string, passwordHash: string, at: Date): Promise<void> {
  await executor
    .updateTable('auth_account')
    .set({ password: passwordHash, updated_at: at })
    .where('user_id', '=', userId)
    .where('provider_id', '=', 'credential')
    .execute()
}

export async function findPasswordHash(executor: Db, userId: string): Promise<string | undefined> {
  const row = await executor
    .selectFrom('auth_account')
    .select('password')
    .where('user_id', '=', userId)
    .where('provider_id', '=', 'credential')
    .executeTakeFirst()
  return row?.password ?? undefined
}

export async function deleteSessions(executor: Db, userId: string): Promise<void> {
  await executor.deleteFrom('auth_session').where('user_id', '=', userId).execute()
}

export async function deleteTwoFactor(executor: Db, userId: string): Promise<void> {
  await executor.deleteFrom('auth_two_factor').where('user_id', '=', userId).execute()
  await executor.updateTable('auth_user').set({ two_factor_enabled: false }).where('id', '=', userId).execute()
}

/** Sessions and half-finished sign-ins whose time is over. */
export async function deleteExpired(executor: Db, at: Date): Promise<number> {
  const sessions = await executor.deleteFrom('auth_session').where('expires_at', '<', at).executeTakeFirst()
  const challenges = await executor.deleteFrom('auth_verification').where('expires_at', '<', at).executeTakeFirst()
  return Number(sessions.numDeletedRows + challenges.numDeletedRows)
}

export async function listDisplayNames(db: Db, userIds: readonly string[]): Promise<Map<string, string>> {
  if (userIds.length === 0) return new Map()
  const rows = await db
    .selectFrom('account')
    .select(['user_id', 'display_name'])
    .where('user_id', 'in', [...userIds])
    .execute()
  return new Map(rows.map((row) => [row.user_id, row.display_name]))
}

const REVIEWERS = ['verifikator', 'supervisor'] as const satisfies readonly Role[]

/** People who review in the region: of it, of a part of it, or of one that it lies in. By name. */
export async function listReviewers(db: Db, regionCode: string): Promise<Reviewer[]> {
  const parts = regionCode.split('.')
  const above = parts.map((_, index) => parts.slice(0, index).join('.')).slice(1)
  const rows = await db
    .selectFrom('account')
    .select(['user_id', 'display_name', 'role', 'region_code'])
    .where('active', '=', true)
    .where('role', 'in', REVIEWERS)
    .where(({ or, eb }) => or([inSubtree(regionCode), eb('region_code', '=', sql<string>`ANY(${above}::text[])`)]))
    .orderBy('display_name')
    .orderBy('user_id')
    .execute()
  return rows.map((row) => ({
    id: row.user_id,
    displayName: row.display_name,
    role: row.role as Reviewer['role'],
    regionCode: row.region_code,
  }))
}

export async function listReviewing(db: Db, userIds: readonly string[]): Promise<Map<string, { regionCode: string }>> {
  if (userIds.length === 0) return new Map()
  const rows = await db
    .selectFrom('account')
    .select(['user_id', 'region_code'])
    .where('user_id', 'in', [...userIds])
    .where('active', '=', true)
    .where('role', 'in', REVIEWERS)
    .execute()
  return new Map(rows.map((row) => [row.user_id, { regionCode: row.region_code }]))
}
