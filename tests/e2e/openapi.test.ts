import { Validator } from '@seriousme/openapi-schema-validator'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { TEXTS } from '../../src/contracts/text/index.ts'
import { createWholeApp, type WholeApp } from '../support/whole-app.ts'

/** The public contract: docs/architecture.md. Names are exact; a console, a health office's own programs and the demo depend on them. */
const CONTRACT = [
  'GET /livez',
  'GET /readyz',
  'POST /api/auth/sign-in/username',
  'POST /api/v1/intakes',
  'GET /api/v1/intakes/{id}',
  'GET /api/v1/proposals',
  'GET /api/v1/proposals/{id}',
  'POST /api/v1/proposals/{id}/claim',
  'POST /api/v1/proposals/{id}/release',
  'POST /api/v1/proposals/{id}/decisions',
  'POST /api/v1/proposals/{id}/corrections',
  'POST /api/v1/proposals/{id}/withdraw',
  'POST /api/v1/proposals/{id}/set-aside',
  'GET /api/v1/proposals/{id}/messages',
  'GET /api/v1/simulator/messages',
  'POST /api/v1/simulator/messages',
  'POST /api/public/status',
]

const schemaSchema = z.record(z.string(), z.unknown())
const operationSchema = z.looseObject({
  operationId: z.string(),
  summary: z.string().min(5).max(100),
  tags: z.tuple([z.string()]),
  parameters: z
    .array(z.looseObject({ name: z.string(), in: z.string(), required: z.boolean().optional(), schema: schemaSchema }))
    .default([]),
  requestBody: z
    .looseObject({
      required: z.boolean().optional(),
      content: z.record(z.string(), z.object({ schema: schemaSchema })),
    })
    .optional(),
  responses: z.record(z.string(), z.looseObject({ description: z.string() })),
  security: z.array(z.record(z.string(), z.array(z.string()))),
})
type Operation = z.infer<typeof operationSchema>
const documentSchema = z.looseObject({
  openapi: z.string(),
  paths: z.record(z.string(), z.record(z.string(), operationSchema)),
})

let whole: WholeApp
let text: string
let operations: Map<string, Operation>
beforeAll(async () => {
  whole = await createWholeApp()
  text = (await whole.send({ method: 'GET', url: '/openapi.json' })).body
  const { paths } = documentSchema.parse(JSON.parse(text))
  operations = new Map(
    Object.entries(paths).flatMap(([path, byMethod]) =>
      Object.entries(byMethod).map(([method, operation]): [string, Operation] => [
        `${method.toUpperCase()} ${path}`,
        operation,
      ]),
    ),
  )
})
afterAll(() => whole?.close())

const get = (route: string): Operation => {
  const operation = operations.get(route)
  if (!operation) throw new Error(`${route} is not in the document`)
  return operation
}

/** The names that a caller may send, at every depth. */
function listNames(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return []
  const properties = 'properties' in schema ? Object(schema.properties) : {}
  return [...Object.keys(properties), ...Object.values(schema).flatMap(listNames)]
}

const bodyOf = ({ requestBody }: Operation): Record<string, unknown> =>
  requestBody?.content['application/json']?.schema ?? {}

describe('the document', () => {
  test('is valid OpenAPI 3.1, and every reference in it leads somewhere', async () => {
    const validator = new Validator()
    const { valid, errors } = await validator.validate(JSON.parse(text))
    expect(errors ?? []).toEqual([])
    expect(valid).toBe(true)
    expect(validator.version).toBe('3.1')
    for (const [, reference = ''] of text.matchAll(/"\$ref":"([^"]+)"/g)) {
      const found = reference
        .replace(/^#\//, '')
        .split('/')
        .reduce<unknown>((at, key) => Reflect.get(Object(at), key), JSON.parse(text))
      expect(found, reference).toBeDefined()
    }
  })

  test.each(CONTRACT)('has %s', (route) => {
    expect([...operations.keys()]).toContain(route)
  })

  test('names every operation once, in plain words, under one heading', () => {
    const ids = [...operations.values()].map(({ operationId }) => operationId)
    expect(new Set(ids).size).toBe(ids.length)
    for (const id of ids) expect(id).toMatch(/^(?:get|post|put|patch|delete)[A-Z][A-Za-z]+$/)
    const summaries = [...operations.values()].map(({ summary }) => summary)
    expect(new Set(summaries).size).toBe(summaries.length)
  })

  test('declares each parameter of a path, and none that the path lacks', () => {
    for (const [route, { parameters }] of operations) {
      const inPath = [...route.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
      const declared = parameters.filter((parameter) => parameter.in === 'path')
      expect(declared.map(({ name }) => name).sort(), route).toEqual(inPath.sort())
      expect(
        declared.every(({ required }) => required === true),
        route,
      ).toBe(true)
    }
  })

  test('says how each operation succeeds, and that all fail alike', () => {
    for (const [route, { responses }] of operations) {
      const successes = Object.keys(responses).filter((status) => /^2\d\d$/.test(status))
      // What is done row by row also succeeds in part, which is never a plain 200.
      expect([1, successes.includes('207') ? 2 : 1], route).toContain(successes.length)
      expect(JSON.stringify(responses['default']), route).toContain('application/problem+json')
    }
  })

  test('offers an API key only where a scope opens the door', () => {
    const offering = [...operations].filter(([, { security }]) => security.some((way) => 'apiKey' in way))
    expect(offering.map(([route]) => route).sort()).toEqual(
      whole.app.registeredRoutes
        .filter(({ method, access }) => method !== 'HEAD' && access !== 'public' && access.scope !== undefined)
        .map(({ method, url }) => `${method} ${url.replace(/:(\w+)/g, '{$1}')}`)
        .sort(),
    )
  })
})

describe('the intake', () => {
  test('has the body of the contract, field by field', () => {
    const body = bodyOf(get('POST /api/v1/intakes'))
    expect(Object.keys(Object(body['properties'])).sort()).toEqual([
      'address',
      'channel',
      'confirmWarnings',
      'consent',
      'documents',
      'familyCardNumber',
      'members',
      'originalsSeen',
      'whatsappNumber',
    ])
    expect(new Set(listNames(body))).toEqual(
      new Set([
        ...['familyCardNumber', 'whatsappNumber', 'channel', 'originalsSeen', 'confirmWarnings'],
        ...['address', 'street', 'rt', 'rw', 'villageCode', 'postalCode'],
        // Without the version the current text counts.
        ...['consent', 'processing', 'whatsapp', 'version'],
        ...['members', 'nik', 'fullName', 'relationship', 'birthPlace', 'birthDate', 'sex', 'maritalStatus', 'propose'],
        'urgentCare',
        // Photos that were uploaded before.
        ...['documents', 'id', 'kind', 'member'],
      ]),
    )
  })

  test('is answered with what the contract says', () => {
    const created = JSON.stringify(get('POST /api/v1/intakes').responses['201'])
    for (const name of ['id', 'receiptNumber', 'proposals', 'fullName', 'nikMasked', 'state', 'warnings']) {
      expect(created).toContain(`"${name}":`)
    }
  })

  test('requires its Idempotency-Key', () => {
    expect(get('POST /api/v1/intakes').parameters).toMatchObject([
      { name: 'idempotency-key', in: 'header', required: true, description: expect.stringContaining('8 to 128') },
    ])
    expect(text).not.toContain('x-required')
  })
})

test('an upload is a form with a file, and a picture is no JSON', () => {
  expect(Object.keys(get('POST /api/v1/documents').requestBody?.content ?? {})).toEqual(['multipart/form-data'])
  expect(JSON.stringify(get('POST /api/v1/documents').requestBody)).toContain('"format":"binary"')
  expect(JSON.stringify(get('GET /api/v1/documents/{id}/content').responses['200'])).toContain('image/jpeg')
})

test('a list takes the filters of the contract and gives a page', () => {
  const list = get('GET /api/v1/proposals')
  const filters = [
    'channel',
    'dueBefore',
    'flag',
    'lease',
    'seat',
    'membership',
    'office',
    'q',
    'queue',
    'regionCode',
    'state',
  ]
  const days = ['submittedFrom', 'submittedTo']
  expect(list.parameters.map(({ name }) => name).sort()).toEqual(
    [...filters, ...days, 'cursor', 'limit', 'sort'].sort(),
  )
  expect(list.parameters.find(({ name }) => name === 'state')?.schema).toMatchObject({
    type: 'array',
    items: { enum: expect.arrayContaining(['eligible']) },
  })
  expect(JSON.stringify(list.responses['200'])).toContain('"required":["items","nextCursor"]')
})

test('a decision takes what the contract says', () => {
  const body = bodyOf(get('POST /api/v1/proposals/{id}/decisions'))
  expect(new Set(listNames(body))).toEqual(
    new Set(['version', 'decision', 'reasons', 'code', 'field', 'note', 'duplicateOf', 'undoable']),
  )
  const { enum: decisions } = z
    .object({ properties: z.object({ decision: z.object({ enum: z.array(z.string()) }) }) })
    .parse(body).properties.decision
  expect(decisions).toEqual(expect.arrayContaining(['eligible', 'needs_correction', 'rejected', 'duplicate_of']))
})

// What a message calls a field that has no label is its name in quotes: fine for what only programs send.
const FOR_PROGRAMS = [
  'actor',
  'action',
  'subjectType',
  'subjectId',
  'from',
  'to',
  'mode',
  'remaining',
  'delayMs',
  'number',
]
const ALSO_FOR_PROGRAMS = ['repeatReceipts', 'answersLookUp', 'idempotency-key', 'last-event-id', 'as']

test('every field that a person fills in has a name in both languages', () => {
  const names = new Set(
    [...operations.values()].flatMap((operation) => [
      ...listNames(bodyOf(operation)),
      ...operation.parameters.map(({ name }) => name),
    ]),
  )
  for (const name of [...FOR_PROGRAMS, ...ALSO_FOR_PROGRAMS]) names.delete(name)
  for (const language of ['id', 'en'] as const) {
    const labels = new Set(Object.keys(TEXTS[language].fields))
    expect([...names].filter((name) => !labels.has(`label.${name}`))).toEqual([])
  }
})
