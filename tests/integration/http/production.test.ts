import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createWholeApp, type WholeApp } from '../../support/whole-app.ts'

// Whether each part can be strict is tested with the part; here, that the product asks them to be.
let production: WholeApp
let development: WholeApp
beforeAll(async () => {
  production = await createWholeApp({ NODE_ENV: 'production', WHATSAPP_GATEWAY: 'simulator' })
  development = await createWholeApp()
})
afterAll(async () => {
  await production?.close()
  await development?.close()
})

describe('production', () => {
  test('sends its session cookie over TLS only', async () => {
    const secure = async ({ app, config }: WholeApp) => {
      const payload = { username: 'petugas', password: config.demo.password }
      const reply = await app.inject({ method: 'POST', url: '/api/auth/sign-in/username', payload })
      return reply.cookies.map((cookie) => cookie.secure === true)
    }
    expect(await secure(production)).toEqual([true])
    expect(await secure(development)).toEqual([false])
  })

  test('wants a second factor from admin and penyetuju, and from nobody else', async () => {
    const obligations = async (whole: WholeApp) => {
      const roles = ['petugas', 'kader', 'verifikator', 'supervisor', 'penyetuju', 'auditor', 'admin']
      const found: Record<string, string | null> = {}
      for (const as of roles) found[as] = (await whole.send({ as, url: '/api/v1/me' })).json().obligation
      return Object.fromEntries(Object.entries(found).filter(([, obligation]) => obligation !== null))
    }
    expect(await obligations(production)).toEqual({ penyetuju: 'two_factor_required', admin: 'two_factor_required' })
    expect(await obligations(development)).toEqual({})
    const batches = { as: 'penyetuju', url: '/api/v1/enrolment/batches' }
    expect((await production.send(batches)).json().code).toBe('two_factor_required')
    expect((await development.send(batches)).statusCode).toBe(200)
  })

  test.each(['/simulator', '/api/v1/simulator/messages?to=6281234567890', '/docs', '/openapi.json', '/metrics'])(
    'has no %s',
    async (url) => {
      expect((await production.send({ url })).statusCode).toBe(404)
      expect((await development.send({ url })).statusCode).toBe(200)
    },
  )
})
