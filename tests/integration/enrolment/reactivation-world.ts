import { randomInt } from 'node:crypto'
import { type ProposalView, proposalViewSchema } from '../../../src/contracts/api/proposals.ts'
import type { ReactivationView } from '../../../src/contracts/api/reactivation.ts'
import { type MemberBody, makeIntakeBody, makeMember } from '../../support/intake-body.ts'
import { SILENT } from '../bpjs/mock-world.ts'
import { createCheckDriver } from '../verification/check-driver.ts'
import { createEnrolmentWorld, type EnrolmentWorld } from './enrolment-world.ts'

type Named = { kode: string; keterangan: string }
type Answer = { status: number; body: Record<string, unknown> }

/** Statuses and segments as BPJS gives them. */
export const STATUS = {
  deceased: { kode: '2', keterangan: 'MENINGGAL' },
  notCovered: { kode: '6', keterangan: 'TIDAK DITANGGUNG' },
  suspended: { kode: '7', keterangan: 'PENANGGUHAN PESERTA' },
  premium: { kode: '9', keterangan: 'NON AKTIF KARENA PREMI' },
  monthEnd: { kode: '15', keterangan: 'NON AKTIF DI AKHIR BULAN' },
  strange: { kode: '88', keterangan: 'DALAM PENELITIAN' },
} as const
export const SEGMENT = {
  pbi: { kode: '21', keterangan: 'PBI (APBN)' },
  region: { kode: '22', keterangan: 'PBI (APBD)' },
  employee: { kode: '13', keterangan: 'PEGAWAI SWASTA' },
  self: { kode: '14', keterangan: 'PEKERJA MANDIRI' },
  pensioner: { kode: '15', keterangan: 'PENERIMA PENSIUN PNS' },
} as const

export type ReactivationWorld = EnrolmentWorld & {
  /** Registered at the demo's puskesmas and checked, of somebody whom BPJS knows so. Returns the proposal's id. */
  register(status: Named, segment: Named, member?: Partial<MemberBody>): Promise<string>
  /** Every check that is due. */
  runChecks(): Promise<void>
  view(id: string, as?: string): Promise<ProposalView>
  wayOf(id: string, as?: string): Promise<ReactivationView>
  put(as: string, id: string, path: string, payload: object): Promise<Answer>
  record(id: string, item: string, payload?: object): Promise<Answer>
  complete(id: string, more?: object): Promise<Answer>
  /** What the household of the case is told, put together as it would be sent. */
  toldAbout(id: string): Promise<string>
  /** Claimed by the demo's reviewer, and decided. */
  decide(id: string, payload: object): Promise<Answer>
}

const CONSONANTS = 'BCDFGHJKLMNPQRSTVWXZ'
const word = (): string => Array.from({ length: 8 }, () => CONSONANTS[randomInt(CONSONANTS.length)]).join('')
/** One name for all, and two of them born at nearly the same time: such a case goes to a person as a likely duplicate. */
export const unlikeOthers = (): string => `${word()} ${word()}`

export async function createReactivationWorld(): Promise<ReactivationWorld> {
  const world = await createEnrolmentWorld()
  const { whole, clock, mock, send } = world
  const checks = createCheckDriver({
    pool: whole.database.pool,
    clock,
    logger: SILENT,
    handler: whole.features.verification.checkProposals,
  })
  const { jobs } = whole.features.whatsapp.connect(whole.features.simulator.gateway)
  const compose = async (intakeId: string): Promise<void> => {
    // The household's other news would be waited for.
    clock.advance(2 * 60_000)
    const item = { id: 1, topic: 'whatsapp.compose', key: intakeId, attempt: 1, payload: { intakeId } } as const
    const signal = new AbortController().signal
    await jobs['whatsapp.compose']([item], {
      signal,
      logger: SILENT,
      settle: async () => {},
      fail: (_id, cause) => {
        throw cause
      },
      async each(items, _width, work) {
        for (const one of items) await work(one)
      },
    })
  }
  const view: ReactivationWorld['view'] = async (id, as = 'petugas') => {
    const { status, body } = await send(as, 'GET', `/api/v1/proposals/${id}`)
    if (status !== 200) throw new Error(JSON.stringify(body))
    return proposalViewSchema.parse(body)
  }
  const put: ReactivationWorld['put'] = (as, id, path, payload) =>
    send(as, 'PUT', `/api/v1/proposals/${id}/reactivation/${path}`, payload)
  return {
    ...world,
    runChecks: () => checks.drain(),
    view,
    put,
    async register(status, segment, member = {}) {
      const made = makeMember({ fullName: unlikeOthers(), ...member })
      const known = await mock.teach(made.nik ?? '', {
        nama: made.fullName,
        tglLahir: made.birthDate,
        sex: made.sex === 'male' ? 'L' : 'P',
        noKartu: '0001234567890',
        status,
        jenis: segment,
      })
      if (known !== 200) throw new Error(`the mock answered ${known}`)
      const { body } = await send('petugas', 'POST', '/api/v1/intakes', makeIntakeBody({ members: [made] }))
      const [proposal] = (body['proposals'] ?? []) as { id: string }[]
      if (!proposal) throw new Error(JSON.stringify(body))
      await checks.drain()
      return proposal.id
    },
    async wayOf(id, as) {
      const { reactivation } = await view(id, as)
      if (reactivation === null) throw new Error('the case has no way back')
      return reactivation
    },
    record: (id, item, payload = { done: true }) => put('petugas', id, `items/${item}`, payload),
    complete: (id, more = {}) =>
      send('petugas', 'POST', `/api/v1/proposals/${id}/reactivation-papers`, {
        version: 1,
        note: 'berkas sudah dilihat',
        ...more,
      }),
    async toldAbout(id) {
      const { intakeId } = await view(id)
      await compose(intakeId)
      const { body } = await send('petugas', 'GET', `/api/v1/proposals/${id}/messages`)
      const items = (body['items'] ?? []) as { template: string; body: string | null }[]
      return items.find(({ template }) => template === 'needs_reactivation')?.body ?? ''
    },
    async decide(id, payload) {
      await send('verifikator', 'POST', `/api/v1/proposals/${id}/claim`, {})
      return send('verifikator', 'POST', `/api/v1/proposals/${id}/decisions`, { version: 1, ...payload })
    },
  }
}
