import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { issue } from '../../../src/contracts/issues.ts'
import type { RegisteredRoute } from '../../../src/platform/http/index.ts'
import { isConsoleFile } from '../../support/console/console-files.ts'
import { createWholeApp, type WholeApp } from '../../support/whole-app.ts'
import { findRouteFaults, findSchemaFaults } from './route-guard.ts'

describe('the guard itself finds', () => {
  test.each<[string, z.ZodType, 'body' | 'response', string]>([
    ['an unbounded string', z.strictObject({ a: z.string() }), 'body', 'body.a: a string without a maximum'],
    ['an unbounded string behind a pattern', z.string().regex(/^a+$/), 'body', 'body: a string without a maximum'],
    [
      'a declared maximum that is not kept',
      z.string().meta({ maxLength: 5 }),
      'body',
      'body: a string without a maximum',
    ],
    ['an unbounded list', z.strictObject({ a: z.array(z.int()) }), 'body', 'body.a: a list without a maximum'],
    [
      'an unbounded string deep inside',
      z.array(z.union([z.int(), z.strictObject({ b: z.string() }).nullable()])).max(1),
      'body',
      'body.[].|1.b: a string without a maximum',
    ],
    [
      'an unbounded string before a transform',
      z.string().transform((text) => text.trim()),
      'body',
      'body: a string without a maximum',
    ],
    ['an unbounded key', z.record(z.string(), z.int()), 'body', 'body.{key}: a string without a maximum'],
    [
      'an object that takes anything',
      z.strictObject({ a: z.object({}) }),
      'body',
      'body.a: an object that takes unknown fields',
    ],
    ['a value of any kind', z.strictObject({ a: z.unknown() }), 'body', 'body.a: anything at all'],
    [
      'a default that never applies',
      z.strictObject({ a: z.int().default(1).optional() }),
      'body',
      'body.a: a default under optional: the default never applies',
    ],
    [
      'a code without a text',
      z.int().refine(() => true, { params: { code: 'no_such_code' } }),
      'body',
      'body: a rule whose code no_such_code has no text',
    ],
    [
      'a transform in a response',
      z.object({ a: z.int().transform(String) }),
      'response',
      'response.a: a transform in a response',
    ],
    ['a default in a response', z.object({ a: z.int().default(1) }), 'response', 'response.a: a default in a response'],
  ])('%s', (_case, schema, part, fault) => {
    expect(findSchemaFaults(schema, part)).toEqual([fault])
  })

  test('nothing wrong where nothing is', () => {
    const schema = z.strictObject({
      id: z.guid(),
      name: z
        .string()
        .max(5)
        .transform((text) => text.trim()),
      tags: z
        .array(z.enum(['a']))
        .max(3)
        .refine(() => true, issue('duplicate')),
      at: z.iso.datetime().optional(),
    })
    expect(findSchemaFaults(schema, 'body')).toEqual([])
  })

  test('a route without schemas', () => {
    const route: RegisteredRoute = {
      method: 'GET',
      url: '/things/:id',
      access: 'public',
      rateClass: 'default',
      schema: undefined,
    }
    expect(findRouteFaults(route)).toEqual([
      'GET /things/:id parameters in the address without a schema',
      'GET /things/:id no response schema',
    ])
  })
})

describe('the routes of the product', () => {
  let product: WholeApp
  beforeAll(async () => {
    product = await createWholeApp()
  })
  afterAll(() => product.close())

  // Pages for people, files and figures: no JSON, so no schema to write them by.
  const PAGES = /^\/(?:cakupan-publik|docs|openapi\.json|metrics|status|simulator)(?:\/|$)/
  const isNoJson = (url: string): boolean => PAGES.test(url) || isConsoleFile(url)

  test('bound what they take, take nothing else, and say what they give', () => {
    const routes = product.app.registeredRoutes.filter(({ method, url }) => method !== 'HEAD' && !isNoJson(url))
    expect(routes.length).toBeGreaterThan(40)
    expect(routes.flatMap(findRouteFaults)).toEqual([])
  })

  test('all state their access, and only the ones meant to be are open to everybody', () => {
    const open = product.app.registeredRoutes
      .filter(({ access, method, url }) => access === 'public' && method !== 'HEAD' && !isNoJson(url))
      .map(({ method, url }) => `${method} ${url}`)
      .sort()
    expect(open).toEqual([
      'GET /api/public/coverage/:code',
      'GET /api/v1/simulator/messages',
      'GET /livez',
      'GET /readyz',
      'POST /api/auth/sign-in/username',
      'POST /api/auth/sign-out',
      'POST /api/auth/two-factor/verify-backup-code',
      'POST /api/auth/two-factor/verify-totp',
      'POST /api/public/status',
      'POST /api/v1/simulator/messages',
      'PUT /api/v1/simulator/phones/:number',
    ])
  })
})
