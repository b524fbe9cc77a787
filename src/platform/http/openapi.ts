import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import { jsonSchemaTransform, jsonSchemaTransformObject } from '@fastify/type-provider-zod'
import { core, z } from 'zod'
import type { RouteAccess } from '../../contracts/access.ts'
import type { App } from './app.ts'
import { problemSchema } from './problem.ts'

export type OpenApiOptions = { title: string; version: string; isOpen: boolean }

const DOCS_PREFIX = '/docs'

const PROBLEM_RESPONSE = {
  description: 'A problem (RFC 9457); `code` is for programs, the texts are for people',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
}

const EVENT_STREAM_RESPONSE = {
  description: 'Server-sent events, until one side ends them; each `data` is JSON',
  content: { 'text/event-stream': { schema: { type: 'string' } } },
}

/** The page's own routes come from a plugin that cannot state their access. */
export function isDocsRoute(url: string): boolean {
  return url === DOCS_PREFIX || url.startsWith(`${DOCS_PREFIX}/`)
}

/** GET /api/v1/proposals/:id/messages is `getProposalsIdMessages`: what generated clients call it. */
function operationIdOf(method: string, url: string): string {
  const words = url.replace(/^\/api\/(?:v1\/)?/, '').split(/[^a-zA-Z0-9]+/)
  return method.toLowerCase() + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('')
}

/** A route without a scope is for people: no key opens it. */
function securityOf(access: RouteAccess | undefined): Record<string, []>[] {
  if (access === 'public' || access === undefined) return []
  return access.scope === undefined ? [{ session: [] }] : [{ session: [] }, { apiKey: [] }]
}

const headersSchema = z.looseObject({
  properties: z.record(z.string(), z.looseObject({})),
  required: z.array(z.string()).default([]),
})

/**
 * A header that its handler requires is optional to the validator, so that its absence is answered by a code of its own;
 * the document says what is true: `x-required` in the header's meta.
 */
function withRequiredHeaders(headers: unknown): unknown {
  const { properties, required, ...rest } = headersSchema.parse(headers)
  const alsoRequired = Object.keys(properties).filter((name) => properties[name]?.['x-required'] === true)
  const shown = Object.entries(properties).map(([name, { 'x-required': _, ...property }]) => [name, property])
  return { ...rest, properties: Object.fromEntries(shown), required: [...required, ...alsoRequired] }
}

/**
 * The document of all routes. Must be called before the routes are registered; it is only shown (`/openapi.json`, page
 * at `/docs`, its assets from this process) when `isOpen`. Each operation says under `x-access` who may call it.
 */
export async function registerOpenApi(app: App, options: OpenApiOptions): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: options.title, version: options.version },
      components: {
        securitySchemes: {
          session: { type: 'apiKey', in: 'cookie', name: 'pdw.session_token' },
          apiKey: { type: 'apiKey', in: 'header', name: 'x-api-key' },
        },
        schemas: { Problem: core.toJSONSchema(problemSchema, { unrepresentable: 'any' }) as object },
      },
    },
    transform: (document) => {
      const transformed = jsonSchemaTransform(document)
      const access = document.route.config?.access
      const schema: Record<string, unknown> = { ...transformed.schema, 'x-access': access }
      schema.operationId = operationIdOf([document.route.method].flat()[0] ?? '', document.url)
      schema.security = securityOf(access)
      if (schema['headers'] !== undefined) schema['headers'] = withRequiredHeaders(schema['headers'])
      const answers = document.route.config?.eventStream ? { 200: EVENT_STREAM_RESPONSE } : {}
      schema.response = { ...Object(transformed.schema.response), ...answers, default: PROBLEM_RESPONSE }
      return { ...transformed, schema }
    },
    transformObject: jsonSchemaTransformObject,
  })
  if (!options.isOpen) return
  await app.register(swaggerUi, {
    routePrefix: DOCS_PREFIX,
    // Folded: the page resolves each operation that it shows, which takes minutes for all of them at once.
    uiConfig: { deepLinking: true, persistAuthorization: false, docExpansion: 'none' },
  })
  let body: string | undefined
  app.get('/openapi.json', { config: { access: 'public' }, schema: { hide: true } }, (_request, reply) => {
    body ??= JSON.stringify(app.swagger())
    return reply.header('content-type', 'application/json; charset=utf-8').send(body)
  })
}
