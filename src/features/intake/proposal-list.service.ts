import type { Pool } from 'pg'
import type { Actor } from '../../contracts/access.ts'
import type { ProposalFilters } from '../../contracts/api/proposal-filters.ts'
import type { ProposalSort } from '../../contracts/api/proposal-sorts.ts'
import { LIST_COUNT_MAX, type ProposalListItem, type ProposalListQuery } from '../../contracts/api/proposals.ts'
import { queueRule } from '../../contracts/lifecycle/queues.ts'
import { STATES, type State } from '../../contracts/lifecycle/states.ts'
import { PAGE_LIMIT_MAX } from '../../contracts/primitives/paging.ts'
import { normalisePersonName } from '../../contracts/primitives/person-name.ts'
import { readIndonesianMobile } from '../../contracts/primitives/phone.ts'
import { readReceiptNumber } from '../../contracts/primitives/receipt-number.ts'
import type { Clock } from '../../platform/clock.ts'
import { AppError } from '../../platform/errors.ts'
import type { Db } from '../database.ts'
import type { IntakePorts } from './intake.ports.ts'
import { decodeCursor, encodeCursor } from './list-cursor.ts'
import type { ListFilters } from './proposal-filters.repository.ts'
import {
  type CountQuestion,
  countProposals,
  EXPORT_PAGE,
  type ListQuestion,
  type ListRow,
  listProposals,
  type SortColumn,
} from './proposal-list.repository.ts'
import { type Place, placeOf } from './queue-place.domain.ts'
import { scopeOf } from './scope.ts'
import type { IntakeSealing } from './sealing.ts'

export type CollectedProposal = { id: string; version: number }

type ListDeps = {
  pool: Pool
  db: Db
  sealing: IntakeSealing
  clock: Clock
  ports: Pick<IntakePorts, 'regions' | 'audit' | 'accounts' | 'seats'>
}

/** Only what is approved and not sealed waits for a seat, or has just got one. */
const SEATED_STATE: State = 'eligible'

function placeFor({ queue, state, dueBefore, seat }: ProposalFilters, actor: Actor, now: Date): Place {
  const wanted = (one: State): boolean => state === undefined || state.includes(one)
  const limit = dueBefore === undefined ? null : new Date(dueBefore)
  if (!queue) {
    const states = STATES.filter((one) => wanted(one) && (seat === undefined || one === SEATED_STATE))
    return { queue: null, states, leaseHolder: null, lateBefore: limit, firstFor: null }
  }
  if (!queueRule(queue).roles.includes(actor.role)) throw new AppError('forbidden')
  const place = placeOf(queue, actor, now)
  const states = place.states.filter(wanted)
  if (place.queue !== null && states.length === 0) {
    throw new AppError('invalid_input', { issues: [{ path: 'state', code: 'state_not_in_queue' }] })
  }
  const { lateBefore } = place
  return { ...place, states, lateBefore: limit === null || (lateBefore && lateBefore < limit) ? lateBefore : limit }
}

/** Those before approval need not be asked about. */
const mayHaveSeat = ({ state }: ListRow): boolean =>
  state === 'eligible' || state === 'submitted_to_bpjs' || state === 'active_confirmed'

/** What the audit keeps of a question: which filters, never the text of a search. */
export function criteriaOf({ q: _, ...filters }: ProposalFilters): Record<string, unknown> {
  return filters
}

export function createProposalList(deps: ListDeps) {
  const { pool, db, sealing, clock, ports } = deps

  const searchOf = (q: string | undefined): ListQuestion['search'] => {
    if (q === undefined) return { kind: 'none' }
    const digits = q.replace(/[\s.-]/gu, '')
    if (/^\d{16}$/u.test(digits)) {
      return { kind: 'identity', nikIndex: sealing.nikIndex(digits), familyCardIndex: sealing.familyCardIndex(digits) }
    }
    const receiptNumber = readReceiptNumber(q)
    if (receiptNumber) return { kind: 'receipt', receiptNumber }
    const phone = readIndonesianMobile(q)
    if ('number' in phone) return { kind: 'phone', phoneIndex: sealing.phoneIndex(phone.number) }
    return { kind: 'name', fragment: normalisePersonName(q) }
  }

  const filtersOf = (given: ProposalFilters, actor: Actor): ListFilters => ({
    flags: given.flag ?? [],
    regions: given.regionCode ?? [],
    offices: given.office ?? [],
    channels: given.channel ?? [],
    membership: given.membership ?? [],
    submittedFrom: given.submittedFrom ?? null,
    submittedTo: given.submittedTo ?? null,
    timeZone: ports.regions.timeZoneOf(actor.regionCode),
    claimedBy: given.lease?.includes('mine') ? actor.userId : null,
    unclaimed: given.lease?.includes('nobody') ?? false,
    seats: (given.seat ?? []).map((standing) => ports.seats.idsSql[standing]),
  })

  /** What the caller asks, within what the caller may see. */
  const questionOf = (actor: Actor, given: ProposalFilters, now: Date): CountQuestion => ({
    ...placeFor(given, actor, now),
    search: searchOf(given.q),
    filters: filtersOf(given, actor),
    scope: scopeOf(actor, ports.regions.kabKotaIn),
    now,
  })

  const sortOf = (
    query: Pick<ProposalFilters, 'queue' | 'dueBefore'> & { sort?: ProposalSort | undefined },
    search: ListQuestion['search'],
  ): ProposalSort => {
    const ofQueue = query.queue && queueRule(query.queue).sort
    if (query.sort) {
      const code = query.sort === 'likeness' ? 'sort_needs_duplicates' : 'sort_needs_queue'
      const hasClock = ofQueue !== undefined || query.dueBefore !== undefined
      const isPossible = query.sort === 'likeness' ? ofQueue === 'likeness' : hasClock || !query.sort.endsWith('dueAt')
      if (!isPossible) throw new AppError('invalid_input', { issues: [{ path: 'sort', code }] })
      return query.sort
    }
    if (search.kind === 'name') return 'fullName'
    return ofQueue ?? '-submittedAt'
  }

  const sortValue = (item: ListRow, column: SortColumn): string => {
    switch (column) {
      case 'fullName':
        return item.fullName
      case 'dueAt':
        return item.dueAt ?? ''
      case 'submittedAt':
        return item.submittedAt
      case 'likeness':
        return String(item.likeness ?? 0)
      case 'state':
        return `${item.state} ${item.submittedAt}`
    }
  }

  /** Colleagues are shown by name: who holds a case, and for whom it is kept. And the seats of those that may have one. */
  const withNames = async (rows: readonly ListRow[]): Promise<ProposalListItem[]> => {
    const people = [...new Set(rows.flatMap(({ leaseHolder, reservedFor }) => [leaseHolder, reservedFor]))].filter(
      (id) => id !== null,
    )
    const names = people.length === 0 ? new Map<string, string>() : await ports.accounts.listNames(db, people)
    const nameOf = (id: string | null): string | null => (id === null ? null : (names.get(id) ?? null))
    const approved = rows.filter(mayHaveSeat).map(({ id }) => id)
    const seats = await ports.seats.listStandings(db, approved)
    return rows.map((row) => ({
      ...row,
      leaseHolderName: nameOf(row.leaseHolder),
      reservedForName: nameOf(row.reservedFor),
      quota: seats.get(row.id) ?? null,
    }))
  }

  const audit = (actor: Actor, query: ProposalFilters, by: string, requestId: string): Promise<void> =>
    ports.audit.write({
      actorId: actor.userId,
      actorRole: actor.role,
      action: 'search',
      subjectType: 'proposal',
      subjectId: null,
      requestId,
      officeId: actor.officeId,
      regionCode: actor.regionCode,
      details: { by, ...criteriaOf(query) },
    })

  return {
    /**
     * Id and version of everything that the filter finds for the caller, in its order, as it stands while it is read; null when that is
     * more than `max`. Refuses the filters that `list` refuses. Without an entry in the audit log: the caller writes what it is for.
     */
    async collect(actor: Actor, filters: ProposalFilters, max: number): Promise<CollectedProposal[] | null> {
      const question = questionOf(actor, filters, clock.now())
      const sort = sortOf(filters, question.search)
      const column = sort.replace('-', '') as SortColumn
      const found = new Map<string, CollectedProposal>()
      let after: ListQuestion['after'] = null
      for (;;) {
        const place = { sort: column, descending: sort.startsWith('-'), after, limit: PAGE_LIMIT_MAX }
        const page = await listProposals(pool, { ...question, ...place })
        for (const { id, version } of page) found.set(id, { id, version })
        if (found.size > max) return null
        const last = page.at(-1)
        if (!last || page.length < PAGE_LIMIT_MAX) return [...found.values()]
        after = { value: sortValue(last, column), id: last.id }
      }
    },

    /**
     * One page of what the caller may see, ordered by the server on any sortable column; `nextCursor` continues it and stays
     * right while rows come and go. Every call is audited with its filters, and with the kind of a search, never its text.
     */
    async list(actor: Actor, query: ProposalListQuery, requestId: string) {
      const { sort: _, cursor, limit, ...filters } = query
      const question = questionOf(actor, filters, clock.now())
      const sort = sortOf(query, question.search)
      const column = sort.replace('-', '') as SortColumn
      const [items] = await Promise.all([
        listProposals(pool, {
          ...question,
          sort: column,
          descending: sort.startsWith('-'),
          after: cursor ? decodeCursor(cursor, sort) : null,
          limit: limit + 1,
        }),
        audit(actor, filters, question.search.kind, requestId),
      ])
      const page = items.slice(0, limit)
      const last = page.at(-1)
      const hasMore = items.length > limit && last !== undefined
      return {
        items: await withNames(page),
        nextCursor: hasMore ? encodeCursor(sort, sortValue(last, column), last.id) : null,
      }
    },

    /** How many a list with these filters has, counted up to 1,000. Audited like the list when it searches for a person. */
    async count(actor: Actor, filters: ProposalFilters, requestId: string) {
      const question = questionOf(actor, filters, clock.now())
      const [counted] = await Promise.all([
        countProposals(pool, question, LIST_COUNT_MAX + 1),
        question.search.kind === 'none' ? undefined : audit(actor, filters, question.search.kind, requestId),
      ])
      return { total: Math.min(counted, LIST_COUNT_MAX), more: counted > LIST_COUNT_MAX }
    },

    /**
     * Everything that the list has, oldest first, `EXPORT_PAGE` rows at a time: each once, as it stands when its page is read.
     * A refusal comes before the first page. Not audited: who hands it out does that.
     */
    readAll(actor: Actor, filters: ProposalFilters): AsyncGenerator<ListRow[]> {
      const question = questionOf(actor, filters, clock.now())
      return (async function* () {
        let after: ListQuestion['after'] = null
        for (;;) {
          const items = await listProposals(pool, {
            ...question,
            sort: 'submittedAt',
            descending: false,
            after,
            limit: EXPORT_PAGE,
            now: clock.now(),
          })
          if (items.length > 0) yield items
          const last = items.at(-1)
          if (last === undefined || items.length < EXPORT_PAGE) return
          after = { value: last.submittedAt, id: last.id }
        }
      })()
    },
  }
}
export type ProposalList = ReturnType<typeof createProposalList>
