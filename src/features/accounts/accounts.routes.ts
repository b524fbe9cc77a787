import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { ROLES, type Role, type RouteAccess } from '../../contracts/access.ts'
import {
  accountItem,
  accountParams,
  accountWithPassword,
  createAccountBody,
  createApiKeyBody,
  createApiKeyResponse,
  listAccountsQuery,
  listAccountsResponse,
  listApiKeysQuery,
  listApiKeysResponse,
  meResponse,
  updateAccountBody,
} from '../../contracts/api/accounts.ts'
import { type App, getActor } from '../../platform/http/index.ts'
import type { AccountService, Caller } from './accounts.service.ts'
import type { ApiKeyService } from './api-keys.service.ts'
import type { Describe } from './describe.service.ts'

const ADMIN: RouteAccess = { roles: ['admin'] }
const tags = ['accounts']

const callerOf = (request: FastifyRequest): Caller => ({ actor: getActor(request), requestId: request.id })

/** What a role may call, read off the routes themselves, so that the console never offers what the server refuses. */
function createPermissions(app: App): (role: Role) => string[] {
  const byRole = new Map<Role, string[]>()
  return (role) => {
    let permissions = byRole.get(role)
    if (!permissions) {
      permissions = app.registeredRoutes
        .filter(({ method, access }) => method !== 'HEAD' && access !== 'public' && access.roles.includes(role))
        .map(({ method, url }) => `${method} ${url}`)
        .sort()
      byRole.set(role, permissions)
    }
    return permissions
  }
}

export function registerAccountRoutes(
  app: App,
  deps: { accounts: AccountService; apiKeys: ApiKeyService; describe: Describe },
): void {
  const { accounts, apiKeys, describe } = deps
  const permissionsOf = createPermissions(app)

  app.get(
    '/api/v1/me',
    {
      config: { access: { roles: ROLES }, duringObligation: true },
      schema: { summary: 'Who is calling, and what they may call', tags, response: { 200: meResponse } },
    },
    (request) => {
      const actor = getActor(request)
      const { obligation, language } = request
      return describe({ actor, obligation, language }, permissionsOf(actor.role))
    },
  )

  app.get(
    '/api/v1/accounts',
    {
      config: { access: ADMIN, rateClass: 'search' },
      schema: {
        summary: 'List accounts of the own region',
        tags,
        querystring: listAccountsQuery,
        response: { 200: listAccountsResponse },
      },
    },
    (request) => accounts.list(callerOf(request), request.query),
  )

  app.post(
    '/api/v1/accounts',
    {
      config: { access: ADMIN },
      schema: {
        summary: 'Create an account; its one-time password is shown once',
        tags,
        body: createAccountBody,
        response: { 201: accountWithPassword },
      },
    },
    async (request, reply) => reply.code(201).send(await accounts.create(callerOf(request), request.body)),
  )

  app.patch(
    '/api/v1/accounts/:id',
    {
      config: { access: ADMIN },
      schema: {
        summary: 'Change an account',
        tags,
        params: accountParams,
        body: updateAccountBody,
        response: { 200: accountWithPassword },
      },
    },
    (request) => accounts.update(callerOf(request), request.params.id, request.body),
  )

  app.post(
    '/api/v1/accounts/:id/unlock',
    {
      config: { access: ADMIN },
      schema: {
        summary: 'Lift a lock-out before its time',
        tags,
        params: accountParams,
        response: { 200: accountItem },
      },
    },
    (request) => accounts.unlock(callerOf(request), request.params.id),
  )

  app.get(
    '/api/v1/api-keys',
    {
      config: { access: ADMIN },
      schema: {
        summary: 'List API keys of the own region',
        tags,
        querystring: listApiKeysQuery,
        response: { 200: listApiKeysResponse },
      },
    },
    (request) => apiKeys.list(callerOf(request), request.query),
  )

  app.post(
    '/api/v1/api-keys',
    {
      config: { access: ADMIN },
      schema: {
        summary: 'Mint an API key; it is shown once',
        tags,
        body: createApiKeyBody,
        response: { 201: createApiKeyResponse },
      },
    },
    async (request, reply) => reply.code(201).send(await apiKeys.create(callerOf(request), request.body)),
  )

  app.delete(
    '/api/v1/api-keys/:id',
    {
      config: { access: ADMIN },
      schema: { summary: 'Revoke an API key', tags, params: accountParams, response: { 204: z.null() } },
    },
    async (request, reply) => {
      await apiKeys.revoke(callerOf(request), request.params.id)
      return reply.code(204).send(null)
    },
  )
}
