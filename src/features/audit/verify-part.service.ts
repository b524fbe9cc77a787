import type { Actor } from '../../contracts/access.ts'
import type { AuditCheck, VerifyAudit } from '../../contracts/api/audit.ts'
import type { AuditEvent } from '../../contracts/audit-actions.ts'
import { APP_ROLE } from '../../platform/db/app-role.ts'
import type { Db } from '../database.ts'
import { auditEventBy, EMPTY_CHAIN, GENESIS, headMac } from './audit.domain.ts'
import { countUnsealed, findForeign, findHead, findTxAt, readHorizon } from './chain.repository.ts'
import { faultAt, findHeadFault, type Walk, walkLinks } from './verify.service.ts'

/** What one call checks at most; a longer log is checked in several calls. */
const PART_MAX = 50_000

type Part = { db: Db; chainKey: Buffer; from: { position: number; hash: string } | undefined; max: number }

/**
 * Checks at most `max` links after a position whose hash an earlier part gave (the first part: from the beginning), in one
 * snapshot. `next`: where to go on; null when the chain ended here or a fault was found. A hash that is not the chain's own is found as
 * a fault of the link after it. Entries beside the chain are looked for in the time of the part alone, so that its work is bounded.
 */
export function verifyPart({ db, chainKey, from, max }: Part): Promise<AuditCheck> {
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async (tx) => {
      const stored = await findHead(tx)
      const head = stored ?? EMPTY_CHAIN
      const start = from
        ? { position: from.position, hash: Buffer.from(from.hash, 'hex') }
        : { position: 0, hash: GENESIS }
      const walk: Walk = { ...start, fault: undefined, notedHash: undefined }
      const isWhole = await walkLinks(tx, chainKey, walk, { max })
      const sinceTx = await findTxAt(tx, start.position)
      const untilTx = isWhole ? undefined : await findTxAt(tx, walk.position)
      const inserted = async () => {
        const horizon = await readHorizon(tx)
        const found = await findForeign(tx, {
          sealedBelow: head.sealedBelow,
          horizon,
          writer: APP_ROLE,
          sinceTx,
          untilTx,
        })
        return found && faultAt('inserted', null, found.eventId)
      }
      const ofHead = () =>
        findHeadFault(walk, stored && { ...stored, genuine: headMac(chainKey, stored).equals(stored.mac) })
      const fault = walk.fault ?? (isWhole ? ofHead() : undefined) ?? (await inserted())
      const reached = { position: walk.position, hash: walk.hash.toString('hex') }
      return {
        fault: fault ?? null,
        verified: walk.position - start.position,
        total: head.position,
        unsealed: await countUnsealed(tx, head.sealedBelow),
        head: reached,
        next: fault || isWhole ? null : reached,
      }
    })
}

/** The check as those who oversee a region ask for it; each part becomes an entry of the log. */
export function createAuditCheck(deps: { db: Db; chainKey: Buffer; write: (event: AuditEvent) => Promise<void> }) {
  const { db, chainKey, write } = deps
  return async (
    { actor, requestId }: { actor: Actor; requestId: string },
    { from }: VerifyAudit,
    max = PART_MAX,
  ): Promise<AuditCheck> => {
    const check = await verifyPart({ db, chainKey, from, max })
    await write(
      auditEventBy(actor, requestId, {
        action: 'verify_audit',
        subjectType: 'audit',
        subjectId: null,
        details: { from: from?.position ?? 0, to: check.head.position, fault: check.fault?.kind ?? null },
      }),
    )
    return check
  }
}
export type AuditChecker = ReturnType<typeof createAuditCheck>
