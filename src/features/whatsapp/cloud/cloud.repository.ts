import type { Db } from '../../database.ts'

/** False when this call was stored before. */
export async function insertReport(
  executor: Db,
  report: { id: string; digest: Buffer; payload: Buffer; at: Date },
): Promise<boolean> {
  const result = await executor
    .insertInto('whatsapp_cloud_report')
    .values({ id: report.id, digest: report.digest, payload: report.payload, received_at: report.at })
    .onConflict((conflict) => conflict.constraint('whatsapp_cloud_report_once').doNothing())
    .executeTakeFirst()
  return (result.numInsertedOrUpdatedRows ?? 0n) > 0n
}

/** The sealed body of a call, and when it came; undefined when it has been processed. */
export async function findReport(executor: Db, id: string): Promise<{ payload: Buffer; receivedAt: Date } | undefined> {
  const row = await executor
    .selectFrom('whatsapp_cloud_report')
    .select(['payload', 'received_at as receivedAt'])
    .where('id', '=', id)
    .executeTakeFirst()
  return row?.payload ? { payload: row.payload, receivedAt: row.receivedAt } : undefined
}

export async function recordProcessed(executor: Db, id: string, at: Date): Promise<void> {
  await executor
    .updateTable('whatsapp_cloud_report')
    .set({ payload: null, processed_at: at })
    .where('id', '=', id)
    .execute()
}

export async function deleteOld(executor: Db, before: { reports: Date; sent: Date }): Promise<void> {
  await executor.deleteFrom('whatsapp_cloud_report').where('processed_at', '<', before.reports).execute()
  await executor.deleteFrom('whatsapp_cloud_sent').where('first_at', '<', before.sent).execute()
}

export async function recordSeen(
  executor: Db,
  seen: { gatewayMessageId: string; reference: string; at: Date },
): Promise<void> {
  await executor
    .insertInto('whatsapp_cloud_sent')
    .values({ gateway_message_id: seen.gatewayMessageId, reference: seen.reference, first_at: seen.at })
    .onConflict((conflict) => conflict.column('gateway_message_id').doNothing())
    .execute()
}

export async function hasFailed(executor: Db, gatewayMessageId: string): Promise<boolean> {
  const row = await executor
    .selectFrom('whatsapp_cloud_sent')
    .select('failed_at as failedAt')
    .where('gateway_message_id', '=', gatewayMessageId)
    .executeTakeFirst()
  return row ? row.failedAt !== null : false
}

/** The first time stays. */
export async function recordFailed(executor: Db, gatewayMessageId: string, at: Date): Promise<void> {
  await executor
    .updateTable('whatsapp_cloud_sent')
    .set({ failed_at: at })
    .where('gateway_message_id', '=', gatewayMessageId)
    .where('failed_at', 'is', null)
    .execute()
}

/** The last text with this reference that was reported about. */
export async function findSent(executor: Db, reference: string): Promise<string | undefined> {
  const row = await executor
    .selectFrom('whatsapp_cloud_sent')
    .select('gateway_message_id as gatewayMessageId')
    .where('reference', '=', reference)
    .orderBy('first_at', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.gatewayMessageId
}
