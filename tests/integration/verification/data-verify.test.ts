import { randomUUID } from 'node:crypto'
import { type RawBuilder, sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type DataReport, verifyDataWithin } from '../../../src/features/intake/data-check.service.ts'
import { runDataVerify } from '../../../src/features/intake/index.ts'
import { makeIntakeBody, makeMember, makeNik } from '../../support/intake-body.ts'
import { createVerificationFixture, type VerificationFixture } from './fixture.ts'

// Five households with six proposals; every test damages them in a transaction of the owner that is rolled back.
let fixture: VerificationFixture
let pair: { intakeId: string; ids: [string, string] }
/** In review, its journal of three entries. */
let open: string
let ended: string
let newborn: string
const MISSING = 'ffffffff-ffff-4fff-8fff-ffffffffffff'
const NIL = '00000000-0000-0000-0000-000000000000'

/** So that there is something to find wherever a key would not let it happen. */
async function dropForeignKeys(): Promise<void> {
  const { owner } = fixture.database
  const { rows } = await sql<{ table: string; name: string }>`
    SELECT conrelid::regclass::text AS "table", conname AS name FROM pg_constraint
    WHERE contype = 'f' AND confrelid IN ('office'::regclass, 'intake'::regclass, 'proposal'::regclass)`.execute(owner)
  for (const { table, name } of rows) {
    await sql`ALTER TABLE ${sql.table(table)} DROP CONSTRAINT ${sql.ref(name)}`.execute(owner)
  }
}

beforeAll(async () => {
  fixture = await createVerificationFixture()
  await dropForeignKeys()
  const household = [makeMember({ fullName: 'SRI' }), makeMember({ fullName: 'BAMBANG', relationship: 'anak' })]
  const created = await fixture.register(makeIntakeBody({ members: household }))
  const [first, second] = created.proposals
  pair = { intakeId: created.id, ids: [first?.id ?? '', second?.id ?? ''] }
  const nik = makeNik('1971-02-03', 'female')
  fixture.directory.teach(nik, {})
  ended = await fixture.propose({ nik, birthDate: '1971-02-03', fullName: 'ENDANG' })
  open = await fixture.propose({ fullName: 'WAHYUNI' })
  newborn = await fixture.propose({ nik: null, birthDate: '2026-11-01', fullName: 'BAYI' })
  await fixture.propose({ fullName: 'TUTI' })
  await fixture.runChecks()
})
afterAll(() => fixture.close())

async function tamper(...statements: RawBuilder<unknown>[]): Promise<Omit<DataReport, 'documents'>> {
  const tx = await fixture.database.owner.startTransaction().execute()
  try {
    for (const statement of statements) await statement.execute(tx)
    return await verifyDataWithin(tx, { also: [fixture.verification.checkFindings], page: 2 })
  } finally {
    await tx.rollback().execute()
  }
}
const faultsOf = async (...statements: RawBuilder<unknown>[]) => (await tamper(...statements)).faults

const verify = () => fixture.intake.verifyData([fixture.verification.checkFindings])

describe('verifying the data', () => {
  it('finds nothing wrong with data that is whole, read as the app, in one page or in many', async () => {
    const whole = { intakes: 5, proposals: 6, faults: [] }
    expect(await verify()).toEqual({ ...whole, documents: 0 })
    expect(await tamper()).toEqual(whole)
  })

  it('finds nothing wrong with an empty database', async () => {
    const report = await tamper(
      sql`truncate intake, proposal, proposal_status, journal, check_result, membership_check, possible_duplicate`,
    )
    expect(report).toEqual({ intakes: 0, proposals: 0, faults: [] })
  })

  it('finds an intake of an office that does not exist', async () => {
    expect(await faultsOf(sql`update intake set office_id = ${MISSING} where id = ${pair.intakeId}`)).toEqual([
      { kind: 'intake_without_office', count: 1, ids: [pair.intakeId] },
    ])
  })

  it('finds proposals without intake, each by its own id', async () => {
    expect(await faultsOf(sql`delete from intake where id = ${pair.intakeId}`)).toEqual([
      { kind: 'proposal_without_intake', count: 2, ids: pair.ids.toSorted() },
    ])
  })

  it('finds an intake without any proposal, and not one that has kept another', async () => {
    const move = (id: string) => sql`update proposal set intake_id = (
      select intake_id from proposal where id = ${open}) where id = ${id}`
    expect(await faultsOf(move(pair.ids[0]))).toEqual([])
    expect(await faultsOf(move(pair.ids[0]), move(pair.ids[1]))).toEqual([
      { kind: 'intake_without_proposal', count: 1, ids: [pair.intakeId] },
    ])
  })

  it('finds a proposal without status', async () => {
    expect(await faultsOf(sql`delete from proposal_status where proposal_id = ${open}`)).toEqual([
      { kind: 'proposal_without_status', count: 1, ids: [open] },
    ])
  })

  it('finds all that a removed proposal has left behind', async () => {
    const left = { count: 1, ids: [ended] }
    const faults = await faultsOf(sql`delete from proposal where id = ${ended}`)
    expect(faults).toMatchObject([
      { kind: 'intake_without_proposal', count: 1 },
      { kind: 'status_without_proposal', ...left },
      { kind: 'journal_without_proposal', ...left },
      { kind: 'check_result_without_proposal', ...left },
      { kind: 'membership_check_without_proposal', ...left },
    ])
  })

  it.each(['journal', 'check_result', 'membership_check'])('finds rows of %s alone without proposal', async (table) => {
    for (const id of [NIL, MISSING]) {
      expect(
        await faultsOf(sql`update ${sql.table(table)} set proposal_id = ${id} where proposal_id = ${ended}`),
      ).toContainEqual({ kind: `${table}_without_proposal`, count: 1, ids: [id] })
    }
  })

  it.each([
    ['state', sql`state = 'eligible'`],
    ['version', sql`version = 2`],
    ['place in the journal', sql`sequence = 2`],
    ['flags', sql`flags = '{resubmitted}'`],
    ['end', sql`closed_as = 'expired'`],
    ['membership', sql`membership = 'found_active'`],
    ['time of the answer', sql`membership_at = null`],
    ['reviewer', sql`reviewer_id = 'somebody'`],
    ['term', sql`correction_due_at = now()`],
    ['time of the last change', sql`state_since = state_since + interval '1 second'`],
  ])('finds a status whose %s is not what the journal tells', async (_, change) => {
    expect(await faultsOf(sql`update proposal_status set ${change} where proposal_id = ${open}`)).toEqual([
      { kind: 'status_differs', count: 1, ids: [open] },
    ])
  })

  it.each([
    ['village', sql`village_code = '32.74.01.1099'`],
    ['channel', sql`channel = 'hospital'`],
  ])('finds a status whose %s is not that of the intake', async (_, change) => {
    expect(await faultsOf(sql`update proposal_status set ${change} where proposal_id = ${open}`)).toEqual([
      { kind: 'status_place_differs', count: 1, ids: [open] },
    ])
  })

  it.each([
    ['has a gap', sql`delete from journal where sequence = 2`],
    ['lacks its beginning', sql`delete from journal where sequence = 1`],
    ['begins with something else', sql`update journal set action = 'note' where sequence = 1`],
    ['counts from elsewhere', sql`update journal set sequence = sequence + 7 where sequence > 0`],
    ['holds a move that is not allowed', sql`update journal set action = 'recall' where sequence = 3`],
    ['holds a move that nobody knows', sql`update journal set action = 'burn' where sequence = 3`],
    ['holds data that cannot be read', sql`update journal set data = 'null' where sequence = 3`],
    ['is gone', sql`delete from journal where sequence > 0`],
  ])('reports a journal that %s', async (_, change) => {
    expect(await faultsOf(sql`${change} and proposal_id = ${open}`)).toEqual([
      { kind: 'journal_broken', count: 1, ids: [open] },
    ])
  })

  it('finds an entry that was cut off the end or added', async () => {
    const differs = [{ kind: 'status_differs', count: 1, ids: [open] }]
    expect(await faultsOf(sql`delete from journal where sequence = 3 and proposal_id = ${open}`)).toEqual(differs)
    const added = sql`insert into journal (proposal_id, sequence, action, actor_role, at, version, data)
      values (${open}, 4, 'record_flags', 'system', now(), 1, '{}')`
    expect(await faultsOf(added)).toEqual(differs)
  })

  it.each([
    ['nothing', sql`null`],
    ['something else', sql`'\\x01'`],
  ])('finds an open proposal that holds %s instead of its NIK', async (_, slot) => {
    expect(await faultsOf(sql`update proposal_status set nik_slot = ${slot} where proposal_id = ${open}`)).toEqual([
      { kind: 'open_without_own_slot', count: 1, ids: [open] },
    ])
  })

  it('lets a newborn hold nothing, but not a NIK that it has not', async () => {
    expect(await faultsOf(sql`update proposal_status set nik_slot = '\\x01' where proposal_id = ${newborn}`)).toEqual([
      { kind: 'open_without_own_slot', count: 1, ids: [newborn] },
    ])
  })

  it('finds an ended proposal that still holds its NIK', async () => {
    const faults = await faultsOf(sql`
      update proposal_status set nik_slot = nik_index from proposal where id = proposal_id and id = ${ended}`)
    expect(faults).toEqual([{ kind: 'closed_with_slot', count: 1, ids: [ended] }])
  })
})

describe('the command', () => {
  const run = async (check: () => Promise<DataReport> = verify) => {
    const lines: string[] = []
    const isWhole = await runDataVerify({ verify: check, language: 'en', print: (line) => lines.push(line) })
    return { isWhole, lines }
  }

  it('says that the data is whole and how much it looked at', async () => {
    expect(await run()).toEqual({
      isWhole: true,
      lines: ['5 intakes and 6 proposals checked, 0 documents opened.', 'The data is whole.'],
    })
  })

  it('names twenty of a kind, counts the rest, and tells ids only', async () => {
    const strays = Array.from({ length: 53 }, () => randomUUID()).toSorted()
    const { isWhole, lines } = await run(async () => ({
      documents: 0,
      ...(await tamper(
        sql`insert into check_result (proposal_id, version, kind, outcome, codes, details, checked_at)
          select id::uuid, 1, kind, 'ok', '{}', '{}', now()
          from unnest(${strays}::text[]) as id, unnest('{format,duplicates}'::text[]) as kind`,
        sql`delete from proposal_status where proposal_id = ${open}`,
      )),
    }))
    expect(isWhole).toBe(false)
    expect(lines).toEqual([
      '5 intakes and 6 proposals checked, 0 documents opened.',
      'NOT WHOLE: 1 proposal without status:',
      `  ${open}`,
      'NOT WHOLE: 53 missing proposals with results of checks:',
      ...strays.slice(0, 20).map((id) => `  ${id}`),
      '  and 33 more',
    ])
  })
})
