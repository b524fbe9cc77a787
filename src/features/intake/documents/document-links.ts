import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'
import { DOCUMENT_LINK_MINUTES, type DocumentLink } from '../../../contracts/api/documents.ts'
import type { Clock } from '../../../platform/clock.ts'

const MINUTE_MS = 60_000

/** The links' own key. `indexKey` is the key ring's, which never changes and is the same on every machine. */
export const deriveDocumentLinkKey = (indexKey: Uint8Array): Buffer =>
  Buffer.from(hkdfSync('sha256', indexKey, 'puntadewa', 'document-links', 32))

/** Links to a document's content that open it for one account and a few minutes. They let in nobody whose role or scope does not. */
export function createDocumentLinks({ key, clock }: { key: Buffer; clock: Clock }) {
  const sign = (documentId: string, userId: string, expires: number): Buffer =>
    createHmac('sha256', key)
      .update(JSON.stringify([documentId.toLowerCase(), userId, expires]))
      .digest()

  return {
    compose(documentId: string, userId: string): string {
      const expires = Math.floor((clock.now().getTime() + DOCUMENT_LINK_MINUTES * MINUTE_MS) / 1000)
      const signature = sign(documentId, userId, expires).toString('base64url')
      return `/api/v1/documents/${documentId}/content?expires=${expires}&signature=${signature}`
    },
    isGood(documentId: string, userId: string, { expires, signature }: DocumentLink): boolean {
      if (expires * 1000 <= clock.now().getTime()) return false
      const given = Buffer.from(signature, 'base64url')
      const expected = sign(documentId, userId, expires)
      return given.length === expected.length && timingSafeEqual(given, expected)
    },
  }
}
export type DocumentLinks = ReturnType<typeof createDocumentLinks>
