import type { Batch } from '../../../contracts/api/batches.ts'
import type { StoredBatch } from './batch.repository.ts'
import type { RowCounts } from './batch-rows.repository.ts'

export function toBatchView(batch: StoredBatch, counts: RowCounts | undefined): Batch {
  const { seal } = batch
  return {
    id: batch.id,
    regionCode: batch.regionCode,
    name: batch.name,
    state: batch.state,
    createdAt: batch.createdAt.toISOString(),
    counts: {
      in: counts?.in ?? 0,
      setAside: counts?.set_aside ?? 0,
      checked: counts?.checked ?? 0,
      sealed: counts?.sealed ?? 0,
      accepted: counts?.accepted ?? 0,
      refused: counts?.refused ?? 0,
      active: counts?.active ?? 0,
    },
    askedAt: batch.askedAt?.toISOString() ?? null,
    problem: batch.problem,
    seal: seal && {
      number: seal.number,
      letterNumber: batch.letterNumber,
      sealedAt: seal.sealedAt.toISOString(),
      sealedBy: { id: seal.sealedBy, name: seal.sealedByName },
      rows: seal.rows,
      sha256: seal.hash.toString('hex'),
      totals: seal.totals,
      rule: seal.rule,
      expectedActiveOn: seal.expectedActiveOn,
      profile: batch.profile,
    },
  }
}
