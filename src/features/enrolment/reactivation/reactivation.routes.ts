import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Role } from '../../../contracts/access.ts'
import {
  putReactivationItemSchema,
  putReactivationPathSchema,
  putReactivationReasonSchema,
  reactivationItemParams,
  reactivationPathParams,
  reactivationPathSchema,
  reactivationPathsQuery,
  reactivationPathsSchema,
  reactivationViewSchema,
} from '../../../contracts/api/reactivation.ts'
import { idSchema } from '../../../contracts/primitives/ids.ts'
import { type App, getActor } from '../../../platform/http/index.ts'
import type { ReactivationCases } from './cases.service.ts'
import type { ReactivationPaths } from './paths.service.ts'
import type { Caller } from './reactivation.ports.ts'

const tags = ['reactivation']
const READERS = ['verifikator', 'supervisor', 'auditor', 'admin'] as const satisfies readonly Role[]
const RECORDERS = ['petugas', 'kader', 'supervisor'] as const satisfies readonly Role[]
const REVIEWERS = ['verifikator', 'supervisor'] as const satisfies readonly Role[]
const WRITERS = ['admin'] as const satisfies readonly Role[]

const callerOf = (request: FastifyRequest): Caller => ({ actor: getActor(request), requestId: request.id })

export function registerReactivationRoutes(
  app: App,
  { cases, paths }: { cases: ReactivationCases; paths: ReactivationPaths },
): void {
  app.get(
    '/api/v1/enrolment/reactivation-paths',
    {
      config: { access: { roles: READERS } },
      schema: {
        tags,
        summary: 'The ways back of inactive members in a kab/kota, by reason, the newest first',
        querystring: reactivationPathsQuery,
        response: { 200: reactivationPathsSchema },
      },
    },
    async (request) => ({ items: await paths.list(callerOf(request), request.query.regionCode) }),
  )
  app.put(
    '/api/v1/enrolment/reactivation-paths/:code/:reason/:validFrom',
    {
      config: { access: { roles: WRITERS } },
      schema: {
        tags,
        summary: 'Set the days and words of a path in a kab/kota from a day on',
        params: reactivationPathParams,
        body: putReactivationPathSchema,
        response: { 200: reactivationPathSchema },
      },
    },
    (request) => paths.put(callerOf(request), request.params, request.body),
  )
  app.put(
    '/api/v1/proposals/:id/reactivation/items/:item',
    {
      config: { access: { roles: RECORDERS } },
      schema: {
        tags,
        summary: 'Record an item of the checklist of a reactivation, or take it back',
        params: reactivationItemParams,
        body: putReactivationItemSchema,
        response: { 200: reactivationViewSchema },
      },
    },
    (request) => cases.record(callerOf(request), request.params.id, request.params.item, request.body),
  )
  app.put(
    '/api/v1/proposals/:id/reactivation/reason',
    {
      config: { access: { roles: REVIEWERS } },
      schema: {
        tags,
        summary: 'Set why a membership is inactive',
        params: z.strictObject({ id: idSchema }),
        body: putReactivationReasonSchema,
        response: { 200: reactivationViewSchema },
      },
    },
    (request) => cases.setReason(callerOf(request), request.params.id, request.body),
  )
}
