import { randomUUID } from 'node:crypto'
import { makeUploadForm } from '../../support/upload-form.ts'
import { type Call, type Method, OFFICES } from './access-call.ts'
import type { AccessWorld, Caller } from './access-world.ts'

const YEAR = 2031
const TARIFF_FROM = '2031-01-01'

/** The budget of the region in which the thing asked about lies, as nobody has touched it, with one opening balance and one tariff. */
async function freshBudget(world: AccessWorld, caller: Caller): Promise<{ region: string; openingId: string }> {
  const { owner } = world.whole.database
  const { region } = world.spotOf(caller)
  const openingId = randomUUID()
  const admin = await world.whole.userIdOf('admin')
  const by = { recorded_by: admin, recorded_at: new Date() }
  await owner.deleteFrom('quota_opening').execute()
  await owner.deleteFrom('quota_tariff').execute()
  await owner.deleteFrom('quota_budget').execute()
  await owner
    .insertInto('quota_budget')
    .values({
      region_code: region,
      year: YEAR,
      seats: 10,
      opening: 1,
      reserved: 0,
      committed: 0,
      waiting: 0,
      note: '',
      version: 1,
      updated_by: admin,
      updated_at: new Date(),
    })
    .execute()
  await owner
    .insertInto('quota_opening')
    .values({
      id: openingId,
      region_code: region,
      year: YEAR,
      source: 'jamkesda',
      people: 1,
      as_of: '2031-01-01',
      document: 'BA 1',
      ...by,
    })
    .execute()
  await owner
    .insertInto('quota_tariff')
    .values({ region_code: region, valid_from: TARIFF_FROM, rupiah: 35_000, document: 'PKS 1', ...by })
    .execute()
  return { region, openingId }
}

const onBudget = (method: Method, path: string, answers: string, payload?: object): Call => ({
  answers,
  places: OFFICES,
  async probe(world, caller) {
    const { region, openingId } = await freshBudget(world, caller)
    const url = `/api/v1/${path.replace('{region}', region).replace('{opening}', openingId)}`
    return { request: { method, url, ...(payload && { payload }) } }
  },
})

export const QUOTA_CALLS: Record<string, Call> = {
  'GET /api/v1/quotas': {
    answers: '200',
    places: OFFICES,
    probe: (world, caller) => ({
      request: { method: 'GET', url: `/api/v1/quotas?year=${YEAR}` },
      shows: (reply) => reply.body.includes(`"${world.spotOf(caller).region}"`),
    }),
  },
  'GET /api/v1/quotas/{regionCode}/{year}': onBudget('GET', `quotas/{region}/${YEAR}`, '200'),
  'PUT /api/v1/quotas/{regionCode}/{year}': onBudget('PUT', `quotas/{region}/${YEAR}`, '200', {
    version: 1,
    seats: 12,
  }),
  'POST /api/v1/quotas/{regionCode}/{year}/openings': onBudget('POST', `quotas/{region}/${YEAR}/openings`, '201', {
    source: 'other',
    people: 2,
    asOf: '2031-01-01',
    document: 'SK 2/2031',
  }),
  'POST /api/v1/quotas/{regionCode}/{year}/takeovers': {
    answers: '200',
    places: OFFICES,
    async probe(world, caller) {
      const { region } = await freshBudget(world, caller)
      const fields = { asOf: '2031-01-01', document: 'BA 3/2031', apply: 'false' }
      const form = await makeUploadForm(fields, Buffer.from('NIK;Nama\r\n3274014505900001;SITI AMINAH'))
      return { request: { method: 'POST', url: `/api/v1/quotas/${region}/${YEAR}/takeovers`, ...form } }
    },
  },
  'DELETE /api/v1/quotas/{regionCode}/{year}/openings/{id}': onBudget(
    'DELETE',
    `quotas/{region}/${YEAR}/openings/{opening}`,
    '200',
  ),
  'GET /api/v1/quotas/{regionCode}/{year}/line': onBudget('GET', `quotas/{region}/${YEAR}/line`, '200'),
  'GET /api/v1/quotas/{regionCode}/{year}/forecast': onBudget('GET', `quotas/{region}/${YEAR}/forecast`, '200'),
  'PUT /api/v1/tariffs/{regionCode}/{validFrom}': onBudget('PUT', 'tariffs/{region}/2031-07-01', '200', {
    validTo: null,
    rupiah: 42_000,
    document: 'PKS 2/2031',
  }),
  'DELETE /api/v1/tariffs/{regionCode}/{validFrom}': onBudget('DELETE', `tariffs/{region}/${TARIFF_FROM}`, '200'),
}
