import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Role, RouteAccess } from '../../contracts/access.ts'
import {
  createWebhookBody,
  listDeliveriesQuery,
  listDeliveriesResponse,
  listWebhooksResponse,
  pingResponse,
  replayBody,
  replayResponse,
  rotateSecretBody,
  updateWebhookBody,
  webhookItem,
  webhookParams,
  webhookWithSecret,
} from '../../contracts/api/webhooks.ts'
import { type App, getActor } from '../../platform/http/index.ts'
import type { Caller, Endpoints } from './endpoints.service.ts'

const ADMIN: RouteAccess = { roles: ['admin'] }
/** What shows a secret, or sends what happened in a region somewhere else, is not for a session that was left open. */
const FRESH: readonly Role[] = ['admin']
const tags = ['webhooks']

const callerOf = (request: FastifyRequest): Caller => ({ actor: getActor(request), requestId: request.id })

export function registerWebhookRoutes(app: App, { endpoints }: { endpoints: Endpoints }): void {
  app.get(
    '/api/v1/webhooks',
    {
      config: { access: ADMIN },
      schema: { summary: 'Webhooks of the own region', tags, response: { 200: listWebhooksResponse } },
    },
    (request) => endpoints.list(callerOf(request)),
  )
  app.post(
    '/api/v1/webhooks',
    {
      config: { access: ADMIN, freshSignIn: FRESH },
      schema: {
        summary: 'Register a webhook; its secret is shown once',
        tags,
        body: createWebhookBody,
        response: { 201: webhookWithSecret },
      },
    },
    async (request, reply) => reply.code(201).send(await endpoints.create(callerOf(request), request.body)),
  )
  app.get(
    '/api/v1/webhooks/:id',
    {
      config: { access: ADMIN },
      schema: { summary: 'One webhook and how it fares', tags, params: webhookParams, response: { 200: webhookItem } },
    },
    (request) => endpoints.get(callerOf(request), request.params.id),
  )
  app.patch(
    '/api/v1/webhooks/:id',
    {
      config: { access: ADMIN, freshSignIn: FRESH },
      schema: {
        summary: 'Change address, events or description',
        tags,
        params: webhookParams,
        body: updateWebhookBody,
        response: { 200: webhookItem },
      },
    },
    (request) => endpoints.update(callerOf(request), request.params.id, request.body),
  )
  app.delete(
    '/api/v1/webhooks/:id',
    {
      config: { access: ADMIN },
      schema: {
        summary: 'Delete a webhook with what it is owed',
        tags,
        params: webhookParams,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      await endpoints.remove(callerOf(request), request.params.id)
      return reply.code(204).send(null)
    },
  )
  app.post(
    '/api/v1/webhooks/:id/secret',
    {
      config: { access: ADMIN, freshSignIn: FRESH },
      schema: {
        summary: 'Make a new secret; the former one signs beside it for a while',
        tags,
        params: webhookParams,
        body: rotateSecretBody,
        response: { 200: webhookWithSecret },
      },
    },
    (request) => endpoints.rotateSecret(callerOf(request), request.params.id, request.body),
  )
  app.post(
    '/api/v1/webhooks/:id/pause',
    {
      config: { access: ADMIN },
      schema: { summary: 'Deliver nothing for now', tags, params: webhookParams, response: { 200: webhookItem } },
    },
    (request) => endpoints.pause(callerOf(request), request.params.id),
  )
  app.post(
    '/api/v1/webhooks/:id/resume',
    {
      config: { access: ADMIN },
      schema: {
        summary: 'Deliver again, and what was kept',
        tags,
        params: webhookParams,
        response: { 200: webhookItem },
      },
    },
    (request) => endpoints.resume(callerOf(request), request.params.id),
  )
  app.post(
    '/api/v1/webhooks/:id/ping',
    {
      config: { access: ADMIN },
      schema: { summary: 'Deliver a test event', tags, params: webhookParams, response: { 202: pingResponse } },
    },
    async (request, reply) => reply.code(202).send(await endpoints.ping(callerOf(request), request.params.id)),
  )
  app.post(
    '/api/v1/webhooks/:id/replays',
    {
      config: { access: ADMIN, freshSignIn: FRESH },
      schema: {
        summary: 'Deliver one event or those of a time once more',
        tags,
        params: webhookParams,
        body: replayBody,
        response: { 202: replayResponse },
      },
    },
    async (request, reply) =>
      reply.code(202).send(await endpoints.replay(callerOf(request), request.params.id, request.body)),
  )
  app.get(
    '/api/v1/webhooks/:id/deliveries',
    {
      config: { access: ADMIN },
      schema: {
        summary: 'Deliveries with their outcome, newest event first',
        tags,
        params: webhookParams,
        querystring: listDeliveriesQuery,
        response: { 200: listDeliveriesResponse },
      },
    },
    (request) => endpoints.listDeliveries(callerOf(request), request.params.id, request.query),
  )
}
