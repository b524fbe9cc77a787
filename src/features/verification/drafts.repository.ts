import { sql } from 'kysely'
import type { Db } from '../database.ts'

export type StoredDraft = { authorId: string; content: Buffer; savedAt: Date }

/** Keeps one draft per author; true when it is the first one. Of another content version nothing is kept. */
export async function saveDraft(
  db: Db,
  draft: { proposalId: string; authorId: string; version: number; content: Buffer; at: Date },
): Promise<boolean> {
  const { rows } = await sql<{ isNew: boolean }>`
    INSERT INTO proposal_draft AS d (proposal_id, author_id, version, content_sealed, saved_at)
    VALUES (${draft.proposalId}, ${draft.authorId}, ${draft.version}, ${draft.content}, ${draft.at})
    ON CONFLICT (proposal_id, author_id) DO UPDATE SET
      version = excluded.version, content_sealed = excluded.content_sealed, saved_at = excluded.saved_at
    RETURNING xmax = 0 AS "isNew"`.execute(db)
  return rows[0]?.isNew ?? false
}

/** Everybody's drafts about one content version, the newest first. */
export async function listDrafts(db: Db, proposalId: string, version: number): Promise<StoredDraft[]> {
  const rows = await db
    .selectFrom('proposal_draft')
    .select(['author_id', 'content_sealed', 'saved_at'])
    .where('proposal_id', '=', proposalId)
    .where('version', '=', version)
    .orderBy('saved_at', 'desc')
    .orderBy('author_id')
    .execute()
  return rows.map((row) => ({ authorId: row.author_id, content: row.content_sealed, savedAt: row.saved_at }))
}
