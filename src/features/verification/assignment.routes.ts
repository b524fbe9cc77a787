import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Role } from '../../contracts/access.ts'
import { assignmentSchema, reviewerListSchema } from '../../contracts/api/assignments.ts'
import { idSchema } from '../../contracts/primitives/ids.ts'
import { type App, getActor } from '../../platform/http/index.ts'
import type { Assignments } from './assignments.service.ts'
import type { Caller } from './verification.ports.ts'

const SUPERVISORS = ['supervisor'] as const satisfies readonly Role[]
const access = { roles: SUPERVISORS }

const callerOf = (request: FastifyRequest): Caller => ({ actor: getActor(request), requestId: request.id })

export const registerAssignmentRoutes = (app: App, assignments: Assignments): void => {
  app.get(
    '/api/v1/reviewers',
    {
      config: { access },
      schema: {
        tags: ['proposals'],
        summary: 'People who review in the own region, whom cases can be given to',
        response: { 200: reviewerListSchema },
      },
    },
    async (request) => ({ items: await assignments.listReviewers(callerOf(request)) }),
  )

  app.post(
    '/api/v1/proposals/:id/assignment',
    {
      config: { access },
      schema: {
        tags: ['proposals'],
        summary: 'Give a case to a reviewer; it is kept for them for two working days',
        params: z.strictObject({ id: idSchema }),
        body: assignmentSchema,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      await assignments.assign(callerOf(request), request.params.id, request.body)
      return reply.code(204).send(null)
    },
  )
}
