import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Role } from '../../../contracts/access.ts'
import {
  profileChangeSchema,
  profileCreateSchema,
  profileListSchema,
  profilePreviewInputSchema,
  profilePreviewSchema,
  profileQuery,
  profileSchema,
} from '../../../contracts/api/template-profiles.ts'
import { idSchema } from '../../../contracts/primitives/ids.ts'
import { type App, getActor } from '../../../platform/http/index.ts'
import type { Caller } from '../enrolment.ports.ts'
import type { Profiles } from './profiles.service.ts'

const tags = ['enrolment']
const READERS = ['penyetuju', 'supervisor', 'auditor', 'admin'] as const satisfies readonly Role[]
const EDITORS = ['penyetuju', 'admin'] as const satisfies readonly Role[]
const byId = z.strictObject({ id: idSchema })

const callerOf = (request: FastifyRequest): Caller => ({ actor: getActor(request), requestId: request.id })

export function registerProfileRoutes(app: App, profiles: Profiles): void {
  app.get(
    '/api/v1/enrolment/profiles',
    {
      config: { access: { roles: READERS } },
      schema: { tags, summary: 'Layouts of files for BPJS', response: { 200: profileListSchema } },
    },
    async (request) => ({ items: await profiles.list(callerOf(request)) }),
  )
  app.post(
    '/api/v1/enrolment/profiles',
    {
      config: { access: { roles: EDITORS } },
      schema: { tags, summary: 'Create or copy a layout', body: profileCreateSchema, response: { 201: profileSchema } },
    },
    async (request, reply) => reply.code(201).send(await profiles.create(callerOf(request), request.body)),
  )
  app.post(
    '/api/v1/enrolment/profiles/preview',
    {
      config: { access: { roles: EDITORS } },
      schema: {
        tags,
        summary: 'What a layout makes of a sample, and what is odd about it',
        body: profilePreviewInputSchema,
        response: { 200: profilePreviewSchema },
      },
    },
    (request) => profiles.preview(callerOf(request), request.body),
  )
  app.get(
    '/api/v1/enrolment/profiles/:id',
    {
      config: { access: { roles: READERS } },
      schema: {
        tags,
        summary: 'A layout, in its newest or a named version',
        params: byId,
        querystring: profileQuery,
        response: { 200: profileSchema },
      },
    },
    (request) => profiles.get(callerOf(request), request.params.id, request.query.version),
  )
  app.put(
    '/api/v1/enrolment/profiles/:id',
    {
      config: { access: { roles: EDITORS } },
      schema: {
        tags,
        summary: 'Add a version to a layout of the own region',
        params: byId,
        body: profileChangeSchema,
        response: { 200: profileSchema },
      },
    },
    (request) => profiles.change(callerOf(request), request.params.id, request.body),
  )
}
