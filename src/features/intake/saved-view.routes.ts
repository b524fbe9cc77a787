import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { viewChangeSchema, viewInputSchema, viewListSchema, viewSchema } from '../../contracts/api/views.ts'
import { idSchema } from '../../contracts/primitives/ids.ts'
import { type App, getActor } from '../../platform/http/index.ts'
import { READERS } from './intake.routes.ts'
import type { SavedViews } from './saved-views.service.ts'

const ACCESS = { roles: READERS }
const tags = ['views']
const params = z.strictObject({ id: idSchema })
const callerOf = (request: FastifyRequest) => ({ actor: getActor(request), requestId: request.id })

export function registerSavedViewRoutes(app: App, views: SavedViews): void {
  app.get(
    '/api/v1/views',
    {
      config: { access: ACCESS },
      schema: {
        tags,
        summary: 'Saved views, own and shared',
        description: 'How many rows each has: `GET /api/v1/proposals/count` with its filters, in the own scope.',
        response: { 200: viewListSchema },
      },
    },
    (request) => views.list(callerOf(request)),
  )
  app.post(
    '/api/v1/views',
    {
      config: { access: ACCESS },
      schema: { tags, summary: 'Save a view', body: viewInputSchema, response: { 201: viewSchema } },
    },
    async (request, reply) => reply.code(201).send(await views.create(callerOf(request), request.body)),
  )
  app.put(
    '/api/v1/views/:id',
    {
      config: { access: ACCESS },
      schema: { tags, summary: 'Replace an own view', params, body: viewChangeSchema, response: { 200: viewSchema } },
    },
    (request) => views.change(callerOf(request), request.params.id, request.body),
  )
  app.delete(
    '/api/v1/views/:id',
    {
      config: { access: ACCESS },
      schema: { tags, summary: 'Delete an own view', params, response: { 204: z.null() } },
    },
    async (request, reply) => {
      await views.remove(callerOf(request), request.params.id)
      return reply.code(204).send(null)
    },
  )
}
