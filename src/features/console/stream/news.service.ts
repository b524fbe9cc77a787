import type { CasesPort, HouseholdPlace, LinkPlace, Span, TalksPort } from '../console.ports.ts'
import type { News } from './audience.domain.ts'
import type { Change } from './change.repository.ts'

export type NewsPorts = { cases: CasesPort; talks: TalksPort }

const NOTHING = new Map<never, never>()

/**
 * Each change as news, with what decides who may hear of it. A change whose place nobody knows is news to nobody.
 * `byVillage`: somebody who listens sees only a part of a kab/kota.
 */
export async function createNews(
  { cases, talks }: NewsPorts,
  changes: readonly Change[],
  byVillage: boolean,
): Promise<{ change: Change; news: News[] }[]> {
  const intakes = new Set<string>()
  const contacts = new Set<string>()
  for (const { kind, intakeId, contactId, subjectId } of changes) {
    if (intakeId !== null && (kind === 'message' || byVillage)) intakes.add(intakeId)
    const contact = kind === 'conversation' ? subjectId : contactId
    if (contact !== null) contacts.add(contact)
  }
  const [places, links]: [ReadonlyMap<string, HouseholdPlace>, ReadonlyMap<string, LinkPlace[]>] = await Promise.all([
    intakes.size > 0 ? cases.listPlaces([...intakes]) : NOTHING,
    contacts.size > 0 ? talks.listLinks([...contacts]) : NOTHING,
  ])
  const talk = (id: string, gone: LinkPlace | null): News => ({
    kind: 'conversation',
    id,
    links: links.get(id) ?? [],
    gone,
  })

  const newsOf = (change: Change): News[] => {
    const { kind, subjectId: id, intakeId, contactId, regionCode, officeId, createdBy, villageCode } = change
    const household = places.get(intakeId ?? '') ?? null
    if (kind === 'conversation') {
      const hasPlace = regionCode !== null && officeId !== null && villageCode !== null
      return [talk(id, hasPlace ? { regionCode, officeId, villageCode } : null)]
    }
    if (kind === 'message') {
      const message: News = { kind, id, intakeId, place: household, regionCode }
      // A text that goes out stands in the conversation too.
      return contactId === null ? [message] : [message, talk(contactId, null)]
    }
    if (regionCode === null || officeId === null || createdBy === null) return []
    const place = { regionCode, officeId, createdBy, villageCode: household?.villageCode ?? null }
    return [{ kind, id, place, counts: change.counts, seated: change.seated }]
  }
  return changes.map((change) => ({ change, news: newsOf(change) }))
}

/** What changed by the clock alone: claims and reservations that ran out. No row tells of it. */
export async function findRunOut({ cases, talks }: NewsPorts, span: Span): Promise<News[]> {
  const [ended, contactIds] = await Promise.all([cases.listRunOut(span), talks.listRunOut(span)])
  const links = contactIds.length > 0 ? await talks.listLinks(contactIds) : new Map<string, LinkPlace[]>()
  return [
    ...ended.map(({ proposalId: id, place }): News => ({ kind: 'proposal', id, place, counts: true, seated: false })),
    ...contactIds.map((id): News => ({ kind: 'conversation', id, links: links.get(id) ?? [], gone: null })),
  ]
}
