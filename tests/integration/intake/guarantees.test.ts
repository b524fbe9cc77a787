import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { composeReceiptNumber } from '../../../src/contracts/primitives/receipt-number.ts'
import { makeIntakeBody, makeMember } from '../../support/intake-body.ts'
import { createIntakeFixture, type IntakeFixture } from './fixture.ts'

const DAY_MS = 24 * 3_600_000

let fixture: IntakeFixture
beforeAll(async () => {
  fixture = await createIntakeFixture()
})
afterAll(() => fixture.close())

describe('the idempotency key', () => {
  test('is remembered for 180 days, and not longer', async () => {
    const actor = fixture.actor('petugas')
    const body = makeIntakeBody()
    const key = randomUUID()
    const first = await fixture.register(actor, body, key)
    expect(first.statusCode).toBe(201)
    fixture.clock.advance(179 * DAY_MS)
    await fixture.intake.purgeIdempotencyKeys()
    const replayed = await fixture.register(actor, body, key)
    expect([replayed.statusCode, replayed.body]).toEqual([201, first.body])
    fixture.clock.advance(2 * DAY_MS)
    await fixture.intake.purgeIdempotencyKeys()
    // Forgotten: it is a new registration, and its NIK is taken.
    expect((await fixture.register(actor, body, key)).json().code).toBe('nik_already_proposed')
  })
})

describe('a registration that fails half way', () => {
  const TABLES = [
    'intake',
    'proposal',
    'proposal_status',
    'journal',
    'idempotency_key',
    'outbox',
    'audit_event',
  ] as const

  const countRows = async (): Promise<Record<string, number>> => {
    const counts: Record<string, number> = {}
    for (const table of TABLES) {
      const row = await fixture.database.owner
        .selectFrom(table)
        .select((eb) => eb.fn.countAll<number>().as('total'))
        .executeTakeFirstOrThrow()
      counts[table] = row.total
    }
    return counts
  }

  test('stores nothing of the household, and the same request works afterwards', async () => {
    const actor = fixture.actor('petugas')
    const { receiptNumber } = (await fixture.register(actor)).json()
    const [, regionCode = '', yearMonth = '', serial = ''] = /^PDW-(\d{4})-(\d{4})-(\d+)-/.exec(receiptNumber) ?? []
    const next = composeReceiptNumber(regionCode, yearMonth, Number(serial) + 1)
    // The owner plants the receipt number that comes next: of all the rows of the household only the intake's fails.
    await sql`
      INSERT INTO intake SELECT (jsonb_populate_record(intake, ${JSON.stringify({ id: randomUUID(), receipt_number: next })}::jsonb)).*
      FROM intake WHERE receipt_number = ${receiptNumber}`.execute(fixture.database.owner)
    const before = await countRows()
    const body = makeIntakeBody({ members: [makeMember(), makeMember({ relationship: 'anak' })] })
    const key = randomUUID()
    const failed = await fixture.register(actor, body, key)
    expect([failed.statusCode, failed.json().code]).toEqual([500, 'internal_error'])
    expect(await countRows()).toEqual(before)
    expect((await fixture.register(actor, body, key)).statusCode).toBe(201)
  })
})
