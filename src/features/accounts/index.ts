import type { Actor } from '../../contracts/access.ts'
import type { Me } from '../../contracts/api/accounts.ts'
import type { Reviewer } from '../../contracts/api/assignments.ts'
import type { AuditAction } from '../../contracts/audit-actions.ts'
import type { Clock } from '../../platform/clock.ts'
import type { App, OnDenied } from '../../platform/http/index.ts'
import type { Ids } from '../../platform/ids.ts'
import type { Db } from '../database.ts'
import { type DemoAccount, type DemoPlaces, seedDemoAccounts } from './accounts.demo.ts'
import type { AuditPort, RegionsPort, ReviewsPort } from './accounts.ports.ts'
import { deleteExpired, listDisplayNames, listReviewers, listReviewing } from './accounts.repository.ts'
import { registerAccountRoutes as registerAccounts } from './accounts.routes.ts'
import { createAccountService } from './accounts.service.ts'
import { findActor } from './actors.repository.ts'
import { createActors, toActor } from './actors.ts'
import { createApiKeyService } from './api-keys.service.ts'
import { createAuth } from './auth.ts'
import { createDescribe } from './describe.service.ts'
import { createPasswordPolicy } from './password-policy.ts'
import { registerSignInRoutes } from './sign-in.routes.ts'
import { createSignInService } from './sign-in.service.ts'
import { createSignInGuard } from './sign-in-guard.service.ts'

export type { DemoAccount, DemoPlaces } from './accounts.demo.ts'
export type { AuditPort, RegionsPort, ReviewsPort } from './accounts.ports.ts'
export type { WatchedSession } from './actors.ts'
export { runCreateAccount } from './create-account.command.ts'

export type AccountsDeps = {
  db: Db
  audit: AuditPort
  regions: RegionsPort
  reviews: ReviewsPort
  clock: Clock
  ids: Ids
  /** `AUTH_SECRET`: signs cookies and seals TOTP secrets. */
  authSecret: string
  publicUrl: string | null
  /** Secure cookies, and the second factor is mandatory for admin and penyetuju. */
  isProduction: boolean
  /** Allowed as a password although everybody knows it; null outside a demo. */
  demoPassword: string | null
  /** What a console must know of the installation; told to whoever is signed in. */
  settings: Me['settings']
}
export type Accounts = ReturnType<typeof createAccounts>

/** What an id in an address names, by the collection it stands in. */
const KINDS: Record<string, string> = {
  accounts: 'account',
  'api-keys': 'api_key',
  'bulk-jobs': 'bulk_job',
  conversations: 'conversation',
  documents: 'document',
  intakes: 'intake',
  offices: 'office',
  proposals: 'proposal',
  whatsapp: 'message',
}

/** Who may sign in, as what, and where. */
export function createAccounts(deps: AccountsDeps) {
  const { db, audit, regions, reviews, clock, ids, authSecret, publicUrl, isProduction, demoPassword } = deps
  const auth = createAuth({ db, ids, secret: authSecret, publicUrl, secureCookies: isProduction })
  const guard = createSignInGuard({ db, clock, secret: authSecret })
  const actors = createActors({ db, auth, clock, requireTwoFactor: isProduction })
  const passwordPolicy = createPasswordPolicy({ allowed: demoPassword, placeNames: regions.listPlaceNames })
  const accounts = createAccountService({ db, audit, regions, reviews, actors, guard, clock, ids })
  const apiKeys = createApiKeyService({ db, audit, actors, clock, ids, requireTwoFactor: isProduction })
  const signIn = createSignInService({ db, auth, audit, actors, guard, passwordPolicy, requireTwoFactor: isProduction })

  const onDenied: OnDenied = ({ actor, code, route, subjectId, requestId }) => {
    const action: AuditAction = 'denied'
    const collection = /^\/api\/v1\/([a-z-]+)/.exec(route)?.[1] ?? ''
    return audit.write({
      actorId: actor.userId,
      actorRole: actor.role,
      officeId: actor.officeId,
      regionCode: actor.regionCode,
      requestId,
      action,
      subjectType: subjectId === null ? 'route' : (KINDS[collection] ?? 'route'),
      subjectId,
      details: { code, route },
    })
  }

  return {
    /**
     * For the HTTP server: the caller behind a session cookie or an `x-api-key`. A caller seen within the last minute is
     * answered from memory; changes reach this process at once and the others within `ACTOR_LIFETIME_MS`.
     */
    authenticate: actors.authenticate,

    /** For the HTTP server: every refusal of a known caller, "not found" too, becomes an entry of the audit log. */
    onDenied,

    /** For what goes on after a request was let in: the session behind it, and whether it and its rights still stand. */
    watchSession: actors.watchSession,
    checkSessions: actors.checkSessions,

    registerRoutes(app: App): void {
      registerSignInRoutes(app, { signIn })
      registerAccounts(app, { accounts, apiKeys, describe: createDescribe({ db, regions, settings: deps.settings }) })
    },

    /** One account per role for a demo; may be repeated at every start. Returns what to print. */
    seedDemoAccounts: (executor: Db, given: { password: string; places: DemoPlaces }): Promise<DemoAccount[]> =>
      seedDemoAccounts(executor, { clock, ids }, given),

    /**
     * Creates an account on behalf of whoever runs the installation; the way to the first admin. Its password is shown once and
     * must be changed. Refuses as the route does (`invalid_input`, `name_in_use`).
     */
    createAsOperator: accounts.createAsOperator,

    /** Display names by account id, for showing who did something; unknown ids are left out. */
    listNames: (executor: Db, userIds: readonly string[]): Promise<ReadonlyMap<string, string>> =>
      listDisplayNames(executor, userIds),

    /** A person as they may act now, for work that goes on after their request; null when they are switched off. */
    async findActor(executor: Db, userId: string): Promise<Actor | null> {
      const stored = await findActor(executor, userId)
      return stored ? toActor(stored, null) : null
    },

    /** Those of the accounts that review now, with their region; others, switched off ones too, are left out. */
    listReviewing: (executor: Db, userIds: readonly string[]): Promise<ReadonlyMap<string, { regionCode: string }>> =>
      listReviewing(executor, userIds),

    /** People who review in a region, above or below it, by name. */
    listReviewers: (executor: Db, regionCode: string): Promise<Reviewer[]> => listReviewers(executor, regionCode),

    /** For a schedule: removes sign-in counters untouched for a day and what has expired of sessions and challenges. */
    async sweep(): Promise<{ removed: number }> {
      return { removed: (await guard.deleteStale()) + (await deleteExpired(db, clock.now())) }
    },
  }
}
