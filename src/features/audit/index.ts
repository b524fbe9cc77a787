import type { AuditEvent } from '../../contracts/audit-actions.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Db } from '../database.ts'
import type { OfficeDirectory, People } from './audit.ports.ts'
import { insertEvents } from './audit.repository.ts'
import { createAuditReader, createAuditWriter } from './audit.service.ts'
import { createSealer, type SealOptions } from './chain.service.ts'
import { type ChainReport, type NotedHead, verifyAuditChain } from './verify.service.ts'
import { createAuditCheck } from './verify-part.service.ts'

export { deriveChainKey } from './audit.domain.ts'
export type { OfficeDirectory, People } from './audit.ports.ts'
export { registerAuditRoutes } from './audit.routes.ts'
export { runAuditVerify } from './verify.command.ts'
export type { ChainFaultKind, ChainReport, NotedHead } from './verify.service.ts'

export type AuditDeps = {
  db: Db
  /** 32 bytes from `deriveChainKey`; not in the database, so that its owner cannot forge a chain. */
  chainKey: Buffer
  clock: Clock
  offices: OfficeDirectory
  people: People
}
export type Audit = ReturnType<typeof createAudit>

/** The append-only log: who did, read, searched, exported or was refused what. */
export function createAudit({ db, chainKey, clock, offices, people }: AuditDeps) {
  const write = createAuditWriter(db)
  const sealer = createSealer({ db, chainKey, clock })

  return {
    /**
     * Adds entries in the caller's transaction, in one INSERT: they commit or vanish with what they are about. Identity
     * numbers in `details` are masked, since an entry can never be erased. Not repeatable: each call adds.
     */
    record: (executor: Db, events: readonly AuditEvent[]): Promise<void> => insertEvents(executor, events),

    /**
     * Adds one entry on its own and resolves when it is durable; calls at the same time share a commit. Rejects when it could
     * not be written, and with `service_unavailable` when 5,000 are already waiting: whoever reads a person's data waits for
     * this first, so that nothing is shown without a trace.
     */
    write,

    /** A page of the log, newest first, of what the caller may see; the look itself becomes an entry. */
    list: createAuditReader({ db, offices, people, write }),

    /**
     * Seals what has been written since into the hash chain; for a schedule. May be repeated, interrupted and run in several
     * processes at once: one works, the others return 0 at once. Throws when the chain's head is not as it was left.
     */
    seal: (options?: SealOptions): Promise<{ sealed: number }> => sealer.seal(options),

    /** Checks at most 50,000 links of the chain, from a position that an earlier part came to; each part becomes an entry. */
    check: createAuditCheck({ db, chainKey, write }),

    /** Checks the whole chain against the log, and against a head that was noted earlier. Changes nothing. */
    verify: (noted?: NotedHead): Promise<ChainReport> => verifyAuditChain(db, chainKey, noted),
  }
}
