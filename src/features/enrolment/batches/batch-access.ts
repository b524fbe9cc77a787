import type { Actor } from '../../../contracts/access.ts'
import type { AuditAction, AuditEvent } from '../../../contracts/audit-actions.ts'
import { AppError } from '../../../platform/errors.ts'
import type { Db, Tx } from '../../database.ts'
import type { Caller, EnrolmentPorts } from '../enrolment.ports.ts'
import { findBatch, lockBatch, type StoredBatch } from './batch.repository.ts'

const KAB_KOTA_LENGTH = 5

/**
 * The kab/kota whose batches the caller sees. Whoever works for a kecamatan or village sees part of a kab/kota's proposals,
 * and a batch has all of them.
 */
export function batchRegionsOf(actor: Actor, regions: Pick<EnrolmentPorts['regions'], 'kabKotaIn'>): string[] {
  return actor.regionCode.length > KAB_KOTA_LENGTH ? [] : regions.kabKotaIn(actor.regionCode)
}

/** What every act on a batch begins with. Somebody else's batch is `not_found`. */
export function createBatchAccess(regions: Pick<EnrolmentPorts['regions'], 'kabKotaIn'>) {
  return {
    async require(executor: Db, { actor }: Caller, batchId: string): Promise<StoredBatch> {
      const batch = await findBatch(executor, batchRegionsOf(actor, regions), batchId)
      if (!batch) throw new AppError('not_found')
      return batch
    },

    /** Locked, and still open to changes; else `action_not_allowed`. */
    async requireOpen(tx: Tx, { actor }: Caller, batchId: string): Promise<StoredBatch> {
      const batch = await lockBatch(tx, batchRegionsOf(actor, regions), batchId)
      if (!batch) throw new AppError('not_found')
      if (batch.state !== 'open') throw new AppError('action_not_allowed')
      return batch
    },
  }
}
export type BatchAccess = ReturnType<typeof createBatchAccess>

export function batchEvent(
  { actor, requestId }: Caller,
  action: AuditAction,
  batch: Pick<StoredBatch, 'id' | 'regionCode'>,
  details: Record<string, unknown> = {},
): AuditEvent {
  return {
    actorId: actor.userId,
    actorRole: actor.role,
    action,
    subjectType: 'enrolment_batch',
    subjectId: batch.id,
    requestId,
    officeId: actor.officeId,
    regionCode: batch.regionCode,
    details,
  }
}
