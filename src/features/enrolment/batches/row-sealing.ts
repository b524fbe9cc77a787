import type { Sealer } from '../../../platform/crypto/sealer.ts'
import { contentSchema, type RowContent } from './content.domain.ts'

const contextOf = (batchId: string, proposalId: string): string =>
  `enrolment_batch_row:${batchId}:${proposalId}:content`

export const sealContent = (sealer: Sealer, batchId: string, content: RowContent): Buffer =>
  sealer.seal(JSON.stringify(content), contextOf(batchId, content.proposalId))

/** Throws for a row that was altered, or moved from another batch. */
export const openContent = (sealer: Sealer, batchId: string, proposalId: string, sealed: Uint8Array): RowContent =>
  contentSchema.parse(JSON.parse(sealer.open(sealed, contextOf(batchId, proposalId))))
