import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import type { Actor } from '../../../src/contracts/access.ts'
import type { Quota } from '../../../src/contracts/api/quota.ts'
import { CIREBON, createVerificationFixture, keyOf, type VerificationFixture } from '../verification/fixture.ts'

type Counts = { reserved: number; committed: number; waiting: number }

export type QuotaWorld = VerificationFixture & {
  approver: Actor
  reviewer: Actor
  /** The budget of Kota Cirebon, as the approver reads it. */
  quota2026(): Promise<Quota>
  /** Enters the seats of a year over what is there. */
  setSeats(seats: number, year?: number): Promise<{ status: number; body: Record<string, unknown> }>
  send(
    by: Actor,
    method: 'PUT' | 'POST' | 'DELETE',
    url: string,
    body?: object,
  ): Promise<{ status: number; body: Record<string, unknown> }>
  /** Cases in review, claimed by the reviewer, in the order of their ids. */
  claimedCases(count: number): Promise<string[]>
  approve(id: string, more?: object): Promise<{ status: number; body: Record<string, unknown> }>
  /** The seat of a case as its view tells it. */
  seatOf(id: string): Promise<unknown>
  /** As sealing does; what it refuses is thrown, and nothing has happened then. */
  commit(ids: readonly string[], year?: number): Promise<void>
  /** Counts of each budget, of its seats counted anew, and of the sums of its entries. Equal, or something is wrong. */
  recount(): Promise<{ place: string; budget: Counts; seats: Counts; entries: Counts; free: number }[]>
  /** Approved cases whose seat does not go by their state, and seats of cases that are not approved. */
  strays(): Promise<string[]>
  start(): Promise<void>
}

export const URL_2026 = `/api/v1/quotas/${CIREBON.region}/2026`

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'
const letterOf = (index: number): string => LETTERS[index % LETTERS.length] ?? ''
let serial = 0
/** Unlike every other one of the file: a likeness would keep a case from being approved. */
export function nextPerson(): { fullName: string; birthDate: string } {
  serial += 1
  const name = (seed: number): string => [seed, seed * 7, seed * 11, seed * 5].map(letterOf).join('')
  const birthDate = new Date(Date.UTC(1960, 0, 1 + serial * 29)).toISOString().slice(0, 10)
  return { fullName: `${name(serial)}A ${name(Math.floor(serial / 26) + serial * 3)}I`, birthDate }
}

export async function createQuotaWorld(): Promise<QuotaWorld> {
  const fixture = await createVerificationFixture()
  const world = {
    ...fixture,
    approver: fixture.actor('penyetuju'),
    reviewer: fixture.actor('verifikator'),
  }
  const send: QuotaWorld['send'] = async (by, method, url, body) => {
    const headers = { 'x-api-key': keyOf(by), 'idempotency-key': randomUUID() }
    const reply = await fixture.app.inject({ method, url, headers, ...(body ? { payload: body } : {}) })
    return { status: reply.statusCode, body: reply.body === '' ? {} : reply.json<Record<string, unknown>>() }
  }
  return Object.assign(world, {
    send,
    async quota2026() {
      const { body } = await fixture.call(world.approver, 'GET', URL_2026)
      return body as Quota
    },
    async setSeats(seats: number, year = 2026) {
      const url = `/api/v1/quotas/${CIREBON.region}/${year}`
      const { body } = await fixture.call(world.approver, 'GET', url)
      return await fixture.call(world.approver, 'PUT', url, { version: body['version'], seats, note: '' })
    },
    async claimedCases(count: number) {
      const ids: string[] = []
      for (let index = 0; index < count; index += 1) ids.push(await fixture.propose(nextPerson()))
      await fixture.runChecks()
      const claims = await Promise.all(ids.map((id) => fixture.act(world.reviewer, id, 'claim')))
      const refused = claims.find(({ status }) => status !== 200)
      if (refused) throw new Error(JSON.stringify(refused.body))
      return ids.sort()
    },
    approve: (id: string, more: object = {}) =>
      fixture.act(world.reviewer, id, 'decisions', { version: 1, decision: 'eligible', ...more }),
    async seatOf(id: string) {
      return (await fixture.view(world.reviewer, id)).quota
    },
    commit: (ids: readonly string[], year = 2026) =>
      fixture.database.db
        .transaction()
        .execute((tx) => fixture.quota.commitSeats(tx, { regionCode: CIREBON.region, year, proposalIds: ids })),
    async recount() {
      const { rows } = await sql<{ place: string; budget: Counts; seats: Counts; entries: Counts; free: number }>`
        SELECT b.region_code || '/' || b.year AS place,
          jsonb_build_object('reserved', b.reserved, 'committed', b.committed, 'waiting', b.waiting) AS budget,
          (SELECT jsonb_build_object('reserved', count(*) FILTER (WHERE state = 'reserved'),
            'committed', count(*) FILTER (WHERE state = 'committed'), 'waiting', count(*) FILTER (WHERE state = 'waiting'))
            FROM quota_seat s WHERE s.region_code = b.region_code AND s.year = b.year) AS seats,
          (SELECT jsonb_build_object('reserved', coalesce(sum(reserved), 0), 'committed', coalesce(sum(committed), 0),
            'waiting', coalesce(sum(waiting), 0))
            FROM quota_entry e WHERE e.region_code = b.region_code AND e.year = b.year) AS entries,
          b.seats - b.opening - b.reserved - b.committed AS free
        FROM quota_budget b ORDER BY 1`.execute(fixture.database.owner)
      return rows
    },
    async strays() {
      const { rows } = await sql<{ id: string }>`
        SELECT s.proposal_id AS id FROM proposal_status s LEFT JOIN quota_seat q USING (proposal_id)
        WHERE (s.state = 'eligible') <> (coalesce(q.state, 'freed') <> 'freed')`.execute(fixture.database.owner)
      return rows.map(({ id }) => id)
    },
    async start() {
      await fixture.reset()
      world.approver = fixture.actor('penyetuju')
      world.reviewer = fixture.actor('verifikator')
    },
  })
}
