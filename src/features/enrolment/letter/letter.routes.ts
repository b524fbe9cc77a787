import { z } from 'zod'
import type { Role } from '../../../contracts/access.ts'
import { idSchema } from '../../../contracts/primitives/ids.ts'
import { type App, getActor, SCRIPTLESS_PAGE_POLICY } from '../../../platform/http/index.ts'
import type { Letters } from './letter.service.ts'
import { renderLetter } from './letter-page.ts'

const READERS = ['penyetuju', 'supervisor', 'auditor'] as const satisfies readonly Role[]

export function registerLetterRoutes(app: App, letters: Letters): void {
  app.get(
    '/api/v1/enrolment/batches/:id/letter',
    {
      config: { access: { roles: READERS } },
      schema: {
        tags: ['enrolment'],
        summary: 'The letter of a sealed batch to BPJS, a page to print',
        params: z.strictObject({ id: idSchema }),
        produces: ['text/html; charset=utf-8'],
        response: { 200: z.string().meta({ description: 'HTML in Indonesian, for A4' }) },
      },
    },
    async (request, reply) => {
      const letter = await letters.get({ actor: getActor(request), requestId: request.id }, request.params.id)
      return reply
        .header('content-security-policy', SCRIPTLESS_PAGE_POLICY)
        .header('cache-control', 'no-store')
        .type('text/html; charset=utf-8')
        .send(renderLetter(letter))
    },
  )
}
