import { ROLES } from '../../../contracts/access.ts'
import { homeResponse } from '../../../contracts/api/home.ts'
import { type App, getActor } from '../../../platform/http/index.ts'
import type { HomeService } from './home.service.ts'

/** `GET /api/v1/home`. */
export function registerHomeRoutes(app: App, { home }: { home: HomeService }): void {
  app.get(
    '/api/v1/home',
    {
      config: { access: { roles: ROLES } },
      schema: {
        summary: 'What waits for the caller, and how the day and the connections are',
        tags: ['console'],
        response: { 200: homeResponse },
      },
    },
    (request) => home.get(getActor(request), request.language),
  )
}
