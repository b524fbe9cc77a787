import { makeUploadForm } from '../../support/upload-form.ts'
import { type Call, type Method, OFFICES, plain } from './access-call.ts'
import type { AccessWorld, Caller } from './access-world.ts'

const MONTH = '2026-10'
const AS_OF = '2026-10-31'

let serial = 0

const onRegion = (method: Method, path: string, payload?: object): Call => ({
  answers: '200',
  places: OFFICES,
  probe: (world, caller) => ({
    request: {
      method,
      url: `/api/v1/coverage/${world.spotOf(caller).village}${path}`,
      ...(payload === undefined ? {} : { payload }),
    },
  }),
})

/** A figure of the village in which the thing asked about lies. */
async function enterFigure(world: AccessWorld, caller: Caller): Promise<string> {
  const { village } = world.spotOf(caller)
  await world.whole.database.owner
    .insertInto('coverage_figure')
    .values({
      region_code: village,
      source: 'bpjs',
      segment: 'all',
      month: `${MONTH}-01`,
      registered: 900,
      origin: 'entered',
      detail: 'Laporan',
      as_of: AS_OF,
      recorded_at: new Date(),
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  return village
}

const rule = (regionCode: string) => ({
  regionCode,
  nameId: 'Target daerah',
  nameEn: 'Local target',
  basis: 'Keputusan kepala daerah',
  validFrom: '2026-01-01',
  validTo: null,
  noArrears: false,
  paidUntil: null,
  alternatives: [{ coverage: 9900, active: null, localShare: null }],
})

export const COVERAGE_CALLS: Record<string, Call> = {
  'GET /api/v1/regions/{code}/population': {
    answers: '200',
    places: OFFICES,
    probe: (world, caller) => ({
      request: { method: 'GET', url: `/api/v1/regions/${world.spotOf(caller).village}/population` },
    }),
  },
  'PUT /api/v1/regions/{code}/population': {
    answers: '200',
    places: OFFICES,
    probe: (world, caller) => ({
      request: {
        method: 'PUT',
        url: `/api/v1/regions/${world.spotOf(caller).village}/population`,
        payload: { asOf: '2025-12-31', source: 'Kelurahan', total: 5000, male: null, female: null },
      },
    }),
  },

  'GET /api/v1/coverage/{code}': onRegion('GET', ''),
  'GET /api/v1/coverage/{code}/trend': onRegion('GET', '/trend'),
  'GET /api/v1/coverage/{code}/standing': onRegion('GET', '/standing'),
  'GET /api/v1/coverage/{code}/file': onRegion('GET', '/file?format=csv'),
  'POST /api/v1/coverage/figures': {
    answers: '200',
    places: OFFICES,
    probe: (world, caller) => ({
      request: {
        method: 'POST',
        url: '/api/v1/coverage/figures',
        payload: {
          month: MONTH,
          source: 'bpjs',
          detail: 'Laporan',
          asOf: AS_OF,
          rows: [{ regionCode: world.spotOf(caller).village, segment: 'all', registered: 900, active: 700 }],
        },
      },
    }),
  },
  'DELETE /api/v1/coverage/{code}/figures': {
    answers: '204',
    places: OFFICES,
    probe: async (world, caller) => ({
      request: {
        method: 'DELETE',
        url: `/api/v1/coverage/${await enterFigure(world, caller)}/figures?month=${MONTH}&source=bpjs&segment=all`,
      },
    }),
  },
  'POST /api/v1/coverage/imports': {
    answers: '200',
    places: OFFICES,
    unknownAs: 'region_unknown',
    async probe(world, caller) {
      const fields = { month: MONTH, source: 'bpjs', detail: 'Laporan', asOf: AS_OF, apply: 'true' }
      const table = Buffer.from(`Kode wilayah;Terdaftar\r\n${world.spotOf(caller).village};900`)
      const form = await makeUploadForm(fields, table)
      return { request: { method: 'POST', url: '/api/v1/coverage/imports', ...form } }
    },
  },
  'PUT /api/v1/coverage/{code}/contributions': onRegion('PUT', '/contributions', {
    asOf: AS_OF,
    inArrears: false,
    paidUntil: MONTH,
    source: 'BPKAD',
  }),
  'GET /api/v1/coverage/rules': {
    answers: '200',
    places: OFFICES,
    async probe(world, caller) {
      const basis = `Aturan ${++serial}`
      await world.whole.database.owner
        .insertInto('coverage_rule')
        .values({
          id: crypto.randomUUID(),
          region_code: world.spotOf(caller).region,
          name_id: 'Target daerah',
          name_en: 'Local target',
          basis,
          valid_from: '2026-01-01',
          alternatives: JSON.stringify([{ coverage: 9900, active: null, localShare: null }]),
        })
        .execute()
      return {
        request: { method: 'GET', url: '/api/v1/coverage/rules' },
        shows: (reply) => reply.body.includes(`"${basis}"`),
      }
    },
  },
  'POST /api/v1/coverage/rules': {
    answers: '201',
    places: OFFICES,
    probe: (world, caller) => ({
      request: { method: 'POST', url: '/api/v1/coverage/rules', payload: rule(world.spotOf(caller).region) },
    }),
  },
  'GET /api/public/coverage/{code}': plain('GET', '/api/public/coverage/32.74'),
}
