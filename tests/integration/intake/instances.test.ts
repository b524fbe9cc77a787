import { randomUUID } from 'node:crypto'
import { Client } from 'pg'
import { pino } from 'pino'
import { Registry } from 'prom-client'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { Actor } from '../../../src/contracts/access.ts'
import { intakeInputSchema } from '../../../src/contracts/api/intakes.ts'
import { DEMO_OFFICES } from '../../../src/features/regions/index.ts'
import { systemClock } from '../../../src/platform/clock.ts'
import { parseKeyRing } from '../../../src/platform/crypto/sealer.ts'
import { createPool } from '../../../src/platform/db/database.ts'
import type { App } from '../../../src/platform/http/index.ts'
import { uuidIds } from '../../../src/platform/ids.ts'
import { createApi } from '../../../src/processes/wiring/api.ts'
import { createFeatures } from '../../../src/processes/wiring/features.ts'
import { type IntakeBody, makeIntakeBody, makeMember } from '../../support/intake-body.ts'
import { createWholeApp, type WholeApp } from '../../support/whole-app.ts'

/** Retired before the second instance starts; the first has them in memory as they were. */
const RETIRED_VILLAGE = '32.74.01.1003'
const RETIRED_KECAMATAN = '32.09.20'
const CLOSED_OFFICE = '01937000-0000-7000-8000-0000000000c1'

let whole: WholeApp
let second: { app: App; close(): Promise<void> }

/** Another process of the same installation: the product's wiring once more, on the same database with the same keys. */
async function openSecondInstance() {
  const { url } = whole.database
  const { dataKeys, authSecret } = whole.config.secrets
  const log = pino({ level: 'silent' })
  const deps = {
    config: whole.config,
    log,
    clock: systemClock,
    ids: uuidIds,
    database: { url, ownerUrl: url, isEmbedded: false },
    keyRing: parseKeyRing(dataKeys ?? ''),
    authSecret: authSecret ?? '',
  }
  const pool = createPool({ url, role: 'puntadewa_app', poolSize: 10, applicationName: 'second' }, () => {})
  const features = await createFeatures(deps, pool)
  const app = await createApi(deps, features, pool, new Registry())
  await app.ready()
  return {
    app,
    async close() {
      await app.close()
      await features.bpjs.close()
      await pool.end()
    },
  }
}

beforeAll(async () => {
  whole = await createWholeApp()
  const { owner } = whole.database
  await owner
    .updateTable('region')
    .set({ retired: true })
    .where('code', 'in', [RETIRED_VILLAGE, RETIRED_KECAMATAN])
    .execute()
  await owner
    .insertInto('office')
    .values({
      id: CLOSED_OFFICE,
      code: 'PKM-TUTUP',
      kind: 'puskesmas',
      name: 'Puskesmas yang sudah tutup',
      region_code: '32.74',
      address: 'Jl. Siliwangi 1',
      active: false,
    })
    .execute()
  second = await openSecondInstance()
  const account = { role: 'petugas', regionCode: '32.74' } as const
  await whole.addAccount({ ...account, username: 'petugas.lain', officeIds: [DEMO_OFFICES.otherPuskesmas] })
  await whole.addAccount({ ...account, username: 'petugas.tutup', officeIds: [CLOSED_OFFICE] })
})
afterAll(async () => {
  await second?.close()
  await whole?.close()
})

const registerAt = async (app: App, username: string, body: IntakeBody) =>
  app.inject({
    method: 'POST',
    url: '/api/v1/intakes',
    headers: { cookie: await whole.cookieOf(username), 'idempotency-key': randomUUID() },
    payload: body,
  })

test('100 parallel posts of one NIK by two offices through two instances leave one open proposal', async () => {
  const member = makeMember({ fullName: 'DIPEREBUTKAN' })
  const replies = await Promise.all(
    Array.from({ length: 100 }, (_, index) =>
      registerAt(
        index % 2 === 0 ? whole.app : second.app,
        index % 4 < 2 ? 'petugas' : 'petugas.lain',
        makeIntakeBody({ members: [member] }),
      ),
    ),
  )
  const statuses = replies.map((reply) => reply.statusCode).sort()
  expect(statuses).toEqual([201, ...Array.from({ length: 99 }, () => 409)])
  const rows = await whole.database.owner
    .selectFrom('proposal_status')
    .innerJoin('proposal', 'proposal.id', 'proposal_status.proposal_id')
    .select(['proposal_status.nik_slot', 'proposal.nik_index'])
    .where('full_name', '=', 'DIPEREBUTKAN')
    .execute()
  expect(rows).toHaveLength(1)
  expect(rows[0]?.nik_slot?.equals(rows[0].nik_index ?? Buffer.of())).toBe(true)
})

test('a registration takes two round trips once its block of serials is there', async () => {
  const actor: Actor = {
    userId: await whole.userIdOf('petugas'),
    username: 'petugas',
    displayName: 'petugas',
    role: 'petugas',
    regionCode: '32.74',
    officeId: DEMO_OFFICES.puskesmas,
    officeIds: [DEMO_OFFICES.puskesmas],
    scopes: null,
  }
  const register = () => {
    const body = makeIntakeBody({ members: [makeMember(), makeMember({ relationship: 'anak' })] })
    const request = { actor, idempotencyKey: randomUUID(), requestId: randomUUID() }
    return whole.features.intake.register({ ...request, input: intakeInputSchema.parse(body) })
  }
  await register()
  const queries = vi.spyOn(Client.prototype, 'query')
  try {
    await register()
    expect(queries).toHaveBeenCalledTimes(2)
  } finally {
    queries.mockRestore()
  }
})

describe('codes that were retired', () => {
  test('a village is a warning to confirm', async () => {
    const body = makeIntakeBody()
    body.address.villageCode = RETIRED_VILLAGE
    const asked = await registerAt(second.app, 'petugas', body)
    expect(asked.json()).toMatchObject({
      code: 'warnings_unconfirmed',
      errors: [{ path: 'address.villageCode', code: 'village_code_unknown' }],
    })
    const confirmed = await registerAt(second.app, 'petugas', { ...body, confirmWarnings: ['village_code_unknown'] })
    expect(confirmed.json().proposals).toMatchObject([{ warnings: ['village_code_unknown'] }])
  })

  test("a NIK's kecamatan is a warning to confirm, and says nothing about another kab/kota", async () => {
    const members = [makeMember({ birthDate: '1990-05-05', nik: '3209204505900001' })]
    const body = makeIntakeBody({ members })
    const asked = await registerAt(second.app, 'petugas', body)
    expect(asked.json()).toMatchObject({
      code: 'warnings_unconfirmed',
      errors: [{ path: 'members.0.nik', code: 'nik_region_unknown' }],
    })
    const confirmed = await registerAt(second.app, 'petugas', { ...body, confirmWarnings: ['nik_region_unknown'] })
    expect(confirmed.json().proposals).toMatchObject([{ warnings: ['nik_region_unknown'] }])
  })
})

test('an office that is closed registers nobody, and its officer is told what to do', async () => {
  const refused = await registerAt(second.app, 'petugas.tutup', makeIntakeBody())
  expect([refused.statusCode, refused.json().code]).toEqual([403, 'no_active_office'])
  expect(refused.json().detail).toMatch(/kantornya sudah ditutup.*Minta admin/)
})
