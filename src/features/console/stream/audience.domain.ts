import { EVENT_IDS_MAX, type StreamEventName, type StreamEvents } from '../../../contracts/api/events.ts'
import type { HouseholdPlace, LinkPlace } from '../console.ports.ts'

/** What one caller may hear of. */
export type Ears = {
  /** Whether `proposals` asks for the village. */
  goesByVillage: boolean
  proposals(place: HouseholdPlace): boolean
  conversations(links: readonly LinkPlace[]): boolean
  messages(regionCode: string | null): boolean
}

/** What changed, with where it lies. */
export type News =
  | { kind: 'proposal'; id: string; place: HouseholdPlace; counts: boolean; seated: boolean }
  | { kind: 'conversation'; id: string; links: readonly LinkPlace[]; gone: LinkPlace | null }
  | { kind: 'message'; id: string; intakeId: string | null; place: HouseholdPlace | null; regionCode: string | null }

/** An event to send; `data` as its kind says. */
export type OutgoingEvent = {
  [Name in StreamEventName]: { name: Name; data: StreamEvents[Name] }
}[StreamEventName]

const listOf = (ids: ReadonlySet<string>): string[] | null => (ids.size > EVENT_IDS_MAX ? null : [...ids])

/** What one caller is told of the news: each thing once, however often it changed, and nothing of what it may not see. */
export function eventsFor(ears: Ears, news: readonly News[]): OutgoingEvent[] {
  const proposals = new Set<string>()
  const conversations = new Set<string>()
  const messages = new Set<string>()
  const households = new Set<string>()
  const seats = new Set<string>()
  let counts = false
  for (const one of news) {
    if (one.kind === 'proposal') {
      if (!ears.proposals(one.place)) continue
      proposals.add(one.id)
      if (one.seated) seats.add(one.id)
      counts ||= one.counts
    } else if (one.kind === 'conversation') {
      if (ears.conversations(one.links) || (one.gone && ears.conversations([one.gone]))) conversations.add(one.id)
    } else if ((one.place && ears.proposals(one.place)) || ears.messages(one.regionCode)) {
      messages.add(one.id)
      if (one.intakeId !== null) households.add(one.intakeId)
    }
  }
  const events: OutgoingEvent[] = []
  if (proposals.size > 0) events.push({ name: 'proposals', data: { ids: listOf(proposals) } })
  if (seats.size > 0) events.push({ name: 'seats', data: { ids: listOf(seats) } })
  if (counts) events.push({ name: 'counts', data: {} })
  if (conversations.size > 0) events.push({ name: 'conversations', data: { ids: listOf(conversations) } })
  if (messages.size > 0) {
    events.push({ name: 'messages', data: { ids: listOf(messages), intakeIds: listOf(households) } })
  }
  return events
}
