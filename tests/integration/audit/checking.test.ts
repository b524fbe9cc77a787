import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { VerifyAudit } from '../../../src/contracts/api/audit.ts'
import { type AuditFixture, createAuditFixture, event, sealAll } from './fixture.ts'

const PART = 4
const caller = {
  requestId: 'request-9',
  actor: {
    userId: 'auditor-1',
    username: 'auditor',
    displayName: 'Hendra Wijaya',
    role: 'auditor' as const,
    regionCode: '32.74',
    officeId: null,
    officeIds: [],
    scopes: null,
  },
}

let fixture: AuditFixture
beforeAll(async () => {
  fixture = await createAuditFixture()
  for (let index = 1; index <= 10; index++)
    await fixture.audit.record(fixture.database.db, [event({ subjectId: `${index}` })])
  await sealAll(fixture)
})
afterAll(() => fixture.database.close())

const part = (from?: VerifyAudit['from']) => fixture.audit.check(caller, { from }, PART)

async function checkAll() {
  const parts = [await part()]
  for (let next = parts[0]?.next; next; next = parts.at(-1)?.next) parts.push(await part(next))
  return parts
}

describe('a check of the log in parts', () => {
  it('goes through the whole chain and ends at the head that the command prints', async () => {
    await sealAll(fixture)
    const { verified, head } = await fixture.audit.verify()
    const parts = await checkAll()
    expect(parts.map(({ fault }) => fault)).toEqual(parts.map(() => null))
    expect(parts.every((one) => one.verified <= PART)).toBe(true)
    expect(parts.reduce((sum, one) => sum + one.verified, 0)).toBe(verified)
    expect(parts.at(-1)).toMatchObject({ next: null, head, total: verified })
  })

  it('leaves an entry for each part, in the name of who asked', async () => {
    await part()
    const { items } = await fixture.audit.list(caller, { action: 'verify_audit', limit: 1 })
    expect(items).toMatchObject([
      { actorId: 'auditor-1', action: 'verify_audit', details: { from: 0, to: PART, fault: null } },
    ])
  })

  it('finds a changed entry, and goes no further', async () => {
    const { owner } = fixture.database
    await sql`update audit_event set subject_id = 'tampered' where subject_id = '6'`.execute(owner)
    const parts = await checkAll()
    expect(parts.at(-1)).toMatchObject({ fault: { kind: 'changed', position: 6 }, next: null })
    expect(parts).toHaveLength(2)
    await sql`update audit_event set subject_id = '6' where subject_id = 'tampered'`.execute(owner)
    expect((await checkAll()).at(-1)?.fault).toBeNull()
  })

  it('finds an entry that was put in later, in the part of its time', async () => {
    const { owner } = fixture.database
    const inserted = await sql<{ id: number }>`
      insert into audit_event (actor_role, action, tx)
      select 'system', 'search', tx from audit_event where subject_id = '2' returning id`.execute(owner)
    const eventId = inserted.rows[0]?.id
    expect(await part()).toMatchObject({ fault: { kind: 'inserted', eventId }, next: null })
    await sql`delete from audit_event where id = ${eventId}`.execute(owner)
  })

  it('does not go on from a hash that the chain does not have', async () => {
    const { next } = await part()
    expect(next).not.toBeNull()
    const check = await part({ position: next?.position ?? 0, hash: 'ab'.repeat(32) })
    expect(check.fault).toMatchObject({ kind: 'changed', position: PART + 1 })
  })
})

describe('a page of the log', () => {
  it('names who did it', async () => {
    await fixture.audit.record(fixture.database.db, [
      event({ subjectId: 'named' }),
      event({ actorId: null, subjectId: 'named' }),
    ])
    const page = await fixture.audit.list(caller, { subjectId: 'named', limit: 2 })
    expect(page.items).toMatchObject([{ actorName: null }, { actorName: 'Dewi Lestari' }])
  })
})
