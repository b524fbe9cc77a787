import { APP_ROLE } from '../../platform/db/app-role.ts'
import type { Db } from '../database.ts'
import { type ChainHead, EMPTY_CHAIN, GENESIS, headMac, linkHash } from './audit.domain.ts'
import { countUnsealed, findForeign, findHead, listLinks, readHorizon, type StoredLink } from './chain.repository.ts'

const CHUNK = 5000

/**
 * `changed`: an entry or its link is not what was sealed. `removed`: an entry or a link is gone. `inserted`: an entry was
 * added behind the product's back. `truncated`: the chain ends before its head. `head`: the head itself was changed or
 * removed. `noted_head`: the chain is not
 * the one whose head was noted earlier.
 */
export type ChainFaultKind = 'changed' | 'removed' | 'inserted' | 'truncated' | 'head' | 'noted_head'

export type NotedHead = { position: number; hash: string }

export type ChainFault = { kind: ChainFaultKind; position: number | null; eventId: number | null }

export type ChainReport = {
  /** The first fault in chain order; undefined when everything fits. */
  fault: ChainFault | undefined
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
    .execute((tx) => verifyWithin(tx, chainKey, noted))
}

export type Walk = { position: number; hash: Buffer; fault: ChainFault | undefined; notedHash: string | undefined }

/** As `verifyAuditChain`, on what the caller's transaction sees. */
export async function verifyWithin(executor: Db, chainKey: Buffer, noted?: NotedHead): Promise<ChainReport> {
  const stored = await findHead(executor)
  const head = stored ?? EMPTY_CHAIN
  const genesisHash = noted?.position === 0 ? GENESIS.toString('hex') : undefined
  const walk: Walk = { position: 0, hash: GENESIS, fault: undefined, notedHash: genesisHash }
  await walkLinks(executor, chainKey, walk, { notedPosition: noted?.position })
  const fault =
    walk.fault ??
    findHeadFault(walk, stored && { ...stored, genuine: headMac(chainKey, stored).equals(stored.mac) }) ??
    (noted && walk.notedHash !== noted.hash ? faultAt('noted_head', noted.position) : undefined) ??
    (await findInserted(executor, head.sealedBelow))
  return {
    fault,
    verified: walk.position,
    unsealed: await countUnsealed(executor, head.sealedBelow),
    head: { position: walk.position, hash: walk.hash.toString('hex') },
  }
}

export const faultAt = (kind: ChainFaultKind, position: number | null, eventId: number | null = null): ChainFault => ({
  kind,
  position,
  eventId,
})

/** Goes on from where `walk` is, which it moves. Whether it came to the end of the chain: not when it met a fault or has gone `max` links. */
export async function walkLinks(
  executor: Db,
  chainKey: Buffer,
  walk: Walk,
  { notedPosition, max = Infinity }: { notedPosition?: number | undefined; max?: number },
): Promise<boolean> {
  for (let left = max; left > 0; left -= CHUNK) {
    const limit = Math.min(CHUNK, left)
    const links = await listLinks(executor, walk.position, limit)
    for (const link of links) {
      const position = walk.position + 1
      walk.fault = findLinkFault(link, position, chainKey, walk.hash)
      if (walk.fault) return false
      walk.position = position
      walk.hash = link.hash
      if (position === notedPosition) walk.notedHash = link.hash.toString('hex')
    }
    if (links.length < limit) return true
  }
  return false
}

function findLinkFault(link: StoredLink, position: number, key: Buffer, previous: Buffer): ChainFault | undefined {
  if (link.position !== position || !link.event) return faultAt('removed', position)
  const eventId = Number(link.event.id)
  if (!linkHash(key, previous, link.event).equals(link.hash)) return faultAt('changed', position, eventId)
  // The product always writes as its own role.
  return link.event.writer === APP_ROLE ? undefined : faultAt('inserted', position, eventId)
}

export function findHeadFault(
  walk: Walk,
  head: (ChainHead & { genuine: boolean }) | undefined,
): ChainFault | undefined {
  if (!head) return walk.position > 0 ? faultAt('head', null) : undefined
  if (!head.genuine) return faultAt('head', null)
  if (head.position > walk.position) return faultAt('truncated', walk.position + 1)
  return head.position < walk.position || !head.hash.equals(walk.hash) ? faultAt('head', null) : undefined
}

async function findInserted(executor: Db, sealedBelow: string): Promise<ChainFault | undefined> {
  const horizon = await readHorizon(executor)
  const inserted = await findForeign(executor, { sealedBelow, horizon, writer: APP_ROLE })
  return inserted && faultAt('inserted', null, inserted.eventId)
}
