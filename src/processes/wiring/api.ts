import path from 'node:path'
import type { Pool } from 'pg'
import type { Registry } from 'prom-client'
import { CONSOLE_PAGES } from '../../contracts/console-pages.ts'
import { RATE_LIMITS, scaleRateLimits } from '../../contracts/rate-limits.ts'
import { registerAuditRoutes } from '../../features/audit/index.ts'
import { registerHolidayRoutes, registerRegionRoutes } from '../../features/regions/index.ts'
import {
  type App,
  createHttpServer,
  createRateLimiter,
  createRateStore,
  type HttpLimits,
  registerStaticSite,
} from '../../platform/http/index.ts'
import type { ProcessDeps, RunningRole } from '../process-parts.ts'
import type { Features } from './features.ts'

// As `npm run build` leaves it.
const CONSOLE = path.join(import.meta.dirname, '../../../dist/web')

/** The HTTP server with every feature's routes; not yet listening. */
export async function createApi(
  deps: ProcessDeps,
  features: Features,
  pool: Pool,
  metrics: Registry,
  limits: Partial<HttpLimits> = {},
): Promise<App> {
  const { config, log, ids } = deps
  const app = await createHttpServer({
    logger: log,
    ids,
    title: 'PuntaDewa',
    version: '0.1.0',
    publicUrl: config.http.publicUrl,
    isProduction: config.isProduction,
    authenticate: features.accounts.authenticate,
    onDenied: features.accounts.onDenied,
    rateLimiter: createRateLimiter({
      store: createRateStore({ backend: { pool }, logger: log }),
      limits: scaleRateLimits(RATE_LIMITS, config.http.rateLimitFactor),
    }),
    metrics,
    readiness: { database: async () => void (await pool.query('select 1')) },
    open: config.http.open,
    trustedProxies: config.http.trustedProxies,
    limits,
  })
  features.accounts.registerRoutes(app)
  registerRegionRoutes(app, features)
  registerHolidayRoutes(app, features.regions)
  registerAuditRoutes(app, features)
  features.intake.registerRoutes(app)
  features.verification.registerRoutes(app)
  features.enrolment.registerRoutes(app)
  features.reactivation.registerRoutes(app)
  features.quota.registerRoutes(app)
  features.bpjs.registerRoutes(app)
  features.drift.registerRoutes(app)
  features.coverage.registerRoutes(app, features.spool)
  features.whatsapp.registerRoutes(app)
  features.webhooks.registerRoutes(app)
  features.console.registerRoutes(app)
  features.cloud?.registerRoutes(app)
  if (!config.isProduction && config.whatsapp.gateway === 'simulator') features.simulator.registerRoutes(app)
  const isConsoleBuilt = await registerStaticSite(app, { directory: CONSOLE, pages: CONSOLE_PAGES })
  if (!isConsoleBuilt) log.warn('the console is not built: npm run build')
  return app
}

export async function startApi(
  deps: ProcessDeps,
  features: Features,
  pool: Pool,
  metrics: Registry,
): Promise<RunningRole> {
  const app = await createApi(deps, features, pool, metrics)
  const address = await app.listen({ host: deps.config.http.host, port: deps.config.http.port })
  return { address, stop: () => app.close() }
}
