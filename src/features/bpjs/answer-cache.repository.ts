import { sql } from 'kysely'
import { binaryArray, columnsOf } from '../../platform/db/binary-array.ts'
import { prepared } from '../../platform/db/prepared.ts'
import type { Db, Tx } from '../database.ts'

export type AnswerRow = { nikIndex: Buffer; localDay: string; checkedAt: Date; sealedAnswer: Buffer }

export async function listAnswers(executor: Db | Tx, source: string, nikIndexes: Buffer[]): Promise<AnswerRow[]> {
  const rows = await executor
    .selectFrom('membership_answer')
    .modifyFront(prepared)
    .select(['nik_index', 'local_day', 'checked_at', 'sealed_answer'])
    .where('source', '=', source)
    .where('nik_index', '=', sql<Buffer>`any(${binaryArray('bytea', nikIndexes)}::bytea[])`)
    .execute()
  return rows.map((row) => ({
    nikIndex: row.nik_index,
    localDay: row.local_day,
    checkedAt: row.checked_at,
    sealedAnswer: row.sealed_answer,
  }))
}

/** Each NIK at most once, in the order of the index: two writers then never wait for each other in a circle. */
export async function recordAnswers(executor: Db | Tx, source: string, rows: AnswerRow[]): Promise<void> {
  const column = columnsOf(rows)
  await sql`
    ${prepared} insert into membership_answer (source, nik_index, local_day, checked_at, sealed_answer)
    select ${source}, answer.*
    from unnest(
      ${column('bytea', (row) => row.nikIndex)}::bytea[],
      ${column('date', (row) => row.localDay)}::date[],
      ${column('timestamptz', (row) => row.checkedAt)}::timestamptz[],
      ${column('bytea', (row) => row.sealedAnswer)}::bytea[]
    ) as answer (nik_index, local_day, checked_at, sealed_answer)
    on conflict (source, nik_index) do update
    set local_day = excluded.local_day, checked_at = excluded.checked_at, sealed_answer = excluded.sealed_answer
    where excluded.checked_at >= membership_answer.checked_at`.execute(executor)
}

export async function deleteAnswersBefore(executor: Db | Tx, localDay: string): Promise<void> {
  await executor.deleteFrom('membership_answer').where('local_day', '<', localDay).execute()
}
