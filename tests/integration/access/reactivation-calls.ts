import { uuidIds } from '../../../src/platform/ids.ts'
import { type Call, EVERYWHERE, type Method, OFFICES } from './access-call.ts'

let serial = 0

/** On a case that waits for the papers of somebody whose own work has ended. */
const onWaiting = (method: Method, path: string, payload: object): Call => ({
  answers: '200',
  places: EVERYWHERE,
  async probe(world, caller) {
    const { proposalId } = await world.proposal(caller, 'needs_reactivation')
    const at = new Date()
    await world.whole.database.owner
      .insertInto('membership_check')
      .values({
        id: uuidIds.next(),
        proposal_id: proposalId,
        version: 1,
        outcome: 'found_inactive',
        status_code: '15',
        status_text: 'NON AKTIF DI AKHIR BULAN',
        segment_code: '13',
        segment_text: 'PEGAWAI SWASTA',
        differences: [],
        source: 'manual',
        checked_at: at,
        recorded_at: at,
      })
      .execute()
    return { request: { method, url: `/api/v1/proposals/${proposalId}${path}`, payload } }
  },
})

const WORDS = { id: 'Sampaikan di loket saja.', en: 'Say so at the counter only.' }

/** The ways back of inactive members. Paths lie in a kab/kota, checklists with their case. */
export const REACTIVATION_CALLS: Record<string, Call> = {
  'GET /api/v1/enrolment/reactivation-paths': {
    answers: '200',
    places: OFFICES,
    probe: (world, caller) => ({
      request: {
        method: 'GET',
        url: `/api/v1/enrolment/reactivation-paths?regionCode=${world.spotOf(caller).region}`,
      },
    }),
  },
  'PUT /api/v1/enrolment/reactivation-paths/{code}/{reason}/{validFrom}': {
    answers: '200',
    places: OFFICES,
    probe(world, caller) {
      const { region } = world.spotOf(caller)
      const validFrom = new Date(Date.UTC(2090, 0, ++serial)).toISOString().slice(0, 10)
      const url = `/api/v1/enrolment/reactivation-paths/${region}/arrears/${validFrom}`
      return { request: { method: 'PUT', url, payload: { deadlineDays: 30, counterText: WORDS } } }
    },
  },
  'PUT /api/v1/proposals/{id}/reactivation/items/{item}': onWaiting('PUT', '/reactivation/items/no_employer', {
    done: true,
  }),
  'PUT /api/v1/proposals/{id}/reactivation/reason': onWaiting('PUT', '/reactivation/reason', {
    reason: 'employer_must_enrol',
    note: 'sudah bekerja lagi',
  }),
}
