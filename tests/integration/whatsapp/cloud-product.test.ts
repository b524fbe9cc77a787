import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sign } from '../../support/whatsapp-cloud/graph-calls.ts'
import { createWholeApp, type WholeApp } from '../../support/whole-app.ts'
import { findRouteFaults } from '../http/route-guard.ts'

const WEBHOOK = '/api/public/whatsapp/webhook'
const APP_SECRET = randomBytes(16).toString('hex')
const SETTINGS = {
  WHATSAPP_GATEWAY: 'cloud',
  WHATSAPP_CLOUD_PHONE_NUMBER_ID: '106540352242922',
  WHATSAPP_CLOUD_TOKEN: 'EAAG-invented',
  WHATSAPP_CLOUD_APP_SECRET: APP_SECRET,
  WHATSAPP_CLOUD_VERIFY_TOKEN: 'invented-verify-token',
  WHATSAPP_CLOUD_API_VERSION: 'v23.0',
}

let whole: WholeApp
beforeAll(async () => {
  whole = await createWholeApp(SETTINGS)
})
afterAll(() => whole?.close())

describe('the product with the Cloud API', () => {
  test('serves the webhook to everybody, under a rate of its own, hidden from the document', () => {
    const routes = whole.app.registeredRoutes.filter(({ url, method }) => url === WEBHOOK && method !== 'HEAD')
    expect(routes.map(({ method, access, rateClass }) => [method, access, rateClass])).toEqual([
      ['GET', 'public', 'webhook'],
      ['POST', 'public', 'webhook'],
    ])
    expect(routes.flatMap(findRouteFaults)).toEqual([])
    expect(JSON.stringify(whole.app.swagger())).not.toContain(WEBHOOK)
  })

  test('has no simulated phones', () => {
    expect(whole.app.registeredRoutes.filter(({ url }) => url.includes('simulator'))).toEqual([])
  })

  test('takes a signed call and leaves it to the role whatsapp', async () => {
    const body = JSON.stringify({ object: 'whatsapp_business_account', entry: [] })
    const headers = { 'content-type': 'application/json', 'x-hub-signature-256': sign(APP_SECRET, body) }
    const reply = await whole.app.inject({ method: 'POST', url: WEBHOOK, headers, payload: body })
    expect([reply.statusCode, reply.body]).toEqual([200, '{}'])
    const counts = await whole.countRows()
    expect([counts['public.whatsapp_cloud_report'], counts['public.outbox']]).toEqual([1, 1])
  })

  test('refuses another content type, and a body without a signature, as every route does', async () => {
    const text = await whole.app.inject({
      method: 'POST',
      url: WEBHOOK,
      headers: { 'content-type': 'text/plain' },
      payload: '{}',
    })
    expect([text.statusCode, text.json().code]).toEqual([415, 'unsupported_media_type'])
    const bare = await whole.app.inject({ method: 'POST', url: WEBHOOK, payload: {} })
    expect([bare.statusCode, bare.json().code]).toEqual([403, 'forbidden'])
    expect((await whole.app.inject({ method: 'POST', url: WEBHOOK })).statusCode).toBe(403)
  })

  test('keeps reading JSON as JSON elsewhere', async () => {
    const reply = await whole.app.inject({ method: 'POST', url: '/api/public/status', payload: { receiptNumber: 'x' } })
    expect([reply.statusCode, reply.json().code]).toEqual([400, 'invalid_input'])
  })
})

describe('the product with another gateway', () => {
  let other: WholeApp
  beforeAll(async () => {
    other = await createWholeApp()
  })
  afterAll(() => other?.close())

  test('has no webhook', async () => {
    expect(other.app.registeredRoutes.filter(({ url }) => url.includes('whatsapp/webhook'))).toEqual([])
    const body = '{}'
    const headers = { 'content-type': 'application/json', 'x-hub-signature-256': sign(APP_SECRET, body) }
    const reply = await other.app.inject({ method: 'POST', url: WEBHOOK, headers, payload: body })
    expect(reply.statusCode).toBe(404)
  })
})
