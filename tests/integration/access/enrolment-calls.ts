import { uuidIds } from '../../../src/platform/ids.ts'
import { DINAS_LAYOUT } from '../enrolment/enrolment-world.ts'
import { type Call, EVERYWHERE, listIds, type Method, OFFICES, plain } from './access-call.ts'
import type { AccessWorld, Caller } from './access-world.ts'
import { type BatchState, insertBatch } from './batch-of-place.ts'
import { RESULT_CALLS } from './result-calls.ts'

/** The same with a proposal of the place in it. Returns both. */
async function insertRow(world: AccessWorld, caller: Caller): Promise<{ id: string; proposalId: string }> {
  const id = await insertBatch(world, caller, 'open')
  const { proposalId } = await world.register(world.spotOf(caller))
  const row = { version: 1, state: 'in', added_by: 'somebody', added_at: new Date() }
  await world.whole.database.owner
    .insertInto('enrolment_batch_row')
    .values({ batch_id: id, proposal_id: proposalId, ...row })
    .execute()
  return { id, proposalId }
}

const onBatch = (method: Method, path: string, answers: string, state: BatchState, payload?: object): Call => ({
  answers,
  places: OFFICES,
  async probe(world, caller) {
    const url = `/api/v1/enrolment/batches/${await insertBatch(world, caller, state)}${path}`
    return { request: { method, url, ...(payload && { payload }) } }
  },
})

let serial = 0

/** A layout of the place's kab/kota. */
async function insertProfile(world: AccessWorld, caller: Caller): Promise<string> {
  const id = uuidIds.next()
  const { owner } = world.whole.database
  const at = new Date()
  await owner
    .insertInto('template_profile')
    .values({ id, region_code: world.spotOf(caller).region, created_at: at })
    .execute()
  const { definition } = await owner
    .selectFrom('template_profile_version')
    .select('definition')
    .where('profile_id', '=', DINAS_LAYOUT)
    .executeTakeFirstOrThrow()
  await owner
    .insertInto('template_profile_version')
    .values({ profile_id: id, version: 1, name: 'Uji', definition: JSON.stringify(definition), created_at: at })
    .execute()
  return id
}

const COLUMN = { source: 'nik', headers: ['NIK'] }
const LAYOUT = {
  sheet: 'Uji',
  titles: [],
  columns: [COLUMN],
  dateFormat: 'dd/mm/yyyy',
  upperCase: true,
  csv: { separator: ';', apostrophe: false },
}

const onRule = (method: 'PUT' | 'DELETE', answers: string, payload?: object): Call => ({
  answers,
  places: OFFICES,
  async probe(world, caller) {
    const { region } = world.spotOf(caller)
    const validFrom = new Date(Date.UTC(2090, 0, ++serial)).toISOString().slice(0, 10)
    await world.whole.database.owner
      .insertInto('enrolment_rule')
      .values({
        region_code: region,
        valid_from: validFrom,
        mode: 'prioritas',
        effective_months: 0,
        recorded_by: 'admin',
        recorded_at: new Date(),
      })
      .execute()
    const url = `/api/v1/enrolment/rules/${region}/${validFrom}`
    return { request: { method, url, ...(payload && { payload }) } }
  },
})

/** What goes to BPJS. Batches, layouts and rules lie in a kab/kota, whoever made them. */
export const ENROLMENT_CALLS: Record<string, Call> = {
  'GET /api/v1/enrolment/batches': {
    answers: '200',
    places: OFFICES,
    async probe(world, caller) {
      const id = await insertBatch(world, caller, 'open')
      return {
        request: { method: 'GET', url: '/api/v1/enrolment/batches?limit=100' },
        shows: (reply) => listIds(reply).includes(id),
      }
    },
  },
  'POST /api/v1/enrolment/batches': {
    answers: '201',
    places: OFFICES,
    probe: (world, caller) => ({
      request: {
        method: 'POST',
        url: '/api/v1/enrolment/batches',
        payload: { name: 'Berkas uji', regionCode: world.spotOf(caller).region },
      },
    }),
  },
  'GET /api/v1/enrolment/batches/{id}': onBatch('GET', '', '200', 'open'),
  'POST /api/v1/enrolment/batches/{id}/discard': onBatch('POST', '/discard', '200', 'open'),
  'POST /api/v1/enrolment/batches/{id}/stop': onBatch('POST', '/stop', '200', 'checking'),
  'GET /api/v1/enrolment/batches/{id}/rows': onBatch('GET', '/rows', '200', 'open'),
  'POST /api/v1/enrolment/batches/{id}/rows': onBatch('POST', '/rows', '200', 'open', {
    filter: { q: 'tidak ada' },
  }),
  'POST /api/v1/enrolment/batches/{id}/rows (proposals by id)': {
    answers: '200',
    places: EVERYWHERE,
    unknownAs: 'proposal_unknown',
    async probe(world, caller) {
      const { proposalId } = await world.proposal(caller, 'in_review')
      // A batch that the caller sees: what is asked about is the proposal.
      const id = await insertBatch(world, { ...caller, place: 'office' }, 'open')
      const payload = { proposalIds: [proposalId] }
      return { request: { method: 'POST', url: `/api/v1/enrolment/batches/${id}/rows`, payload } }
    },
  },
  'POST /api/v1/enrolment/batches/{id}/rows/remove': onBatch('POST', '/rows/remove', '200', 'open', {
    setAside: true,
  }),
  'PUT /api/v1/enrolment/batches/{id}/rows/{proposalId}': {
    answers: '204',
    places: OFFICES,
    async probe(world, caller) {
      const { id, proposalId } = await insertRow(world, caller)
      const url = `/api/v1/enrolment/batches/${id}/rows/${proposalId}`
      return { request: { method: 'PUT', url, payload: { familyRole: 'tambahan' } } }
    },
  },
  'POST /api/v1/enrolment/batches/{id}/seal': {
    answers: '202',
    places: OFFICES,
    async probe(world, caller) {
      const { id } = await insertRow(world, caller)
      return { request: { method: 'POST', url: `/api/v1/enrolment/batches/${id}/seal`, payload: { rows: 1 } } }
    },
  },
  'GET /api/v1/enrolment/batches/{id}/letter': onBatch('GET', '/letter', '200', 'sealed'),
  'POST /api/v1/enrolment/batches/{id}/exports': onBatch('POST', '/exports', '200', 'sealed', {
    format: 'csv',
    profileId: DINAS_LAYOUT,
  }),

  'GET /api/v1/enrolment/profiles': {
    answers: '200',
    places: OFFICES,
    async probe(world, caller) {
      const id = await insertProfile(world, caller)
      return {
        request: { method: 'GET', url: '/api/v1/enrolment/profiles' },
        shows: (reply) => listIds(reply).includes(id),
      }
    },
  },
  'POST /api/v1/enrolment/profiles': {
    answers: '201',
    places: OFFICES,
    async probe(world, caller) {
      const copyOf = await insertProfile(world, caller)
      const payload = { name: 'Salinan', regionCode: world.spotOf(caller).region, copyOf }
      return { request: { method: 'POST', url: '/api/v1/enrolment/profiles', payload } }
    },
  },
  'POST /api/v1/enrolment/profiles/preview': plain('POST', '/api/v1/enrolment/profiles/preview', '200', {
    definition: LAYOUT,
  }),
  'POST /api/v1/enrolment/profiles/preview (of a batch)': {
    answers: '200',
    places: OFFICES,
    async probe(world, caller) {
      const batchId = await insertBatch(world, caller, 'sealed')
      const payload = { definition: LAYOUT, batchId }
      return { request: { method: 'POST', url: '/api/v1/enrolment/profiles/preview', payload } }
    },
  },
  'GET /api/v1/enrolment/profiles/{id}': {
    answers: '200',
    places: OFFICES,
    async probe(world, caller) {
      return { request: { method: 'GET', url: `/api/v1/enrolment/profiles/${await insertProfile(world, caller)}` } }
    },
  },
  'PUT /api/v1/enrolment/profiles/{id}': {
    answers: '200',
    places: OFFICES,
    async probe(world, caller) {
      const payload = { version: 1, name: 'Uji lagi', definition: LAYOUT }
      const url = `/api/v1/enrolment/profiles/${await insertProfile(world, caller)}`
      return { request: { method: 'PUT', url, payload } }
    },
  },

  'GET /api/v1/enrolment/rules': {
    answers: '200',
    places: OFFICES,
    probe: (world, caller) => ({
      request: { method: 'GET', url: `/api/v1/enrolment/rules?regionCode=${world.spotOf(caller).region}` },
    }),
  },
  'PUT /api/v1/enrolment/rules/{code}/{validFrom}': onRule('PUT', '200', { mode: 'cut_off', cutOffDay: 20 }),
  'DELETE /api/v1/enrolment/rules/{code}/{validFrom}': onRule('DELETE', '204'),

  ...RESULT_CALLS,
}
