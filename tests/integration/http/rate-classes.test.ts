import type { InjectOptions } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { composeReceiptNumber } from '../../../src/contracts/primitives/receipt-number.ts'
import { isConsoleFile } from '../../support/console/console-files.ts'
import { createWholeApp, type WholeApp } from '../../support/whole-app.ts'

/** How often each route may be called, as reviewed by eye: the limits of a class are in contracts/rate-limits.ts. */
const CLASSES: Record<string, string> = {
  // Asked by whatever watches the process.
  none: `
    GET /livez
    GET /metrics
    GET /readyz`,
  // Where a password or a code can be tried.
  'sign-in': `
    POST /api/auth/change-password
    POST /api/auth/sign-in/username
    POST /api/auth/sign-out
    POST /api/auth/two-factor/disable
    POST /api/auth/two-factor/enable
    POST /api/auth/two-factor/generate-backup-codes
    POST /api/auth/two-factor/verify-backup-code
    POST /api/auth/two-factor/verify-totp`,
  'public-coverage': `
    GET /api/public/coverage/:code
    GET /cakupan-publik`,
  'public-status': `
    POST /api/public/status
    POST /status`,
  // What finds people, shows full numbers, asks BPJS or reads much.
  search: `
    GET /api/v1/drifts/:id/people
    POST /api/v1/enrolment/batches/:id/rows
    POST /api/v1/enrolment/not-yet-active/:id/ask
    POST /api/v1/audit/verify
    GET /api/v1/accounts
    GET /api/v1/proposals
    POST /api/v1/bulk-jobs
    GET /api/v1/proposals/count
    POST /api/v1/households/lookup
    POST /api/v1/proposals/:id/membership-checks/refresh
    GET /api/v1/documents/:id/content
    POST /api/v1/proposals/:id/reveal`,
  // What takes a NIK and says whether somebody holds it.
  intake: `
    POST /api/v1/intakes
    POST /api/v1/persons/lookup
    POST /api/v1/proposals/:id/corrections`,
  // What takes time to read.
  upload: `
    POST /api/v1/enrolment/batches/:id/results
    POST /api/v1/lists
    POST /api/v1/quotas/:regionCode/:year/takeovers
    POST /api/v1/lists/:id/start
    PUT /api/v1/lists/:id/parts/:position
    POST /api/v1/coverage/imports
    POST /api/v1/documents`,
  // What takes a whole list away.
  export: `
    GET /api/v1/lists/:id/refused
    POST /api/v1/enrolment/batches/:id/exports
    GET /api/v1/coverage/:code/file
    POST /api/v1/exports`,
  default: `
    DELETE /api/v1/enrolment/rules/:code/:validFrom
    DELETE /api/v1/quotas/:regionCode/:year/openings/:id
    DELETE /api/v1/tariffs/:regionCode/:validFrom
    GET /api/v1/drifts
    GET /api/v1/drifts/:id
    GET /api/v1/enrolment/batches/:id/results
    GET /api/v1/enrolment/not-yet-active
    GET /api/v1/enrolment/result-profiles/:code
    GET /api/v1/enrolment/results/:id
    GET /api/v1/enrolment/results/:id/rows
    POST /api/v1/enrolment/results/:id/abort
    POST /api/v1/enrolment/results/:id/approve
    POST /api/v1/enrolment/results/:id/undo
    PUT /api/v1/enrolment/result-profiles/:code
    GET /api/v1/enrolment/batches
    GET /api/v1/enrolment/batches/:id
    GET /api/v1/enrolment/batches/:id/letter
    GET /api/v1/enrolment/batches/:id/rows
    GET /api/v1/enrolment/profiles
    GET /api/v1/enrolment/profiles/:id
    GET /api/v1/enrolment/rules
    GET /api/v1/lists
    GET /api/v1/lists/:id
    GET /api/v1/proposals/:id/evidence
    GET /api/v1/quotas
    GET /api/v1/quotas/:regionCode/:year
    GET /api/v1/quotas/:regionCode/:year/forecast
    GET /api/v1/quotas/:regionCode/:year/line
    GET /api/v1/reviewers
    POST /api/v1/drifts/:id/tellings
    POST /api/v1/enrolment/batches
    POST /api/v1/enrolment/batches/:id/discard
    POST /api/v1/enrolment/batches/:id/rows/remove
    POST /api/v1/enrolment/batches/:id/seal
    POST /api/v1/enrolment/batches/:id/stop
    POST /api/v1/enrolment/profiles
    POST /api/v1/enrolment/profiles/preview
    POST /api/v1/lists/:id/abort
    POST /api/v1/lists/:id/approve
    POST /api/v1/proposals/:id/assignment
    POST /api/v1/quotas/:regionCode/:year/openings
    PUT /api/v1/enrolment/batches/:id/rows/:proposalId
    PUT /api/v1/enrolment/profiles/:id
    PUT /api/v1/enrolment/rules/:code/:validFrom
    PUT /api/v1/quotas/:regionCode/:year
    PUT /api/v1/tariffs/:regionCode/:validFrom
    DELETE /api/v1/views/:id
    GET /api/v1/views
    POST /api/v1/views
    PUT /api/v1/views/:id
    DELETE /api/v1/api-keys/:id
    DELETE /api/v1/webhooks/:id
    GET /api/v1/api-keys
    GET /api/v1/audit
    GET /api/v1/bpjs/health
    GET /api/v1/holidays
    PUT /api/v1/holidays/:day
    DELETE /api/v1/holidays/:day
    GET /api/v1/enrolment/reactivation-paths
    PUT /api/v1/enrolment/reactivation-paths/:code/:reason/:validFrom
    PUT /api/v1/proposals/:id/reactivation/items/:item
    PUT /api/v1/proposals/:id/reactivation/reason
    GET /api/v1/message-templates
    GET /api/v1/bulk-jobs
    GET /api/v1/bulk-jobs/:id
    GET /api/v1/bulk-jobs/:id/rows
    GET /api/v1/consent-text
    GET /api/v1/intakes/:id
    POST /api/v1/documents/:id/link
    GET /api/v1/intakes/:id/documents
    GET /api/v1/intakes/:id/receipt
    GET /api/v1/me
    GET /api/v1/home
    GET /api/v1/events
    GET /api/v1/offices
    GET /api/v1/offices/:id
    GET /api/v1/proposals/:id
    GET /api/v1/proposals/:id/documents
    GET /api/v1/proposals/:id/duplicates/:otherId
    GET /api/v1/proposals/:id/messages
    GET /api/v1/queues
    GET /api/v1/queues/:queue/next
    POST /api/v1/queues/:queue/claim-next
    POST /api/v1/bulk-jobs/:id/run
    POST /api/v1/bulk-jobs/:id/undo
    POST /api/v1/proposals/:id/undo
    PUT /api/v1/proposals/:id/draft
    GET /api/v1/regions
    GET /api/v1/regions/:code
    GET /api/v1/regions/:code/population
    GET /api/v1/simulator/messages
    GET /api/v1/webhooks
    GET /api/v1/webhooks/:id
    GET /api/v1/webhooks/:id/deliveries
    GET /api/v1/whatsapp/messages
    GET /api/v1/conversations
    GET /api/v1/conversations/:id
    GET /api/v1/conversations/counts
    GET /api/v1/quick-replies
    GET /api/v1/whatsapp/breaker
    GET /api/v1/whatsapp/pacing
    GET /api/v1/whatsapp/session
    GET /api/v1/whatsapp/session/qr
    GET /docs
    GET /docs/json
    GET /docs/static/*
    GET /docs/static/index.html
    GET /docs/static/swagger-initializer.js
    GET /docs/yaml
    GET /openapi.json
    GET /simulator
    GET /status
    PATCH /api/v1/accounts/:id
    PATCH /api/v1/offices/:id
    PATCH /api/v1/webhooks/:id
    POST /api/v1/accounts
    POST /api/v1/accounts/:id/unlock
    POST /api/v1/api-keys
    POST /api/v1/offices
    POST /api/v1/proposals/:id/claim
    POST /api/v1/proposals/:id/decisions
    POST /api/v1/proposals/:id/duplicates/:otherId/dismiss
    POST /api/v1/proposals/:id/membership-checks
    POST /api/v1/proposals/:id/notes
    POST /api/v1/proposals/:id/reactivation-papers
    POST /api/v1/proposals/:id/recall
    POST /api/v1/proposals/:id/release
    POST /api/v1/proposals/:id/set-aside
    POST /api/v1/proposals/:id/withdraw
    POST /api/v1/simulator/messages
    POST /api/v1/webhooks
    POST /api/v1/webhooks/:id/pause
    POST /api/v1/webhooks/:id/ping
    POST /api/v1/webhooks/:id/replays
    POST /api/v1/webhooks/:id/resume
    POST /api/v1/webhooks/:id/secret
    POST /api/v1/conversations/:id/answers
    POST /api/v1/conversations/:id/claim
    POST /api/v1/conversations/:id/close
    POST /api/v1/conversations/:id/confirm-number
    POST /api/v1/conversations/:id/pause-bot
    POST /api/v1/conversations/:id/read
    POST /api/v1/conversations/:id/release
    POST /api/v1/conversations/:id/resume-bot
    POST /api/v1/whatsapp/breaker/close
    POST /api/v1/whatsapp/messages/:id/settle
    POST /api/v1/whatsapp/session/qr
    POST /api/v1/whatsapp/session/pairing-code
    POST /api/v1/whatsapp/session/restart
    POST /api/v1/whatsapp/session/log-out
    POST /simulator
    DELETE /api/v1/coverage/:code/figures
    GET /api/v1/coverage/:code
    GET /api/v1/coverage/:code/standing
    GET /api/v1/coverage/:code/trend
    GET /api/v1/coverage/rules
    POST /api/v1/coverage/figures
    POST /api/v1/coverage/rules
    PUT /api/v1/coverage/:code/contributions
    PUT /api/v1/regions/:code/population
    PUT /api/v1/simulator/phones/:number`,
}

let whole: WholeApp
beforeAll(async () => {
  whole = await createWholeApp({ RATE_LIMIT_FACTOR: '1' })
})
afterAll(() => whole?.close())

const listed = Object.entries(CLASSES).flatMap(([rateClass, routes]) =>
  routes
    .trim()
    .split(/\n +/)
    .map((route) => [route, rateClass] as const),
)

describe('the table', () => {
  test('says the class of every route, and of no other', () => {
    const registered = whole.app.registeredRoutes
      .filter(({ method, url }) => method !== 'HEAD' && !isConsoleFile(url))
      .map(({ method, url, rateClass }): [string, string] => [`${method} ${url}`, rateClass])
    expect(Object.fromEntries(registered)).toEqual(Object.fromEntries(listed))
  })

  test('holds for HEAD what it says of GET', () => {
    const classes = new Map(listed)
    for (const { method, url, rateClass } of whole.app.registeredRoutes) {
      // The page of the document answers with and without a slash at its end.
      if (method === 'HEAD' && url !== '/docs/' && !isConsoleFile(url))
        expect([url, rateClass]).toEqual([url, classes.get(`GET ${url}`)])
    }
  })
})

/** The status of each of `times` calls, and the Retry-After of the last. */
async function repeat(times: number, request: (index: number) => InjectOptions) {
  const statuses: number[] = []
  let retryAfter = 0
  for (let index = 0; index < times; index++) {
    const reply = await whole.app.inject(request(index))
    statuses.push(reply.statusCode)
    retryAfter = Number(reply.headers['retry-after'] ?? 0)
  }
  return { statuses, retryAfter }
}

const receipt = (index: number) => composeReceiptNumber('32.74', '2611', 800_000 + index)

describe('the whole product', () => {
  test('refuses the 21st public status of an address within a minute', async () => {
    const { statuses, retryAfter } = await repeat(21, (index) => ({
      method: 'POST',
      url: '/api/public/status',
      remoteAddress: '198.51.100.1',
      payload: { receiptNumber: receipt(index), phoneLast4: '0000' },
    }))
    expect(statuses).toEqual([...Array(20).fill(404), 429])
    expect(retryAfter).toBeGreaterThan(0)
    expect(retryAfter).toBeLessThanOrEqual(60)
  })

  test('refuses the 21st status page of an address within a minute', async () => {
    const { statuses, retryAfter } = await repeat(21, (index) => ({
      method: 'POST',
      url: '/status',
      remoteAddress: '198.51.100.2',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: `receiptNumber=${receipt(index)}&phoneLast4=0000`,
    }))
    expect(statuses).toEqual([...Array(20).fill(404), 429])
    expect(retryAfter).toBeGreaterThan(0)
    expect(retryAfter).toBeLessThanOrEqual(60)
  })

  test('refuses the 61st sign-in of an address within a minute, whatever is typed', async () => {
    const { statuses, retryAfter } = await repeat(61, () => ({
      method: 'POST',
      url: '/api/auth/sign-in/username',
      remoteAddress: '198.51.100.3',
      payload: {},
    }))
    expect(statuses).toEqual([...Array(60).fill(400), 429])
    expect(retryAfter).toBeGreaterThan(0)
    expect(retryAfter).toBeLessThanOrEqual(60)
  })

  test('refuses the 121st search of a person within a minute', async () => {
    const cookie = await whole.cookieOf('petugas')
    const { statuses } = await repeat(121, () => ({ url: '/api/v1/proposals?limit=1', headers: { cookie } }))
    expect(statuses).toEqual([...Array(120).fill(200), 429])
  })

  test('refuses the 1,001st registration of a session within ten minutes, and lets the keys of the account go on', async () => {
    const body = { method: 'POST', url: '/api/v1/intakes', payload: {} } as const
    const cookie = await whole.cookieOf('petugas')
    const { statuses, retryAfter } = await repeat(1001, () => ({ ...body, headers: { cookie } }))
    expect(statuses).toEqual([...Array(1000).fill(400), 429])
    expect(retryAfter).toBeGreaterThan(0)
    expect(retryAfter).toBeLessThanOrEqual(600)

    const minted = await whole.send({
      as: 'admin',
      method: 'POST',
      url: '/api/v1/api-keys',
      payload: {
        userId: await whole.userIdOf('petugas'),
        name: 'Impor',
        scopes: ['intakes:write'],
        expiresAt: new Date(Date.now() + 86_400_000).toISOString(),
      },
    })
    const machine = await repeat(1001, () => ({ ...body, headers: { 'x-api-key': minted.json().key } }))
    expect(machine.statuses).toEqual(Array(1001).fill(400))
  })
})
