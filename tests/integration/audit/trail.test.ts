import { randomUUID } from 'node:crypto'
import type { InjectOptions } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DEMO_OFFICES } from '../../../src/features/regions/index.ts'
import { makeIntakeBody } from '../../support/intake-body.ts'
import { createWholeApp, type WholeApp } from '../../support/whole-app.ts'

let whole: WholeApp
let intakeId: string
let proposalId: string
let receiptNumber: string
const body = makeIntakeBody()
beforeAll(async () => {
  whole = await createWholeApp()
  const far = { regionCode: '32.09', officeIds: [DEMO_OFFICES.otherRegion] }
  await whole.addAccount({ username: 'petugas.jauh', role: 'petugas', ...far })
  await whole.addAccount({ username: 'verifikator.jauh', role: 'verifikator', ...far })
  const reply = await whole.send({
    as: 'petugas',
    method: 'POST',
    url: '/api/v1/intakes',
    headers: { 'idempotency-key': randomUUID() },
    payload: body,
  })
  intakeId = reply.json().id
  proposalId = reply.json().proposals[0].id
  receiptNumber = reply.json().receiptNumber
})
afterAll(() => whole?.close())

/** Sends one request and returns what the log has of it. */
async function trailOf(request: InjectOptions & { as: string }) {
  const reply = await whole.send(request)
  const entries = await whole.database.owner
    .selectFrom('audit_event')
    .select(['actor_id', 'action', 'subject_type', 'subject_id', 'details'])
    .where('request_id', '=', String(reply.headers['x-request-id']))
    .execute()
  return { status: reply.statusCode, entries }
}

const NOTE = { version: 1, note: 'Permintaan warga di loket' }
const onProposal = (method: 'GET' | 'POST', path: string, payload?: object) => ({
  kind: 'proposal',
  route: `/api/v1/proposals/:id${path}`,
  request: (id: string): InjectOptions => ({
    method,
    url: `/api/v1/proposals/${id}${path}`,
    ...(payload ? { payload } : {}),
  }),
})

describe("somebody else's record", () => {
  test.each([
    { who: 'verifikator.jauh', ...onProposal('GET', '') },
    { who: 'verifikator.jauh', ...onProposal('GET', '/messages') },
    { who: 'verifikator.jauh', ...onProposal('POST', '/reveal') },
    { who: 'verifikator.jauh', ...onProposal('POST', '/claim') },
    { who: 'verifikator.jauh', ...onProposal('POST', '/decisions', { version: 1, decision: 'eligible' }) },
    { who: 'petugas.jauh', ...onProposal('POST', '/withdraw', NOTE) },
    { who: 'petugas.jauh', ...onProposal('POST', '/corrections', { version: 1, changes: {} }) },
    {
      who: 'petugas.jauh',
      kind: 'intake',
      route: '/api/v1/intakes/:id',
      request: () => ({ method: 'GET' as const, url: `/api/v1/intakes/${intakeId}` }),
    },
  ])(
    'asked for by $who at $route is an entry of the log, and none of a look',
    async ({ who, kind, route, request }) => {
      const { status, entries } = await trailOf({ as: who, ...request(proposalId) })
      expect(status).toBe(404)
      expect(entries).toEqual([
        {
          actor_id: await whole.userIdOf(who),
          action: 'denied',
          subject_type: kind,
          subject_id: kind === 'intake' ? intakeId : proposalId,
          details: { code: 'not_found', route },
        },
      ])
    },
  )

  test('that does not exist leaves the same', async () => {
    const id = randomUUID()
    const { status, entries } = await trailOf({ as: 'verifikator', url: `/api/v1/proposals/${id}` })
    expect(status).toBe(404)
    expect(entries).toMatchObject([{ action: 'denied', subject_type: 'proposal', subject_id: id }])
  })
})

describe('a look that was answered', () => {
  test.each([
    { what: 'a case', action: 'read_proposal', kind: 'proposal', method: 'GET' as const, path: '' },
    { what: 'its messages', action: 'read_messages', kind: 'proposal', method: 'GET' as const, path: '/messages' },
    { what: 'its full numbers', action: 'reveal', kind: 'proposal', method: 'POST' as const, path: '/reveal' },
  ])('at $what is one entry', async ({ action, kind, method, path }) => {
    const { status, entries } = await trailOf({
      as: 'verifikator',
      method,
      url: `/api/v1/proposals/${proposalId}${path}`,
    })
    expect(status).toBe(200)
    expect(entries).toMatchObject([{ action, subject_type: kind, subject_id: proposalId }])
  })

  test('at a household is one entry', async () => {
    const { entries } = await trailOf({ as: 'petugas', url: `/api/v1/intakes/${intakeId}` })
    expect(entries).toMatchObject([{ action: 'read_intake', subject_type: 'intake', subject_id: intakeId }])
  })

  test("at the operators' list of messages says which list and how many it showed", async () => {
    const { status, entries } = await trailOf({ as: 'admin', url: '/api/v1/whatsapp/messages?state=failed' })
    expect(status).toBe(200)
    expect(entries).toMatchObject([
      { action: 'read_messages', subject_type: 'message', subject_id: null, details: { state: 'failed', shown: 0 } },
    ])
  })
})

test("a resident's look is an entry that the own region's auditor sees", async () => {
  const look = await whole.send({
    method: 'POST',
    url: '/api/public/status',
    payload: { receiptNumber, phoneLast4: body.whatsappNumber.slice(-4) },
  })
  expect(look.statusCode).toBe(200)
  const seen = await whole.send({ as: 'auditor', url: `/api/v1/audit?action=public_status&subjectId=${receiptNumber}` })
  expect(seen.json().items).toMatchObject([{ actorId: null, actorRole: 'anonymous', subjectType: 'receipt' }])
})
