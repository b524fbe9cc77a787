import type { InjectOptions, LightMyRequestResponse } from 'fastify'
import { z } from 'zod'
import type { AccessWorld, Caller, Place, Registered, Standing } from './access-world.ts'

export type Probe = {
  request: InjectOptions
  /** Of a list: whether it shows what lies in the caller's place. */
  shows?: (reply: LightMyRequestResponse) => boolean
}

export type Call = {
  /** What a caller who is let in gets: a status, or "status code" where success needs more than access. */
  answers: string | readonly string[]
  probe(world: AccessWorld, caller: Caller): Probe | Promise<Probe>
  /** Where the same call is about different things; left out: one place is as good as another. */
  places?: readonly Place[]
  /** A record of another region that shows only as an unknown value of the body. */
  unknownAs?: string
  /** The call ends or replaces the caller's session: it gets one of its own. */
  endsSession?: boolean
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

const EVERYWHERE: readonly Place[] = ['own', 'office', 'neighbour', 'elsewhere']
const OFFICES: readonly Place[] = ['office', 'neighbour', 'elsewhere']
// To a stranger the code is wrong; a caller without a second factor has no step to take.
const NOTHING_TO_VERIFY = ['401 wrong_code', '409 action_not_allowed']
const NOTE = { note: 'Permintaan warga di loket' }

let serial = 0
const nextSerial = (): number => ++serial

const plain = (method: Method, url: string, answers: Call['answers'] = '200', payload?: object): Call => ({
  answers,
  probe: () => ({ request: { method, url, ...(payload === undefined ? {} : { payload }) } }),
})

const onProposal = (
  method: Method,
  path: string,
  standing: Standing,
  answers: string,
  payload?: (registered: Registered & { twinId: string }) => object,
): Call => ({
  answers,
  places: EVERYWHERE,
  async probe(world, caller) {
    const registered = await world.proposal(caller, standing)
    const url = `/api/v1/proposals/${registered.proposalId}${path.replace('{otherId}', registered.twinId)}`
    return { request: { method, url, ...(payload === undefined ? {} : { payload: payload(registered) }) } }
  },
})

const itemsSchema = z.object({ items: z.array(z.object({ id: z.union([z.string(), z.number()]) })) })
const listIds = (reply: LightMyRequestResponse): string[] =>
  itemsSchema.parse(reply.json()).items.map(({ id }) => String(id))

const versioned = () => ({ version: 1, ...NOTE })

const newAccount = (regionCode: string, officeId: string) => ({
  username: `baru${nextSerial()}`,
  displayName: 'Akun Baru',
  role: 'petugas',
  regionCode,
  officeIds: [officeId],
})

const newOffice = (regionCode: string) => ({
  code: `PKM-BARU-${nextSerial()}`,
  kind: 'puskesmas',
  regionCode,
  name: 'Puskesmas Baru',
  villageCode: null,
  address: 'Jl. Melati 7',
  openingHours: {},
  phone: null,
  bpjsFacilityCode: null,
})

const twoFactorPassword = (world: AccessWorld) => ({ password: world.whole.config.demo.password })

export const CALLS: Record<string, Call> = {
  'GET /livez': plain('GET', '/livez'),
  'GET /readyz': plain('GET', '/readyz'),

  'POST /api/auth/sign-in/username': {
    answers: '200',
    probe: (world) => ({
      request: {
        method: 'POST',
        url: '/api/auth/sign-in/username',
        payload: { username: 'auditor', password: world.whole.config.demo.password },
      },
    }),
  },
  'POST /api/auth/two-factor/verify-totp': plain('POST', '/api/auth/two-factor/verify-totp', NOTHING_TO_VERIFY, {
    code: '123456',
  }),
  'POST /api/auth/two-factor/verify-backup-code': plain(
    'POST',
    '/api/auth/two-factor/verify-backup-code',
    NOTHING_TO_VERIFY,
    { code: 'abcde-fghij' },
  ),
  'POST /api/auth/sign-out': { ...plain('POST', '/api/auth/sign-out'), endsSession: true },
  'POST /api/auth/change-password': {
    // The same password again: others sign in with it.
    answers: '400 invalid_input',
    probe: (world) => ({
      request: {
        method: 'POST',
        url: '/api/auth/change-password',
        payload: { currentPassword: world.whole.config.demo.password, newPassword: world.whole.config.demo.password },
      },
    }),
  },
  'POST /api/auth/two-factor/enable': {
    answers: '200',
    endsSession: true,
    probe: (world) => ({
      request: { method: 'POST', url: '/api/auth/two-factor/enable', payload: twoFactorPassword(world) },
    }),
  },
  'POST /api/auth/two-factor/generate-backup-codes': {
    answers: '409 action_not_allowed',
    endsSession: true,
    probe: (world) => ({
      request: { method: 'POST', url: '/api/auth/two-factor/generate-backup-codes', payload: twoFactorPassword(world) },
    }),
  },
  'POST /api/auth/two-factor/disable': {
    answers: '200',
    endsSession: true,
    probe: (world) => ({
      request: { method: 'POST', url: '/api/auth/two-factor/disable', payload: twoFactorPassword(world) },
    }),
  },
  'GET /api/v1/me': plain('GET', '/api/v1/me'),

  'GET /api/v1/accounts': {
    answers: '200',
    places: OFFICES,
    probe: (world, caller) => ({
      request: { method: 'GET', url: `/api/v1/accounts?q=${world.spotOf(caller).registrar}` },
      shows: (reply) => listIds(reply).length > 0,
    }),
  },
  'POST /api/v1/accounts': {
    answers: '201',
    places: OFFICES,
    unknownAs: 'region_unknown',
    probe(world, caller) {
      const { region, office } = world.spotOf(caller)
      return { request: { method: 'POST', url: '/api/v1/accounts', payload: newAccount(region, office) } }
    },
  },
  'PATCH /api/v1/accounts/{id}': {
    answers: '200',
    places: OFFICES,
    async probe(world, caller) {
      const { region, office } = world.spotOf(caller)
      const username = `ubah${nextSerial()}`
      const id = await world.whole.addAccount({ username, role: 'petugas', regionCode: region, officeIds: [office] })
      const payload = { version: 1, displayName: 'Nama Lain' }
      return { request: { method: 'PATCH', url: `/api/v1/accounts/${id}`, payload } }
    },
  },
  'POST /api/v1/accounts/{id}/unlock': {
    answers: '200',
    places: OFFICES,
    async probe(world, caller) {
      const id = await world.whole.userIdOf(world.spotOf(caller).registrar)
      return { request: { method: 'POST', url: `/api/v1/accounts/${id}/unlock` } }
    },
  },
  'GET /api/v1/api-keys': {
    answers: '200',
    places: OFFICES,
    async probe(world, caller) {
      const { id } = await world.apiKey(world.spotOf(caller).registrar, ['regions:read'])
      return {
        request: { method: 'GET', url: '/api/v1/api-keys?limit=100' },
        shows: (reply) => listIds(reply).includes(id),
      }
    },
  },
  'POST /api/v1/api-keys': {
    answers: '201',
    places: OFFICES,
    async probe(world, caller) {
      const userId = await world.whole.userIdOf(world.spotOf(caller).registrar)
      const expiresAt = new Date(Date.now() + 86_400_000).toISOString()
      const payload = { userId, name: 'Mesin', scopes: ['regions:read'], expiresAt }
      return { request: { method: 'POST', url: '/api/v1/api-keys', payload } }
    },
  },
  'DELETE /api/v1/api-keys/{id}': {
    answers: '204',
    places: OFFICES,
    async probe(world, caller) {
      const { id } = await world.apiKey(world.spotOf(caller).registrar, ['regions:read'])
      return { request: { method: 'DELETE', url: `/api/v1/api-keys/${id}` } }
    },
  },
  'GET /api/v1/audit': {
    answers: '200',
    places: EVERYWHERE,
    async probe(world, caller) {
      const { registrar } = world.spotOf(caller)
      // Whoever registers or signs in leaves an entry.
      await world.whole.cookieOf(registrar)
      const actor = await world.whole.userIdOf(registrar)
      return {
        request: { method: 'GET', url: `/api/v1/audit?limit=1&actor=${actor}` },
        shows: (reply) => listIds(reply).length > 0,
      }
    },
  },
  'GET /api/v1/bpjs/health': plain('GET', '/api/v1/bpjs/health'),

  'GET /api/v1/regions': plain('GET', '/api/v1/regions'),
  'GET /api/v1/regions/{code}': {
    answers: '200',
    places: OFFICES,
    probe: (world, caller) => ({
      request: { method: 'GET', url: `/api/v1/regions/${world.spotOf(caller).village}` },
    }),
  },
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
  'GET /api/v1/offices': {
    answers: '200',
    places: OFFICES,
    probe: (world, caller) => ({
      request: { method: 'GET', url: '/api/v1/offices?limit=100' },
      shows: (reply) => listIds(reply).includes(world.spotOf(caller).office),
    }),
  },
  'GET /api/v1/offices/{id}': {
    answers: '200',
    places: OFFICES,
    probe: (world, caller) => ({ request: { method: 'GET', url: `/api/v1/offices/${world.spotOf(caller).office}` } }),
  },
  'POST /api/v1/offices': {
    answers: '201',
    places: OFFICES,
    unknownAs: 'region_unknown',
    probe: (world, caller) => ({
      request: { method: 'POST', url: '/api/v1/offices', payload: newOffice(world.spotOf(caller).region) },
    }),
  },
  'PATCH /api/v1/offices/{id}': {
    answers: '200',
    places: OFFICES,
    probe: (world, caller) => ({
      // Nothing is given, so nothing changes, and the version stays what it is.
      request: { method: 'PATCH', url: `/api/v1/offices/${world.spotOf(caller).office}`, payload: { version: 1 } },
    }),
  },

  'POST /api/v1/intakes': {
    answers: '201',
    async probe(world, caller) {
      const { body } = await world.proposal(caller, 'any')
      const member = { ...body.members[0], nik: null }
      return {
        request: {
          method: 'POST',
          url: '/api/v1/intakes',
          headers: { 'idempotency-key': `access-${nextSerial()}` },
          payload: { ...body, members: [member] },
        },
      }
    },
  },
  'GET /api/v1/intakes/{id}': {
    answers: '200',
    places: EVERYWHERE,
    async probe(world, caller) {
      const { intakeId } = await world.proposal(caller, 'any')
      return { request: { method: 'GET', url: `/api/v1/intakes/${intakeId}` } }
    },
  },
  'POST /api/v1/households/lookup': {
    answers: '200',
    places: EVERYWHERE,
    async probe(world, caller) {
      const { body, proposalId } = await world.proposal(caller, 'any')
      const payload = { familyCardNumber: body.familyCardNumber }
      return {
        request: { method: 'POST', url: '/api/v1/households/lookup', payload },
        shows: (reply) =>
          z
            .object({ members: z.array(z.object({ proposalId: z.string() })) })
            .parse(reply.json())
            .members.some((member) => member.proposalId === proposalId),
      }
    },
  },
  'GET /api/v1/proposals': {
    answers: '200',
    places: EVERYWHERE,
    async probe(world, caller) {
      const { receiptNumber, proposalId } = await world.proposal(caller, 'any')
      return {
        request: { method: 'GET', url: `/api/v1/proposals?q=${receiptNumber}` },
        shows: (reply) => listIds(reply).includes(proposalId),
      }
    },
  },
  'GET /api/v1/queues': plain('GET', '/api/v1/queues'),
  'GET /api/v1/proposals/{id}': onProposal('GET', '', 'any', '200'),
  'GET /api/v1/proposals/{id}/messages': onProposal('GET', '/messages', 'any', '200'),
  'POST /api/v1/proposals/{id}/reveal': onProposal('POST', '/reveal', 'any', '200'),
  'POST /api/v1/proposals/{id}/notes': onProposal('POST', '/notes', 'any', '204', () => NOTE),
  'POST /api/v1/proposals/{id}/corrections': onProposal(
    'POST',
    '/corrections',
    'needs_correction',
    '204',
    ({ proposalId }) => ({
      version: 1,
      // Born in 1990, by a number that no other proposal has.
      changes: { nik: `327401450590${proposalId.replace(/\D/g, '').slice(-4)}`.replace(/0000$/, '0001') },
      confirmWarnings: ['nik_birthdate_differs'],
    }),
  ),
  'POST /api/v1/proposals/{id}/withdraw': onProposal('POST', '/withdraw', 'submitted', '204', versioned),
  'POST /api/v1/proposals/{id}/reactivation-papers': onProposal(
    'POST',
    '/reactivation-papers',
    'needs_reactivation',
    '204',
    versioned,
  ),

  'POST /api/v1/proposals/{id}/claim': onProposal('POST', '/claim', 'in_review', '200'),
  'POST /api/v1/proposals/{id}/release': onProposal('POST', '/release', 'claimed', '200'),
  'POST /api/v1/proposals/{id}/decisions': onProposal('POST', '/decisions', 'claimed', '200', () => ({
    version: 1,
    decision: 'eligible',
  })),
  'POST /api/v1/proposals/{id}/recall': onProposal('POST', '/recall', 'eligible', '200', versioned),
  'POST /api/v1/proposals/{id}/set-aside': onProposal('POST', '/set-aside', 'rejected', '200', versioned),
  'POST /api/v1/proposals/{id}/membership-checks': onProposal('POST', '/membership-checks', 'claimed', '200', () => ({
    outcome: 'not_found',
    evidence: 'Dicek di aplikasi Mobile JKN bersama warga',
    checkedAt: new Date().toISOString(),
  })),
  // The only source of this fixture is a person: there is nobody to ask.
  'POST /api/v1/proposals/{id}/membership-checks/refresh': onProposal(
    'POST',
    '/membership-checks/refresh',
    'claimed',
    '503 bpjs_unavailable',
  ),
  'POST /api/v1/proposals/{id}/duplicates/{otherId}/dismiss': onProposal(
    'POST',
    '/duplicates/{otherId}/dismiss',
    'claimed_with_twin',
    '200',
    () => NOTE,
  ),

  'GET /api/v1/whatsapp/messages': {
    answers: '200',
    places: OFFICES,
    async probe(world, caller) {
      const id = await world.message(world.spotOf(caller))
      return {
        request: { method: 'GET', url: '/api/v1/whatsapp/messages?limit=100' },
        shows: (reply) => listIds(reply).includes(id),
      }
    },
  },
  'POST /api/v1/whatsapp/messages/{id}/settle': {
    answers: '204',
    places: OFFICES,
    async probe(world, caller) {
      const id = await world.message(world.spotOf(caller))
      return { request: { method: 'POST', url: `/api/v1/whatsapp/messages/${id}/settle`, payload: { as: 'sent' } } }
    },
  },

  'POST /api/public/status': {
    answers: '200',
    async probe(world, caller) {
      const { receiptNumber, body } = await world.proposal(caller, 'any')
      const payload = { receiptNumber, phoneLast4: body.whatsappNumber.slice(-4) }
      return { request: { method: 'POST', url: '/api/public/status', payload } }
    },
  },
  'GET /api/v1/simulator/messages': plain('GET', '/api/v1/simulator/messages?to=6281234567890'),
  'POST /api/v1/simulator/messages': plain('POST', '/api/v1/simulator/messages', '201', {
    from: '6281234567890',
    body: 'CEK',
  }),
  'PUT /api/v1/simulator/phones/{number}': plain('PUT', '/api/v1/simulator/phones/6281234567890', '204', {
    mode: 'delivers',
  }),
}
