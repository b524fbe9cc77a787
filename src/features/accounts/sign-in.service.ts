import type { FastifyRequest } from 'fastify'
import type { Actor } from '../../contracts/access.ts'
import type { AuditAction, AuditEvent } from '../../contracts/audit-actions.ts'
import type { ErrorCode } from '../../contracts/errors.ts'
import { AppError } from '../../platform/errors.ts'
import type { Db } from '../database.ts'
import { TWO_FACTOR_ROLES } from './accounts.domain.ts'
import type { AuditPort } from './accounts.ports.ts'
import { clearMustChangePassword, findUserIdByUsername } from './accounts.repository.ts'
import { findActor, type StoredActor } from './actors.repository.ts'
import type { Actors } from './actors.ts'
import type { Auth } from './auth.ts'
import { type AuthAnswer, callAuth, toAuthHeaders } from './auth-bridge.ts'
import type { PasswordPolicy } from './password-policy.ts'
import type { Attempt, SignInGuard } from './sign-in-guard.service.ts'

export type SignInDeps = {
  db: Db
  auth: Auth
  audit: AuditPort
  actors: Actors
  guard: SignInGuard
  passwordPolicy: PasswordPolicy
  requireTwoFactor: boolean
}

type Cookies = { setCookies: string[] }
export type SignInResult = Cookies & { twoFactorPending: boolean; userId: string | null }

const isCode = (error: unknown, code: ErrorCode): boolean => error instanceof AppError && error.code === code

function userIdOf(answer: AuthAnswer): string {
  const { user } = answer.body
  if (typeof user === 'object' && user !== null && 'id' in user && typeof user.id === 'string') return user.id
  throw new Error('Better Auth answered without a user')
}

const stringsOf = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : [])

/** Coming and going, and what people do with their own password and second factor. */
export function createSignInService(deps: SignInDeps) {
  const { db, auth, audit, actors, guard, passwordPolicy, requireTwoFactor } = deps

  const eventOf = (
    request: FastifyRequest,
    actor: Pick<Actor, 'userId' | 'role' | 'officeId' | 'regionCode'>,
    action: AuditAction,
    details: Record<string, unknown> = {},
  ): AuditEvent => ({
    actorId: actor.userId,
    actorRole: actor.role,
    officeId: actor.officeId,
    regionCode: actor.regionCode,
    requestId: request.id,
    action,
    subjectType: 'account',
    subjectId: actor.userId,
    details: { ...details, address: request.ip },
  })

  /** Of nobody we know yet. What was typed is not kept: people type passwords where the username belongs. */
  const writeFailure = (
    request: FastifyRequest,
    action: AuditAction,
    userId: string | null,
    details: { because?: ErrorCode } = {},
  ): Promise<void> =>
    audit.write({
      actorId: null,
      actorRole: 'anonymous',
      requestId: request.id,
      action,
      subjectType: 'account',
      subjectId: userId,
      details: { ...details, address: request.ip },
    })

  const findUserId = async (username: string): Promise<string | null> =>
    (await findUserIdByUsername(db, username.toLowerCase())) ?? null

  /** Begins an attempt; one on a locked account, with whatever password, leaves its entry like a wrong password. */
  async function begin(request: FastifyRequest, username: string): Promise<Attempt> {
    try {
      return await guard.begin(username, request.ip)
    } catch (error) {
      if (isCode(error, 'account_locked')) {
        await writeFailure(request, 'sign_in_failed', await findUserId(username), { because: 'account_locked' })
      }
      throw error
    }
  }

  /** Other refusals (a switched-off account, nothing to enable) come after the right password. A fault of ours stays counted. */
  async function settleRefusal(
    request: FastifyRequest,
    username: string,
    attempt: Attempt,
    error: unknown,
  ): Promise<void> {
    if (!isCode(error, 'wrong_credentials')) {
      if (error instanceof AppError && !isCode(error, 'internal_error')) await attempt.withdraw()
      if (isCode(error, 'account_disabled')) {
        await writeFailure(request, 'sign_in_failed', await findUserId(username), { because: 'account_disabled' })
      }
      return
    }
    const isNowLocked = await attempt.fail()
    const userId = await findUserId(username)
    await writeFailure(request, 'sign_in_failed', userId)
    if (isNowLocked) await writeFailure(request, 'lock_account', userId)
  }

  async function getActorById(userId: string): Promise<StoredActor> {
    const actor = await findActor(db, userId)
    if (!actor) throw new AppError('account_disabled')
    return actor
  }

  /** Counts a wrong password here like one at sign-in: a stolen session must not be a place to guess it. */
  async function withPassword<T>(request: FastifyRequest, username: string, use: () => Promise<T>): Promise<T> {
    const attempt = await begin(request, username)
    try {
      const result = await use()
      await attempt.succeed()
      return result
    } catch (error) {
      await settleRefusal(request, username, attempt, error)
      throw error
    }
  }

  return {
    /**
     * Answers an unknown name and a wrong password alike, also in time. Throws `wrong_credentials`, `account_locked`,
     * `account_disabled`.
     */
    async signIn(request: FastifyRequest, body: { username: string; password: string }): Promise<SignInResult> {
      const attempt = await begin(request, body.username)
      let answer: AuthAnswer
      try {
        answer = await callAuth(auth, request, '/sign-in/username', body, 'wrong_credentials')
      } catch (error) {
        await settleRefusal(request, body.username, attempt, error)
        throw error
      }
      const { setCookies } = answer
      if (answer.body.twoFactorRedirect === true) {
        await attempt.passFirstStep()
        return { setCookies, twoFactorPending: true, userId: null }
      }
      await attempt.succeed()
      const actor = await getActorById(userIdOf(answer))
      await audit.write(eventOf(request, actor, 'sign_in'))
      return { setCookies, twoFactorPending: false, userId: actor.userId }
    },

    /** Second step of a sign-in, or the proof that a new authenticator app works. Throws `wrong_code`, `account_locked`. */
    async verifyCode(request: FastifyRequest, path: '/verify-totp' | '/verify-backup-code', code: string) {
      const before = await actors.authenticate(request)
      // Looked up first: one code too many ends what is pending.
      const userId = before?.actor.userId ?? (await auth.api.findPendingUserId({ headers: toAuthHeaders(request) }))
      let answer: AuthAnswer
      try {
        answer = await callAuth(auth, request, `/two-factor${path}`, { code }, 'wrong_code')
      } catch (error) {
        if (isCode(error, 'wrong_code')) await writeFailure(request, 'sign_in_failed', userId)
        for (const because of ['account_locked', 'account_disabled'] as const) {
          if (isCode(error, because)) await writeFailure(request, 'sign_in_failed', userId, { because })
        }
        throw error
      }
      const actor = await getActorById(userIdOf(answer))
      await guard.clear(db, actor.username)
      actors.forget(actor.userId)
      const event = before
        ? eventOf(request, actor, 'change_two_factor', { enabled: true })
        : eventOf(request, actor, 'sign_in', { secondFactor: path === '/verify-totp' ? 'totp' : 'backup_code' })
      await audit.write(event)
      return { setCookies: answer.setCookies, twoFactorPending: false, userId: actor.userId }
    },

    /** May be repeated; without a session it only removes the cookies. */
    async signOut(request: FastifyRequest): Promise<Cookies> {
      const caller = await actors.authenticate(request)
      const { setCookies } = await callAuth(auth, request, '/sign-out', {}, 'not_signed_in')
      if (caller) {
        actors.forget(caller.actor.userId)
        await audit.write(eventOf(request, caller.actor, 'sign_out'))
      }
      return { setCookies }
    },

    /** Ends all other sessions. Throws `wrong_credentials` for the current password, `invalid_input` for a weak new one. */
    async changePassword(
      request: FastifyRequest,
      actor: Actor,
      body: { currentPassword: string; newPassword: string },
    ): Promise<Cookies> {
      const issue =
        body.newPassword === body.currentPassword
          ? { path: 'newPassword', code: 'password_unchanged' }
          : await passwordPolicy.findIssue(body.newPassword, actor.username, 'newPassword')
      if (issue) throw new AppError('invalid_input', { issues: [issue] })
      const { setCookies } = await withPassword(request, actor.username, () =>
        callAuth(auth, request, '/change-password', { ...body, revokeOtherSessions: true }, 'wrong_credentials'),
      )
      await db.transaction().execute(async (tx) => {
        await clearMustChangePassword(tx, actor.userId)
        await audit.record(tx, [eventOf(request, actor, 'change_password')])
      })
      actors.forget(actor.userId)
      return { setCookies }
    },

    /** Until the first code is verified nothing changes; starting again gives a new secret. */
    async enrolTwoFactor(request: FastifyRequest, actor: Actor, password: string) {
      const { body, setCookies } = await withPassword(request, actor.username, () =>
        callAuth(auth, request, '/two-factor/enable', { password }, 'action_not_allowed'),
      )
      // The app shows this as the account's name: people know their username, not the address made for them.
      const totpUri = String(body.totpURI).replaceAll('%40users.invalid', '')
      return { setCookies, totpUri, backupCodes: stringsOf(body.backupCodes) }
    },

    async renewBackupCodes(request: FastifyRequest, actor: Actor, password: string) {
      const { body, setCookies } = await withPassword(request, actor.username, () =>
        callAuth(auth, request, '/two-factor/generate-backup-codes', { password }, 'action_not_allowed'),
      )
      await audit.write(eventOf(request, actor, 'change_two_factor', { backupCodes: 'renewed' }))
      return { setCookies, backupCodes: stringsOf(body.backupCodes) }
    },

    /** Throws `action_not_allowed` for roles that must keep it. */
    async disableTwoFactor(request: FastifyRequest, actor: Actor, password: string): Promise<Cookies> {
      if (requireTwoFactor && TWO_FACTOR_ROLES.has(actor.role)) throw new AppError('action_not_allowed')
      const { setCookies } = await withPassword(request, actor.username, () =>
        callAuth(auth, request, '/two-factor/disable', { password }, 'action_not_allowed'),
      )
      actors.forget(actor.userId)
      await audit.write(eventOf(request, actor, 'change_two_factor', { enabled: false }))
      return { setCookies }
    },
  }
}

export type SignInService = ReturnType<typeof createSignInService>
