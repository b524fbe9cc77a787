import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Role } from '../../../contracts/access.ts'
import {
  bulkJobInputSchema,
  bulkJobListSchema,
  bulkJobSchema,
  bulkRowPageSchema,
  bulkRowQuerySchema,
} from '../../../contracts/api/bulk-jobs.ts'
import { idSchema } from '../../../contracts/primitives/ids.ts'
import { type App, getActor } from '../../../platform/http/index.ts'
import type { Caller } from '../verification.ports.ts'
import { isPartial } from './bulk.domain.ts'
import type { BulkJobs } from './bulk.service.ts'

const REVIEWERS = ['verifikator', 'supervisor'] as const satisfies readonly Role[]
const access = { roles: REVIEWERS }
const tags = ['bulk-jobs']
const byId = z.strictObject({ id: idSchema })

const callerOf = (request: FastifyRequest): Caller => ({ actor: getActor(request), requestId: request.id })

/** A job's state answers 200 only when nothing of it was refused: a caller that looks at the status alone is not misled. */
export const registerBulkRoutes = (app: App, jobs: BulkJobs): void => {
  app.post(
    '/api/v1/bulk-jobs',
    {
      config: { access, rateClass: 'search' },
      schema: {
        tags,
        summary: 'Begin one act on many proposals; a dry run first unless said otherwise',
        body: bulkJobInputSchema,
        response: { 202: bulkJobSchema },
      },
    },
    async (request, reply) => reply.code(202).send(await jobs.create(callerOf(request), request.body)),
  )

  app.get(
    '/api/v1/bulk-jobs',
    {
      config: { access },
      schema: { tags, summary: "The caller's newest bulk jobs", response: { 200: bulkJobListSchema } },
    },
    async (request) => ({ items: await jobs.list(callerOf(request)) }),
  )

  app.get(
    '/api/v1/bulk-jobs/:id',
    {
      config: { access },
      schema: {
        tags,
        summary: 'How far a bulk job is; 207 when it ended with rows that were refused',
        params: byId,
        response: { 200: bulkJobSchema, 207: bulkJobSchema },
      },
    },
    async (request, reply) => {
      const job = await jobs.get(callerOf(request), request.params.id)
      return reply.code(isPartial(job.state) ? 207 : 200).send(job)
    },
  )

  app.get(
    '/api/v1/bulk-jobs/:id/rows',
    {
      config: { access },
      schema: {
        tags,
        summary: 'What became of each row, and why',
        params: byId,
        querystring: bulkRowQuerySchema,
        response: { 200: bulkRowPageSchema },
      },
    },
    (request) => jobs.listRows(callerOf(request), request.params.id, request.query),
  )

  app.post(
    '/api/v1/bulk-jobs/:id/run',
    {
      config: { access },
      schema: { tags, summary: 'Do what the dry run allowed', params: byId, response: { 202: bulkJobSchema } },
    },
    async (request, reply) => reply.code(202).send(await jobs.run(callerOf(request), request.params.id)),
  )

  app.post(
    '/api/v1/bulk-jobs/:id/undo',
    {
      config: { access },
      schema: {
        tags,
        summary: 'Undo the decisions of a bulk job where nothing has happened since, for 15 minutes',
        params: byId,
        response: { 202: bulkJobSchema },
      },
    },
    async (request, reply) => reply.code(202).send(await jobs.undo(callerOf(request), request.params.id)),
  )
}
