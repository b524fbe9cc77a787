import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Role } from '../../../contracts/access.ts'
import {
  batchInputSchema,
  batchListQuery,
  batchListSchema,
  batchRowInputSchema,
  batchRowPageSchema,
  batchRowQuery,
  batchRowsAddedSchema,
  batchRowsInputSchema,
  batchRowsRemovalSchema,
  batchSchema,
  batchSealInputSchema,
} from '../../../contracts/api/batches.ts'
import { idSchema } from '../../../contracts/primitives/ids.ts'
import { type App, getActor } from '../../../platform/http/index.ts'
import type { Caller } from '../enrolment.ports.ts'
import type { Batches } from './batches.service.ts'

const tags = ['enrolment']
const READERS = ['penyetuju', 'supervisor', 'auditor'] as const satisfies readonly Role[]
const APPROVERS = ['penyetuju'] as const satisfies readonly Role[]
const reading = { access: { roles: READERS } }
const sealing = { access: { roles: APPROVERS } }
const byId = z.strictObject({ id: idSchema })
const byRow = z.strictObject({ id: idSchema, proposalId: idSchema })

const callerOf = (request: FastifyRequest): Caller => ({ actor: getActor(request), requestId: request.id })

export function registerBatchRoutes(app: App, batches: Batches): void {
  app.get(
    '/api/v1/enrolment/batches',
    {
      config: reading,
      schema: {
        tags,
        summary: 'Batches to BPJS, newest first',
        querystring: batchListQuery,
        response: { 200: batchListSchema },
      },
    },
    (request) => batches.list(callerOf(request), request.query),
  )
  app.post(
    '/api/v1/enrolment/batches',
    {
      config: sealing,
      schema: { tags, summary: 'Open a batch of a kab/kota', body: batchInputSchema, response: { 201: batchSchema } },
    },
    async (request, reply) => reply.code(201).send(await batches.create(callerOf(request), request.body)),
  )
  app.get(
    '/api/v1/enrolment/batches/:id',
    {
      config: reading,
      schema: { tags, summary: 'A batch, and how far its sealing is', params: byId, response: { 200: batchSchema } },
    },
    (request) => batches.get(callerOf(request), request.params.id),
  )
  app.post(
    '/api/v1/enrolment/batches/:id/discard',
    {
      config: sealing,
      schema: { tags, summary: 'Give up an open batch', params: byId, response: { 200: batchSchema } },
    },
    (request) => batches.discard(callerOf(request), request.params.id),
  )
  app.get(
    '/api/v1/enrolment/batches/:id/rows',
    {
      config: reading,
      schema: {
        tags,
        summary: 'What is in a batch, and what was set aside and why',
        params: byId,
        querystring: batchRowQuery,
        response: { 200: batchRowPageSchema },
      },
    },
    (request) => batches.listRows(callerOf(request), request.params.id, request.query),
  )
  app.post(
    '/api/v1/enrolment/batches/:id/rows',
    {
      config: { ...sealing, rateClass: 'search' },
      schema: {
        tags,
        summary: 'Take eligible proposals into an open batch, by filter or id',
        params: byId,
        body: batchRowsInputSchema,
        response: { 200: batchRowsAddedSchema },
      },
    },
    (request) => batches.addRows(callerOf(request), request.params.id, request.body),
  )
  app.post(
    '/api/v1/enrolment/batches/:id/rows/remove',
    {
      config: sealing,
      schema: {
        tags,
        summary: 'Take rows out of an open batch',
        params: byId,
        body: batchRowsRemovalSchema,
        response: { 200: batchSchema },
      },
    },
    (request) => batches.removeRows(callerOf(request), request.params.id, request.body),
  )
  app.put(
    '/api/v1/enrolment/batches/:id/rows/:proposalId',
    {
      config: sealing,
      schema: {
        tags,
        summary: 'Say what a member is to the family (PISAT) where the KK leaves it open',
        params: byRow,
        body: batchRowInputSchema,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const { id, proposalId } = request.params
      await batches.setFamilyRole(callerOf(request), id, proposalId, request.body.familyRole)
      return reply.code(204).send(null)
    },
  )
  app.post(
    '/api/v1/enrolment/batches/:id/seal',
    {
      config: sealing,
      schema: {
        tags,
        summary: 'Have every row checked at BPJS and the batch sealed',
        description:
          'Goes on by itself; `GET` of the batch tells how far it is, and why it was opened again if it was.',
        params: byId,
        body: batchSealInputSchema,
        response: { 202: batchSchema },
      },
    },
    async (request, reply) =>
      reply.code(202).send(await batches.askForSeal(callerOf(request), request.params.id, request.body)),
  )
  app.post(
    '/api/v1/enrolment/batches/:id/stop',
    {
      config: sealing,
      schema: {
        tags,
        summary: 'Stop a sealing that is under way and open the batch again',
        params: byId,
        response: { 200: batchSchema },
      },
    },
    (request) => batches.stopSealing(callerOf(request), request.params.id),
  )
}
