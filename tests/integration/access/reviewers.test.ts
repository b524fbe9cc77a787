import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Action } from '../../../src/contracts/lifecycle/actions.ts'
import type { JournalData } from '../../../src/contracts/lifecycle/journal.ts'
import { SYSTEM } from '../../../src/features/intake/index.ts'
import { type AccessWorld, createAccessWorld } from './access-world.ts'

// What goes through more than one feature, wired as the product is.

let world: AccessWorld
beforeAll(async () => {
  world = await createAccessWorld()
  const region = { regionCode: '32.74', officeIds: [] }
  await world.whole.addAccount({ username: 'verifikator.dua', role: 'verifikator', ...region })
})
afterAll(() => world.close())

async function send(as: string, method: 'GET' | 'POST' | 'PATCH', url: string, payload?: object) {
  const reply = await world.whole.send({ as, method, url, ...(payload ? { payload } : {}) })
  return { status: reply.statusCode, body: reply.body === '' ? {} : reply.json() }
}
const act = (as: string, id: string, name: string, payload?: object) =>
  send(as, 'POST', `/api/v1/proposals/${id}/${name}`, payload)

async function check(proposalId: string): Promise<void> {
  const data: JournalData = { membership: 'not_found', membershipAt: new Date().toISOString() }
  for (const action of ['start_checks', 'complete_checks'] as const satisfies Action[]) {
    await world.whole.database.db
      .transaction()
      .execute((tx) => world.whole.features.intake.moveMany(tx, [{ proposalId, action, mover: SYSTEM, data }]))
  }
}

/** In review again, returned by the demo's reviewer and corrected since. */
async function comesBack(): Promise<string> {
  const id = await returned()
  await correct(id)
  return id
}
async function returned(): Promise<string> {
  const caller = { role: 'verifikator', username: 'verifikator', place: 'office', letIn: true } as const
  const { proposalId: id } = await world.proposal(caller, 'claimed')
  const reasons = [{ code: 'KTP_TIDAK_TERBACA' }]
  const reply = await act('verifikator', id, 'decisions', { version: 1, decision: 'needs_correction', reasons })
  expect(reply.status, JSON.stringify(reply.body)).toBe(200)
  return id
}
async function correct(id: string): Promise<void> {
  const answers = [{ field: 'documents.ktp', explanation: 'KTP sudah difoto ulang' }]
  expect((await act('supervisor', id, 'corrections', { version: 1, answers })).status).toBe(204)
  await check(id)
}

async function change(username: string, changes: object): Promise<void> {
  const { items } = (await send('admin', 'GET', `/api/v1/accounts?q=${username}`)).body
  const account = items.find((item: { username: string }) => item.username === username)
  const { version } = account
  const reply = await send('admin', 'PATCH', `/api/v1/accounts/${account.id}`, { version, ...changes })
  expect(reply.status, JSON.stringify(reply.body)).toBe(200)
}

test('reading the messages of a case is work on it: its holder keeps the lease', async () => {
  const caller = { role: 'verifikator', username: 'verifikator', place: 'office', letIn: true } as const
  const { proposalId } = await world.proposal(caller, 'claimed')
  const { owner } = world.whole.database
  const soon = new Date(Date.now() + 60_000)
  const leaseUntil = async () =>
    (
      await owner
        .selectFrom('proposal_status')
        .select('lease_until')
        .where('proposal_id', '=', proposalId)
        .executeTakeFirstOrThrow()
    ).lease_until
  const update = owner.updateTable('proposal_status').set({ lease_until: soon })
  await update.where('proposal_id', '=', proposalId).execute()
  await send('supervisor', 'GET', `/api/v1/proposals/${proposalId}/messages`)
  expect(await leaseUntil()).toEqual(soon)
  expect((await send('verifikator', 'GET', `/api/v1/proposals/${proposalId}/messages`)).status).toBe(200)
  expect((await leaseUntil())?.getTime()).toBeGreaterThan(soon.getTime())
})

test('nobody waits for a reviewer whose account is switched off, before or after the case comes back', async () => {
  const waiting = await comesBack()
  const out = await returned()
  expect((await act('verifikator.dua', waiting, 'claim')).body.code).toBe('reserved_for_reviewer')
  await change('verifikator', { displayName: 'Nama Baru' })
  expect((await act('verifikator.dua', waiting, 'claim')).body.code).toBe('reserved_for_reviewer')
  await change('verifikator', { active: false })
  expect((await act('verifikator.dua', waiting, 'claim')).status).toBe(200)
  await correct(out)
  const queue = (await send('verifikator.dua', 'GET', '/api/v1/proposals?queue=resubmitted')).body
  expect(queue.items.map((item: { id: string }) => item.id).sort()).toEqual([waiting, out].sort())
  expect((await act('verifikator.dua', out, 'claim')).status).toBe(200)
})
