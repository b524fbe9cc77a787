import { sql } from 'kysely'
import { prepared } from '../../platform/db/prepared.ts'
import type { Db } from '../database.ts'
import type { GatewayId } from './message.repository.ts'
import type { MessageState } from './whatsapp.domain.ts'

/** Whose hand-over an id is of. `hasFailed`: the message went back to the queue because that one failed. */
export async function findHandOver(
  executor: Db,
  { gateway, gatewayMessageId }: GatewayId,
): Promise<{ messageId: string; hasFailed: boolean } | undefined> {
  const named = executor
    .selectFrom('message')
    .modifyFront(prepared)
    .select(['id as messageId', sql<boolean>`false`.as('hasFailed')])
    .where('gateway', '=', gateway)
    .where('gateway_message_id', '=', gatewayMessageId)
  const failed = executor
    .selectFrom('message_failed_hand_over')
    .select(['message_id as messageId', sql<boolean>`true`.as('hasFailed')])
    .where('gateway', '=', gateway)
    .where('gateway_message_id', '=', gatewayMessageId)
  return await named.unionAll(failed).executeTakeFirst()
}

export async function insertFailedHandOver(
  executor: Db,
  failed: GatewayId & { messageId: string; attempt: number; at: Date },
): Promise<void> {
  await executor
    .insertInto('message_failed_hand_over')
    .values({
      gateway: failed.gateway,
      gateway_message_id: failed.gatewayMessageId,
      message_id: failed.messageId,
      attempt: failed.attempt,
      at: failed.at,
    })
    .onConflict((conflict) => conflict.columns(['gateway', 'gateway_message_id']).doNothing())
    .execute()
}

/** Before a failed message is sent again: what is still to come about the old id is not about the new hand-over. */
export async function leaveFailedHandOver(executor: Db, messageId: string, at: Date): Promise<void> {
  const failed = await executor
    .selectFrom('message')
    .select(['gateway', 'gateway_message_id as gatewayMessageId', 'attempts as attempt'])
    .where('id', '=', messageId)
    .where('state', '=', 'failed')
    .forUpdate()
    .executeTakeFirst()
  if (!failed) return
  const { gateway, gatewayMessageId, attempt } = failed
  if (gateway !== null && gatewayMessageId !== null) {
    await insertFailedHandOver(executor, { gateway, gatewayMessageId, messageId, attempt, at })
  }
  await executor.updateTable('message').set(NOT_HANDED_OVER).where('id', '=', messageId).execute()
}

const NOT_HANDED_OVER = { gateway_message_id: null, sent_at: null, failed_at: null } as const

/** Whom receipts are about, locked until the transaction ends. */
export async function lockReported(executor: Db, id: string) {
  const row = await executor
    .selectFrom('message')
    .modifyFront(prepared)
    .select([
      'state',
      'attempts',
      'gateway',
      'gateway_message_id as gatewayMessageId',
      'queued_at as queuedAt',
      'tried_at as triedAt',
      'unknown_at as unknownAt',
      'failed_at as failedAt',
      'template_only as templateOnly',
      sql<boolean>`template IS NOT NULL`.as('hasTemplate'),
      sql<boolean>`media IS NOT NULL`.as('hasMedia'),
    ])
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  return row && { ...row, state: row.state as MessageState }
}

export type Reported = NonNullable<Awaited<ReturnType<typeof lockReported>>>

/** Back to the queue as if it had not left; the number of its hand-overs stays. `afresh`: its two days of being tried begin anew. */
export async function queueAgain(
  executor: Db,
  id: string,
  { afresh, templateOnly, withoutMedia }: { afresh: boolean; templateOnly: boolean; withoutMedia: boolean },
): Promise<void> {
  await executor
    .updateTable('message')
    .set({
      state: 'queued',
      outcome_code: null,
      ...NOT_HANDED_OVER,
      ...(afresh && { tried_at: null }),
      ...(templateOnly && { template_only: true }),
      ...(withoutMedia && { media: null }),
    })
    .where('id', '=', id)
    .execute()
}
