import type { Db } from '../database.ts'
import { EMPTY_CHAIN, GENESIS, headMac, linkHash } from './audit.domain.ts'
import { countUnsealed, findHead, findSlippedIn, listLinks, readHorizon } from './chain.repository.ts'

/** The role the product writes as; what another role wrote did not come from it. */
const PRODUCT_ROLE = 'puntadewa_app'
const CHUNK = 5000

/**
 * `changed`: an entry or its link is not what was sealed. `removed`: an entry or a link is gone. `inserted`: an entry was
 * added behind the product's back. `truncated`: the chain ends before its head. `head`: the head itself was changed or
 * removed. `noted_head`: the chain is not
 * the one whose head was noted earlier.
 */
export type ChainFaultKind = 'changed' | 'removed' | 'inserted' | 'truncated' | 'head' | 'noted_head'

export type NotedHead = { position: number; hash: string }

export type ChainReport = {
  /** The first fault in chain order; undefined when everything fits. */
  fault: { kind: ChainFaultKind; position: number | null; eventId: number | null } | undefined
  /** Links that fit, from the first one on. */
  verified: number
  /** Entries written since the last sealing, which nothing proves yet. */
  unsealed: number
  /** Worth noting where the database's owner cannot reach: only a noted head shows a chain that was cut back as a whole. */
  head: NotedHead
}

/**
 * Reads the whole chain and every entry in one snapshot, 5,000 at a time, and stops at the first fault. Writes nothing; may run
 * beside everything else.
 */
export function verifyAuditChain(db: Db, chainKey: Buffer, noted?: NotedHead): Promise<ChainReport> {
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async (tx) => {
      let position = 0
      let hash: Buffer = GENESIS
      const stored = await findHead(tx)
      const horizon = await readHorizon(tx)

      const report = async (kind?: ChainFaultKind, at: number | null = null, eventId: number | null = null) => ({
        fault: kind && { kind, position: at, eventId },
        verified: position,
        unsealed: await countUnsealed(tx, stored?.sealedBelow ?? EMPTY_CHAIN.sealedBelow),
        head: { position, hash: hash.toString('hex') },
      })

      let notedHash: string | undefined = noted?.position === 0 ? GENESIS.toString('hex') : undefined
      for (;;) {
        const links = await listLinks(tx, position, CHUNK)
        for (const link of links) {
          const expected = position + 1
          if (link.position !== expected) return await report('removed', expected)
          if (!link.event) return await report('removed', expected)
          const eventId = Number(link.event.id)
          const next = linkHash(chainKey, hash, link.event)
          if (!next.equals(link.hash)) return await report('changed', expected, eventId)
          if (link.event.writer !== PRODUCT_ROLE) return await report('inserted', expected, eventId)
          position = expected
          hash = next
          if (noted?.position === position) notedHash = hash.toString('hex')
        }
        if (links.length < CHUNK) break
      }

      if (stored && !headMac(chainKey, stored).equals(stored.mac)) return await report('head')
      if (!stored && position > 0) return await report('head')
      const head = stored ?? EMPTY_CHAIN
      if (head.position > position) return await report('truncated', position + 1)
      if (head.position < position || !head.hash.equals(hash)) return await report('head')
      if (noted && notedHash !== noted.hash) return await report('noted_head', noted.position)
      const slipped = await findSlippedIn(tx, head.sealedBelow, horizon)
      if (slipped) return await report('inserted', null, slipped.eventId)
      return await report()
    })
}
