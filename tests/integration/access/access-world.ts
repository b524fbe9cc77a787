import { z } from 'zod'
import type { Role } from '../../../src/contracts/access.ts'
import { createDocumentLinks, deriveDocumentLinkKey } from '../../../src/features/intake/documents/document-links.ts'
import { type Move, SYSTEM } from '../../../src/features/intake/index.ts'
import { DEMO_OFFICES } from '../../../src/features/regions/index.ts'
import { sealContext } from '../../../src/features/whatsapp/seal-context.ts'
import { systemClock } from '../../../src/platform/clock.ts'
import { createSealer, parseKeyRing } from '../../../src/platform/crypto/sealer.ts'
import { uuidIds } from '../../../src/platform/ids.ts'
import { type IntakeBody, makeIntakeBody, makeMember, makePhone } from '../../support/intake-body.ts'
import { makeUploadForm } from '../../support/upload-form.ts'
import { createWholeApp, type WholeApp } from '../../support/whole-app.ts'
import { png } from '../documents/pictures.ts'

/** Where something lies, as seen by the caller: its own doing, its own office, another of the same kab/kota, another kab/kota. */
export const PLACES = ['own', 'office', 'neighbour', 'elsewhere'] as const
export type Place = (typeof PLACES)[number]

/** How a proposal must stand before a call can succeed; `any`: as it is. `claimed` and what follows: by the caller. */
export type Standing =
  | 'any'
  | 'submitted'
  | 'in_review'
  | 'claimed'
  | 'claimed_with_twin'
  | 'eligible'
  | 'undoable'
  | 'rejected'
  | 'needs_correction'
  | 'needs_reactivation'

export type Spot = { office: string; region: string; village: string; registrar: string }
export type Registered = { intakeId: string; proposalId: string; receiptNumber: string; body: IntakeBody }
/** One call of the matrix. `letIn`: the table says that it will succeed, so it needs something of its own to act on. */
export type Caller = { role: Role; username: Role; place: Place; letIn: boolean }

const CIREBON = '32.74'
const KEDAWUNG = '32.09'

const SPOTS = {
  puskesmas: {
    office: DEMO_OFFICES.puskesmas,
    region: CIREBON,
    village: '32.74.01.1001',
    registrar: 'petugas.kejaksan',
  },
  otherPuskesmas: {
    office: DEMO_OFFICES.otherPuskesmas,
    region: CIREBON,
    village: '32.74.05.1003',
    registrar: 'petugas.kesambi',
  },
  healthOffice: {
    office: DEMO_OFFICES.healthOffice,
    region: CIREBON,
    village: '32.74.05.1004',
    registrar: 'petugas.dinkes',
  },
  elsewhere: {
    office: DEMO_OFFICES.otherRegion,
    region: KEDAWUNG,
    village: '32.09.20.2008',
    registrar: 'petugas.kedawung',
  },
} as const satisfies Record<string, Spot>

const HOME: Record<Role, keyof typeof SPOTS> = {
  petugas: 'puskesmas',
  kader: 'otherPuskesmas',
  verifikator: 'healthOffice',
  supervisor: 'healthOffice',
  penyetuju: 'healthOffice',
  auditor: 'healthOffice',
  admin: 'healthOffice',
}

export type AccessWorld = {
  whole: WholeApp
  /** The place in the caller's eyes. */
  spotOf(caller: Pick<Caller, 'role' | 'username' | 'place'>): Spot
  /** A proposal in that place: a fresh one that stands as wished when the call is let in, else one that is only there. */
  proposal(caller: Caller, standing: Standing): Promise<Registered & { twinId: string }>
  register(spot: Spot, changes?: Partial<IntakeBody>): Promise<Registered>
  message(spot: Spot): Promise<string>
  /** A photo of the household of a proposal in that place. */
  document(caller: Caller): Promise<string>
  /** A link of the caller's own to it, whether or not the caller would be given one. */
  linkTo(documentId: string, caller: Caller): Promise<string>
  /** A conversation with the household of a proposal in that place, held by the caller. */
  conversation(caller: Caller): Promise<{ id: string; messageId: string }>
  apiKey(username: string, scopes: string[]): Promise<{ id: string; key: string }>
  /** Of the place's admin. */
  webhook(spot: Spot): Promise<string>
  close(): Promise<void>
}

const createdSchema = z.object({
  id: z.string(),
  receiptNumber: z.string(),
  proposals: z.tuple([z.object({ id: z.string() })]),
})
const apiKeySchema = z.object({ apiKey: z.object({ id: z.string() }), key: z.string() })

export async function createAccessWorld(): Promise<AccessWorld> {
  const whole = await createWholeApp()
  for (const { registrar, office, region } of Object.values(SPOTS)) {
    await whole.addAccount({ username: registrar, role: 'petugas', regionCode: region, officeIds: [office] })
  }
  await whole.addAccount({ username: 'admin.kedawung', role: 'admin', regionCode: KEDAWUNG, officeIds: [] })
  const keyRing = parseKeyRing(whole.config.secrets.dataKeys ?? '')
  const sealer = createSealer(keyRing)
  const links = createDocumentLinks({ key: deriveDocumentLinkKey(keyRing.index), clock: systemClock })
  const standing = new Map<string, Promise<Registered>>()

  const spotOf: AccessWorld['spotOf'] = ({ role, username, place }) => {
    const home = SPOTS[HOME[role]]
    switch (place) {
      case 'own':
        return { ...home, registrar: username }
      case 'office':
        return home
      case 'neighbour':
        return home === SPOTS.puskesmas ? SPOTS.otherPuskesmas : SPOTS.puskesmas
      case 'elsewhere':
        return SPOTS.elsewhere
    }
  }

  const register: AccessWorld['register'] = async (spot, changes = {}) => {
    const body = makeIntakeBody({
      confirmWarnings: ['outside_domicile', 'nik_region_differs', 'nik_missing_not_newborn'],
      ...changes,
    })
    const reply = await whole.send({
      as: spot.registrar,
      method: 'POST',
      url: '/api/v1/intakes',
      headers: { 'idempotency-key': uuidIds.next() },
      payload: { ...body, address: { ...body.address, villageCode: spot.village } },
    })
    if (reply.statusCode !== 201) throw new Error(`registering answered ${reply.statusCode} ${reply.body}`)
    const created = createdSchema.parse(reply.json())
    return {
      intakeId: created.id,
      proposalId: created.proposals[0].id,
      receiptNumber: created.receiptNumber,
      body,
    }
  }

  const move = async (proposalId: string, ...moves: Omit<Move, 'proposalId'>[]): Promise<void> => {
    for (const one of moves) {
      const [result] = await whole.database.db
        .transaction()
        .execute((tx) => whole.features.intake.moveMany(tx, [{ proposalId, ...one }]))
      if (!result?.moved) throw new Error(`${one.action} was refused: ${result?.refusal}`)
    }
  }

  const bring = async (proposalId: string, { role, username }: Caller, wished: Standing): Promise<void> => {
    if (wished === 'any' || wished === 'submitted' || wished === 'needs_correction') return
    await move(proposalId, { action: 'start_checks', mover: SYSTEM })
    if (wished === 'needs_reactivation') return move(proposalId, { action: 'auto_reactivation', mover: SYSTEM })
    const membershipAt = new Date().toISOString()
    await move(proposalId, {
      action: 'complete_checks',
      mover: SYSTEM,
      data: { membership: 'not_found', membershipAt },
    })
    if (wished === 'in_review') return
    const mover = { id: await whole.userIdOf(username), role }
    await whole.database.db.transaction().execute((tx) => whole.features.intake.claim(tx, proposalId, mover, false))
    if (wished === 'eligible') await move(proposalId, { action: 'decide_eligible', mover })
    const undoUntil = new Date(Date.now() + 600_000)
    if (wished === 'undoable') await move(proposalId, { action: 'decide_eligible', mover, undoUntil })
    if (wished === 'rejected') await move(proposalId, { action: 'decide_rejected', mover })
  }

  const fresh = async (caller: Caller, wished: Standing): Promise<Registered & { twinId: string }> => {
    const spot = spotOf(caller)
    const members = wished === 'needs_correction' ? [makeMember({ nik: null })] : [makeMember()]
    const registered = await register(spot, { members })
    if (wished !== 'claimed_with_twin') {
      await bring(registered.proposalId, caller, wished)
      return { ...registered, twinId: registered.proposalId }
    }
    const twinId = (await register(spot)).proposalId
    const [low_id = '', high_id = ''] = [registered.proposalId, twinId].sort()
    const found = { score: 0.9, parts: '[]', state: 'open', found_at: new Date() }
    await whole.database.owner
      .insertInto('possible_duplicate')
      .values({ low_id, high_id, ...found })
      .execute()
    await bring(registered.proposalId, caller, 'claimed')
    return { ...registered, twinId }
  }

  const proposal: AccessWorld['proposal'] = async (caller, wished) => {
    if (caller.letIn && wished !== 'any') return await fresh(caller, wished)
    const spot = spotOf(caller)
    const there = standing.get(spot.registrar) ?? register(spot)
    standing.set(spot.registrar, there)
    const registered = await there
    return { ...registered, twinId: registered.proposalId }
  }

  return {
    whole,
    spotOf,
    register,
    proposal,
    async conversation(caller) {
      const spot = spotOf(caller)
      const { intakeId } = await proposal(caller, 'any')
      const id = uuidIds.next()
      const messageId = uuidIds.next()
      const { owner } = whole.database
      const at = new Date()
      const address = sealer.seal('111@lid', sealContext.address(id))
      await owner
        .insertInto('whatsapp_contact')
        .values({ id, address, address_gateway: 'web', created_at: at })
        .execute()
      await owner
        .insertInto('whatsapp_conversation')
        .values({
          contact_id: id,
          status: 'claimed',
          bot_state: '{}',
          waiting_since: at,
          claimed_by: await whole.userIdOf(caller.username),
          claimed_until: new Date(at.getTime() + 600_000),
          unread: 1,
          last_message_at: at,
        })
        .execute()
      await owner
        .insertInto('whatsapp_conversation_intake')
        .values({
          contact_id: id,
          intake_id: intakeId,
          linked_at: at,
          office_id: spot.office,
          region_code: spot.region,
          village_code: spot.village,
        })
        .execute()
      await owner
        .insertInto('inbound_message')
        .values({
          id: messageId,
          gateway: 'simulator',
          gateway_message_id: messageId,
          contact_id: id,
          body: sealer.seal('Halo', sealContext.inbound(messageId)),
          meaning: 'other',
          at,
          received_at: at,
        })
        .execute()
      return { id, messageId }
    },
    async document(caller) {
      const { intakeId } = await proposal(caller, 'any')
      const form = await makeUploadForm({ kind: 'other', intakeId }, await png(20, 20))
      const as = spotOf(caller).registrar
      const reply = await whole.send({ as, method: 'POST', url: '/api/v1/documents', ...form })
      if (reply.statusCode !== 201) throw new Error(`uploading answered ${reply.statusCode} ${reply.body}`)
      return z.object({ id: z.string() }).parse(reply.json()).id
    },
    async linkTo(documentId, { username }) {
      return links.compose(documentId, await whole.userIdOf(username))
    },
    async message(spot) {
      const contactId = uuidIds.next()
      const id = uuidIds.next()
      const { owner } = whole.database
      const phone = makePhone().replace(/^0/, '62')
      await owner
        .insertInto('whatsapp_contact')
        .values({
          id: contactId,
          phone_index: sealer.blindIndex('phone', phone),
          phone: sealer.seal(phone, sealContext.phone(contactId)),
          created_at: new Date(),
        })
        .execute()
      await owner
        .insertInto('message')
        .values({
          id,
          kind: 'notice',
          essential: false,
          region_code: spot.region,
          contact_id: contactId,
          recipient: sealer.seal(phone, sealContext.recipient(id)),
          body: sealer.seal('Halo', sealContext.body(id)),
          reference: id.slice(-12),
          state: 'unknown',
          queued_at: new Date(),
          unknown_at: new Date(),
        })
        .execute()
      return id
    },
    async apiKey(username, scopes) {
      const userId = await whole.userIdOf(username)
      const isElsewhere = username.endsWith('kedawung')
      const expiresAt = new Date(Date.now() + 86_400_000).toISOString()
      const reply = await whole.send({
        as: isElsewhere ? 'admin.kedawung' : 'admin',
        method: 'POST',
        url: '/api/v1/api-keys',
        payload: { userId, name: 'Mesin', scopes, expiresAt },
      })
      if (reply.statusCode !== 201) throw new Error(`minting a key answered ${reply.statusCode} ${reply.body}`)
      const { apiKey, key } = apiKeySchema.parse(reply.json())
      return { id: apiKey.id, key }
    },
    async webhook(spot) {
      const reply = await whole.send({
        as: spot.region === KEDAWUNG ? 'admin.kedawung' : 'admin',
        method: 'POST',
        url: '/api/v1/webhooks',
        payload: { url: 'https://penerima.example/kabar', events: ['message.inbound'] },
      })
      if (reply.statusCode !== 201) throw new Error(`registering a webhook answered ${reply.statusCode} ${reply.body}`)
      return z.object({ webhook: z.object({ id: z.string() }) }).parse(reply.json()).webhook.id
    },
    close: () => whole.close(),
  }
}
