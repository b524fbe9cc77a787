import type { FastifyRequest } from 'fastify'
import type { Actor } from '../../contracts/access.ts'
import type { HealthState, HomeQueue } from '../../contracts/api/home.ts'
import type { Language } from '../../contracts/text/index.ts'

/** Where a household registered and lives, and who entered it: what decides who sees its proposals. */
export type HouseholdPlace = { regionCode: string; officeId: string; createdBy: string; villageCode: string | null }

/** A household linked to a conversation: what decides who sees that. */
export type LinkPlace = { regionCode: string; officeId: string; villageCode: string }

export type WatchedSession = { sessionId: string; actor: Actor; rights: string }

/** Filled with the front door of accounts. */
export type SessionsPort = {
  /** Null: nobody is signed in (any more). */
  watchSession(request: FastifyRequest): Promise<WatchedSession | null>
  /** Those that still are, with the rights they have now. */
  checkSessions(sessionIds: readonly string[]): Promise<WatchedSession[]>
}

export type OwnLease = { proposalId: string; until: Date; dueAt: Date | null }

/** A span of time, its begin left out. */
export type Span = { after: Date; upTo: Date }

export type EndedCase = { proposalId: string; place: HouseholdPlace }

/** Filled with the front door of intake. */
export type CasesPort = {
  /** The same households as the lists of the caller: the condition in SQL as a function. */
  sees(actor: Actor): (place: HouseholdPlace) => boolean
  /** Whether `sees` of the caller asks for the village. */
  goesByVillage(actor: Actor): boolean
  /** By intake; unknown ones are left out. */
  listPlaces(intakeIds: readonly string[]): Promise<Map<string, HouseholdPlace>>
  /** Leases and reservations that ran out by the clock alone. */
  listRunOut(span: Span): Promise<EndedCase[]>
  /** What waits for the caller, by queue, with its clocks. */
  getQueueClocks(actor: Actor): Promise<HomeQueue[]>
  listOwnLeases(actor: Actor, limit: number): Promise<OwnLease[]>
  /** In the caller's scope since then, at most `limit`; null for a caller who sees no proposals. */
  countRegistered(actor: Actor, since: Date, limit: number): Promise<number | null>
  /** Which whole offices or kab/kota the caller sees; null: none, or only a part of one. */
  figureScope(actor: Actor): { officeIds: string[] } | { regionCodes: string[] } | null
}

/** Health of something outside, in one word. `mark` differs whenever people should look again. */
export type Pulse = { state: HealthState; code: string; text: string; mark: string }

/** Filled with the front door of whatsapp. */
export type TalksPort = {
  seesConversations(actor: Actor): (links: readonly LinkPlace[]) => boolean
  /** Messages that failed or wait, as operators list them. Null: answers to strangers. */
  seesMessages(actor: Actor): (regionCode: string | null) => boolean
  /** The households linked to each conversation; without any: a stranger's. */
  listLinks(contactIds: readonly string[]): Promise<Map<string, LinkPlace[]>>
  /** Conversations whose claim ran out by the clock alone. */
  listRunOut(span: Span): Promise<string[]>
  pulse(language: Language): Promise<Pulse>
}

/** Filled with the front door of bpjs. */
export type MembershipPort = { pulse(language: Language): Promise<Pulse> }

/** Filled with the front door of regions. */
export type ZonePort = { timeZoneOf(regionCode: string): string; kabKotaIn(regionCode: string): string[] }

export type ConsolePorts = {
  sessions: SessionsPort
  cases: CasesPort
  talks: TalksPort
  membership: MembershipPort
  regions: ZonePort
}
