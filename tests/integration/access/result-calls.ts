import { randomBytes } from 'node:crypto'
import { uuidIds } from '../../../src/platform/ids.ts'
import { makeUploadForm } from '../../support/upload-form.ts'
import { type Call, type Method, OFFICES } from './access-call.ts'
import type { AccessWorld, Caller } from './access-world.ts'
import { insertBatch } from './batch-of-place.ts'

/** A file of results of a sealed batch of the place, with one row that may be applied. */
async function insertResult(world: AccessWorld, caller: Caller, state: string): Promise<string> {
  const id = uuidIds.next()
  const { owner } = world.whole.database
  const at = new Date()
  const somebody = uuidIds.next()
  await owner
    .insertInto('enrolment_result')
    .values({
      id,
      batch_id: await insertBatch(world, caller, 'sealed'),
      state,
      file_hash: randomBytes(32),
      file_bytes: 1,
      file_kind: 'csv',
      row_count: 1,
      created_by: somebody,
      created_at: at,
      ...(state === 'applied' ? { approved_by: somebody, approved_at: at, finished_at: at } : {}),
    })
    .execute()
  const { proposalId } = await world.register(world.spotOf(caller))
  await owner
    .insertInto('enrolment_result_row')
    .values({ result_id: id, line: 2, verdict: 'to_apply', outcome: 'accepted', proposal_id: proposalId })
    .execute()
  return id
}

const onResult = (method: Method, path: string, answers: string, state: string, payload?: object): Call => ({
  answers,
  places: OFFICES,
  async probe(world, caller) {
    const url = `/api/v1/enrolment/results/${await insertResult(world, caller, state)}${path}`
    return { request: { method, url, ...(payload && { payload }) } }
  },
})

/** Somebody of the place whom BPJS has accepted long ago. Returns the proposal. */
async function insertLate(world: AccessWorld, caller: Caller): Promise<string> {
  const { proposalId } = await world.register(world.spotOf(caller))
  const row = { version: 1, state: 'accepted', added_by: 'somebody', added_at: new Date(), position: 1 }
  await world.whole.database.owner
    .insertInto('enrolment_batch_row')
    .values({
      batch_id: await insertBatch(world, caller, 'sealed'),
      proposal_id: proposalId,
      content: Buffer.from('sealed'),
      effective_on: '2020-01-01',
      ...row,
    })
    .execute()
  return proposalId
}

const onProfile = (method: 'GET' | 'PUT'): Call => ({
  answers: '200',
  places: OFFICES,
  async probe(world, caller) {
    const { region } = world.spotOf(caller)
    const { owner } = world.whole.database
    await owner.deleteFrom('result_profile').where('region_code', '=', region).execute()
    const { definition } = await owner.selectFrom('result_profile').select('definition').executeTakeFirstOrThrow()
    const url = `/api/v1/enrolment/result-profiles/${region}`
    return { request: { method, url, ...(method === 'PUT' && { payload: { version: 0, definition } }) } }
  },
})

/** What BPJS answers. Files lie with their batch, in a kab/kota, whoever sent them. */
export const RESULT_CALLS: Record<string, Call> = {
  'POST /api/v1/enrolment/batches/{id}/results': {
    answers: '201',
    places: OFFICES,
    async probe(world, caller) {
      const url = `/api/v1/enrolment/batches/${await insertBatch(world, caller, 'sealed')}/results`
      const file = Buffer.from('NIK;NAMA;STATUS\r\n9990001112223334;SITI;DITERIMA\r\n')
      return { request: { method: 'POST', url, ...(await makeUploadForm({}, file, 'hasil.csv')) } }
    },
  },
  'GET /api/v1/enrolment/batches/{id}/results': {
    answers: '200',
    places: OFFICES,
    async probe(world, caller) {
      const url = `/api/v1/enrolment/batches/${await insertBatch(world, caller, 'sealed')}/results`
      return { request: { method: 'GET', url } }
    },
  },
  'GET /api/v1/enrolment/results/{id}': onResult('GET', '', '200', 'dry_run_ready'),
  'GET /api/v1/enrolment/results/{id}/rows': onResult('GET', '/rows', '200', 'dry_run_ready'),
  'POST /api/v1/enrolment/results/{id}/approve': onResult('POST', '/approve', '202', 'dry_run_ready', { rows: 1 }),
  'POST /api/v1/enrolment/results/{id}/abort': onResult('POST', '/abort', '200', 'dry_run_ready'),
  'POST /api/v1/enrolment/results/{id}/undo': onResult('POST', '/undo', '200', 'applied'),
  'GET /api/v1/enrolment/result-profiles/{code}': onProfile('GET'),
  'PUT /api/v1/enrolment/result-profiles/{code}': onProfile('PUT'),
  'GET /api/v1/enrolment/not-yet-active': {
    answers: '200',
    places: OFFICES,
    async probe(world, caller) {
      const proposalId = await insertLate(world, caller)
      return {
        request: { method: 'GET', url: '/api/v1/enrolment/not-yet-active?limit=100' },
        shows: (reply) =>
          reply.json<{ items: { proposalId: string }[] }>().items.some((item) => item.proposalId === proposalId),
      }
    },
  },
  'POST /api/v1/enrolment/not-yet-active/{id}/ask': {
    answers: '200',
    places: OFFICES,
    async probe(world, caller) {
      const url = `/api/v1/enrolment/not-yet-active/${await insertLate(world, caller)}/ask`
      return { request: { method: 'POST', url } }
    },
  },
}
