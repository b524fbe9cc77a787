import { hashPassword } from 'better-auth/crypto'
import type { Actor } from '../../contracts/access.ts'
import type {
  AccountItem,
  AccountWithPassword,
  CreateAccountBody,
  ListAccounts,
  ListAccountsQuery,
  UpdateAccountBody,
} from '../../contracts/api/accounts.ts'
import type { AuditAction, AuditEvent } from '../../contracts/audit-actions.ts'
import { isInSubtree } from '../../contracts/primitives/region-code.ts'
import type { Clock } from '../../platform/clock.ts'
import { AppError, type FieldIssue } from '../../platform/errors.ts'
import type { Ids } from '../../platform/ids.ts'
import type { Db } from '../database.ts'
import { createOneTimePassword, findOfficeIssues, syntheticEmail } from './accounts.domain.ts'
import type { AuditPort, RegionsPort, ReviewsPort } from './accounts.ports.ts'
import {
  deleteSessions,
  deleteTwoFactor,
  findAccount,
  findAccountForUpdate,
  insertAccount,
  listAccounts,
  replaceOffices,
  updateAccount,
  updatePasswordHash,
} from './accounts.repository.ts'
import type { Actors } from './actors.ts'
import type { SignInGuard } from './sign-in-guard.service.ts'

export type Caller = { actor: Actor; requestId: string }

type NewAccount = AccountWithPassword & { oneTimePassword: string }

export type AccountServiceDeps = {
  db: Db
  audit: AuditPort
  regions: RegionsPort
  reviews: ReviewsPort
  actors: Actors
  guard: SignInGuard
  clock: Clock
  ids: Ids
}

// What an admin may not do to the own account: nobody should lock the installation's door from the inside, or move the walls.
const NOT_ON_ONESELF = ['role', 'regionCode', 'active', 'resetPassword', 'resetTwoFactor'] as const

/** Accounts as admins manage them, each within its own region: accounts elsewhere are "not found". */
export function createAccountService({ db, audit, regions, reviews, actors, guard, clock, ids }: AccountServiceDeps) {
  const eventOf = (
    { actor, requestId }: Caller,
    action: AuditAction,
    account: AccountItem,
    details: Record<string, unknown> = {},
  ): AuditEvent => ({
    actorId: actor.userId,
    actorRole: actor.role,
    officeId: actor.officeId,
    regionCode: account.regionCode,
    requestId,
    action,
    subjectType: 'account',
    subjectId: account.id,
    details,
  })

  async function checkPlace(
    executor: Db,
    rootRegionCode: string,
    account: Pick<AccountItem, 'role' | 'regionCode' | 'officeIds'>,
  ): Promise<void> {
    const region = regions.findRegion(account.regionCode)
    const issues: FieldIssue[] = []
    // A region outside the admin's own is as unknown as one that does not exist.
    if (!region || region.retired || !isInSubtree(account.regionCode, rootRegionCode)) {
      issues.push({ path: 'regionCode', code: 'region_unknown' })
    }
    const offices = await regions.listOfficesByIds(executor, account.officeIds)
    issues.push(...findOfficeIssues(account, offices))
    if (issues.length > 0) throw new AppError('invalid_input', { issues })
  }

  async function getForUpdate(executor: Db, { actor }: Caller, id: string): Promise<AccountItem> {
    const account = await findAccountForUpdate(executor, id, actor.regionCode)
    if (!account) throw new AppError('not_found')
    return account
  }

  async function getAccount(executor: Db, id: string): Promise<AccountItem> {
    const account = await findAccount(executor, id)
    if (!account) throw new AppError('not_found')
    return account
  }

  async function createAccount(
    body: CreateAccountBody,
    createdBy: string | null,
    describe: (created: AccountItem) => AuditEvent,
  ): Promise<NewAccount> {
    const oneTimePassword = createOneTimePassword()
    // Outside the transaction: hashing takes 80 ms.
    const passwordHash = await hashPassword(oneTimePassword)
    const id = ids.next()
    const account = await db.transaction().execute(async (tx) => {
      const isNew = await insertAccount(tx, {
        id,
        credentialId: ids.next(),
        username: body.username,
        email: syntheticEmail(body.username),
        displayName: body.displayName,
        role: body.role,
        regionCode: body.regionCode,
        passwordHash,
        mustChangePassword: true,
        createdBy,
        at: clock.now(),
      })
      if (!isNew) throw new AppError('name_in_use')
      await replaceOffices(tx, id, body.officeIds)
      const created = await getAccount(tx, id)
      await audit.record(tx, [describe(created)])
      return created
    })
    return { account, oneTimePassword }
  }

  return {
    async list({ actor }: Caller, query: ListAccountsQuery): Promise<ListAccounts> {
      const found = await listAccounts(db, {
        scope: actor.regionCode,
        role: query.role,
        active: query.active === undefined ? undefined : query.active === 'true',
        text: query.q,
        after: query.cursor,
        limit: query.limit + 1,
      })
      const items = found.slice(0, query.limit)
      return { items, nextCursor: found.length > items.length ? (items.at(-1)?.username ?? null) : null }
    },

    /** Refuses a taken username with `name_in_use`. */
    async create(caller: Caller, body: CreateAccountBody): Promise<NewAccount> {
      await checkPlace(db, caller.actor.regionCode, body)
      return await createAccount(body, caller.actor.userId, (created) =>
        eventOf(caller, 'create_account', created, { role: created.role }),
      )
    },

    /** As `create`, by whoever runs the installation: how the first admin comes to be. */
    async createAsOperator(body: CreateAccountBody): Promise<NewAccount> {
      await checkPlace(db, body.regionCode, body)
      return await createAccount(body, null, ({ id, role, regionCode }) => ({
        actorId: null,
        actorRole: 'system',
        regionCode,
        requestId: null,
        action: 'create_account',
        subjectType: 'account',
        subjectId: id,
        details: { role, by: 'command_line' },
      }))
    },

    /** Ends the sessions of an account that is switched off or gets a new password. */
    async update(caller: Caller, id: string, body: UpdateAccountBody): Promise<AccountWithPassword> {
      if (id === caller.actor.userId) {
        const issues = NOT_ON_ONESELF.flatMap((field) =>
          body[field] === undefined ? [] : [{ path: field, code: 'not_own_account' }],
        )
        if (issues.length > 0) throw new AppError('invalid_input', { issues })
      }
      const oneTimePassword = body.resetPassword ? createOneTimePassword() : null
      const passwordHash = oneTimePassword === null ? null : await hashPassword(oneTimePassword)
      const account = await db.transaction().execute(async (tx) => {
        const present = await getForUpdate(tx, caller, id)
        if (present.version !== body.version) throw new AppError('version_conflict')
        if (body.role !== undefined || body.regionCode !== undefined || body.officeIds !== undefined) {
          await checkPlace(tx, caller.actor.regionCode, {
            role: body.role ?? present.role,
            regionCode: body.regionCode ?? present.regionCode,
            officeIds: body.officeIds ?? present.officeIds,
          })
        }
        const at = clock.now()
        const mustChangePassword = passwordHash === null ? undefined : true
        await updateAccount(tx, id, { ...body, mustChangePassword }, at)
        if (body.officeIds !== undefined) await replaceOffices(tx, id, body.officeIds)
        if (passwordHash !== null) await updatePasswordHash(tx, id, passwordHash, at)
        if (body.resetTwoFactor) await deleteTwoFactor(tx, id)
        if (passwordHash !== null || body.resetTwoFactor || body.active === false) await deleteSessions(tx, id)
        const changed = await getAccount(tx, id)
        if (
          changed.active !== present.active ||
          changed.role !== present.role ||
          changed.regionCode !== present.regionCode
        ) {
          await reviews.end(tx, id)
        }
        const { version: _, displayName: __, ...given } = body
        await audit.record(tx, [
          eventOf(caller, 'change_account', changed, {
            fields: Object.keys(body).filter((key) => key !== 'version'),
            given,
          }),
        ])
        return changed
      })
      if (oneTimePassword !== null) await guard.clear(db, account.username)
      actors.forget(id)
      return { account, oneTimePassword }
    },

    /** Lifts a lock-out before its time. May be repeated. */
    async unlock(caller: Caller, id: string): Promise<AccountItem> {
      return db.transaction().execute(async (tx) => {
        const account = await getForUpdate(tx, caller, id)
        await guard.clear(tx, account.username)
        await audit.record(tx, [eventOf(caller, 'unlock_account', account)])
        return account
      })
    },
  }
}

export type AccountService = ReturnType<typeof createAccountService>
