import type { Logger } from 'pino'
import type { Clock } from '../../../platform/clock.ts'
import type { App } from '../../../platform/http/index.ts'
import type { Ids } from '../../../platform/ids.ts'
import type { Db } from '../../database.ts'
import { createSimulatedPhones, type SimulatedPhones } from './phones.service.ts'
import { createSimulatorGateway, type SimulatorGateway } from './simulator.gateway.ts'
import { registerSimulatorRoutes } from './simulator.routes.ts'

export type Simulator = {
  gateway: SimulatorGateway
  phones: SimulatedPhones
  /** The phone API and `/simulator`. Call only outside production. */
  registerRoutes(app: App): void
}

/**
 * Simulated phones and the gateway to them. A process that only serves the phone API need not start the gateway: the phones are in
 * the database.
 */
export function createSimulator(deps: {
  db: Db
  clock: Clock
  ids: Ids
  logger: Logger
  /** In which the page shows its times. */
  timeZone: string
}): Simulator {
  const gateway = createSimulatorGateway(deps)
  const phones = createSimulatedPhones({ ...deps, wake: () => gateway.wake() })
  return {
    gateway,
    phones,
    registerRoutes: (app) => registerSimulatorRoutes(app, { phones, timeZone: deps.timeZone }),
  }
}
