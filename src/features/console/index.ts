import type { Logger } from 'pino'
import type { Clock } from '../../platform/clock.ts'
import type { App } from '../../platform/http/index.ts'
import type { Db } from '../database.ts'
import type { ConsolePorts } from './console.ports.ts'
import { forgetFigures, rollUpFigures } from './home/figure.repository.ts'
import { registerHomeRoutes } from './home/home.routes.ts'
import { createHome } from './home/home.service.ts'
import { createFeed } from './stream/feed.service.ts'
import { registerStreamRoutes } from './stream/stream.routes.ts'

export type { ConsolePorts } from './console.ports.ts'

const KEEP_FIGURES_MS = 8 * 24 * 60 * 60_000

/** What only the console needs: one stream of what changes, and the first page. Ids, places and figures: no person is read. */
export function createConsole(deps: { db: Db; clock: Clock; logger: Logger; ports: ConsolePorts }) {
  const { db, clock, ports } = deps
  const home = createHome(deps)
  const feed = createFeed(deps)

  return {
    /** `GET /api/v1/events` and `GET /api/v1/home`. The streams end when the server begins to close. */
    registerRoutes(app: App): void {
      registerStreamRoutes(app, { feed, ports })
      registerHomeRoutes(app, { home })
    },

    /** For metrics: open in this process. */
    countStreams: (): number => feed.count(),

    /** For a schedule: adds up the figures of the day, which are exact without it. Repeatable. */
    rollUpFigures: (): Promise<void> => rollUpFigures(db),

    /** For a schedule: forgets figures of more than eight days ago. Repeatable. */
    forgetFigures: (): Promise<void> => forgetFigures(db, new Date(clock.now().getTime() - KEEP_FIGURES_MS)),
  }
}
