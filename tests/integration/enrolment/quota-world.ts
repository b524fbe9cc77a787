import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { expect } from 'vitest'
import type { Actor } from '../../../src/contracts/access.ts'
import type { Quota, TakeoverReport } from '../../../src/contracts/api/quota.ts'
import { closePlace } from '../../../src/features/enrolment/quota/seats.repository.ts'
import { makeMember } from '../../support/intake-body.ts'
import { makeUploadForm } from '../../support/upload-form.ts'
import { CIREBON, createVerificationFixture, keyOf, type VerificationFixture } from '../verification/fixture.ts'

type Reply = { status: number; body: Record<string, unknown> }
type Counts = { reserved: number; committed: number; waiting: number }
type Recount = { place: string; budget: Counts; seats: Counts; entries: Counts; opening: Opened; free: number }
/** People of the opening balance: by the budget, by its documents, and by the lists and totals those go by. */
type Opened = { budget: number; openings: number; people: number; taken: number; told: number }

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
  /** The NIKs of proposals, in their order. */
  niksOf(ids: readonly string[]): string[]
  /** Sends a list of people as a table of two columns; each is read as somebody of the same name. */
  takeOver(
    niks: readonly string[],
    apply?: boolean,
    year?: number,
  ): Promise<{ status: number; body: Record<string, unknown> }>
  /** A file as it is, with the form around it. */
  sendList(
    file: Buffer,
    fields?: Record<string, string>,
    year?: number,
  ): Promise<{ status: number; body: Record<string, unknown> }>
  /**
   * Begins these one after the other while nobody may change the seats of the budget: each waits for a lock before the next one begins. Then
   * lets them go on.
   */
  whileClosed(year: number, acts: readonly (() => Promise<Reply>)[]): Promise<Reply[]>
  /** Counts of each budget, of its seats counted anew, and of the sums of its entries. Equal, or something is wrong. */
  recount(): Promise<Recount[]>
  /** Approved cases whose seat does not go by their state, and seats of cases that are not approved. */
  strays(): Promise<string[]>
  start(): Promise<void>
}

export const URL_2026 = `/api/v1/quotas/${CIREBON.region}/2026`

export const LIST = { asOf: '2026-01-01', document: 'BA Alihan 7/2026' }
/** As of the answer to a list that is looked at or taken over. */
export const reportOf = (body: Record<string, unknown>): TakeoverReport => body as TakeoverReport

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
  const niks = new Map<string, string>()
  const send: QuotaWorld['send'] = async (by, method, url, body) => {
    const headers = { 'x-api-key': keyOf(by), 'idempotency-key': randomUUID() }
    const reply = await fixture.app.inject({ method, url, headers, ...(body ? { payload: body } : {}) })
    return { status: reply.statusCode, body: reply.body === '' ? {} : reply.json<Record<string, unknown>>() }
  }
  const sendList: QuotaWorld['sendList'] = async (file, fields = {}, year = 2026) => {
    const { payload, headers } = await makeUploadForm({ ...LIST, apply: 'true', ...fields }, file)
    const reply = await fixture.app.inject({
      method: 'POST',
      url: `/api/v1/quotas/${CIREBON.region}/${year}/takeovers`,
      headers: { ...headers, 'x-api-key': keyOf(world.approver) },
      payload,
    })
    return { status: reply.statusCode, body: reply.json<Record<string, unknown>>() }
  }
  const countWaiting = async (): Promise<number> => {
    const { rows } = await sql<{ count: number }>`
      SELECT count(DISTINCT pid)::int AS count FROM pg_locks l JOIN pg_stat_activity a USING (pid)
      WHERE NOT l.granted AND a.datname = current_database()`.execute(fixture.database.owner)
    return rows[0]?.count ?? 0
  }
  return Object.assign(world, {
    send,
    sendList,
    niksOf: (ids: readonly string[]) => ids.map((id) => niks.get(id) ?? ''),
    takeOver: (people: readonly string[], apply = true, year = 2026) =>
      sendList(
        Buffer.from(['NIK;Nama', ...people.map((nik) => `${nik};WARGA ${nik.slice(-4)}`)].join('\r\n')),
        { apply: String(apply) },
        year,
      ),
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
      for (let index = 0; index < count; index += 1) {
        const member = makeMember(nextPerson())
        const id = await fixture.propose(member)
        niks.set(id, member.nik ?? '')
        ids.push(id)
      }
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
    async whileClosed(year: number, acts: readonly (() => Promise<Reply>)[]) {
      const running: Promise<Reply>[] = []
      await fixture.database.db.transaction().execute(async (tx) => {
        await closePlace(tx, { regionCode: CIREBON.region, year })
        for (const act of acts) {
          running.push(act())
          await expect.poll(countWaiting, { interval: 5, timeout: 10_000 }).toBe(running.length)
        }
      })
      return await Promise.all(running)
    },
    async recount() {
      const { rows } = await sql<Recount>`
        SELECT b.region_code || '/' || b.year AS place,
          jsonb_build_object('reserved', b.reserved, 'committed', b.committed, 'waiting', b.waiting) AS budget,
          (SELECT jsonb_build_object('reserved', count(*) FILTER (WHERE state = 'reserved'),
            'committed', count(*) FILTER (WHERE state = 'committed'), 'waiting', count(*) FILTER (WHERE state = 'waiting'))
            FROM quota_seat s WHERE s.region_code = b.region_code AND s.year = b.year AND s.takeover_id IS NULL) AS seats,
          (SELECT jsonb_build_object('reserved', coalesce(sum(reserved), 0), 'committed', coalesce(sum(committed), 0),
            'waiting', coalesce(sum(waiting), 0))
            FROM quota_entry e WHERE e.region_code = b.region_code AND e.year = b.year) AS entries,
          jsonb_build_object('budget', b.opening,
            'openings', (SELECT coalesce(sum(people), 0) FROM quota_opening o
              WHERE o.region_code = b.region_code AND o.year = b.year),
            'people', (SELECT coalesce(sum(people), 0) FROM quota_opening o
                WHERE o.region_code = b.region_code AND o.year = b.year AND o.takeover_id IS NULL)
              + (SELECT count(*) FROM quota_takeover_person t WHERE t.region_code = b.region_code AND t.year = b.year),
            'taken', (SELECT count(*) FROM quota_seat s
              WHERE s.region_code = b.region_code AND s.year = b.year AND s.takeover_id IS NOT NULL),
            'told', (SELECT coalesce(sum(taken_over), 0) FROM quota_entry e
              WHERE e.region_code = b.region_code AND e.year = b.year)) AS opening,
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
