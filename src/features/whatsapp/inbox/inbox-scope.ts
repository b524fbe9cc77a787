import { type RawBuilder, sql } from 'kysely'
import type { Actor, Role } from '../../../contracts/access.ts'
import { isInSubtree } from '../../../contracts/primitives/region-code.ts'

/** What conversations a caller may see, by the households linked to them. */
export type InboxScope = {
  /** Only of these offices; null: of every office in `region`. */
  officeIds: readonly string[] | null
  /** Root of the subtree. Below a kab/kota: the households that live there. */
  region: string
  /** Also people of whom no household is known. */
  includeStrangers: boolean
}

/** Who may open the list. An admin reads no person's file (ADR 0020): the list shows admins that somebody waits, not what is written. */
export const INBOX_ROLES: readonly Role[] = ['petugas', 'verifikator', 'supervisor', 'auditor', 'admin']

/** An officer sees who registered at the own offices, others their region. Strangers belong to no region, and somebody must answer them. */
export function inboxScopeOf(actor: Actor): InboxScope {
  return {
    officeIds: actor.role === 'petugas' ? actor.officeIds : null,
    region: actor.regionCode,
    includeStrangers: actor.role === 'supervisor' || actor.role === 'admin',
  }
}

const KAB_KOTA_LENGTH = 5

/** Whether a linked household (alias `link`) lies in the scope. */
export function linkInScope(scope: InboxScope): RawBuilder<boolean> {
  const { officeIds, region } = scope
  if (officeIds !== null) return sql<boolean>`link.office_id = ANY(${[...officeIds]}::uuid[])`
  const below = `${region}.`
  if (region.length <= KAB_KOTA_LENGTH) {
    return sql<boolean>`(link.region_code = ${region} OR starts_with(link.region_code, ${below}))`
  }
  return sql<boolean>`(link.region_code = ${region.slice(0, KAB_KOTA_LENGTH)}
    AND (link.village_code = ${region} OR starts_with(link.village_code, ${below})))`
}

/** Whether a conversation (alias `talk`) lies in the scope. */
export function talkInScope(scope: InboxScope): RawBuilder<boolean> {
  const linked = sql<boolean>`EXISTS (SELECT FROM whatsapp_conversation_intake AS link
    WHERE link.contact_id = talk.contact_id AND ${linkInScope(scope)})`
  if (!scope.includeStrangers) return linked
  return sql<boolean>`(${linked} OR NOT EXISTS (SELECT FROM whatsapp_conversation_intake AS link
    WHERE link.contact_id = talk.contact_id))`
}

/** A household linked to a conversation. */
export type LinkPlace = { regionCode: string; officeId: string; villageCode: string }

/** As `talkInScope`, for a conversation whose linked households are at hand; nobody but those who may open the list sees any. */
export function conversationSeenBy(actor: Actor): (links: readonly LinkPlace[]) => boolean {
  if (!INBOX_ROLES.includes(actor.role)) return () => false
  const { officeIds, region, includeStrangers } = inboxScopeOf(actor)
  const sees = (link: LinkPlace): boolean => {
    if (officeIds !== null) return officeIds.includes(link.officeId)
    if (region.length <= KAB_KOTA_LENGTH) return isInSubtree(link.regionCode, region)
    return link.regionCode === region.slice(0, KAB_KOTA_LENGTH) && isInSubtree(link.villageCode, region)
  }
  return (links) => (links.length === 0 ? includeStrangers : links.some(sees))
}
