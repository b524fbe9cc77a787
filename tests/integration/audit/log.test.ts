import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Actor, Role } from '../../../src/contracts/access.ts'
import { type ListAuditQuery, listAuditQuery } from '../../../src/contracts/api/audit.ts'
import { type AuditFixture, createAuditFixture, event, OFFICE } from './fixture.ts'

let fixture: AuditFixture
beforeAll(async () => {
  fixture = await createAuditFixture()
})
afterAll(() => fixture.database.close())
beforeEach(() => sql`truncate audit_event`.execute(fixture.database.owner))

const stored = () => fixture.database.owner.selectFrom('audit_event').selectAll().orderBy('id').execute()

describe('writing', () => {
  it('keeps an entry that its transaction committed, and none that it rolled back', async () => {
    const { database, audit } = fixture
    await database.db
      .transaction()
      .execute((tx) => audit.record(tx, [event({ subjectId: 'kept' }), event({ subjectId: 'too' })]))
    const failing = database.db.transaction().execute(async (tx) => {
      await audit.record(tx, [event({ subjectId: 'lost' })])
      throw new Error('business rule')
    })
    await expect(failing).rejects.toThrow('business rule')
    expect((await stored()).map((row) => row.subject_id)).toEqual(['kept', 'too'])
  })

  it('takes 10,000 entries in one statement', async () => {
    const events = Array.from({ length: 10_000 }, (_, index) => event({ subjectId: String(index) }))
    await fixture.audit.record(fixture.database.db, events)
    expect(await stored()).toHaveLength(10_000)
  })

  it('shares commits between entries written at the same time, each durable when its caller goes on', async () => {
    const { audit, database } = fixture
    await Promise.all(Array.from({ length: 500 }, (_, index) => audit.write(event({ subjectId: String(index) }))))
    const rows = await stored()
    expect(rows).toHaveLength(500)
    const { rows: transactions } = await sql<{ count: number }>`
      select count(distinct tx) as count from audit_event
    `.execute(database.owner)
    expect(transactions[0]?.count).toBeLessThan(50)
  })

  it('fails only the caller whose entry cannot be stored', async () => {
    const { audit } = fixture
    const results = await Promise.allSettled([
      audit.write(event({ subjectId: 'first' })),
      audit.write(event({ officeId: 'not a uuid' })),
      audit.write(event({ subjectId: 'last' })),
    ])
    expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect((await stored()).map((row) => row.subject_id)).toEqual(['first', 'last'])
  })

  it('refuses more than 5,000 waiting entries instead of growing without end', async () => {
    const { audit } = fixture
    const results = await Promise.allSettled(Array.from({ length: 5010 }, () => audit.write(event())))
    const refused = results.flatMap((result) => (result.status === 'rejected' ? [result.reason.code] : []))
    expect(refused).toEqual(Array.from({ length: 10 }, () => 'service_unavailable'))
    await audit.write(event())
    expect(await stored()).toHaveLength(5001)
  })

  it('masks identity numbers in the details, and leaves ids and times alone', async () => {
    const details = {
      q: 'nik 3274014505900001, hp 0812-3456-7890 atau 081234567890 +6281234567890',
      nested: [{ card: '0001234567890' }],
      id: '01937000-0000-7000-8000-003274011001',
      at: 1_764_000_000_000,
    }
    await fixture.audit.write(event({ details }))
    expect((await stored())[0]?.details).toEqual({
      q: 'nik ••••0001, hp 0812-3456-7890 atau ••••7890 ••••7890',
      nested: [{ card: '••••7890' }],
      id: details.id,
      at: details.at,
    })
  })

  it('lets the product neither change nor remove nor date an entry', async () => {
    const { database, audit } = fixture
    await audit.write(event())
    const refused = { code: '42501' }
    await expect(sql`update audit_event set action = 'x'`.execute(database.db)).rejects.toMatchObject(refused)
    await expect(sql`delete from audit_event`.execute(database.db)).rejects.toMatchObject(refused)
    await expect(sql`truncate audit_event`.execute(database.db)).rejects.toMatchObject(refused)
    const dated = sql`insert into audit_event (at, actor_role, action) values ('2020-01-01', 'system', 'search')`
    await expect(dated.execute(database.db)).rejects.toMatchObject(refused)
    await expect(sql`delete from audit_chain`.execute(database.db)).rejects.toMatchObject(refused)
    await expect(sql`update audit_chain set position = 9`.execute(database.db)).rejects.toMatchObject(refused)
    await expect(sql`delete from audit_chain_head`.execute(database.db)).rejects.toMatchObject(refused)
  })
})

describe('reading', () => {
  const caller = (role: Role, given: Partial<Actor> = {}) => ({
    actor: {
      userId: `the ${role}`,
      username: role,
      displayName: role,
      role,
      regionCode: '32.74',
      officeId: OFFICE,
      officeIds: [OFFICE],
      scopes: null,
      ...given,
    },
    requestId: 'request-2',
  })
  const list = async (who: ReturnType<typeof caller>, query: Partial<ListAuditQuery> = {}) =>
    (await fixture.audit.list(who, { limit: 100, ...query })).items.map((item) => item.subjectId)

  const fill = () =>
    fixture.audit.record(fixture.database.db, [
      event({ actorId: 'the petugas', subjectId: 'own', regionCode: '33' }),
      event({ subjectId: 'same office', officeId: OFFICE }),
      event({ subjectId: 'same region', regionCode: '32.74.01' }),
      event({ subjectId: 'whole province', regionCode: '32' }),
      event({ subjectId: 'other region', regionCode: '32.09' }),
      event({ subjectId: 'other office', officeId: '01937000-0000-7000-8000-000000000002' }),
      event({ actorId: null, actorRole: 'anonymous', action: 'sign_in_failed', subjectId: 'stranger' }),
    ])

  it.each<[Role, string[]]>([
    ['auditor', ['stranger', 'same region', 'same office']],
    ['admin', ['stranger', 'same region', 'same office']],
    ['supervisor', ['same region', 'same office']],
    ['petugas', ['own']],
    ['kader', []],
    ['verifikator', []],
    ['penyetuju', []],
  ])('shows %s what it may see, newest first', async (role, expected) => {
    await fill()
    expect(await list(caller(role))).toEqual(expected)
  })

  it('shows a province all its kab/kota', async () => {
    await fill()
    expect(await list(caller('auditor', { regionCode: '32' }))).toEqual([
      'stranger',
      'other region',
      'whole province',
      'same region',
    ])
  })

  it('is itself recorded, with what was asked for', async () => {
    await list(caller('auditor'), { subjectId: 'proposal-9', action: 'reveal' })
    const rows = await stored()
    expect(rows).toMatchObject([
      {
        actor_id: 'the auditor',
        action: 'read_audit',
        region_code: '32.74',
        request_id: 'request-2',
        details: { filter: { subjectId: 'proposal-9', action: 'reveal' } },
      },
    ])
  })

  it('filters by actor, action, subject and time', async () => {
    const { audit, database } = fixture
    const region = { regionCode: '32.74' }
    await audit.record(database.db, [
      event({ ...region, actorId: 'a', action: 'reveal', subjectId: '1' }),
      event({ ...region, actorId: 'b', action: 'reveal', subjectId: '2', subjectType: 'intake' }),
      event({ ...region, actorId: 'b', action: 'decide', subjectId: '3' }),
    ])
    await sql`update audit_event set at = '2026-11-01T00:00:00Z' where subject_id = '1'`.execute(database.owner)
    const auditor = caller('auditor')
    expect(await list(auditor, { actor: 'b' })).toEqual(['3', '2'])
    expect(await list(auditor, { action: 'reveal' })).toEqual(['2', '1'])
    expect(await list(auditor, { subjectId: '3' })).toEqual(['3'])
    expect(await list(auditor, { subjectType: 'intake' })).toEqual(['2'])
    expect(await list(auditor, { to: '2026-11-01T07:00:01+07:00' })).toEqual(['1'])
    expect(await list(auditor, { from: '2026-11-01T00:00:00Z', to: '2026-11-01T00:00:00Z' })).toEqual([])
  })

  it('pages without losing or repeating an entry while others are written', async () => {
    const { audit, database } = fixture
    await audit.record(
      database.db,
      Array.from({ length: 25 }, (_, index) => event({ subjectId: String(index), regionCode: '32.74' })),
    )
    const seen: (string | null)[] = []
    let cursor: string | undefined
    do {
      const page = await audit.list(caller('auditor'), {
        limit: 10,
        action: 'read_proposal',
        ...(cursor === undefined ? {} : { cursor }),
      })
      seen.push(...page.items.map((item) => item.subjectId))
      cursor = page.nextCursor ?? undefined
      await audit.write(event({ subjectId: 'late', regionCode: '32.74' }))
    } while (cursor !== undefined)
    expect(seen).toEqual(Array.from({ length: 25 }, (_, index) => String(24 - index)))
  })

  it.each(['x', '1.5', '-1', '', '99999999999999999999'])('refuses the cursor "%s"', (cursor) => {
    expect(listAuditQuery.safeParse({ cursor }).success).toBe(false)
  })
})
