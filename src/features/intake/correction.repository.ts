import type { Db } from '../database.ts'

type StoredCorrection = { version: number; fieldsSealed: Buffer }

export async function insertCorrections(
  tx: Db,
  corrections: readonly (StoredCorrection & { proposalId: string })[],
): Promise<void> {
  if (corrections.length === 0) return
  await tx
    .insertInto('correction')
    .values(
      corrections.map(({ proposalId, version, fieldsSealed }) => ({
        proposal_id: proposalId,
        version,
        fields_sealed: fieldsSealed,
      })),
    )
    .execute()
}

export async function findLastCorrection(db: Db, proposalId: string): Promise<StoredCorrection | undefined> {
  return await db
    .selectFrom('correction')
    .select(['version', 'fields_sealed as fieldsSealed'])
    .where('proposal_id', '=', proposalId)
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst()
}
