import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { headMac } from '../../../src/features/audit/audit.domain.ts'
import { type AuditFixture, CHAIN_KEY, createAuditFixture, event, sealAll } from './fixture.ts'

let fixture: AuditFixture
beforeEach(async () => {
  fixture = await createAuditFixture()
})
afterEach(() => fixture.database.close())

const write = (count: number): Promise<void> =>
  fixture.audit.record(
    fixture.database.db,
    Array.from({ length: count }, (_, index) => event({ subjectId: `subject ${index + 1}` })),
  )

const asOwner = (statement: ReturnType<typeof sql>) => statement.execute(fixture.database.owner)
const fault = async () => (await fixture.audit.verify()).fault

const sealUntilCut = async (audit: AuditFixture['audit']): Promise<never> => {
  for (;;) await audit.seal()
}

describe('sealing', () => {
  it('takes in what 200 writers wrote at the same time, once each', async () => {
    const { database, audit } = fixture
    const writers = Array.from({ length: 200 }, (_, index) =>
      index % 2 === 0
        ? audit.write(event({ subjectId: String(index) }))
        : database.db.transaction().execute((tx) => audit.record(tx, [event({ subjectId: String(index) })])),
    )
    const sealers = Array.from({ length: 5 }, () => audit.seal())
    await Promise.all([...writers, ...sealers])
    await sealAll(fixture)
    expect(await audit.verify()).toMatchObject({
      fault: undefined,
      verified: 200,
      unsealed: 0,
      head: { position: 200 },
    })
  })

  it('does not wait for, nor pass over, a transaction that is still open', async () => {
    const { database, audit } = fixture
    const open = await database.db.startTransaction().execute()
    await audit.record(open, [event({ subjectId: 'began first' })])
    await audit.write(event({ subjectId: 'committed first' }))
    expect(await audit.seal()).toEqual({ sealed: 0 })
    expect((await audit.verify()).unsealed).toBe(1)
    await open.commit().execute()
    await sealAll(fixture)
    const { rows } = await sql<{ subject: string }>`
      select e.subject_id as subject from audit_chain c join audit_event e on e.id = c.event_id order by c.position
    `.execute(database.owner)
    expect(rows.map((row) => row.subject)).toEqual(['began first', 'committed first'])
    expect(await fault()).toBeUndefined()
  })

  it('goes on where a killed sealer stopped, without a gap or a repeat', async () => {
    const { database, audit } = fixture
    await write(35)
    await sealAll(fixture)
    await write(35)
    // The lock lets the sealer read and compute, and stops it at its write.
    const blocker = await database.owner.startTransaction().execute()
    try {
      await sql`lock table audit_chain in share mode`.execute(blocker)
      const kill = vi.waitFor(
        async () => {
          const { rows } = await sql<{ pid: number }>`
            select pid, pg_terminate_backend(pid) from pg_stat_activity
            where datname = current_database() and wait_event_type = 'Lock' and query like '%insert into audit_chain%'
          `.execute(database.owner)
          expect(rows).toHaveLength(1)
        },
        { timeout: 20_000 },
      )
      await Promise.all([expect(sealUntilCut(audit)).rejects.toThrow(/terminat/), kill])
    } finally {
      await blocker.rollback().execute()
    }
    expect((await audit.verify()).verified).toBe(35)
    await sealAll(fixture)
    expect(await audit.verify()).toMatchObject({ fault: undefined, verified: 70, unsealed: 0 })
  })

  it('gives the same chain in small batches, also in the middle of a transaction', async () => {
    await write(25)
    await vi.waitFor(
      async () => {
        await fixture.audit.seal({ batchSize: 4 })
        expect((await fixture.audit.verify()).unsealed).toBe(0)
      },
      { timeout: 20_000 },
    )
    const small = await fixture.audit.verify()
    expect(small).toMatchObject({ fault: undefined, verified: 25 })
    await asOwner(sql`truncate audit_chain, audit_chain_head`)
    await sealAll(fixture)
    expect((await fixture.audit.verify()).head).toEqual(small.head)
  })

  it('goes on after a dump was restored on a server whose transaction numbers are lower', async () => {
    const { database, audit } = fixture
    await write(3)
    await sealAll(fixture)
    await write(2)
    // What a restore leaves: a head and unsealed entries with the old server's numbers, far above the new one's.
    const head = await database.owner.selectFrom('audit_chain_head').selectAll().executeTakeFirstOrThrow()
    const old = { position: head.position, hash: head.hash, sealedBelow: '4000000000000', sealedAt: head.sealed_at }
    await database.owner
      .updateTable('audit_chain_head')
      .set({ sealed_below: old.sealedBelow, mac: headMac(CHAIN_KEY, old) })
      .execute()
    await asOwner(sql`update audit_event set tx = '4000000000001' where id not in (select event_id from audit_chain)`)
    await write(2)
    await vi.waitFor(
      async () => {
        await audit.seal({ batchSize: 2 })
        expect(await audit.verify()).toMatchObject({ fault: undefined, verified: 7 })
      },
      { timeout: 20_000 },
    )
    await write(1)
    await sealAll(fixture)
    expect(await audit.verify()).toMatchObject({ fault: undefined, verified: 8 })
  })

  it('refuses to build on a head that is not as it was left', async () => {
    await write(3)
    await sealAll(fixture)
    await asOwner(sql`update audit_chain_head set position = 2`)
    await write(1)
    await expect(fixture.audit.seal()).rejects.toThrow('head of the audit chain')
  })
})
