import { afterAll, beforeAll, expect, test } from 'vitest'
import { createVerificationFixture, type VerificationFixture } from './fixture.ts'

const DAY_MS = 24 * 60 * 60_000
let fixture: VerificationFixture
beforeAll(async () => {
  fixture = await createVerificationFixture()
})
afterAll(() => fixture?.close())

test('bulk jobs of more than 90 days ago are forgotten with their rows; one under way and what was done stay', async () => {
  const { owner } = fixture.database
  const supervisor = fixture.actor('supervisor')
  const proposalId = await fixture.propose()
  await fixture.runChecks()
  const begin = async (): Promise<string> => {
    const body = {
      action: 'rejected',
      proposalIds: [proposalId],
      reasons: [{ code: 'BUKAN_PENDUDUK_SINI' }],
      dryRun: true,
    }
    const made = await fixture.call(supervisor, 'POST', '/api/v1/bulk-jobs', body)
    expect(made.status, JSON.stringify(made.body)).toBe(202)
    const { id } = made.body as { id: string }
    await fixture.verification.goOnWithBulk({ payload: { jobId: id } }, { signal: new AbortController().signal })
    return id
  }
  const setAge = async (id: string, days: number, state?: string): Promise<void> => {
    const created_at = new Date(fixture.clock.now().getTime() - days * DAY_MS)
    await owner
      .updateTable('bulk_job')
      .set({ created_at, ...(state && { state }) })
      .where('id', '=', id)
      .execute()
  }
  const old: string[] = []
  // More than are forgotten at once.
  for (let count = 0; count < 6; count += 1) old.push(await begin())
  const young = await begin()
  const running = await begin()
  for (const id of old) await setAge(id, 91)
  await setAge(young, 89)
  await setAge(running, 400, 'running')
  const audited = (await fixture.audited('start_bulk_job')).length
  await fixture.verification.forgetBulkJobs(new AbortController().signal)
  const jobs = await owner.selectFrom('bulk_job').select('id').execute()
  expect(jobs.map(({ id }) => id).toSorted()).toEqual([young, running].toSorted())
  const rows = await owner.selectFrom('bulk_row').select('job_id').distinct().execute()
  expect(rows.map((row) => row.job_id).toSorted()).toEqual([young, running].toSorted())
  expect(await fixture.audited('start_bulk_job')).toHaveLength(audited)
})
