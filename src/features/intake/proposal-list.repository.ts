import { createHash } from 'node:crypto'
import type { Pool } from 'pg'
import type { ProposalListItem } from '../../contracts/api/proposals.ts'
import type { Flag, State } from '../../contracts/lifecycle/states.ts'
import type { Scope } from './scope.ts'

export type SortColumn = 'submittedAt' | 'dueAt' | 'fullName'

/** One page of a list. Exactly one kind of search, or none. */
export type ListQuestion = {
  scope: Scope
  /** Stored queue, or states (all when nothing narrows the list). */
  queue: string | null
  states: readonly State[]
  /** Live leases of this person only. */
  leaseHolder: string | null
  /** Only cases past their clock. */
  lateBefore: Date | null
  search:
    | { kind: 'none' }
    | { kind: 'identity'; nikIndex: Buffer; familyCardIndex: Buffer }
    | { kind: 'phone'; phoneIndex: Buffer }
    | { kind: 'receipt'; receiptNumber: string }
    | { kind: 'name'; fragment: string }
  sort: SortColumn
  descending: boolean
  after: { value: string; id: string } | null
  limit: number
  now: Date
}

const SORT_SQL = {
  submittedAt: { expression: 's.submitted_at', cast: '::timestamptz' },
  dueAt: { expression: 's.due_at', cast: '::timestamptz' },
  fullName: { expression: 'p.full_name', cast: '::text' },
} as const
const SCOPE_CASTS = { office_id: '::uuid', region_code: '::text', created_by: '::text' } as const
const CASTS_OF_ARRAYS = { office_id: '::uuid[]', region_code: '::text[]', created_by: '::text[]' } as const

const COLUMNS = `s.proposal_id, s.intake_id, s.state, s.version, s.flags, s.queue, s.submitted_at, s.due_at,
  CASE WHEN s.lease_until > $1 THEN s.lease_holder END AS lease_holder`

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
  lease_holder: string | null
}

/** Collects values and hands out their placeholders. $1 is always the present moment. */
function createParameters(now: Date) {
  const values: unknown[] = [now]
  return { values, add: (value: unknown): string => `$${values.push(value)}` }
}
type Parameters = ReturnType<typeof createParameters>

function conditionsOf(question: ListQuestion, parameters: Parameters): string[] {
  const conditions: string[] = []
  if (question.leaseHolder)
    conditions.push(`s.lease_holder = ${parameters.add(question.leaseHolder)} AND s.lease_until > $1`)
  if (question.lateBefore) conditions.push(`s.due_at < ${parameters.add(question.lateBefore)} AND s.queue IS NOT NULL`)
  if (question.after) {
    const { expression, cast } = SORT_SQL[question.sort]
    const value = parameters.add(question.after.value)
    const id = parameters.add(question.after.id)
    conditions.push(`(${expression}, s.proposal_id) ${question.descending ? '<' : '>'} (${value}${cast}, ${id}::uuid)`)
  }
  return conditions
}

function searchSql(question: ListQuestion, parameters: Parameters): string | null {
  const { search } = question
  switch (search.kind) {
    case 'none':
      return null
    case 'name':
      return `p.full_name LIKE ${parameters.add(`%${search.fragment.replace(/[\\%_]/gu, '\\$&')}%`)}`
    case 'identity':
      return `s.proposal_id IN (
        SELECT id FROM proposal WHERE nik_index = ${parameters.add(search.nikIndex)}
        UNION SELECT o.id FROM proposal o JOIN intake v ON v.id = o.intake_id WHERE v.family_card_index = ${parameters.add(search.familyCardIndex)})`
    case 'phone':
      return `s.intake_id IN (SELECT id FROM intake WHERE phone_index = ${parameters.add(search.phoneIndex)})`
    case 'receipt':
      return `s.intake_id = (SELECT id FROM intake WHERE receipt_number = ${parameters.add(search.receiptNumber)})`
  }
}

/** Walks one index range per scope value and state, in order, and merges their heads: no range is read past one page. */
function walkSql(
  question: ListQuestion,
  parameters: Parameters,
  conditions: string[],
  order: string,
  limit: string,
): string {
  const { scope } = question
  const isQueue = question.queue !== null
  const single = scope.values.length === 1 && (isQueue || question.states.length === 1)
  const scopeValue = single ? parameters.add(scope.values[0]) + SCOPE_CASTS[scope.column] : 'range.scope'
  const where = [
    `s.${scope.column} = ${scopeValue}`,
    isQueue
      ? `s.queue = ${parameters.add(question.queue)}`
      : `s.state = ${single ? parameters.add(question.states[0]) : 'range.state'}`,
    ...conditions,
  ].join(' AND ')
  const walk = `SELECT ${COLUMNS} FROM proposal_status s WHERE ${where} ORDER BY ${order} LIMIT ${limit}`
  if (single) return walk
  const scopes = `unnest(${parameters.add(scope.values)}${CASTS_OF_ARRAYS[scope.column]})`
  const ranges = isQueue
    ? `(SELECT scope FROM ${scopes} AS scope)`
    : `(SELECT scope, state FROM ${scopes} AS scope, unnest(${parameters.add(question.states)}::text[]) AS state)`
  return `SELECT s.* FROM ${ranges} AS range CROSS JOIN LATERAL (${walk}) AS s ORDER BY ${order} LIMIT ${limit}`
}

function listSql(question: ListQuestion, parameters: Parameters): string {
  const { scope } = question
  const direction = question.descending ? 'DESC' : 'ASC'
  const { expression } = SORT_SQL[question.sort]
  const order = `${expression} ${direction}, s.proposal_id ${direction}`
  const conditions = conditionsOf(question, parameters)
  const search = searchSql(question, parameters)
  const isWalk = search === null && question.sort !== 'fullName' && !question.leaseHolder
  if (isWalk) {
    const limit = parameters.add(question.limit)
    const walk = walkSql(question, parameters, conditions, order, limit)
    return `SELECT s.*, p.full_name, p.nik_masked, i.receipt_number FROM (${walk}) AS s
      JOIN proposal p ON p.id = s.proposal_id JOIN intake i ON i.id = s.intake_id ORDER BY ${order}`
  }
  // Names live in the table of contents: its (scope, name) index gives the order, the status joins row by row.
  const scopeTable =
    question.search.kind === 'name' || question.sort === 'fullName' ? (scope.column === 'created_by' ? 's' : 'p') : 's'
  const where = [
    `${scopeTable}.${scope.column} = ${scope.values.length === 1 ? parameters.add(scope.values[0]) + SCOPE_CASTS[scope.column] : `ANY(${parameters.add(scope.values)}${CASTS_OF_ARRAYS[scope.column]})`}`,
    ...(search ? [search] : []),
    ...(question.queue ? [`s.queue = ${parameters.add(question.queue)}`] : []),
    ...(question.queue === null && question.states.length < 11
      ? [`s.state = ANY(${parameters.add(question.states)}::text[])`]
      : []),
    ...conditions,
  ].join(' AND ')
  return `SELECT ${COLUMNS}, p.full_name, p.nik_masked, i.receipt_number
    FROM proposal_status s JOIN proposal p ON p.id = s.proposal_id JOIN intake i ON i.id = s.intake_id
    WHERE ${where} ORDER BY ${order} LIMIT ${parameters.add(question.limit)}`
}

// One prepared statement per shape of question: the text only varies by which parts are present.
function statementName(text: string): string {
  return `list-${createHash('sha256').update(text).digest('hex').slice(0, 16)}`
}

/** One page in one round trip, in the order asked for; empty for a scope without values. */
export async function listProposals(pool: Pool, question: ListQuestion): Promise<ProposalListItem[]> {
  if (question.scope.values.length === 0) return []
  const parameters = createParameters(question.now)
  const text = listSql(question, parameters)
  const result = await pool.query<Row>({ name: statementName(text), text, values: parameters.values })
  return result.rows.map((row) => ({
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
    leaseHolder: row.lease_holder,
  }))
}
