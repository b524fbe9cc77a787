import type { Clock } from '../../platform/clock.ts'
import type { Db } from '../database.ts'
import { type ChainHead, EMPTY_CHAIN, headMac, linkHash } from './audit.domain.ts'
import { findHead, insertLinks, listUnsealed, putHead, readHorizon, tryLockChain } from './chain.repository.ts'

export type SealOptions = {
  /** Entries sealed in one transaction. */
  batchSize?: number
}

// 1,000 links are one round trip and about 5 ms of hashing: short enough to hold nothing up, long enough to keep pace.
const BATCH_SIZE = 1000

type SealerDeps = { db: Db; chainKey: Buffer; clock: Clock }

/**
 * Appends what has been written since to the hash chain. Writers know nothing of it: an entry is sealed once every
 * transaction that began before its own has ended, so that the order is settled whoever commits first.
 */
export function createSealer({ db, chainKey, clock }: SealerDeps) {
  const sealBatch = (batchSize: number): Promise<{ sealed: number; more: boolean }> =>
    db.transaction().execute(async (tx) => {
      if (!(await tryLockChain(tx))) return { sealed: 0, more: false }
      const stored = await findHead(tx)
      if (stored && !headMac(chainKey, stored).equals(stored.mac)) {
        throw new Error('the head of the audit chain was changed, or this is not the key it was sealed with')
      }
      const head = stored ?? EMPTY_CHAIN
      const horizon = await readHorizon(tx)
      // Transaction numbers that run backwards mean a dump restored on another server: start from nothing there, and
      // take in what the old one had not sealed.
      const restored = BigInt(horizon.settled) < BigInt(head.sealedBelow)
      const events = await listUnsealed(tx, {
        from: restored ? '0' : head.sealedBelow,
        horizon,
        beyondNext: restored,
        limit: batchSize,
      })
      const more = events.length === batchSize
      const lastTx = events.at(-1)?.tx
      const next: ChainHead = { ...head, sealedAt: clock.now() }
      // A full batch may end in the middle of a transaction: the next one looks at that transaction again.
      if (!more) next.sealedBelow = horizon.settled
      else if (!restored && lastTx !== undefined) next.sealedBelow = lastTx
      const links = events.map((event) => {
        next.position += 1
        next.hash = linkHash(chainKey, next.hash, event)
        return { position: next.position, eventId: event.id, hash: next.hash }
      })
      if (links.length > 0) await insertLinks(tx, links)
      if (links.length > 0 || restored) await putHead(tx, next, headMac(chainKey, next))
      return { sealed: links.length, more }
    })

  return {
    async seal({ batchSize = BATCH_SIZE }: SealOptions = {}): Promise<{ sealed: number }> {
      let sealed = 0
      let more = true
      while (more) {
        const batch = await sealBatch(batchSize)
        sealed += batch.sealed
        more = batch.more
      }
      return { sealed }
    },
  }
}
