import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createWorld, type World } from './world.ts'

let world: World
let admin: string
let petugasId: string
beforeAll(async () => {
  world = await createWorld()
  admin = await world.signIn('admin')
  const me = await world.app.inject({ url: '/api/v1/me', headers: { cookie: await world.signIn('petugas') } })
  petugasId = me.json().userId
})
afterAll(() => world.close())

const inDays = (days: number): string => new Date(world.clock.now().getTime() + days * 86_400_000).toISOString()
const create = (change: object = {}) =>
  world.app.inject({
    method: 'POST',
    url: '/api/v1/api-keys',
    headers: { cookie: admin },
    payload: { userId: petugasId, name: 'SIMPUS', scopes: ['proposals:read'], expiresAt: inDays(30), ...change },
  })
const use = (key: string, method: 'GET' | 'POST' = 'GET', url = '/api/v1/test/proposals') =>
  world.app.inject({ method, url, headers: { 'x-api-key': key } })

describe('an API key', () => {
  test('is shown once, kept as a hash, and acts as its user', async () => {
    const { apiKey, key } = (await create()).json()
    expect(key).toMatch(/^pdw_[\w-]{43}$/)
    expect(apiKey).toMatchObject({ username: 'petugas', prefix: key.slice(0, 12), lastUsedAt: null, revokedAt: null })
    expect((await use(key)).json()).toEqual({ username: 'petugas' })
    const rows = await world.database.owner.selectFrom('api_key').selectAll().execute()
    expect(JSON.stringify(rows)).not.toContain(key)
    expect(world.audited.findLast(({ action }) => action === 'create_api_key')?.subjectId).toBe(apiKey.id)
    const list = await world.app.inject({ url: '/api/v1/api-keys', headers: { cookie: admin } })
    expect(list.body).not.toContain(key)
    expect(list.json().items[0].lastUsedAt).not.toBeNull()
  })

  test('does nothing outside its scopes', async () => {
    const { key } = (await create()).json()
    expect((await use(key, 'POST', '/api/v1/test/intakes')).json()).toMatchObject({ code: 'forbidden', status: 403 })
    expect((await use(key, 'GET', '/api/v1/test/any')).statusCode).toBe(403)
    expect((await use(key, 'GET', '/api/v1/accounts')).statusCode).toBe(403)
    expect((await use(key, 'GET', '/api/v1/me')).statusCode).toBe(403)
    const both = (await create({ scopes: ['proposals:read', 'intakes:write'] })).json().key
    expect((await use(both, 'POST', '/api/v1/test/intakes')).statusCode).toBe(200)
  })

  test('may write from any origin: it does not travel by itself', async () => {
    const { key } = (await create({ scopes: ['intakes:write'] })).json()
    const reply = await world.app.inject({
      method: 'POST',
      url: '/api/v1/test/intakes',
      headers: { 'x-api-key': key, origin: 'https://simpus.example' },
    })
    expect(reply.statusCode).toBe(200)
  })

  test('ends when it is revoked, at once', async () => {
    const { apiKey, key } = (await create()).json()
    expect((await use(key)).statusCode).toBe(200)
    const revoke = () =>
      world.app.inject({ method: 'DELETE', url: `/api/v1/api-keys/${apiKey.id}`, headers: { cookie: admin } })
    expect((await revoke()).statusCode).toBe(204)
    expect((await use(key)).json()).toMatchObject({ code: 'not_signed_in', status: 401 })
    expect((await revoke()).statusCode).toBe(204)
    expect(
      world.audited.filter(({ action, subjectId }) => action === 'revoke_api_key' && subjectId === apiKey.id),
    ).toHaveLength(1)
  })

  test('ends with its time, even when it was used a moment before', async () => {
    const { key } = (await create({ expiresAt: new Date(world.clock.now().getTime() + 30_000).toISOString() })).json()
    expect((await use(key)).statusCode).toBe(200)
    world.clock.advance(31_000)
    expect((await use(key)).statusCode).toBe(401)
  })

  test('ends with its account', async () => {
    const { key } = (await create()).json()
    const { owner } = world.database
    await owner.updateTable('account').set({ active: false }).where('user_id', '=', petugasId).execute()
    expect((await use(key)).statusCode).toBe(401)
    await owner.updateTable('account').set({ active: true }).where('user_id', '=', petugasId).execute()
    expect((await use(key)).statusCode).toBe(200)
  })

  test.each(['pdw_', 'x', `pdw_${'A'.repeat(43)}`, `pdw_${'A'.repeat(500)}`, "pdw_' OR 1=1 --"])(
    'that is none is nobody: %s',
    async (key) => {
      expect((await use(key)).statusCode).toBe(401)
    },
  )

  test('beside a cookie is the one that counts', async () => {
    const reply = await world.app.inject({
      url: '/api/v1/accounts',
      headers: { cookie: admin, 'x-api-key': 'pdw_wrong' },
    })
    expect(reply.statusCode).toBe(401)
  })

  test.each([
    [
      'a scope its role has not',
      { scopes: ['proposals:read', 'intakes:write'], role: 'auditor' },
      'scopes.1',
      'scope_not_allowed',
    ],
    ['a time that is over', { expiresAt: '2020-01-01T00:00:00Z' }, 'expiresAt', 'expiry_past'],
    ['a time too far ahead', { expiresAt: '2099-01-01T00:00:00Z' }, 'expiresAt', 'expiry_too_far'],
    ['no scope', { scopes: [] }, 'scopes', 'too_few'],
    ['an unknown scope', { scopes: ['everything'] }, 'scopes.0', 'unknown_value'],
  ])('with %s is not made', async (_case, { role, ...change }: Record<string, unknown>, path, code) => {
    if (typeof role === 'string') {
      const me = await world.app.inject({ url: '/api/v1/me', headers: { cookie: await world.signIn(role) } })
      change.userId = me.json().userId
    }
    const reply = await create(change)
    expect(reply.statusCode).toBe(400)
    expect(reply.json().errors).toMatchObject([{ path, code }])
  })
})
