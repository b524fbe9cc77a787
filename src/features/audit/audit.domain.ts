import { createHmac, hkdfSync } from 'node:crypto'
import type { Actor } from '../../contracts/access.ts'
import type { AuditEvent } from '../../contracts/audit-actions.ts'

/** An entry as the database gives it back for sealing: every column as text, so that it reads the same for ever. */
export type SealableEvent = {
  id: string
  tx: string
  /** Microseconds since 1970. */
  at: string
  writer: string
  actorId: string | null
  actorRole: string
  officeId: string | null
  regionCode: string | null
  action: string
  subjectType: string | null
  subjectId: string | null
  requestId: string | null
  details: string | null
}

/** An array in JSON: no two different entries have the same text. */
const canonicalText = (event: SealableEvent): string =>
  JSON.stringify([
    event.id,
    event.tx,
    event.at,
    event.writer,
    event.actorId,
    event.actorRole,
    event.officeId,
    event.regionCode,
    event.action,
    event.subjectType,
    event.subjectId,
    event.requestId,
    event.details,
  ])

/** What the first link hangs on. */
export const GENESIS = Buffer.alloc(32)

export const linkHash = (key: Buffer, previous: Uint8Array, event: SealableEvent): Buffer =>
  createHmac('sha256', key).update('link\0').update(previous).update(canonicalText(event)).digest()

export type ChainHead = {
  position: number
  hash: Buffer
  /** Every entry of a transaction below this is in the chain. */
  sealedBelow: string
  sealedAt: Date
}

export const EMPTY_CHAIN: ChainHead = {
  position: 0,
  hash: GENESIS,
  sealedBelow: '0',
  sealedAt: new Date(0),
}

export const headMac = (key: Buffer, head: ChainHead): Buffer => {
  const { position, hash, sealedBelow, sealedAt } = head
  const text = JSON.stringify([position, hash.toString('hex'), sealedBelow, sealedAt.getTime()])
  return createHmac('sha256', key).update('head\0').update(text).digest()
}

/** The chain's own key, apart from those that seal and index. `indexKey` is the key ring's, which never changes. */
export const deriveChainKey = (indexKey: Uint8Array): Buffer =>
  Buffer.from(hkdfSync('sha256', indexKey, 'puntadewa', 'audit-chain', 32))

// 13 digits and more: card, NIK, KK. A UUID has at most 12 between its dashes. And Indonesian mobile numbers.
const IDENTITY_NUMBER = /(?<!\d)\d{13,}(?!\d)|(?<![\w-])(?:\+?62|0)8\d{7,11}(?![\w-])/g
const mask = (text: string): string => text.replace(IDENTITY_NUMBER, (digits) => `••••${digits.slice(-4)}`)

/** An entry can never be erased, so what slipped into its details is masked rather than kept. */
export const maskIdentity = (details: Record<string, unknown>): string =>
  JSON.stringify(details, (_key, value: unknown) => (typeof value === 'string' ? mask(value) : value))

/** An entry about what a signed-in caller did. Give `regionCode` when the subject's region is narrower than the caller's. */
export const auditEventBy = (
  actor: Actor,
  requestId: string,
  event: Pick<AuditEvent, 'action' | 'subjectType' | 'subjectId' | 'details' | 'regionCode'>,
): AuditEvent => ({
  actorId: actor.userId,
  actorRole: actor.role,
  officeId: actor.officeId,
  regionCode: actor.regionCode,
  requestId,
  ...event,
})

/** Whose entries a caller may read: the roles table of docs/architecture.md. */
export type AuditScope = { own: string } | { own: string; region: string; includeUnplaced: boolean }

export function auditScopeOf(actor: Actor): AuditScope {
  switch (actor.role) {
    case 'auditor':
    case 'admin':
      // Failed sign-ins of nobody in particular belong to no region.
      return { own: actor.userId, region: actor.regionCode, includeUnplaced: true }
    case 'supervisor':
      return { own: actor.userId, region: actor.regionCode, includeUnplaced: false }
    case 'petugas':
    case 'kader':
    case 'verifikator':
    case 'penyetuju':
      return { own: actor.userId }
  }
}
