import { type RawBuilder, sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runAuditVerify } from '../../../src/features/audit/index.ts'
import { type ChainReport, type NotedHead, verifyWithin } from '../../../src/features/audit/verify.service.ts'
import { type AuditFixture, CHAIN_KEY, createAuditFixture, createAuditOn, event, sealAll } from './fixture.ts'

// One log of ten sealed entries; every test tampers with it in a transaction of the owner that is rolled back.
let fixture: AuditFixture
let headAtFive: NotedHead

const write = (from: number, to: number): Promise<void> =>
  fixture.audit.record(
    fixture.database.db,
    Array.from({ length: to - from + 1 }, (_, index) => event({ subjectId: `subject ${from + index}` })),
  )

beforeAll(async () => {
  fixture = await createAuditFixture()
  await write(1, 5)
  await sealAll(fixture)
  headAtFive = (await fixture.audit.verify()).head
  await write(6, 10)
  await sealAll(fixture)
})
afterAll(() => fixture.database.close())

async function tamper(statements: RawBuilder<unknown>[], noted?: NotedHead): Promise<ChainReport> {
  const tx = await fixture.database.owner.startTransaction().execute()
  try {
    for (const statement of statements) await statement.execute(tx)
    return await verifyWithin(tx, CHAIN_KEY, noted)
  } finally {
    await tx.rollback().execute()
  }
}
const faultOf = async (...statements: RawBuilder<unknown>[]) => (await tamper(statements)).fault

const remove = (position: number) => sql`delete from audit_event where subject_id = ${`subject ${position}`}`

describe('verifying', () => {
  it('finds nothing wrong with a log that is whole', async () => {
    expect(await fixture.audit.verify()).toMatchObject({
      fault: undefined,
      verified: 10,
      unsealed: 0,
      head: { position: 10 },
    })
  })

  it('finds nothing wrong with an empty log', async () => {
    const report = await tamper([sql`truncate audit_event, audit_chain, audit_chain_head`])
    expect(report).toMatchObject({ fault: undefined, verified: 0, unsealed: 0, head: { position: 0 } })
  })

  it.each([
    ['who', sql`actor_id = 'somebody else'`],
    ['in which role', sql`actor_role = 'system'`],
    ['what', sql`action = 'search'`],
    ['about whom', sql`subject_id = null`],
    ['about what kind of thing', sql`subject_type = 'intake'`],
    ['when', sql`at = at + interval '1 microsecond'`],
    ['where', sql`region_code = '32.74'`],
    ['for which office', sql`office_id = '01937000-0000-7000-8000-000000000001'`],
    ['in which request', sql`request_id = 'request-2'`],
    ['with which details', sql`details = '{"count": 1}'`],
    ['in which transaction', sql`tx = (tx::text::bigint - 1)::text::xid8`],
    ['written by whom', sql`writer = 'none'`],
  ])('finds one entry changed in %s', async (_, change) => {
    const fault = await faultOf(sql`update audit_event set ${change} where subject_id = 'subject 4'`)
    expect(fault).toMatchObject({ kind: 'changed', position: 4 })
  })

  it.each([1, 4, 10])('finds entry %d of 10 removed', async (position) => {
    expect(await faultOf(remove(position))).toEqual({ kind: 'removed', position, eventId: null })
  })

  it('finds an entry removed together with its link', async () => {
    const fault = await faultOf(sql`delete from audit_chain where position = 4`, remove(4))
    expect(fault).toMatchObject({ kind: 'removed', position: 4 })
  })

  it('finds two entries that changed places', async () => {
    const fault = await faultOf(
      sql`create temporary table swap on commit drop as select * from audit_chain where position in (4, 5)`,
      sql`update audit_chain set event_id = -event_id where position in (4, 5)`,
      sql`update audit_chain c set event_id = swap.event_id from swap where c.position = 9 - swap.position`,
    )
    expect(fault).toMatchObject({ kind: 'changed', position: 4 })
  })

  it('finds an entry slipped in among the sealed ones', async () => {
    const fault = await faultOf(sql`
      insert into audit_event (tx, at, writer, actor_role, action)
      select tx, at, writer, actor_role, 'search' from audit_event where subject_id = 'subject 4'
    `)
    expect(fault).toMatchObject({ kind: 'inserted', position: null, eventId: expect.any(Number) })
  })

  it('finds an entry dated to a transaction that has not been', async () => {
    const fault = await faultOf(sql`
      insert into audit_event (tx, writer, actor_role, action)
      values ('4000000000000', 'puntadewa_app', 'system', 'search')
    `)
    expect(fault).toMatchObject({ kind: 'inserted', position: null })
  })

  it('finds the tail cut off, entries and links alike', async () => {
    const fault = await faultOf(
      sql`delete from audit_event where id in (select event_id from audit_chain where position > 7)`,
      sql`delete from audit_chain where position > 7`,
    )
    expect(fault).toMatchObject({ kind: 'truncated', position: 8 })
  })

  it.each([
    ['changed', sql`update audit_chain_head set sealed_below = '1'`],
    ['moved back', sql`update audit_chain_head set position = 9`],
    ['removed', sql`delete from audit_chain_head`],
  ])('finds the head %s', async (_, statement) => {
    expect(await faultOf(statement)).toMatchObject({ kind: 'head' })
  })

  it('accepts a head noted earlier that the chain has grown beyond', async () => {
    expect((await fixture.audit.verify(headAtFive)).fault).toBeUndefined()
    expect((await fixture.audit.verify({ position: 0, hash: '0'.repeat(64) })).fault).toBeUndefined()
  })

  it('finds by a head noted elsewhere what the database alone cannot show: everything gone', async () => {
    const report = await tamper([sql`truncate audit_event, audit_chain, audit_chain_head`], headAtFive)
    expect(report.fault).toMatchObject({ kind: 'noted_head', position: 5 })
  })

  it('fails at the first link with another key', async () => {
    const other = createAuditOn(fixture.database, Buffer.from(CHAIN_KEY).reverse())
    expect((await other.verify()).fault).toMatchObject({ kind: 'changed', position: 1 })
  })
})

describe('the command', () => {
  const run = async (notedHead?: string, verify = fixture.audit.verify) => {
    const lines: string[] = []
    const exitCode = await runAuditVerify({
      audit: { verify },
      notedHead,
      language: 'en',
      print: (line) => lines.push(line),
    })
    return { exitCode, text: lines.join('\n') }
  }

  it('ends with 0 and the head to note, and takes that head back', async () => {
    const first = await run()
    expect(first).toMatchObject({ exitCode: 0 })
    expect(first.text).toContain('10 entries checked and whole, 0 entries not sealed yet')
    const [head] = /10:[0-9a-f]{64}/.exec(first.text) ?? []
    expect(await run(head)).toMatchObject({ exitCode: 0 })
  })

  it('ends with 1 and says where the log is not whole', async () => {
    const result = await run(undefined, (noted) => tamper([remove(2)], noted))
    expect(result.exitCode).toBe(1)
    expect(result.text).toContain('NOT WHOLE: the entry at position 2 was removed.')
  })

  it('ends with 2 for a head that cannot be read', async () => {
    expect(await run('3:xyz')).toMatchObject({ exitCode: 2 })
  })
})

describe('a long log', () => {
  it('is read in chunks to its end', async () => {
    await write(11, 10_001)
    await sealAll(fixture)
    expect(await fixture.audit.verify()).toMatchObject({ fault: undefined, verified: 10_001 })
    const fault = await faultOf(sql`update audit_event set action = 'search' where subject_id = 'subject 10001'`)
    expect(fault).toMatchObject({ kind: 'changed', position: 10_001 })
  })

  it('shows an entry added by hand, before it is sealed and after', async () => {
    await sql`insert into audit_event (actor_role, action) values ('system', 'search')`.execute(fixture.database.owner)
    expect((await fixture.audit.verify()).fault).toMatchObject({ kind: 'inserted', position: null })
    await sealAll(fixture)
    expect((await fixture.audit.verify()).fault).toMatchObject({ kind: 'inserted', position: 10_002 })
  })
})
