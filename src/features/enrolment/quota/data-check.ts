import { sql } from 'kysely'
import { STATES } from '../../../contracts/lifecycle/states.ts'
import { type IdRange, isWithin } from '../../../platform/db/id-ranges.ts'
import type { Db } from '../../database.ts'
import type { DataCheck } from '../../intake/index.ts'
import { SEAT_OF } from './seats.domain.ts'

type Faulty = { id: string }

/** More are counted, not named. */
const SHOWN = 20

const statesWith = (seat: 'reserved' | 'committed'): string[] => STATES.filter((state) => SEAT_OF[state] === seat)

/** Cases whose seat does not go by their state. */
const listStrays = (executor: Db, range: IdRange) =>
  sql<Faulty>`
    SELECT s.proposal_id AS id FROM proposal_status s LEFT JOIN quota_seat q USING (proposal_id)
    WHERE ${isWithin(sql`s.proposal_id`, range)} AND CASE
      WHEN s.state = ANY(${statesWith('reserved')}::text[]) THEN coalesce(q.state, 'freed') NOT IN ('reserved', 'waiting')
      WHEN s.state = ANY(${statesWith('committed')}::text[]) THEN coalesce(q.state, 'freed') <> 'committed'
      ELSE coalesce(q.state, 'freed') <> 'freed' END
    ORDER BY 1`.execute(executor)

/** Cases whose seat is not what its entries add up to. */
const listUnexplained = (executor: Db, range: IdRange) =>
  sql<Faulty>`
    SELECT DISTINCT proposal_id AS id FROM (
      SELECT proposal_id, region_code, year, sum(reserved) AS reserved, sum(committed) AS committed, sum(waiting) AS waiting,
        sum(taken_over) AS taken_over
      FROM quota_entry e WHERE ${isWithin(sql`e.proposal_id`, range)} GROUP BY 1, 2, 3
    ) AS told FULL JOIN (
      SELECT proposal_id, region_code, year, CASE WHEN takeover_id IS NULL THEN state ELSE 'taken_over' END AS state FROM quota_seat q WHERE ${isWithin(sql`q.proposal_id`, range)}
    ) AS held USING (proposal_id, region_code, year)
    WHERE coalesce(told.reserved, 0) <> (coalesce(held.state, 'freed') = 'reserved')::integer
      OR coalesce(told.committed, 0) <> (coalesce(held.state, 'freed') = 'committed')::integer
      OR coalesce(told.waiting, 0) <> (coalesce(held.state, 'freed') = 'waiting')::integer
      OR coalesce(told.taken_over, 0) <> (coalesce(held.state, 'freed') = 'taken_over')::integer
    ORDER BY 1`.execute(executor)

/** Cases with a seat of a list that does not have their person, and those with one of their own whose person a list of the budget has. */
const listMistaken = (executor: Db, range: IdRange) =>
  sql<Faulty>`
    SELECT q.proposal_id AS id FROM quota_seat q JOIN proposal p ON p.id = q.proposal_id
    LEFT JOIN quota_takeover_person t
      ON t.region_code = q.region_code AND t.year = q.year AND t.nik_index = p.nik_index
    WHERE ${isWithin(sql`q.proposal_id`, range)} AND q.state <> 'freed' AND q.takeover_id IS DISTINCT FROM t.takeover_id
    ORDER BY 1`.execute(executor)

/** Budgets whose counts are not those of their seats and opening balances. */
const listMiscounted = (executor: Db) =>
  sql<Faulty>`
    SELECT b.region_code || '/' || b.year AS id FROM quota_budget b
    WHERE (b.reserved, b.committed, b.waiting) <> (
        SELECT count(*) FILTER (WHERE state = 'reserved'), count(*) FILTER (WHERE state = 'committed'),
          count(*) FILTER (WHERE state = 'waiting')
        FROM quota_seat q WHERE q.region_code = b.region_code AND q.year = b.year AND q.takeover_id IS NULL)
      OR b.opening <> (
        SELECT coalesce(sum(people), 0) FROM quota_opening o WHERE o.region_code = b.region_code AND o.year = b.year)
      OR EXISTS (
        SELECT FROM quota_opening o WHERE o.region_code = b.region_code AND o.year = b.year AND o.takeover_id IS NOT NULL
          AND o.people <> (SELECT count(*) FROM quota_takeover_person t WHERE t.takeover_id = o.takeover_id))
    ORDER BY 1`.execute(executor)

/** Seats against the states of their cases, their entries and the lists of people, and once the counts of the budgets against a recount. */
export const checkSeats: DataCheck = async (executor, range) => {
  const found = [
    await listStrays(executor, range),
    await listUnexplained(executor, range),
    await listMistaken(executor, range),
  ]
  const cases = [...new Set(found.flatMap(({ rows }) => rows.map(({ id }) => id)))].sort()
  // Budgets are few, and belong to no range: the last one has them.
  const budgets = range.below === null ? (await listMiscounted(executor)).rows.map(({ id }) => id) : []
  const toFaults = (kind: 'seat_differs' | 'budget_differs', ids: readonly string[]) =>
    ids.length === 0 ? [] : [{ kind, count: ids.length, ids: ids.slice(0, SHOWN) }]
  return [...toFaults('seat_differs', cases), ...toFaults('budget_differs', budgets)]
}
