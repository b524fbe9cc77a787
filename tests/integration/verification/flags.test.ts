import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Actor } from '../../../src/contracts/access.ts'
import type { Tx } from '../../../src/features/database.ts'
import { SYSTEM } from '../../../src/features/intake/index.ts'
import { createVerificationFixture, type VerificationFixture } from './fixture.ts'

describe('flags of two writers at the same time', () => {
  let fixture: VerificationFixture
  let reviewer: Actor
  beforeAll(async () => {
    fixture = await createVerificationFixture()
  })
  beforeEach(async () => {
    await fixture.reset()
    reviewer = fixture.actor('verifikator')
  })
  afterAll(() => fixture.close())

  const isSomebodyWaiting = async (): Promise<boolean> => {
    const { rows } = await sql<{ waiting: boolean }>`
      SELECT EXISTS (SELECT FROM pg_locks l JOIN pg_stat_activity a USING (pid)
        WHERE NOT l.granted AND a.datname = current_database()) AS waiting`.execute(fixture.database.owner)
    return rows[0]?.waiting ?? false
  }

  /** `second` has read what it goes by and waits for the row that `first` has written and not yet committed. */
  const interleave = async <T>(first: (tx: Tx) => Promise<unknown>, second: () => Promise<T>): Promise<T> => {
    let running: Promise<T> | undefined
    await fixture.database.db.transaction().execute(async (tx) => {
      await first(tx)
      running = second()
      await expect.poll(isSomebodyWaiting, { interval: 5, timeout: 10_000 }).toBe(true)
    })
    if (!running) throw new Error('nothing ran beside the first writer')
    return running
  }

  /** As the feature `whatsapp` does when a number turns out not to be on WhatsApp. */
  const flagger = async (proposalId: string) => {
    const { intakeId } = await fixture.view(reviewer, proposalId)
    const phone = (await fixture.intake.findContact(fixture.database.db, intakeId))?.phone ?? ''
    return (tx: Tx) => fixture.intake.flagUnreachable(tx, intakeId, phone)
  }

  it('a number that is not on WhatsApp hides no duplicate that checks find meanwhile', async () => {
    const id = await fixture.claimed(reviewer)
    const flagUnreachable = await flagger(id)
    await interleave(
      (tx) =>
        fixture.intake.moveMany(tx, [
          { proposalId: id, action: 'record_flags', mover: SYSTEM, data: { flags: ['potential_duplicate'] } },
        ]),
      () => fixture.database.db.transaction().execute(flagUnreachable),
    )
    expect((await fixture.snapshot(id)).flags).toEqual(['potential_duplicate', 'wa_unreachable'])
    const approval = await fixture.act(reviewer, id, 'decisions', { version: 1, decision: 'eligible' })
    expect(approval.body.code).toBe('open_duplicate')
    await fixture.requireReplayEqual(id)
  })

  it('taking an approval back keeps the flag that was raised meanwhile', async () => {
    const id = await fixture.claimed(reviewer)
    await fixture.act(reviewer, id, 'decisions', { version: 1, decision: 'eligible' })
    const flagUnreachable = await flagger(id)
    const recalled = await interleave(flagUnreachable, () =>
      fixture.act(reviewer, id, 'recall', { version: 1, note: 'salah tekan tombol' }),
    )
    expect(recalled).toMatchObject({ status: 200, body: { state: 'in_review', flags: ['wa_unreachable'] } })
    await fixture.requireReplayEqual(id)
  })

  it('raising a flag twice leaves one flag', async () => {
    const id = await fixture.claimed(reviewer)
    const flagUnreachable = await flagger(id)
    await interleave(flagUnreachable, () => fixture.database.db.transaction().execute(flagUnreachable))
    expect((await fixture.snapshot(id)).flags).toEqual(['wa_unreachable'])
    await fixture.requireReplayEqual(id)
  })
})
