import type { AuditAction } from '../../contracts/audit-actions.ts'
import type { Clock } from '../../platform/clock.ts'
import type { App, OnDenied } from '../../platform/http/index.ts'
import type { Ids } from '../../platform/ids.ts'
import type { Db } from '../database.ts'
import { type DemoAccount, type DemoPlaces, seedDemoAccounts } from './accounts.demo.ts'
import type { AuditPort, RegionsPort } from './accounts.ports.ts'
import { deleteExpired, listDisplayNames } from './accounts.repository.ts'
import { registerAccountRoutes as registerAccounts } from './accounts.routes.ts'
import { createAccountService } from './accounts.service.ts'
import { createActors } from './actors.ts'
import { createApiKeyService } from './api-keys.service.ts'
import { createAuth } from './auth.ts'
import { createPasswordPolicy } from './password-policy.ts'
import { registerSignInRoutes } from './sign-in.routes.ts'
import { createSignInService } from './sign-in.service.ts'
import { createSignInGuard } from './sign-in-guard.service.ts'

export type { DemoAccount, DemoPlaces } from './accounts.demo.ts'
export type { AuditPort, RegionsPort } from './accounts.ports.ts'
export { runCreateAccount } from './create-account.command.ts'

export type AccountsDeps = {
  db: Db
  audit: AuditPort
  regions: RegionsPort
  clock: Clock
  ids: Ids
  /** `AUTH_SECRET`: signs cookies and seals TOTP secrets. */
  authSecret: string
  publicUrl: string | null
  /** Secure cookies, and the second factor is mandatory for admin and penyetuju. */
  isProduction: boolean
  /** Allowed as a password although everybody knows it; null outside a demo. */
  demoPassword: string | null
}
export type Accounts = ReturnType<typeof createAccounts>

/** Who may sign in, as what, and where. */
export function createAccounts(deps: AccountsDeps) {
  const { db, audit, regions, clock, ids, authSecret, publicUrl, isProduction, demoPassword } = deps
  const auth = createAuth({ db, ids, secret: authSecret, publicUrl, secureCookies: isProduction })
  const guard = createSignInGuard({ db, clock, secret: authSecret })
  const actors = createActors({ db, auth, clock, requireTwoFactor: isProduction })
  const passwordPolicy = createPasswordPolicy({ allowed: demoPassword })
  const accounts = createAccountService({ db, audit, regions, actors, guard, clock, ids })
  const apiKeys = createApiKeyService({ db, audit, actors, clock, ids })
  const signIn = createSignInService({ db, auth, audit, actors, guard, passwordPolicy, requireTwoFactor: isProduction })

  const onDenied: OnDenied = ({ actor, code, route, requestId }) => {
    const action: AuditAction = 'denied'
    return audit.write({
      actorId: actor.userId,
      actorRole: actor.role,
      officeId: actor.officeId,
      regionCode: actor.regionCode,
      requestId,
      action,
      subjectType: 'route',
      subjectId: null,
      details: { code, route },
    })
  }

  return {
    /**
     * For the HTTP server: the caller behind a session cookie or an `x-api-key`. A caller seen within the last minute is
     * answered from memory; changes reach this process at once and the others within `ACTOR_LIFETIME_MS`.
     */
    authenticate: actors.authenticate,

    /** For the HTTP server: every refusal of a known caller becomes an entry of the audit log. */
    onDenied,

    registerRoutes(app: App): void {
      registerSignInRoutes(app, { signIn })
      registerAccounts(app, { accounts, apiKeys })
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

    /** For a schedule: removes sign-in counters untouched for a day and what has expired of sessions and challenges. */
    async sweep(): Promise<{ removed: number }> {
      return { removed: (await guard.deleteStale()) + (await deleteExpired(db, clock.now())) }
    },
  }
}
