import { Readable } from 'node:stream'
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Role } from '../../../contracts/access.ts'
import { CONTENT_TYPES } from '../../../contracts/api/exports.ts'
import {
  driftDetailSchema,
  driftListSchema,
  driftPeoplePageSchema,
  driftPeopleQuerySchema,
  listApprovalSchema,
  listInputSchema,
  listPageSchema,
  listPartParamsSchema,
  listQuerySchema,
  listSchema,
} from '../../../contracts/api/lists.ts'
import { issue } from '../../../contracts/issues.ts'
import { LIST_PART_MEGABYTES } from '../../../contracts/list-terms.ts'
import { idSchema } from '../../../contracts/primitives/ids.ts'
import { type App, getActor, registerByteRoutes } from '../../../platform/http/index.ts'
import type { Drifts } from './drift.service.ts'
import type { Caller, Lists } from './lists.service.ts'
import type { RefusedRows } from './refused-rows.service.ts'

/** A list is of a whole region, with full numbers: whoever oversees it brings it in. */
const IMPORTERS = ['supervisor', 'penyetuju'] as const satisfies readonly Role[]
const READERS = ['verifikator', 'supervisor', 'penyetuju', 'auditor'] as const satisfies readonly Role[]

const tags = ['lists']
const byId = z.strictObject({ id: idSchema })
const PART_BYTES = LIST_PART_MEGABYTES * 1024 * 1024
const partSchema = z
  .custom<Buffer>((value) => Buffer.isBuffer(value) && value.length > 0, issue('required'))
  .meta({ type: 'string', format: 'binary', description: `At most ${LIST_PART_MEGABYTES} MB of the file` })
const fileSchema = z
  .custom<Readable>((value) => value instanceof Readable)
  .meta({ type: 'string', format: 'binary', description: 'The file' })

const callerOf = (request: FastifyRequest): Caller => ({
  actor: getActor(request),
  requestId: request.id,
  language: request.language,
})

export type ListRoutesDeps = { lists: Lists; refusedRows: RefusedRows; drifts: Drifts }

export function registerListRoutes(app: App, { lists, refusedRows, drifts }: ListRoutesDeps): void {
  app.post(
    '/api/v1/lists',
    {
      config: { access: { roles: IMPORTERS }, rateClass: 'upload' },
      schema: {
        tags,
        summary: 'Begin a list of a month of the own region',
        description: 'Then its file in parts, then start. Nothing is applied before it is approved.',
        body: listInputSchema,
        response: { 201: listSchema },
      },
    },
    async (request, reply) => {
      const caller = callerOf(request)
      return reply.code(201).send(await lists.create(caller, request.body))
    },
  )

  registerByteRoutes(app, PART_BYTES, (scope) => {
    scope.put(
      '/api/v1/lists/:id/parts/:position',
      {
        config: { access: { roles: IMPORTERS }, rateClass: 'upload' },
        schema: {
          tags,
          summary: 'Send a part of the file, counted from 0',
          description: 'The same part again replaces it, so that an upload that broke off goes on where it was.',
          consumes: ['application/octet-stream'],
          params: listPartParamsSchema,
          body: partSchema,
          response: { 200: listSchema },
        },
      },
      (request) => {
        const caller = callerOf(request)
        return lists.putPart(caller, request.params.id, request.params.position, request.body)
      },
    )
  })

  app.post(
    '/api/v1/lists/:id/start',
    {
      config: { access: { roles: IMPORTERS }, rateClass: 'upload' },
      schema: {
        tags,
        summary: 'The file is whole: read it, as a dry run',
        params: byId,
        response: { 202: listSchema },
      },
    },
    async (request, reply) => {
      const caller = callerOf(request)
      return reply.code(202).send(await lists.start(caller, request.params.id))
    },
  )

  app.post(
    '/api/v1/lists/:id/approve',
    {
      config: { access: { roles: IMPORTERS } },
      schema: {
        tags,
        summary: 'Apply what the dry run found',
        params: byId,
        body: listApprovalSchema,
        response: { 202: listSchema },
      },
    },
    async (request, reply) => {
      const caller = callerOf(request)
      return reply.code(202).send(await lists.approve(caller, request.params.id, request.body))
    },
  )

  app.post(
    '/api/v1/lists/:id/abort',
    {
      config: { access: { roles: IMPORTERS } },
      schema: { tags, summary: 'End a list that is not approved', params: byId, response: { 200: listSchema } },
    },
    (request) => lists.abort(callerOf(request), request.params.id),
  )

  app.get(
    '/api/v1/lists',
    {
      config: { access: { roles: READERS } },
      schema: {
        tags,
        summary: 'Lists that concern the own region, the newest months first',
        querystring: listQuerySchema,
        response: { 200: listPageSchema },
      },
    },
    async (request) => ({ items: await lists.list(callerOf(request), request.query.kind) }),
  )

  app.get(
    '/api/v1/lists/:id',
    {
      config: { access: { roles: READERS } },
      schema: {
        tags,
        summary: 'A list, as far as it is: progress, counts, faults',
        params: byId,
        response: { 200: listSchema },
      },
    },
    (request) => lists.get(callerOf(request), request.params.id),
  )

  app.get(
    '/api/v1/lists/:id/refused',
    {
      config: { access: { roles: IMPORTERS }, rateClass: 'export', freshSignIn: IMPORTERS },
      schema: {
        tags,
        summary: 'Download the rows that were refused or repeated, with the reasons',
        description: 'As CSV with the columns of the file. Full numbers: within 15 minutes after signing in, audited.',
        params: byId,
        produces: [CONTENT_TYPES.csv],
        response: { 200: fileSchema },
      },
    },
    async (request, reply) => {
      const caller = callerOf(request)
      const content = await refusedRows.open(caller, request.params.id)
      return reply
        .type(CONTENT_TYPES.csv)
        .header('content-disposition', 'attachment; filename="baris-ditolak.csv"')
        .header('cache-control', 'no-store')
        .send(content)
    },
  )

  app.get(
    '/api/v1/drifts',
    {
      config: { access: { roles: READERS } },
      schema: { tags, summary: 'What changed from month to month', response: { 200: driftListSchema } },
    },
    async (request) => ({ items: await drifts.list(getActor(request)) }),
  )

  app.get(
    '/api/v1/drifts/:id',
    {
      config: { access: { roles: READERS } },
      schema: {
        tags,
        summary: 'What changed between two months, by village',
        params: byId,
        response: { 200: driftDetailSchema },
      },
    },
    (request) => drifts.get(getActor(request), request.params.id),
  )

  app.get(
    '/api/v1/drifts/:id/people',
    {
      config: { access: { roles: READERS }, rateClass: 'search' },
      schema: {
        tags,
        summary: 'Whom a change concerns, village by village; audited',
        params: byId,
        querystring: driftPeopleQuerySchema,
        response: { 200: driftPeoplePageSchema },
      },
    },
    (request) => drifts.listPeople(callerOf(request), request.params.id, request.query),
  )
}
