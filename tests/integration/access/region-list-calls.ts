import { randomUUID } from 'node:crypto'
import { createSealer, parseKeyRing } from '../../../src/platform/crypto/sealer.ts'
import { type Call, type Method, OFFICES, onProposal, plain } from './access-call.ts'
import type { AccessWorld, Caller } from './access-world.ts'

const SUMMARY = JSON.stringify({ header: ['NIK'], segments: {}, unknownStatuses: {}, faults: {}, first: [] })

type Wished = 'uploading' | 'with_part' | 'dry_run_ready' | 'applied'

/** A list of the region that the place lies in. */
async function addList(world: AccessWorld, caller: Caller, wished: Wished): Promise<string> {
  const id = randomUUID()
  const { owner } = world.whole.database
  const sealer = createSealer(parseKeyRing(world.whole.config.secrets.dataKeys ?? ''))
  await owner
    .insertInto('list_import')
    .values({
      id,
      kind: 'membership',
      region_code: world.spotOf(caller).region,
      month: '2026-01-01',
      state: wished === 'with_part' ? 'uploading' : wished,
      is_partial: true,
      is_all_active: false,
      refused_blocks: 1,
      summary: SUMMARY,
      created_by: 'nobody',
      created_at: new Date(),
    })
    .execute()
  const rows = JSON.stringify([{ line: 2, cells: ['1'], issues: [] }])
  await owner
    .insertInto('list_refused_block')
    .values({ list_id: id, position: 0, sealed: sealer.seal(rows, `list_refused_block:${id}:0`) })
    .execute()
  if (wished === 'with_part') {
    const sealed = sealer.seal(id, `list_part:${id}:0`)
    await owner.insertInto('list_part').values({ list_id: id, position: 0, bytes: id.length, sealed }).execute()
  }
  return id
}

const onList = (method: Method, path: string, answers: string, wished: Wished, payload?: object): Call => ({
  answers,
  places: OFFICES,
  async probe(world, caller) {
    const id = await addList(world, caller, wished)
    const headers = Buffer.isBuffer(payload) ? { 'content-type': 'application/octet-stream' } : {}
    const url = `/api/v1/lists/${id}${path}`
    return { request: { method, url, headers, ...(payload === undefined ? {} : { payload }) } }
  },
})

async function addDrift(world: AccessWorld, caller: Caller): Promise<string> {
  const id = randomUUID()
  await world.whole.database.owner
    .insertInto('list_drift')
    .values({
      id,
      region_code: world.spotOf(caller).region,
      from_list: await addList(world, caller, 'applied'),
      to_list: await addList(world, caller, 'applied'),
      from_month: '2025-12-01',
      to_month: '2026-01-01',
      computed_at: new Date(),
    })
    .execute()
  return id
}

const onDrift = (method: Method, path: string, answers: string, payload?: object): Call => ({
  answers,
  places: OFFICES,
  async probe(world, caller) {
    const url = `/api/v1/drifts/${await addDrift(world, caller)}${path}`
    return { request: { method, url, ...(payload === undefined ? {} : { payload }) } }
  },
})

/** Lists of a whole region, and what changed between two of them. */
export const REGION_LIST_CALLS: Record<string, Call> = {
  'POST /api/v1/lists': plain('POST', '/api/v1/lists', '201', { kind: 'poor', month: '2026-01' }),
  'PUT /api/v1/lists/{id}/parts/{position}': onList('PUT', '/parts/0', '200', 'uploading', Buffer.from('NIK')),
  'POST /api/v1/lists/{id}/start': onList('POST', '/start', '202', 'with_part'),
  'POST /api/v1/lists/{id}/approve': onList('POST', '/approve', '202', 'dry_run_ready', {}),
  'POST /api/v1/lists/{id}/abort': onList('POST', '/abort', '200', 'uploading'),
  'GET /api/v1/lists': {
    answers: '200',
    places: OFFICES,
    async probe(world, caller) {
      const id = await addList(world, caller, 'uploading')
      return { request: { method: 'GET', url: '/api/v1/lists' }, shows: (reply) => reply.body.includes(id) }
    },
  },
  'GET /api/v1/lists/{id}': onList('GET', '', '200', 'uploading'),
  'GET /api/v1/lists/{id}/refused': onList('GET', '/refused', '200', 'dry_run_ready'),
  'GET /api/v1/drifts': {
    answers: '200',
    places: OFFICES,
    async probe(world, caller) {
      const id = await addDrift(world, caller)
      return { request: { method: 'GET', url: '/api/v1/drifts' }, shows: (reply) => reply.body.includes(id) }
    },
  },
  'GET /api/v1/drifts/{id}': onDrift('GET', '', '200'),
  'GET /api/v1/drifts/{id}/people': onDrift('GET', '/people?kind=vanished', '200'),
  'POST /api/v1/drifts/{id}/tellings': onDrift('POST', '/tellings', '200', { kind: 'vanished' }),
  'GET /api/v1/proposals/{id}/evidence': onProposal('GET', '/evidence', 'any', '200'),
}
