import type { ApiKeyItem, CreateApiKey, CreateApiKeyBody } from '../../contracts/api/accounts.ts'
import { API_KEY_MAX_DAYS } from '../../contracts/api/accounts.ts'
import type { AuditAction, AuditEvent } from '../../contracts/audit-actions.ts'
import type { Clock } from '../../platform/clock.ts'
import { AppError, type FieldIssue } from '../../platform/errors.ts'
import type { Ids } from '../../platform/ids.ts'
import type { Db } from '../database.ts'
import { findScopeIssues, lacksTwoFactor } from './accounts.domain.ts'
import type { AuditPort } from './accounts.ports.ts'
import { findAccount } from './accounts.repository.ts'
import type { Caller } from './accounts.service.ts'
import type { Actors } from './actors.ts'
import { mintApiKey } from './api-keys.domain.ts'
import { findApiKey, insertApiKey, listApiKeys, revokeApiKey } from './api-keys.repository.ts'

const DAY_MS = 86_400_000

function findExpiryIssue(expiresAt: Date, now: Date): FieldIssue | undefined {
  if (expiresAt <= now) return { path: 'expiresAt', code: 'expiry_past' }
  if (expiresAt.getTime() - now.getTime() > API_KEY_MAX_DAYS * DAY_MS) {
    return { path: 'expiresAt', code: 'expiry_too_far', params: { days: API_KEY_MAX_DAYS } }
  }
  return undefined
}

export type ApiKeyServiceDeps = {
  db: Db
  audit: AuditPort
  actors: Actors
  clock: Clock
  ids: Ids
  requireTwoFactor: boolean
}

/** Keys of machines. Each belongs to an account and does what that account may, narrowed to its scopes. */
export function createApiKeyService(deps: ApiKeyServiceDeps) {
  const { db, audit, actors, clock, ids, requireTwoFactor } = deps
  const eventOf = ({ actor, requestId }: Caller, action: AuditAction, key: ApiKeyItem): AuditEvent => ({
    actorId: actor.userId,
    actorRole: actor.role,
    officeId: actor.officeId,
    regionCode: actor.regionCode,
    requestId,
    action,
    subjectType: 'api_key',
    subjectId: key.id,
    details: { userId: key.userId, scopes: key.scopes },
  })

  return {
    async list({ actor }: Caller, query: { cursor?: string | undefined; limit: number }) {
      const before = query.cursor
      const found = await listApiKeys(db, { scope: actor.regionCode, before, limit: query.limit + 1 })
      const items = found.slice(0, query.limit)
      return { items, nextCursor: found.length > items.length ? (items.at(-1)?.id ?? null) : null }
    },

    /** The only time the key itself is shown. */
    async create(caller: Caller, body: CreateApiKeyBody): Promise<CreateApiKey> {
      const { actor } = caller
      const now = clock.now()
      const expiresAt = new Date(body.expiresAt)
      const minted = mintApiKey()
      const id = ids.next()
      const apiKey = await db.transaction().execute(async (tx) => {
        const holder = await findAccount(tx, body.userId, actor.regionCode)
        if (!holder?.active) throw new AppError('not_found')
        const issues = findScopeIssues(holder.role, body.scopes)
        if (lacksTwoFactor(holder, requireTwoFactor)) issues.push({ path: 'userId', code: 'two_factor_missing' })
        const expiryIssue = findExpiryIssue(expiresAt, now)
        if (expiryIssue) issues.push(expiryIssue)
        if (issues.length > 0) throw new AppError('invalid_input', { issues })
        await insertApiKey(tx, {
          id,
          userId: holder.id,
          name: body.name,
          prefix: minted.prefix,
          hash: minted.hash,
          scopes: body.scopes,
          expiresAt,
          createdBy: actor.userId,
          createdAt: now,
        })
        const created = await findApiKey(tx, id, actor.regionCode)
        if (!created) throw new AppError('not_found')
        await audit.record(tx, [eventOf(caller, 'create_api_key', created)])
        return created
      })
      return { apiKey, key: minted.key }
    },

    /** May be repeated; only the first time is recorded. */
    async revoke(caller: Caller, id: string): Promise<void> {
      const key = await db.transaction().execute(async (tx) => {
        const found = await findApiKey(tx, id, caller.actor.regionCode)
        if (!found) throw new AppError('not_found')
        if (await revokeApiKey(tx, id, clock.now())) await audit.record(tx, [eventOf(caller, 'revoke_api_key', found)])
        return found
      })
      actors.forget(key.userId)
    },
  }
}

export type ApiKeyService = ReturnType<typeof createApiKeyService>
