import { z } from 'zod'
import type { Role } from '../../../contracts/access.ts'
import {
  notYetActiveAskedSchema,
  notYetActivePageSchema,
  notYetActiveQuery,
} from '../../../contracts/api/batch-results.ts'
import { idSchema } from '../../../contracts/primitives/ids.ts'
import { type App, getActor } from '../../../platform/http/index.ts'
import type { NotYetActive } from './not-yet-active.service.ts'

const READERS = ['penyetuju', 'supervisor', 'auditor'] as const satisfies readonly Role[]
const ASKERS = ['penyetuju', 'supervisor'] as const satisfies readonly Role[]

export function registerNotYetActiveRoutes(app: App, notYetActive: NotYetActive): void {
  app.get(
    '/api/v1/enrolment/not-yet-active',
    {
      config: { access: { roles: READERS } },
      schema: {
        tags: ['enrolment'],
        summary: 'Whom BPJS has accepted and who is not active although the day has passed, with the days',
        querystring: notYetActiveQuery,
        response: { 200: notYetActivePageSchema },
      },
    },
    (request) => notYetActive.list({ actor: getActor(request), requestId: request.id }, request.query),
  )
  app.post(
    '/api/v1/enrolment/not-yet-active/:id/ask',
    {
      config: { access: { roles: ASKERS }, rateClass: 'search' },
      schema: {
        tags: ['enrolment'],
        summary: 'Ask BPJS now whether somebody is active who should be',
        params: z.strictObject({ id: idSchema.describe('of the proposal') }),
        response: { 200: notYetActiveAskedSchema },
      },
    },
    async (request) => ({
      item: await notYetActive.ask({ actor: getActor(request), requestId: request.id }, request.params.id),
    }),
  )
}
