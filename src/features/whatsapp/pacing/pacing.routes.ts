import type { RouteAccess } from '../../../contracts/access.ts'
import { breakerResponse, pacingResponse } from '../../../contracts/api/whatsapp-pacing.ts'
import { type App, getActor } from '../../../platform/http/index.ts'
import type { BreakerSwitch } from './breaker.service.ts'
import type { PacingStateReader } from './pacing-state.service.ts'

const OPERATORS: RouteAccess = { roles: ['supervisor', 'admin'] }
/** It is the breaker of the whole installation, and a supervisor answers for one region. */
const CLOSERS: RouteAccess = { roles: ['admin'] }

export function registerPacingRoutes(
  app: App,
  { breaker, pacing }: { breaker: BreakerSwitch; pacing: PacingStateReader },
): void {
  const tags = ['whatsapp']
  app.get(
    '/api/v1/whatsapp/pacing',
    {
      config: { access: OPERATORS },
      schema: {
        summary: 'How messages are spread over time, and how much of the limits is used',
        tags,
        response: { 200: pacingResponse },
      },
    },
    () => pacing.read(),
  )
  app.get(
    '/api/v1/whatsapp/breaker',
    {
      config: { access: OPERATORS },
      schema: {
        summary: 'Whether trouble of the WhatsApp account keeps messages back',
        tags,
        response: { 200: breakerResponse },
      },
    },
    () => breaker.read(),
  )
  app.post(
    '/api/v1/whatsapp/breaker/close',
    {
      config: { access: CLOSERS },
      schema: {
        summary: 'Say that the trouble is over: what waited for it is sent',
        tags,
        response: { 200: breakerResponse },
      },
    },
    (request) => breaker.close(getActor(request), request.id),
  )
}
