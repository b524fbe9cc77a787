import { betterAuth } from 'better-auth'
import { APIError, createAuthEndpoint } from 'better-auth/api'
import { twoFactor, username } from 'better-auth/plugins'
import { PASSWORD_MAX_LENGTH, PASSWORD_MIN_LENGTH } from '../../contracts/primitives/password.ts'
import type { Ids } from '../../platform/ids.ts'
import type { Db } from '../database.ts'
import { isAccountActive } from './accounts.repository.ts'

export const AUTH_BASE_PATH = '/api/auth'
/** The address of the caller as we know it; whatever a client sends under this name is replaced. */
export const CLIENT_ADDRESS_HEADER = 'x-puntadewa-address'
export const COOKIE_PREFIX = 'pdw'

// A shift with some room. Used within it, a session is prolonged once an hour at most.
const SESSION_SECONDS = 12 * 60 * 60
const SESSION_UPDATE_SECONDS = 60 * 60
// From the password to the code of the app; long enough to find the phone.
const CHALLENGE_SECONDS = 5 * 60

/** Whose password was right, by the cookie of a sign-in whose second step is still to come. For the server only; changes nothing. */
const findPendingUserId = createAuthEndpoint.serverOnly(
  { method: 'GET', requireHeaders: true },
  async ({ context, getSignedCookie }): Promise<string | null> => {
    const cookie = context.createAuthCookie('two_factor')
    const challenge = await getSignedCookie(cookie.name, context.secret)
    const found = challenge ? await context.internalAdapter.findVerificationValue(challenge) : null
    return found?.value ?? null
  },
)

export type AuthOptions = {
  db: Db
  ids: Ids
  secret: string
  publicUrl: string | null
  /** Cookies only over TLS: in production. */
  secureCookies: boolean
}

/**
 * Better Auth on our tables. It is reached through our own routes only (features/accounts/sign-in.routes.ts): they check
 * origin, rates and lock-out, so its own versions of these are off.
 */
export function createAuth({ db, ids, secret, publicUrl, secureCookies }: AuthOptions) {
  return betterAuth({
    appName: 'PuntaDewa',
    baseURL: publicUrl ?? 'http://localhost',
    basePath: AUTH_BASE_PATH,
    secret,
    database: { db, type: 'postgres' },
    telemetry: { enabled: false },
    logger: { disabled: true },
    rateLimit: { enabled: false },
    onAPIError: { throw: true },
    advanced: {
      cookiePrefix: COOKIE_PREFIX,
      useSecureCookies: secureCookies,
      defaultCookieAttributes: { httpOnly: true, sameSite: 'strict', path: '/' },
      disableCSRFCheck: true,
      disableOriginCheck: true,
      ipAddress: { ipAddressHeaders: [CLIENT_ADDRESS_HEADER] },
      database: { generateId: () => ids.next() },
    },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: PASSWORD_MIN_LENGTH,
      maxPasswordLength: PASSWORD_MAX_LENGTH,
    },
    session: {
      modelName: 'auth_session',
      expiresIn: SESSION_SECONDS,
      updateAge: SESSION_UPDATE_SECONDS,
      // The actor is remembered in memory instead (features/accounts/actors.ts): that costs no signature check per call,
      // and two caches would add up their delays.
      cookieCache: { enabled: false },
      fields: {
        userId: 'user_id',
        expiresAt: 'expires_at',
        ipAddress: 'ip_address',
        userAgent: 'user_agent',
        createdAt: 'created_at',
        updatedAt: 'updated_at',
      },
    },
    user: {
      modelName: 'auth_user',
      fields: { emailVerified: 'email_verified', createdAt: 'created_at', updatedAt: 'updated_at' },
    },
    account: {
      modelName: 'auth_account',
      fields: {
        accountId: 'account_id',
        providerId: 'provider_id',
        userId: 'user_id',
        accessToken: 'access_token',
        refreshToken: 'refresh_token',
        idToken: 'id_token',
        accessTokenExpiresAt: 'access_token_expires_at',
        refreshTokenExpiresAt: 'refresh_token_expires_at',
        createdAt: 'created_at',
        updatedAt: 'updated_at',
      },
    },
    verification: {
      modelName: 'auth_verification',
      fields: { expiresAt: 'expires_at', createdAt: 'created_at', updatedAt: 'updated_at' },
    },
    databaseHooks: {
      session: {
        create: {
          // Every way to a session passes here, the second step of a sign-in included.
          async before(session) {
            if (await isAccountActive(db, session.userId)) return
            throw new APIError('FORBIDDEN', { code: 'ACCOUNT_DISABLED', message: 'account disabled' })
          },
        },
      },
    },
    plugins: [
      { id: 'pending-sign-in', endpoints: { findPendingUserId } },
      username({
        maxUsernameLength: 60,
        schema: { user: { fields: { displayUsername: 'display_username' } } },
      }),
      twoFactor({
        twoFactorCookieMaxAge: CHALLENGE_SECONDS,
        schema: {
          user: { fields: { twoFactorEnabled: 'two_factor_enabled' } },
          twoFactor: {
            modelName: 'auth_two_factor',
            fields: {
              userId: 'user_id',
              backupCodes: 'backup_codes',
              failedVerificationCount: 'failed_verification_count',
              lockedUntil: 'locked_until',
            },
          },
        },
      }),
    ],
  })
}

export type Auth = ReturnType<typeof createAuth>
