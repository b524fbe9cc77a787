import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createPool } from '../../../src/platform/db/database.ts'
import { createProxy, type Proxy } from '../outbox/proxy.ts'
import { createWorld, PASSWORD, postSignIn, type World } from './world.ts'

let world: World
let proxy: Proxy
let remembered: string
let forgotten: string
beforeAll(async () => {
  world = await createWorld({
    async poolOf({ url }) {
      proxy = await createProxy(url)
      const settings = { role: 'puntadewa_app', poolSize: 4, applicationName: 'test-through-proxy' }
      return createPool({ url: proxy.through(url), ...settings }, () => {})
    },
  })
  remembered = await world.signIn('petugas')
  forgotten = await world.signIn('kader')
  await world.app.inject({ url: '/api/v1/test/any', headers: { cookie: remembered } })
  await proxy.breakOff()
})
afterAll(async () => {
  await world.close()
  await proxy.close()
})

describe('while the database is away', () => {
  test('a caller seen a moment ago is still known', async () => {
    expect((await world.app.inject({ url: '/api/v1/test/any', headers: { cookie: remembered } })).statusCode).toBe(200)
  })

  test('another is asked to come back, not told that they are signed out', async () => {
    const reply = await world.app.inject({ url: '/api/v1/test/any', headers: { cookie: forgotten } })
    expect(reply.json()).toMatchObject({ code: 'service_unavailable', status: 503 })
    expect(reply.headers['retry-after']).toBeDefined()
    expect(reply.headers['set-cookie']).toBeUndefined()
  })

  test('so is a machine', async () => {
    const key = `pdw_${'A'.repeat(43)}`
    const reply = await world.app.inject({ url: '/api/v1/test/any', headers: { 'x-api-key': key } })
    expect(reply.json()).toMatchObject({ code: 'service_unavailable', status: 503 })
  })

  test('signing in is not possible, and nobody is told that the password is wrong', async () => {
    const reply = await postSignIn(world.app, 'petugas', PASSWORD)
    expect(reply.json()).toMatchObject({ code: 'service_unavailable', status: 503 })
  })
})

test('once it is back, so are they', async () => {
  await proxy.restore()
  expect((await world.app.inject({ url: '/api/v1/test/any', headers: { cookie: forgotten } })).statusCode).toBe(200)
  expect((await postSignIn(world.app, 'petugas', PASSWORD)).statusCode).toBe(200)
})
