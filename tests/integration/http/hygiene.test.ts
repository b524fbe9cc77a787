import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { AppError } from '../../../src/platform/errors.ts'
import type { App } from '../../../src/platform/http/index.ts'
import { createServerWorld, PETUGAS, type ServerWorld } from './server-world.ts'

let world: ServerWorld
beforeAll(async () => {
  world = await createServerWorld()
})
afterAll(() => world.app.close())

const extra: App[] = []
async function createAnother(...given: Parameters<typeof createServerWorld>): Promise<ServerWorld> {
  const another = await createServerWorld(...given)
  extra.push(another.app)
  return another
}
afterEach(async () => {
  for (const app of extra.splice(0)) await app.close()
})

const headers = { cookie: 'session=petugas' }
const body = { members: [{ nik: '3274014505900001', fullName: 'SITI' }] }

describe('every response', () => {
  test.each(['/api/v1/things', '/livez', '/api/v1/nothing', '/api/v1/admin'])(
    'carries the security headers: %s',
    async (url) => {
      const reply = await world.app.inject({ url, headers })
      const policy = String(reply.headers['content-security-policy'])
      expect(policy).toContain("default-src 'self'")
      expect(policy).toContain("script-src 'self';")
      expect(policy).toContain("frame-ancestors 'none'")
      expect(reply.headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'same-origin',
        'strict-transport-security': 'max-age=31536000',
      })
      expect(reply.headers['x-powered-by']).toBeUndefined()
      expect(reply.headers.server).toBeUndefined()
    },
  )

  test('of the API is never stored', async () => {
    for (const url of ['/api/v1/things', '/api/v1/nothing']) {
      expect((await world.app.inject({ url, headers })).headers['cache-control']).toBe('no-store')
    }
  })

  test('does not ask for TLS where there is none', async () => {
    const { app } = await createAnother({ publicUrl: 'http://127.0.0.1:3000' })
    const reply = await app.inject('/livez')
    expect(reply.headers['strict-transport-security']).toBeUndefined()
    expect(reply.headers['content-security-policy']).not.toContain('upgrade-insecure-requests')
  })
})

describe('a write', () => {
  const write = (given: Record<string, string>, url = '/api/v1/things') =>
    world.app.inject({ method: 'POST', url, headers: given, payload: body })

  test('with a cookie from another site is refused before it is read', async () => {
    const reply = await write({ ...headers, origin: 'https://evil.example' })
    expect(reply.json()).toMatchObject({ code: 'origin_refused', status: 403 })
    expect((await write({ ...headers, 'sec-fetch-site': 'cross-site' })).statusCode).toBe(403)
  })

  test('with a cookie from our own pages is served', async () => {
    expect((await write({ ...headers, origin: 'https://puntadewa.example' })).statusCode).toBe(200)
    expect((await write({ ...headers, origin: 'http://localhost:3000', host: 'localhost:3000' })).statusCode).toBe(200)
    expect((await write(headers)).statusCode).toBe(200)
  })

  test('to a public route from another site is refused too: signing somebody in counts as a write', async () => {
    expect((await write({ origin: 'https://evil.example' }, '/api/v1/open')).statusCode).toBe(403)
    expect((await write({}, '/api/v1/open')).statusCode).toBe(200)
  })

  test('with an API key may come from anywhere', async () => {
    expect((await write({ 'x-api-key': 'key', origin: 'https://evil.example' })).statusCode).toBe(200)
  })

  test('cannot be disguised as a read', async () => {
    const given = { ...headers, origin: 'https://evil.example', 'x-http-method-override': 'POST' }
    expect((await world.app.inject({ url: '/api/v1/things', headers: given })).statusCode).toBe(200)
    expect(
      (await world.app.inject({ method: 'POST', url: '/api/v1/things?_method=GET', headers: given })).statusCode,
    ).toBe(403)
  })
})

describe('a route', () => {
  test('that does not state its access does not register', async () => {
    const { app } = await createAnother()
    const register = () => app.get('/forgotten', () => 'x')
    expect(register).toThrow('GET /forgotten does not state its access')
  })

  test('is closed to strangers and to other roles', async () => {
    expect((await world.app.inject('/api/v1/things')).json()).toMatchObject({ code: 'not_signed_in', status: 401 })
    expect((await world.app.inject({ url: '/api/v1/admin', headers })).json()).toMatchObject({
      code: 'forbidden',
      status: 403,
    })
  })

  test('tells of every refusal of somebody known, and refuses even when that fails', async () => {
    const denials: unknown[] = []
    const { app } = await createAnother({
      onDenied: async (denial) => {
        denials.push(denial)
        throw new Error('the audit is away')
      },
    })
    expect((await app.inject({ url: '/api/v1/admin', headers })).statusCode).toBe(403)
    expect(denials).toMatchObject([{ code: 'forbidden', route: '/api/v1/admin', actor: { userId: PETUGAS.userId } }])
  })

  test('tells of what was not found for somebody known, and about which id, if it is one', async () => {
    const denials: unknown[] = []
    const { app } = await createAnother({ onDenied: async (denial) => void denials.push(denial) })
    const config = { access: { roles: ['petugas'] } } as const
    const response = { 200: z.object({}) }
    const params = z.strictObject({ id: z.string().max(100) })
    app.get('/files/:id', { config, schema: { params, response } }, () => {
      throw new AppError('not_found')
    })
    const id = '01937000-0000-7000-8000-00000000000a'
    await app.inject({ url: `/files/${id}`, headers })
    await app.inject({ url: '/files/3274014505900001', headers })
    await app.inject({ url: '/no-such-page', headers })
    expect(denials).toMatchObject([
      { code: 'not_found', route: '/files/:id', subjectId: id, actor: { userId: PETUGAS.userId } },
      { code: 'not_found', route: '/files/:id', subjectId: null },
    ])
    expect(denials).toHaveLength(2)
  })

  test('answers only what its schema declares', async () => {
    const { app } = await createAnother({ isProduction: true })
    const response = { 200: z.object({ name: z.string().max(10) }) }
    const answer = { name: 'Siti', passwordHash: 'secret' }
    app.get('/leaky', { config: { access: 'public' }, schema: { response } }, () => answer)
    expect((await app.inject('/leaky')).json()).toEqual({ name: 'Siti' })
  })

  test('that breaks its response schema is found outside production', async () => {
    const { app } = await createAnother()
    const response = { 200: z.object({ name: z.string().max(3) }) }
    app.get('/wrong', { config: { access: 'public' }, schema: { response } }, () => ({ name: 'too long' }))
    expect((await app.inject('/wrong')).statusCode).toBe(500)
  })
})

describe('what is there for operators', () => {
  test('is closed unless it was opened', async () => {
    const { app } = await createAnother({ open: { docs: false, metrics: false } })
    for (const url of ['/docs', '/docs/', '/openapi.json', '/docs/json', '/metrics']) {
      expect((await app.inject(url)).statusCode, url).toBe(404)
    }
    expect((await app.inject('/livez')).statusCode).toBe(200)
  })

  test('describes every route with who may call it', async () => {
    const document = (await world.app.inject('/openapi.json')).json()
    expect(document.openapi).toBe('3.1.0')
    expect(document.paths['/api/v1/things'].post['x-access']).toEqual({ roles: ['petugas'] })
    expect(document.paths['/api/v1/things'].post.requestBody.content['application/json'].schema.required).toEqual([
      'members',
    ])
    expect(document.paths['/metrics']).toBeUndefined()
  })

  test('serves the API page from its own files, under its own policy', async () => {
    const page = await world.app.inject('/docs/')
    expect(page.statusCode).toBe(200)
    expect(page.body).not.toMatch(/(src|href)="(https?:)?\/\//)
    expect(page.body).not.toMatch(/<script(?![^>]*\ssrc=)/)
    const script = /src="\.?([^"]+swagger-ui-bundle[^"]*)"/.exec(page.body)?.[1]
    expect((await world.app.inject(`/docs${script?.replace('/docs', '')}`)).statusCode).toBe(200)
  })

  test('measures by route template, never by address', async () => {
    await world.app.inject({ url: '/api/v1/things?q=3274014505900001', headers })
    await world.app.inject({ url: '/api/v1/things/01937000-0000-7000-8000-000000000001', headers })
    const metrics = (await world.app.inject('/metrics')).body
    expect(metrics).toContain('route="/api/v1/things/:id"')
    expect(metrics).not.toContain('3274014505900001')
    expect(metrics).not.toContain('01937000')
    expect(world.log.join('')).not.toContain('3274014505900001')
  })

  test('is ready when everything it needs is, and says which is not', async () => {
    const { app } = await createAnother({
      readiness: { database: async () => {}, queue: () => Promise.reject(new Error('secret address')) },
    })
    const reply = await app.inject('/readyz')
    expect(reply.statusCode).toBe(503)
    expect(reply.json()).toEqual({ status: 'not_ready', checks: { database: 'ok', queue: 'failed' } })
    expect((await world.app.inject('/readyz')).json()).toEqual({ status: 'ready', checks: {} })
  })
})
