import { sql } from 'kysely'
import type { DocumentKind } from '../../../contracts/document-kinds.ts'
import type { Db, Tx } from '../../database.ts'
import { inScope } from '../proposal.repository.ts'
import type { Scope } from '../scope.ts'

/** Older ones than these of a household are not listed. */
const LISTED = 200

export type NewUpload = {
  id: string
  kind: DocumentKind
  width: number
  height: number
  uploadedBy: string
  uploadedAt: Date
  expiresAt: Date
  sealed: Buffer
}

/** Row and picture in one statement: neither is ever there without the other. */
export async function insertUpload(db: Db, upload: NewUpload): Promise<void> {
  await db
    .with('added', (cte) =>
      cte
        .insertInto('document')
        .values({
          id: upload.id,
          kind: upload.kind,
          width: upload.width,
          height: upload.height,
          uploaded_by: upload.uploadedBy,
          uploaded_at: upload.uploadedAt,
          expires_at: upload.expiresAt,
        })
        .returning('id'),
    )
    .insertInto('document_content')
    .columns(['document_id', 'sealed'])
    .expression((eb) => eb.selectFrom('added').select(['id', sql<Buffer>`${upload.sealed}::bytea`.as('sealed')]))
    .execute()
}

const ownUploads = (db: Db, userId: string, now: Date) =>
  db.selectFrom('document').where('uploaded_by', '=', userId).where('expires_at', '>', now)

export async function countOwnUploads(db: Db, userId: string, now: Date): Promise<number> {
  const { total } = await ownUploads(db, userId, now)
    .select((eb) => eb.fn.countAll<number>().as('total'))
    .executeTakeFirstOrThrow()
  return total
}

/** Those of the ids that are uploads of this account without a household. */
export async function listOwnUploads(db: Db, ids: readonly string[], userId: string, now: Date): Promise<string[]> {
  const rows = await ownUploads(db, userId, now).select('id').where('id', 'in', ids).execute()
  return rows.map(({ id }) => id)
}

/** The same, and nobody else takes them before the transaction ends. */
export async function lockOwnUploads(tx: Tx, ids: readonly string[], userId: string, now: Date): Promise<string[]> {
  const rows = await ownUploads(tx, userId, now).select('id').where('id', 'in', ids).orderBy('id').forUpdate().execute()
  return rows.map(({ id }) => id)
}

export type Attachment = { id: string; kind: DocumentKind; proposalId: string | null }

/**
 * The text that a household consented to; undefined when there is none. Two who bring a KTP of one person at once: the second waits
 * here until the end of the first one's transaction.
 */
export async function lockConsentVersion(tx: Tx, intakeId: string): Promise<string | undefined> {
  const intake = tx.selectFrom('intake').select('consent_version').where('id', '=', intakeId).forNoKeyUpdate()
  return (await intake.executeTakeFirst())?.consent_version
}

/** Gives uploads that the transaction has locked to a household that it has locked; each takes the place of the one of its kind before. */
export async function attachDocuments(
  tx: Tx,
  given: { intakeId: string; attachments: readonly Attachment[]; by: string; at: Date },
): Promise<void> {
  const { intakeId, by, at } = given
  for (const { id, kind, proposalId } of given.attachments) {
    if (kind !== 'other') {
      await tx
        .updateTable('document')
        .set({ superseded_at: at })
        .where('intake_id', '=', intakeId)
        .where('kind', '=', kind)
        .where('proposal_id', 'is not distinct from', proposalId)
        .where('superseded_at', 'is', null)
        .execute()
    }
    await tx
      .updateTable('document')
      .set({ kind, intake_id: intakeId, proposal_id: proposalId, added_by: by, added_at: at, expires_at: null })
      .where('id', '=', id)
      .execute()
  }
}

export type DocumentRow = {
  id: string
  kind: DocumentKind
  proposalId: string | null
  width: number
  height: number
  uploadedBy: string
  uploadedAt: Date
  addedAt: Date | null
  supersededAt: Date | null
}

/** Newest first. `proposalId`: only what is about that person or the household; null: all of the household. */
export async function listDocuments(db: Db, intakeId: string, proposalId: string | null): Promise<DocumentRow[]> {
  const rows = await db
    .selectFrom('document')
    .select(['id', 'kind', 'proposal_id', 'width', 'height', 'uploaded_by', 'uploaded_at', 'added_at', 'superseded_at'])
    .where('intake_id', '=', intakeId)
    .$if(proposalId !== null, (query) =>
      query.where((eb) => eb.or([eb('proposal_id', '=', proposalId), eb('proposal_id', 'is', null)])),
    )
    .orderBy('added_at', 'desc')
    .orderBy('id', 'desc')
    .limit(LISTED)
    .execute()
  return rows.map((row) => ({
    id: row.id,
    kind: row.kind as DocumentKind,
    proposalId: row.proposal_id,
    width: row.width,
    height: row.height,
    uploadedBy: row.uploaded_by,
    uploadedAt: row.uploaded_at,
    addedAt: row.added_at,
    supersededAt: row.superseded_at,
  }))
}

/** What kinds a person or its household was given since then. */
export async function listKindsAdded(
  db: Db,
  given: { intakeId: string; proposalId: string; since: Date },
): Promise<string[]> {
  const rows = await db
    .selectFrom('document')
    .select('kind')
    .distinct()
    .where('intake_id', '=', given.intakeId)
    .where((eb) => eb.or([eb('proposal_id', '=', given.proposalId), eb('proposal_id', 'is', null)]))
    .where('added_at', '>', given.since)
    .execute()
  return rows.map(({ kind }) => kind)
}

/** Whether the document is of a household in the scope, or an upload of the account's own. */
export async function isVisible(db: Db, caller: Caller, documentId: string): Promise<boolean> {
  return (await visible(db, caller, documentId).select('d.id').executeTakeFirst()) !== undefined
}

export type StoredContent = { kind: string; intakeId: string | null; sealed: Buffer | null }

type Caller = { scope: Scope; userId: string; now: Date }

const visible = (db: Db, caller: Caller, documentId: string) =>
  db
    .selectFrom('document as d')
    .leftJoin('intake as s', 's.id', 'd.intake_id')
    .where('d.id', '=', documentId)
    .where((eb) =>
      eb.or([
        inScope(caller.scope, 's'),
        eb.and([eb('d.uploaded_by', '=', caller.userId), eb('d.expires_at', '>', caller.now)]),
      ]),
    )

/** As `isVisible`. `sealed` is null when the picture is missing. */
export async function findContent(db: Db, caller: Caller, documentId: string): Promise<StoredContent | undefined> {
  const row = await visible(db, caller, documentId)
    .leftJoin('document_content as c', 'c.document_id', 'd.id')
    .select(['d.kind', 'd.intake_id', 'c.sealed'])
    .executeTakeFirst()
  return row && { kind: row.kind, intakeId: row.intake_id, sealed: row.sealed }
}

/** Deletes uploads that no household has named in time, with their pictures. Returns how many, at most `limit`. */
export async function deleteExpiredUploads(db: Db, now: Date, limit: number): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('document')
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('document')
        .select('id')
        .where('expires_at', '<=', now)
        .orderBy('expires_at')
        .limit(limit)
        .forUpdate()
        .skipLocked(),
    )
    .where('expires_at', 'is not', null)
    .executeTakeFirst()
  return Number(numDeletedRows)
}
