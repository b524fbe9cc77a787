import type { Clock } from '../../../platform/clock.ts'
import type { App } from '../../../platform/http/index.ts'
import type { Db } from '../../database.ts'
import type { Intake } from '../../intake/index.ts'
import { createReactivationCases } from './cases.service.ts'
import { createReactivationPaths } from './paths.service.ts'
import type { ReactivationPorts } from './reactivation.ports.ts'
import { registerReactivationRoutes } from './reactivation.routes.ts'
import { createWays } from './ways.service.ts'

export type ReactivationDeps = {
  db: Db
  intake: Pick<Intake, 'getProposal'>
  clock: Clock
  ports: ReactivationPorts
}

/** The way back of an inactive member: why, what has to be brought, who does the next step, and who may not be proposed as new. */
export function createReactivation({ db, intake, clock, ports }: ReactivationDeps) {
  const ways = createWays({ clock, ports })
  const paths = createReactivationPaths({ db, clock, ports })
  const cases = createReactivationCases({ db, intake, ways, clock, ports })
  return {
    registerRoutes: (app: App): void => registerReactivationRoutes(app, { cases, paths }),
    describe: cases.describe,
    requireComplete: ways.requireComplete,
    listPaidElsewhere: ways.listPaidElsewhere,
    endOf: ways.endOf,
  }
}
