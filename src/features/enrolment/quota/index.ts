import type { Clock } from '../../../platform/clock.ts'
import type { Sealer } from '../../../platform/crypto/sealer.ts'
import type { UploadSpool } from '../../../platform/files/upload-spool.ts'
import type { App } from '../../../platform/http/index.ts'
import type { Ids } from '../../../platform/ids.ts'
import type { Db } from '../../database.ts'
import { createBudgets } from './budget.service.ts'
import { checkSeats } from './data-check.ts'
import { createForecasts } from './forecast.service.ts'
import type { QuotaPorts } from './quota.ports.ts'
import { registerQuotaRoutes } from './quota.routes.ts'
import { createSeats } from './seats.service.ts'
import { createTakeovers } from './takeovers.service.ts'

export type { QuotaPorts } from './quota.ports.ts'
export { SEAT_IDS_SQL } from './seats.repository.ts'

export type QuotaDeps = {
  db: Db
  clock: Clock
  ids: Ids
  sealer: Pick<Sealer, 'blindIndex'>
  spool: Pick<UploadSpool, 'take'>
  ports: QuotaPorts
}

/** The seats that a local budget pays: who has one, who waits in line, and how far the money goes. Why so: ADR 0056. */
export function createQuota({ db, clock, ids, sealer, spool, ports }: QuotaDeps) {
  const seats = createSeats({ db, clock, timeZoneOf: ports.regions.timeZoneOf })
  const budgets = createBudgets({ db, clock, ids, ports })
  const takeovers = createTakeovers({ db, clock, ids, sealer, budgets })
  const forecasts = createForecasts({ db, clock, budgets, ports })
  return {
    registerRoutes: (app: App): void => registerQuotaRoutes(app, { budgets, takeovers, forecasts, spool }),
    ...seats,
    checkSeats,
  }
}
export type Quota = ReturnType<typeof createQuota>
