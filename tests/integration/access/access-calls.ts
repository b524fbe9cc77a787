import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { makeIntakeBody, makeMember } from '../../support/intake-body.ts'
import { makeUploadForm } from '../../support/upload-form.ts'
import { png } from '../documents/pictures.ts'
import {
  type Call,
  EVERYWHERE,
  listIds,
  OFFICES,
  onConversation,
  onProposal,
  onWebhook,
  type Probe,
  plain,
} from './access-call.ts'
import type { AccessWorld, Caller } from './access-world.ts'
import { COVERAGE_CALLS } from './coverage-calls.ts'
import { ENROLMENT_CALLS } from './enrolment-calls.ts'
import { LIST_CALLS } from './list-calls.ts'
import { QUOTA_CALLS } from './quota-calls.ts'
import { REACTIVATION_CALLS } from './reactivation-calls.ts'
import { REGION_LIST_CALLS } from './region-list-calls.ts'
import { REVIEW_CALLS } from './review-calls.ts'

// To a stranger the code is wrong; a caller without a second factor has no step to take.
const NOTHING_TO_VERIFY = ['401 wrong_code', '409 action_not_allowed']
const NOTE = { note: 'Permintaan warga di loket' }

let serial = 0
const nextSerial = (): number => ++serial

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

/** A holiday of the region in which the thing asked about lies, on a day that no other has. */
async function closeRegion(world: AccessWorld, caller: Caller): Promise<string> {
  const day = new Date(Date.UTC(2030, 0, nextSerial())).toISOString().slice(0, 10)
  await world.whole.database.owner
    .insertInto('holiday')
    .values({
      region_code: world.spotOf(caller).region,
      day,
      name: 'Hari libur',
      created_by: 'admin',
      created_at: new Date(),
    })
    .execute()
  return day
}

const upload = async (fields: Record<string, string>): Promise<Probe> => {
  const form = await makeUploadForm(fields, await png(20, 20))
  return { request: { method: 'POST', url: '/api/v1/documents', ...form } }
}

const twoFactorPassword = (world: AccessWorld) => ({ password: world.whole.config.demo.password })

export const CALLS: Record<string, Call> = {
  'GET /livez': plain('GET', '/livez'),
  'GET /readyz': plain('GET', '/readyz'),

  'POST /api/auth/sign-in/username': {
    answers: '200',
    places: 'placeless',
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
    places: 'placeless',
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
    places: 'placeless',
    endsSession: true,
    probe: (world) => ({
      request: { method: 'POST', url: '/api/auth/two-factor/enable', payload: twoFactorPassword(world) },
    }),
  },
  'POST /api/auth/two-factor/generate-backup-codes': {
    answers: '409 action_not_allowed',
    places: 'placeless',
    endsSession: true,
    probe: (world) => ({
      request: { method: 'POST', url: '/api/auth/two-factor/generate-backup-codes', payload: twoFactorPassword(world) },
    }),
  },
  'POST /api/auth/two-factor/disable': {
    answers: '200',
    places: 'placeless',
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
  'POST /api/v1/audit/verify': plain('POST', '/api/v1/audit/verify', '200', {}),
  'GET /api/v1/message-templates': plain('GET', '/api/v1/message-templates'),
  'GET /api/v1/bpjs/health': plain('GET', '/api/v1/bpjs/health'),

  'GET /api/v1/regions': plain('GET', '/api/v1/regions'),
  'GET /api/v1/regions/{code}': {
    answers: '200',
    places: OFFICES,
    probe: (world, caller) => ({
      request: { method: 'GET', url: `/api/v1/regions/${world.spotOf(caller).village}` },
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
  'GET /api/v1/holidays': {
    answers: '200',
    places: OFFICES,
    async probe(world, caller) {
      const day = await closeRegion(world, caller)
      return {
        request: { method: 'GET', url: `/api/v1/holidays?year=${day.slice(0, 4)}` },
        shows: (reply) => reply.body.includes(day),
      }
    },
  },
  'PUT /api/v1/holidays/{day}': plain('PUT', '/api/v1/holidays/2027-03-11', '200', { name: 'Hari jadi kota' }),
  'DELETE /api/v1/holidays/{day}': {
    answers: '204',
    places: OFFICES,
    async probe(world, caller) {
      return { request: { method: 'DELETE', url: `/api/v1/holidays/${await closeRegion(world, caller)}` } }
    },
  },

  'POST /api/v1/intakes': {
    answers: '201',
    places: 'placeless',
    async probe(world, caller) {
      const { body } = await world.proposal(caller, 'any')
      const member = makeMember({ relationship: 'anak' })
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
  'POST /api/v1/intakes (a NIK that is held)': {
    answers: '409 nik_already_proposed',
    places: EVERYWHERE,
    async probe(world, caller) {
      const { body, receiptNumber } = await world.proposal(caller, 'any')
      return {
        request: {
          method: 'POST',
          url: '/api/v1/intakes',
          headers: { 'idempotency-key': `access-${nextSerial()}` },
          payload: makeIntakeBody({ members: body.members }),
        },
        shows: (reply) => reply.body.includes(receiptNumber),
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
  'GET /api/v1/intakes/{id}/receipt': {
    answers: '200',
    places: EVERYWHERE,
    async probe(world, caller) {
      const { intakeId } = await world.proposal(caller, 'any')
      return { request: { method: 'GET', url: `/api/v1/intakes/${intakeId}/receipt` } }
    },
  },
  'GET /api/v1/intakes/{id}/documents': {
    answers: '200',
    places: EVERYWHERE,
    async probe(world, caller) {
      const { intakeId } = await world.proposal(caller, 'any')
      return { request: { method: 'GET', url: `/api/v1/intakes/${intakeId}/documents` } }
    },
  },
  'GET /api/v1/proposals/{id}/documents': onProposal('GET', '/documents', 'any', '200'),
  'POST /api/v1/documents': {
    answers: '201',
    places: 'placeless',
    probe: () => upload({ kind: 'other' }),
  },
  'POST /api/v1/documents (for a household)': {
    answers: '201',
    places: EVERYWHERE,
    async probe(world, caller) {
      const { intakeId } = await world.proposal(caller, 'any')
      return await upload({ kind: 'other', intakeId })
    },
  },
  'POST /api/v1/documents/{id}/link': {
    answers: '200',
    places: EVERYWHERE,
    async probe(world, caller) {
      const id = await world.document(caller)
      return { request: { method: 'POST', url: `/api/v1/documents/${id}/link` } }
    },
  },
  'GET /api/v1/documents/{id}/content': {
    answers: '200',
    places: EVERYWHERE,
    async probe(world, caller) {
      const id = await world.document(caller)
      return { request: { method: 'GET', url: await world.linkTo(id, caller) } }
    },
  },
  'GET /api/v1/consent-text': plain('GET', '/api/v1/consent-text'),
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
  'POST /api/v1/persons/lookup': {
    answers: '200',
    places: EVERYWHERE,
    async probe(world, caller) {
      const { body, proposalId } = await world.proposal(caller, 'any')
      return {
        request: { method: 'POST', url: '/api/v1/persons/lookup', payload: { nik: body.members[0]?.nik } },
        shows: (reply) =>
          z.object({ proposal: z.object({ id: z.string() }).nullable() }).parse(reply.json()).proposal?.id ===
          proposalId,
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

  ...ENROLMENT_CALLS,
  ...COVERAGE_CALLS,
  ...LIST_CALLS,
  ...QUOTA_CALLS,
  ...REVIEW_CALLS,
  ...REACTIVATION_CALLS,
  ...REGION_LIST_CALLS,

  'GET /api/v1/webhooks': {
    answers: '200',
    places: OFFICES,
    async probe(world, caller) {
      const id = await world.webhook(world.spotOf(caller))
      return {
        request: { method: 'GET', url: '/api/v1/webhooks' },
        shows: (reply) => listIds(reply).includes(id),
      }
    },
  },
  'POST /api/v1/webhooks': plain('POST', '/api/v1/webhooks', '201', {
    url: 'https://penerima.example/kabar',
    events: ['message.inbound'],
  }),
  'GET /api/v1/webhooks/{id}': onWebhook('GET', '', '200'),
  'PATCH /api/v1/webhooks/{id}': onWebhook('PATCH', '', '200', { description: 'Dasbor' }),
  'DELETE /api/v1/webhooks/{id}': onWebhook('DELETE', '', '204'),
  'POST /api/v1/webhooks/{id}/secret': onWebhook('POST', '/secret', '200', {}),
  'POST /api/v1/webhooks/{id}/pause': onWebhook('POST', '/pause', '200'),
  'POST /api/v1/webhooks/{id}/resume': onWebhook('POST', '/resume', '200'),
  'POST /api/v1/webhooks/{id}/ping': onWebhook('POST', '/ping', '202'),
  'POST /api/v1/webhooks/{id}/replays': onWebhook('POST', '/replays', '202', {
    from: '2026-11-01T00:00:00Z',
    to: '2026-11-02T00:00:00Z',
  }),
  'GET /api/v1/webhooks/{id}/deliveries': onWebhook('GET', '/deliveries', '200'),

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
  'GET /api/v1/whatsapp/session': plain('GET', '/api/v1/whatsapp/session'),
  'GET /api/v1/whatsapp/session/qr': plain('GET', '/api/v1/whatsapp/session/qr'),
  // The simulator of this fixture has no browser to ask.
  'POST /api/v1/whatsapp/session/qr': plain('POST', '/api/v1/whatsapp/session/qr', '409 action_not_allowed'),
  'POST /api/v1/whatsapp/session/pairing-code': plain(
    'POST',
    '/api/v1/whatsapp/session/pairing-code',
    '409 action_not_allowed',
    { phone: '081200000001' },
  ),
  'POST /api/v1/whatsapp/session/restart': plain('POST', '/api/v1/whatsapp/session/restart', '409 action_not_allowed'),
  'POST /api/v1/whatsapp/session/log-out': plain('POST', '/api/v1/whatsapp/session/log-out', '409 action_not_allowed'),

  'POST /api/v1/whatsapp/messages/{id}/settle': {
    answers: '204',
    places: OFFICES,
    async probe(world, caller) {
      const id = await world.message(world.spotOf(caller))
      return { request: { method: 'POST', url: `/api/v1/whatsapp/messages/${id}/settle`, payload: { as: 'sent' } } }
    },
  },

  'GET /api/v1/home': plain('GET', '/api/v1/home'),
  'GET /api/v1/events': { ...plain('GET', '/api/v1/events'), goesOn: true },
  'GET /api/v1/whatsapp/breaker': plain('GET', '/api/v1/whatsapp/breaker'),
  'GET /api/v1/whatsapp/pacing': plain('GET', '/api/v1/whatsapp/pacing'),
  'POST /api/v1/whatsapp/breaker/close': plain('POST', '/api/v1/whatsapp/breaker/close'),
  'GET /api/v1/conversations': {
    answers: '200',
    places: EVERYWHERE,
    async probe(world, caller) {
      const { id } = await world.conversation(caller)
      return {
        request: { method: 'GET', url: '/api/v1/conversations?limit=100' },
        shows: (reply) => listIds(reply).includes(id),
      }
    },
  },
  'GET /api/v1/conversations/counts': plain('GET', '/api/v1/conversations/counts'),
  'GET /api/v1/quick-replies': plain('GET', '/api/v1/quick-replies'),
  'GET /api/v1/conversations/{id}': onConversation('GET', '', '200'),
  'POST /api/v1/conversations/{id}/claim': onConversation('POST', '/claim', '204'),
  'POST /api/v1/conversations/{id}/release': onConversation('POST', '/release', '204'),
  'POST /api/v1/conversations/{id}/answers': onConversation('POST', '/answers', '200', () => ({
    key: randomUUID(),
    text: 'Ada yang bisa dibantu?',
  })),
  'POST /api/v1/conversations/{id}/confirm-number': onConversation('POST', '/confirm-number', '204'),
  'POST /api/v1/conversations/{id}/close': onConversation('POST', '/close', '204'),
  'POST /api/v1/conversations/{id}/read': onConversation('POST', '/read', '204', ({ messageId }) => ({
    upTo: messageId,
  })),
  'POST /api/v1/conversations/{id}/pause-bot': onConversation('POST', '/pause-bot', '204'),
  'POST /api/v1/conversations/{id}/resume-bot': onConversation('POST', '/resume-bot', '204'),

  'POST /api/public/status': {
    answers: '200',
    places: OFFICES,
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
