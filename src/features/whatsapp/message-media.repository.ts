import { sql } from 'kysely'
import type { Db } from '../database.ts'

/** A picture that does not get through for so long is left out: the resident must hear all the same. */
const TRIED_FOR_MINUTES = 10

/** The picture, and with it the text, was provably not handed over. After ten minutes of that the text goes alone. */
export async function recordMediaFailed(executor: Db, messageId: string, at: Date): Promise<void> {
  await executor
    .updateTable('message')
    .set({
      media_failed_at: sql<Date>`coalesce(media_failed_at, ${at})`,
      media: sql<Buffer | null>`CASE
        WHEN ${at}::timestamptz - media_failed_at >= make_interval(mins => ${TRIED_FOR_MINUTES}::integer) THEN NULL
        ELSE media END`,
    })
    .where('id', '=', messageId)
    .execute()
}
