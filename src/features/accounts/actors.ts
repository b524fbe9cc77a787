import { hash } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import type { Actor } from '../../contracts/access.ts'
import type { Clock } from '../../platform/clock.ts'
import { AppError } from '../../platform/errors.ts'
import type { Authenticate, Authentication } from '../../platform/http/index.ts'
import type { Db } from '../database.ts'
import { lacksTwoFactor } from './accounts.domain.ts'
import { findActor, findKeyHolder, listLiveSessions, type StoredActor, touchKey } from './actors.repository.ts'
import { API_KEY_PATTERN, hashApiKey } from './api-keys.domain.ts'
import { type Auth, COOKIE_PREFIX } from './auth.ts'
import { toAuthHeaders } from './auth-bridge.ts'
import { createRemembered } from './remembered.ts'

/**
 * How long a known caller is believed without asking the database. A change of role or offices, a sign-out, a revoked
 * key and a switched-off account take effect at once in the process that made it, and within this time in the others.
 */
export const ACTOR_LIFETIME_MS = 60_000

/** How long after password and code a session may do what a stolen or forgotten one must not. */
const FRESH_SIGN_IN_MS = 15 * 60_000

const SESSION_COOKIE = `${COOKIE_PREFIX}.session_token=`

export function toActor(stored: StoredActor, scopes: Actor['scopes']): Actor {
  const { mustChangePassword: _, twoFactorEnabled: __, ...actor } = stored
  return { ...actor, scopes }
}

export type ActorsOptions = { db: Db; auth: Auth; clock: Clock; requireTwoFactor: boolean }
export type Actors = {
  authenticate: Authenticate
  /** After a change to an account: what this process remembers of it is looked up again. */
  forget(userId: string): void
  /**
   * The session behind a request's cookie, looked up afresh; null when there is none, or its owner has something to do first.
   * For what goes on after the request was let in: `checkSessions` says whether it still may.
   */
  watchSession(request: FastifyRequest): Promise<WatchedSession | null>
  /** Which of these sessions are still good, as `watchSession` would answer now. One round trip, whatever is remembered. */
  checkSessions(sessionIds: readonly string[]): Promise<WatchedSession[]>
}

export type WatchedSession = {
  sessionId: string
  actor: Actor
  /** Another one after every change of what the caller may see. */
  rights: string
}

/** Who is behind a cookie or a key. A caller seen within the last minute costs neither a round trip nor a signature check. */
export function createActors({ db, auth, clock, requireTwoFactor }: ActorsOptions): Actors {
  const now = (): number => clock.now().getTime()

  function obligationOf(actor: StoredActor): Authentication['obligation'] {
    if (actor.mustChangePassword) return 'password_change_required'
    return lacksTwoFactor(actor, requireTwoFactor) ? 'two_factor_required' : null
  }

  async function getSession(request: FastifyRequest, disableRefresh = false) {
    try {
      const query = { disableRefresh }
      return await auth.api.getSession({ headers: toAuthHeaders(request), query, returnHeaders: true })
    } catch (cause) {
      // It answers a missing session with null; what it throws is the database, wrapped beyond recognition.
      throw new AppError('service_unavailable', { cause })
    }
  }

  const byKey = createRemembered<Authentication, Buffer>({
    now,
    async load(_key, hashed) {
      const at = clock.now()
      const holder = await findKeyHolder(db, hashed, at)
      if (!holder) return null
      await touchKey(db, holder.keyId, at)
      return {
        value: {
          actor: toActor(holder.actor, holder.scopes),
          // A machine's account may never have chosen a password of its own; whoever must have a second factor must have it.
          obligation: lacksTwoFactor(holder.actor, requireTwoFactor) ? 'two_factor_required' : null,
          isFresh: () => false,
        },
        owner: holder.actor.userId,
        until: Math.min(at.getTime() + ACTOR_LIFETIME_MS, holder.expiresAt.getTime()),
      }
    },
  })

  // Keyed by the whole Cookie header, hashed: what Better Auth makes of it depends on nothing else.
  const bySession = createRemembered<Authentication, FastifyRequest>({
    now,
    async load(_key, request) {
      const { headers, response } = await getSession(request)
      if (!response) return null
      const stored = await findActor(db, response.user.id)
      if (!stored) return null
      const signedInAt = response.session.createdAt.getTime()
      const value: Authentication = {
        actor: toActor(stored, null),
        obligation: obligationOf(stored),
        isFresh: () => now() - signedInAt <= FRESH_SIGN_IN_MS,
      }
      const setCookies = headers.getSetCookie()
      return {
        value,
        owner: stored.userId,
        until: Math.min(now() + ACTOR_LIFETIME_MS, response.session.expiresAt.getTime()),
        ...(setCookies.length > 0 && { first: { ...value, setCookies } }),
      }
    },
  })

  async function checkSessions(sessionIds: readonly string[]): Promise<WatchedSession[]> {
    const live = await listLiveSessions(db, sessionIds, clock.now())
    return live
      .filter(({ actor }) => obligationOf(actor) === null)
      .map(({ id, actor: { role, regionCode, officeIds }, actor }) => ({
        sessionId: id,
        actor: toActor(actor, null),
        rights: JSON.stringify([role, regionCode, officeIds]),
      }))
  }

  return {
    checkSessions,
    async watchSession(request) {
      // Prolonged by the guard, which hands the cookie back.
      const { response } = await getSession(request, true)
      if (!response) return null
      return (await checkSessions([response.session.id]))[0] ?? null
    },
    authenticate(request) {
      const key = request.headers['x-api-key']
      // A key speaks for itself: cookies beside it are not looked at.
      if (key !== undefined) {
        if (typeof key !== 'string' || !API_KEY_PATTERN.test(key)) return null
        const hashed = hashApiKey(key)
        return byKey.get(hashed.toString('base64'), hashed)
      }
      const { cookie } = request.headers
      if (cookie === undefined || !cookie.includes(SESSION_COOKIE)) return null
      return bySession.get(hash('sha256', cookie, 'base64'), request)
    },
    forget(userId) {
      byKey.forgetOwner(userId)
      bySession.forgetOwner(userId)
    },
  }
}
