import { createHash } from 'node:crypto'
import type { Pool } from 'pg'
import type { ProposalListItem } from '../../contracts/api/proposals.ts'
import { QUEUES, queueRule, STORED_QUEUES } from '../../contracts/lifecycle/queues.ts'
import { type Flag, STATES, type State } from '../../contracts/lifecycle/states.ts'
import { PAGE_LIMIT_DEFAULT, PAGE_LIMIT_MAX } from '../../contracts/primitives/paging.ts'
import {
  createParameters,
  filterConditions,
  isFiltered,
  type ListFilters,
  type Parameters,
  rankOf,
  scopeWithin,
  stateRank,
} from './proposal-filters.repository.ts'
import type { Place } from './queue-place.domain.ts'
import { codeRange, type Scope } from './scope.ts'

export type SortColumn = 'submittedAt' | 'dueAt' | 'fullName' | 'likeness' | 'state'

/** Rows of a page that an export reads at a time. */
export const EXPORT_PAGE = 1_000

/** One page of a list. Exactly one kind of search, or none. */
export type ListQuestion = Place & {
  /** All that the caller may see. */
  scope: Scope
  search:
    | { kind: 'none' }
    | { kind: 'identity'; nikIndex: Buffer; familyCardIndex: Buffer }
    | { kind: 'phone'; phoneIndex: Buffer }
    | { kind: 'receipt'; receiptNumber: string }
    | { kind: 'name'; fragment: string }
  filters: ListFilters
  sort: SortColumn
  descending: boolean
  /** Of the order by state, the value is "<state> <time of submission>". */
  after: { value: string; id: string } | null
  limit: number
  now: Date
}
/** The same without an order: what is counted. */
export type CountQuestion = Omit<ListQuestion, 'sort' | 'descending' | 'after' | 'limit'>

// The name and its id come from one table, so that a cursor is one place in its (scope, name, id) index.
const SORT_SQL = {
  submittedAt: { expression: 's.submitted_at', id: 's.proposal_id', found: 's.submitted_at', cast: '::timestamptz' },
  dueAt: { expression: 's.due_at', id: 's.proposal_id', found: 's.due_at', cast: '::timestamptz' },
  fullName: { expression: 'p.full_name', id: 'p.id', found: 's.full_name', cast: '::text' },
  // Within one state, which is a range of its index.
  state: { expression: 's.submitted_at', id: 's.proposal_id', found: 's.submitted_at', cast: '::timestamptz' },
  // Written as its index is: the most alike first, the oldest of equals before the younger.
  likeness: { expression: '(- s.likeness)', id: 's.proposal_id', found: '(- s.likeness)', cast: '::float8' },
} as const
const SCOPE_CASTS = { office_id: '::uuid', region_code: '::text', created_by: '::text' } as const
const CASTS_OF_ARRAYS = { office_id: '::uuid[]', region_code: '::text[]', created_by: '::text[]' } as const

/**
 * A walk says its limit in its text. As a parameter PostgreSQL takes it for a tenth of all rows, finds the prepared plan dear,
 * and plans anew each time: 0.19 of 0.48 ms a page. Few lengths, so that few statements are prepared; what is over is cut off.
 */
const WALK_LIMITS = [26, PAGE_LIMIT_DEFAULT + 1, PAGE_LIMIT_MAX + 1, EXPORT_PAGE + 1] as const
function walkLimitOf(limit: number): number {
  const wide = WALK_LIMITS.find((length) => length >= limit)
  if (wide === undefined) throw new RangeError(`a page of ${limit} is longer than any walk`)
  return wide
}

const COLUMNS = `s.proposal_id, s.intake_id, s.state, s.version, s.flags, s.queue, s.submitted_at, s.due_at,
  s.likeness, CASE WHEN s.lease_until > $1 THEN s.lease_holder END AS lease_holder,
  CASE WHEN s.lease_until > $1 THEN s.lease_until END AS lease_until,
  CASE WHEN s.reserved_until > $1 THEN s.reserved_for END AS reserved_for`

type Row = {
  proposal_id: string
  intake_id: string
  receipt_number: string
  full_name: string
  nik_masked: string | null
  state: State
  version: number
  flags: Flag[]
  queue: string | null
  submitted_at: Date
  due_at: Date | null
  likeness: number
  lease_holder: string | null
  lease_until: Date | null
  reserved_for: string | null
}

function conditionsOf(question: CountQuestion, own: Scope, parameters: Parameters): string[] {
  const conditions = filterConditions(question.filters, own, parameters)
  if (question.scope.villagesIn !== null) {
    const { from, before } = codeRange(question.scope.villagesIn)
    conditions.push(`i.village_code >= ${parameters.add(from)} AND i.village_code < ${parameters.add(before)}`)
  }
  if (question.leaseHolder)
    conditions.push(`s.lease_holder = ${parameters.add(question.leaseHolder)} AND s.lease_until > $1`)
  if (question.firstFor) {
    const reviewer = parameters.add(question.firstFor)
    conditions.push(`(s.reserved_until IS NULL OR s.reserved_until <= $1 OR s.reserved_for = ${reviewer})`)
  }
  if (question.lateBefore) conditions.push(`s.due_at < ${parameters.add(question.lateBefore)} AND s.queue IS NOT NULL`)
  return conditions
}

function afterCondition(question: ListQuestion, parameters: Parameters): string[] {
  // The ranges of the order by state begin each at its own place.
  if (!question.after || question.sort === 'state') return []
  const { expression, id: idExpression, cast } = SORT_SQL[question.sort]
  const { value: last } = question.after
  const value = parameters.add(question.sort === 'likeness' ? -Number(last) : last)
  const id = parameters.add(question.after.id)
  return [`(${expression}, ${idExpression}) ${question.descending ? '<' : '>'} (${value}${cast}, ${id}::uuid)`]
}

const proposalsOf = (households: string): string =>
  `SELECT o.id FROM intake v JOIN proposal o ON o.intake_id = v.id WHERE ${households}`

const nameCondition = (fragment: string, parameters: Parameters): string =>
  `full_name LIKE ${parameters.add(`%${fragment.replace(/[\\%_]/gu, '\\$&')}%`)}`

function searchSql({ search }: CountQuestion, parameters: Parameters): string | null {
  switch (search.kind) {
    case 'none':
      return null
    case 'name':
      return `p.${nameCondition(search.fragment, parameters)}`
    case 'identity':
      return `s.proposal_id IN (
        SELECT id FROM proposal WHERE nik_index = ${parameters.add(search.nikIndex)}
        UNION ${proposalsOf(`v.family_card_index = ${parameters.add(search.familyCardIndex)}`)})`
    case 'phone':
      return `s.proposal_id IN (${proposalsOf(`v.phone_index = ${parameters.add(search.phoneIndex)}`)})`
    case 'receipt':
      return `s.proposal_id IN (${proposalsOf(`v.receipt_number = ${parameters.add(search.receiptNumber)}`)})`
  }
}

/** The same without the table of names. */
function searchConditions(question: CountQuestion, parameters: Parameters): string[] {
  const { search } = question
  if (search.kind === 'name')
    return [`s.proposal_id IN (SELECT id FROM proposal WHERE ${nameCondition(search.fragment, parameters)})`]
  const condition = searchSql(question, parameters)
  return condition === null ? [] : [condition]
}

/** Only the queue `duplicates` goes by likeness; the index holds nothing else, and is found for a condition in the text alone. */
const LIKENESS_INDEX = "s.queue = 'duplicates'"

/** Walks one index range per scope value and queue or state, in order, and merges their heads: no range is read past one page. */
function walkSql(question: ListQuestion, parameters: Parameters, conditions: string[], order: string): string {
  const { scope } = question
  const limit = walkLimitOf(question.limit)
  const [column, keys] = rangesOf(question)
  const narrowing = column === 'queue' ? statesCondition(question, parameters) : []
  const single = scope.values.length === 1 && keys.length === 1
  const scopeValue = single ? parameters.add(scope.values[0]) + SCOPE_CASTS[scope.column] : 'range.scope'
  const among =
    question.sort === 'likeness' ? LIKENESS_INDEX : `s.${column} = ${single ? parameters.add(keys[0]) : 'range.key'}`
  const where = [`s.${scope.column} = ${scopeValue}`, among, ...narrowing, ...conditions].join(' AND ')
  const walk = `SELECT ${COLUMNS} FROM proposal_status s ${householdSql(scope)} WHERE ${where} ORDER BY ${order} LIMIT ${limit}`
  if (single) return walk
  const scopes = `unnest(${parameters.add(scope.values)}${CASTS_OF_ARRAYS[scope.column]})`
  const ranges = `(SELECT scope, key FROM ${scopes} AS scope, unnest(${parameters.add(keys)}::text[]) AS key)`
  return `SELECT s.* FROM ${ranges} AS range CROSS JOIN LATERAL (${walk}) AS s ORDER BY ${order} LIMIT ${limit}`
}

/**
 * State after state, each a range of its index. A page goes on within the state that it came to, and takes those behind it
 * from their beginning.
 */
function stateWalkSql(question: ListQuestion, parameters: Parameters, conditions: string[]): string {
  const { scope, descending, after } = question
  const limit = walkLimitOf(question.limit)
  const [direction, sign, first, firstId] = descending
    ? ['DESC', '<', 'infinity', 'ffffffff-ffff-ffff-ffff-ffffffffffff']
    : ['ASC', '>', '-infinity', '00000000-0000-0000-0000-000000000000']
  const [lastState = '', lastAt = ''] = after?.value.split(' ') ?? []
  const reached = after === null ? null : rankOf(lastState as State)
  const isAhead = (state: State): boolean =>
    reached === null || (descending ? rankOf(state) <= reached : rankOf(state) >= reached)
  const ranges = question.states.filter(isAhead).map((state) => {
    const isReached = after !== null && rankOf(state) === reached
    return { state, at: isReached ? lastAt : first, id: isReached ? after.id : firstId }
  })
  const column = (name: 'state' | 'at' | 'id', cast: string): string =>
    `${parameters.add(ranges.map((range) => range[name]))}::${cast}[]`
  const where = [
    `s.${scope.column} = range.scope`,
    's.state = range.key',
    `(s.submitted_at, s.proposal_id) ${sign} (range.after_at, range.after_id)`,
    ...(question.queue === null ? [] : [`s.queue = ${parameters.add(question.queue)}`]),
    ...searchConditions(question, parameters),
    ...conditions,
  ].join(' AND ')
  const order = `s.submitted_at ${direction}, s.proposal_id ${direction}`
  const walk = `SELECT ${COLUMNS} FROM proposal_status s ${householdSql(scope)} WHERE ${where} ORDER BY ${order} LIMIT ${limit}`
  const scopes = `unnest(${parameters.add(scope.values)}${CASTS_OF_ARRAYS[scope.column]})`
  const starts = `unnest(${column('state', 'text')}, ${column('at', 'timestamptz')}, ${column('id', 'uuid')})`
  return `SELECT s.* FROM (
      SELECT scope, key, after_at, after_id FROM ${scopes} AS scope, ${starts} AS start (key, after_at, after_id)
    ) AS range CROSS JOIN LATERAL (${walk}) AS s
    ORDER BY ${stateRank('s.state')} ${direction}, ${order} LIMIT ${limit}`
}

/** Late cases lie in the queues; by their clock each queue has them in order, and a state has not. */
function rangesOf(question: ListQuestion): ['queue' | 'state', readonly string[]] {
  if (question.queue !== null && question.sort !== 'state') return ['queue', [question.queue]]
  if (question.lateBefore === null || question.sort !== 'dueAt') return ['state', question.states]
  return [
    'queue',
    STORED_QUEUES.filter((queue) => queueRule(queue).states.some((state) => question.states.includes(state))),
  ]
}

/** Where the states say more than the place does. */
function statesCondition({ queue, lateBefore, states }: CountQuestion, parameters: Parameters): string[] {
  const whole = queue !== null ? queueRule(queue).states : lateBefore !== null ? QUEUES.late.states : STATES
  return states.length < whole.length ? [`s.state = ANY(${parameters.add(states)}::text[])`] : []
}

const householdSql = (scope: Scope): string => (scope.villagesIn === null ? '' : 'JOIN intake i ON i.id = s.intake_id')

/** By a search, by name, or among one's own leases: the planner chooses for each fragment, so the limit is a parameter. */
function findSql(
  question: ListQuestion,
  parameters: Parameters,
  conditions: string[],
  search: string | null,
  order: string,
): string {
  const { scope } = question
  // Its (scope, name, id) index gives the order of names and is all that is read of the table: a page of "SITI" passes
  // 215,000 names.
  const readsNames = question.search.kind === 'name' || question.sort === 'fullName'
  const scopeTable = readsNames && scope.column !== 'created_by' ? 'p' : 's'
  const where = [
    `${scopeTable}.${scope.column} = ${scope.values.length === 1 ? parameters.add(scope.values[0]) + SCOPE_CASTS[scope.column] : `ANY(${parameters.add(scope.values)}${CASTS_OF_ARRAYS[scope.column]})`}`,
    ...(search ? [search] : []),
    ...(question.queue ? [`s.queue = ${parameters.add(question.queue)}`] : []),
    ...statesCondition(question, parameters),
    ...conditions,
  ].join(' AND ')
  const names = readsNames ? 'JOIN proposal p ON p.id = s.proposal_id' : ''
  return `SELECT ${COLUMNS}${readsNames ? ', p.full_name' : ''}
    FROM proposal_status s ${names} ${householdSql(scope)}
    WHERE ${where} ORDER BY ${order} LIMIT ${parameters.add(question.limit)}`
}

function pageSql(question: ListQuestion, own: Scope, parameters: Parameters, order: string): string {
  const conditions = [...conditionsOf(question, own, parameters), ...afterCondition(question, parameters)]
  if (question.sort === 'state') return stateWalkSql(question, parameters, conditions)
  const search = searchSql(question, parameters)
  const isWalk = search === null && question.sort !== 'fullName' && !question.leaseHolder
  return isWalk
    ? walkSql(question, parameters, conditions, order)
    : findSql(question, parameters, conditions, search, order)
}

function listSql(question: ListQuestion, own: Scope, parameters: Parameters): string {
  const direction = question.descending ? 'DESC' : 'ASC'
  const { expression, id, found } = SORT_SQL[question.sort]
  const page = pageSql(question, own, parameters, `${expression} ${direction}, ${id} ${direction}`)
  const states = question.sort === 'state' ? `${stateRank('s.state')} ${direction}, ` : ''
  // What a row shows beyond its standing is read for the rows of the page alone.
  return `SELECT s.*, p.full_name, p.nik_masked, i.receipt_number FROM (${page}) AS s
    JOIN proposal p ON p.id = s.proposal_id JOIN intake i ON i.id = s.intake_id
    ORDER BY ${states}${found} ${direction}, s.proposal_id ${direction}`
}

// One prepared statement per shape of question: the text only varies by which parts are present.
function statementName(text: string): string {
  return `list-${createHash('sha256').update(text).digest('hex').slice(0, 16)}`
}

/** Where a narrowed list walks, and the caller's own scope as the condition that it stays. */
function narrowed(question: ListQuestion): ListQuestion {
  const { scope, filters, sort } = question
  return { ...question, scope: scopeWithin(scope, filters.offices, sort === 'likeness' ? 'likeness' : 'other') }
}

/**
 * The statement of a page. Few shapes have a name and are prepared; with filters or in the order of states a statement is
 * planned for its values: the best plan depends on how many pass, and the combinations are thousands.
 */
export function composePage(question: ListQuestion): { name?: string; text: string; values: unknown[] } | null {
  const walked = narrowed(question)
  if (walked.scope.values.length === 0) return null
  const parameters = createParameters(question.now)
  const text = listSql(walked, question.scope, parameters)
  const { values } = parameters
  return isFiltered(question.filters) || question.sort === 'state'
    ? { text, values }
    : { name: statementName(text), text, values }
}

/** A row without the names of people, which are the accounts' to tell, and without its seat, which the budget tells. */
export type ListRow = Omit<ProposalListItem, 'leaseHolderName' | 'reservedForName' | 'quota'>

/** One page in one round trip, in the order asked for; empty for a scope without values. */
export async function listProposals(pool: Pool, question: ListQuestion): Promise<ListRow[]> {
  const statement = composePage(question)
  if (statement === null) return []
  const result = await pool.query<Row>(statement)
  return result.rows.slice(0, question.limit).map((row) => ({
    id: row.proposal_id,
    intakeId: row.intake_id,
    receiptNumber: row.receipt_number,
    fullName: row.full_name,
    nikMasked: row.nik_masked,
    state: row.state,
    version: row.version,
    flags: row.flags,
    queue: row.queue,
    submittedAt: row.submitted_at.toISOString(),
    dueAt: row.due_at?.toISOString() ?? null,
    likeness: row.likeness || null,
    leaseHolder: row.lease_holder,
    leaseUntil: row.lease_until?.toISOString() ?? null,
    reservedFor: row.reserved_for,
  }))
}

/** How many there are, counted no further than `most`. */
export async function countProposals(pool: Pool, question: CountQuestion, most: number): Promise<number> {
  const scope = scopeWithin(question.scope, question.filters.offices, 'other')
  if (scope.values.length === 0) return 0
  const parameters = createParameters(question.now)
  const where = [
    // A parameter that no filter uses must still have a type.
    '$1::timestamptz IS NOT NULL',
    `s.${scope.column} = ANY(${parameters.add(scope.values)}${CASTS_OF_ARRAYS[scope.column]})`,
    `s.state = ANY(${parameters.add(question.states)}::text[])`,
    ...(question.queue === null ? [] : [`s.queue = ${parameters.add(question.queue)}`]),
    ...searchConditions(question, parameters),
    ...conditionsOf(question, question.scope, parameters),
  ].join(' AND ')
  const text = `SELECT count(*)::int AS total FROM (
    SELECT FROM proposal_status s ${householdSql(scope)} WHERE ${where} LIMIT ${most}) AS counted`
  const { rows } = await pool.query<{ total: number }>({ text, values: parameters.values })
  return rows[0]?.total ?? 0
}
