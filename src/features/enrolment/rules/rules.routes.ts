import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Role } from '../../../contracts/access.ts'
import {
  enrolmentRuleParams,
  enrolmentRuleSchema,
  enrolmentRulesQuery,
  enrolmentRulesSchema,
  putEnrolmentRuleSchema,
} from '../../../contracts/api/enrolment-rules.ts'
import { type App, getActor } from '../../../platform/http/index.ts'
import type { Caller } from '../enrolment.ports.ts'
import type { Rules } from './rules.service.ts'

const tags = ['enrolment']
const READERS = ['penyetuju', 'supervisor', 'auditor', 'admin'] as const satisfies readonly Role[]
const WRITERS = ['admin'] as const satisfies readonly Role[]

const callerOf = (request: FastifyRequest): Caller => ({ actor: getActor(request), requestId: request.id })

export function registerRuleRoutes(app: App, rules: Rules): void {
  app.get(
    '/api/v1/enrolment/rules',
    {
      config: { access: { roles: READERS } },
      schema: {
        tags,
        summary: 'How the agreement of a kab/kota with BPJS works, the newest rule first',
        querystring: enrolmentRulesQuery,
        response: { 200: enrolmentRulesSchema },
      },
    },
    async (request) => ({ items: await rules.list(callerOf(request), request.query.regionCode) }),
  )
  app.put(
    '/api/v1/enrolment/rules/:code/:validFrom',
    {
      config: { access: { roles: WRITERS } },
      schema: {
        tags,
        summary: 'Set the rule of a kab/kota from a day on',
        params: enrolmentRuleParams,
        body: putEnrolmentRuleSchema,
        response: { 200: enrolmentRuleSchema },
      },
    },
    (request) => rules.put(callerOf(request), request.params, request.body),
  )
  app.delete(
    '/api/v1/enrolment/rules/:code/:validFrom',
    {
      config: { access: { roles: WRITERS } },
      schema: {
        tags,
        summary: 'Take away a rule that has not begun',
        params: enrolmentRuleParams,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      await rules.remove(callerOf(request), request.params)
      return reply.code(204).send(null)
    },
  )
}
