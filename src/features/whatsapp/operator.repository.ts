import { sql } from 'kysely'
import type { Db } from '../database.ts'
import type { MessageKind, MessageState } from './whatsapp.domain.ts'

export type OperatorRow = {
  id: string
  kind: MessageKind
  intakeId: string | null
  recipient: Buffer
  reference: string
  state: MessageState
  outcome: string | null
  attempts: number
  queuedAt: Date
  unknownAt: Date | null
  failedAt: Date | null
  heldFor: string | null
  heldUntil: Date | null
  /** Of its contact; null: known by an alias only. */
  phoneIndex: Buffer | null
  replacedAt: Date | null
}

/** The messages of a region; `includeStrangers`: also answers to numbers that no household gave. */
export type OperatorScope = { region: string; includeStrangers: boolean }

function selectForOperator(executor: Db, scope: OperatorScope) {
  return executor
    .selectFrom('message')
    .select([
      'id',
      'kind',
      'intake_id as intakeId',
      'recipient',
      'reference',
      'state',
      'outcome_code as outcome',
      'attempts',
      'queued_at as queuedAt',
      'unknown_at as unknownAt',
      'failed_at as failedAt',
      'held_for as heldFor',
      'held_until as heldUntil',
      'replaced_at as replacedAt',
    ])
    .select((eb) =>
      eb
        .selectFrom('whatsapp_contact')
        .select('phone_index')
        .whereRef('whatsapp_contact.id', '=', 'message.contact_id')
        .as('phoneIndex'),
    )
    .where(inScope(scope))
}

type Row = Awaited<ReturnType<ReturnType<typeof selectForOperator>['executeTakeFirstOrThrow']>>
const toOperatorRow = (row: Row): OperatorRow => ({
  ...row,
  kind: row.kind as MessageKind,
  state: row.state as MessageState,
})

/** Messages that wait, for a person or for their time, oldest first. */
export async function listForOperator(
  executor: Db,
  query: { state: 'unknown' | 'failed' | 'queued'; scope: OperatorScope; after: string | undefined; limit: number },
): Promise<OperatorRow[]> {
  let select = selectForOperator(executor, query.scope)
    .where('state', '=', query.state)
    .where('replaced_at', 'is', null)
    .orderBy('id')
    .limit(query.limit)
  if (query.after) select = select.where('id', '>', query.after)
  return (await select.execute()).map(toOperatorRow)
}

/** Whose household the message is about that an operator with this scope may settle; undefined: there is no such message. */
export async function findForOperator(
  executor: Db,
  id: string,
  scope: OperatorScope,
): Promise<{ intakeId: string | null } | undefined> {
  return await executor
    .selectFrom('message')
    .select('intake_id as intakeId')
    .where('id', '=', id)
    .where(inScope(scope))
    .executeTakeFirst()
}

/** The message an operator with this scope may settle, locked until the transaction ends. */
export async function lockForOperator(
  executor: Db,
  id: string,
  scope: OperatorScope,
): Promise<OperatorRow | undefined> {
  const row = await selectForOperator(executor, scope).where('id', '=', id).forUpdate().executeTakeFirst()
  return row && toOperatorRow(row)
}

const inScope = ({ region, includeStrangers }: OperatorScope) =>
  sql<boolean>`(region_code = ${region} OR starts_with(region_code, ${`${region}.`})
    OR (${includeStrangers} AND region_code IS NULL))`
