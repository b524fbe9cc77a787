import { randomUUID } from 'node:crypto'
import type { HTTPMethods } from 'fastify'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createWholeApp, type WholeApp } from '../../support/whole-app.ts'

let whole: WholeApp
beforeAll(async () => {
  whole = await createWholeApp()
})
afterAll(() => whole?.close())

test('a write that another site makes with somebody’s cookie is refused, whatever it is', async () => {
  const cookie = await whole.cookieOf('supervisor')
  const writes = whole.app.registeredRoutes.filter(({ method }) => !['GET', 'HEAD', 'OPTIONS'].includes(method))
  expect(writes.length).toBeGreaterThan(80)
  const served: string[] = []
  for (const { method, url } of writes) {
    for (const from of [{ origin: 'https://evil.example' }, { 'sec-fetch-site': 'cross-site' }]) {
      const reply = await whole.app.inject({
        method: method as HTTPMethods & 'POST',
        url: url.replace(/:\w+/g, () => randomUUID()),
        headers: { cookie, ...from },
      })
      if (reply.statusCode !== 403 || reply.json().code !== 'origin_refused') served.push(`${method} ${url}`)
    }
  }
  expect(served).toEqual([])
})
