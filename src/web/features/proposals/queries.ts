import { queryOptions } from '@tanstack/react-query'
import type { ProposalFilters } from '../../../contracts/api/proposal-filters.ts'
import { CASES, MESSAGES } from '../../lib/live.ts'
import {
  countProposals,
  countQueues,
  getEvidence,
  getIntake,
  getMessages,
  getOffice,
  getProposal,
  getRegion,
  listOffices,
  listRegions,
  listReviewers,
  listViews,
} from './calls.ts'

export const proposalQuery = (id: string) =>
  queryOptions({ queryKey: [CASES, 'one', id], queryFn: ({ signal }) => getProposal({ params: { id } }, { signal }) })

export const intakeQuery = (id: string) =>
  queryOptions({ queryKey: [CASES, 'intake', id], queryFn: ({ signal }) => getIntake({ params: { id } }, { signal }) })

export const messagesQuery = (id: string) =>
  queryOptions({
    queryKey: [MESSAGES, id],
    queryFn: ({ signal }) => getMessages({ params: { id } }, { signal }),
  })

export const evidenceQuery = (id: string) =>
  queryOptions({
    queryKey: ['evidence', id],
    queryFn: ({ signal }) => getEvidence({ params: { id } }, { signal }),
  })

export const queueCountsQuery = queryOptions({
  queryKey: [CASES, 'counts'],
  queryFn: ({ signal }) => countQueues({}, { signal }),
})

export const reviewersQuery = queryOptions({
  queryKey: ['reviewers'],
  queryFn: ({ signal }) => listReviewers({}, { signal }),
})

const VIEWS = 'views'
export const viewsQuery = queryOptions({
  queryKey: [VIEWS],
  queryFn: ({ signal }) => listViews({}, { signal }),
})

export const proposalCountQuery = (filters: ProposalFilters) =>
  queryOptions({
    queryKey: [CASES, 'count', filters],
    queryFn: ({ signal }) => countProposals({ query: filters }, { signal }),
  })

// What a region or an office is called hardly changes within a day's work.
const NAMES = { staleTime: Number.POSITIVE_INFINITY }
const SEARCH_LIMIT = 20
const OFFICES_LIMIT = 100

export const regionQuery = (code: string) =>
  queryOptions({
    ...NAMES,
    queryKey: ['region', code],
    queryFn: ({ signal }) => getRegion({ params: { code } }, { signal }),
  })
/** Regions of the caller's own by a part of the name; `level` 4: villages alone. */
export const regionSearchQuery = (q: string, level?: number) =>
  queryOptions({
    ...NAMES,
    queryKey: ['regions', q, level],
    queryFn: ({ signal }) =>
      listRegions({ query: { q, limit: SEARCH_LIMIT, ...(level !== undefined && { level }) } }, { signal }),
  })
export const officeQuery = (id: string) =>
  queryOptions({
    ...NAMES,
    queryKey: ['office', id],
    queryFn: ({ signal }) => getOffice({ params: { id } }, { signal }),
  })
export const officesQuery = queryOptions({
  ...NAMES,
  queryKey: ['offices'],
  queryFn: ({ signal }) => listOffices({ query: { limit: OFFICES_LIMIT } }, { signal }),
})
