import type { Pool } from 'pg'
import type { Actor } from '../../contracts/access.ts'
import type { ProposalListItem, ProposalListQuery, ProposalSort } from '../../contracts/api/proposals.ts'
import { QUEUES, type QueueKey, queueRoles } from '../../contracts/lifecycle/queues.ts'
import { STATES, type State } from '../../contracts/lifecycle/states.ts'
import { normalisePersonName } from '../../contracts/primitives/person-name.ts'
import { readIndonesianMobile } from '../../contracts/primitives/phone.ts'
import { readReceiptNumber } from '../../contracts/primitives/receipt-number.ts'
import type { Clock } from '../../platform/clock.ts'
import { AppError } from '../../platform/errors.ts'
import type { IntakePorts } from './intake.ports.ts'
import { decodeCursor, encodeCursor } from './list-cursor.ts'
import { type ListQuestion, listProposals, type SortColumn } from './proposal-list.repository.ts'
import { scopeOf } from './scope.ts'
import type { IntakeSealing } from './sealing.ts'

type ListDeps = { pool: Pool; sealing: IntakeSealing; clock: Clock; ports: Pick<IntakePorts, 'regions' | 'audit'> }

type Place = Pick<ListQuestion, 'queue' | 'states' | 'leaseHolder' | 'lateBefore'>

function placeOf(query: ProposalListQuery, actor: Actor, now: Date): Place {
  const states: readonly State[] = query.state ? [query.state] : STATES
  const everywhere: Place = { queue: null, states, leaseHolder: null, lateBefore: null }
  const queue: QueueKey | undefined = query.queue
  if (!queue) return everywhere
  if (!queueRoles(queue).includes(actor.role)) throw new AppError('forbidden')
  if (queue === 'mine') return { ...everywhere, leaseHolder: actor.userId }
  if (queue === 'late') return { ...everywhere, lateBefore: now }
  if (query.state && query.state !== QUEUES[queue].state) {
    throw new AppError('invalid_input', { issues: [{ path: 'state', code: 'state_not_in_queue' }] })
  }
  return { ...everywhere, queue, states: [QUEUES[queue].state] }
}

export function createProposalList(deps: ListDeps) {
  const { pool, sealing, clock, ports } = deps

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

  const sortOf = (query: ProposalListQuery, place: Place, search: ListQuestion['search']): ProposalSort => {
    if (query.sort) {
      const hasClock = place.queue !== null || place.leaseHolder !== null || place.lateBefore !== null
      if (query.sort.endsWith('dueAt') && !hasClock) {
        throw new AppError('invalid_input', { issues: [{ path: 'sort', code: 'sort_needs_queue' }] })
      }
      return query.sort
    }
    if (search.kind === 'name') return 'fullName'
    return query.queue ? 'dueAt' : '-submittedAt'
  }

  const sortValue = (item: ProposalListItem, column: SortColumn): string =>
    column === 'fullName' ? item.fullName : column === 'dueAt' ? (item.dueAt ?? '') : item.submittedAt

  return {
    /**
     * One page of what the caller may see, ordered by the server on any sortable column; `nextCursor` continues it and stays
     * right while rows come and go. Every call is audited with its kind of criteria, never their values.
     */
    async list(actor: Actor, query: ProposalListQuery, requestId: string) {
      const now = clock.now()
      const place = placeOf(query, actor, now)
      const search = searchOf(query.q)
      const sort = sortOf(query, place, search)
      const column = sort.replace('-', '') as SortColumn
      const [items] = await Promise.all([
        listProposals(pool, {
          ...place,
          search,
          scope: scopeOf(actor, ports.regions.kabKotaIn),
          sort: column,
          descending: sort.startsWith('-'),
          after: query.cursor ? decodeCursor(query.cursor, sort) : null,
          limit: query.limit + 1,
          now,
        }),
        ports.audit.write({
          actorId: actor.userId,
          actorRole: actor.role,
          action: 'search',
          subjectType: 'proposal',
          subjectId: null,
          requestId,
          officeId: actor.officeId,
          regionCode: actor.regionCode,
          details: { by: search.kind, queue: query.queue ?? null, state: query.state ?? null },
        }),
      ])
      const page = items.slice(0, query.limit)
      const last = page.at(-1)
      const hasMore = items.length > query.limit && last !== undefined
      return { items: page, nextCursor: hasMore ? encodeCursor(sort, sortValue(last, column), last.id) : null }
    },
  }
}
export type ProposalList = ReturnType<typeof createProposalList>
