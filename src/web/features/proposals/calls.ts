import type { z } from 'zod'
import type { AssignmentInput, reviewerListSchema } from '../../../contracts/api/assignments.ts'
import type { exportInputSchema } from '../../../contracts/api/exports.ts'
import type { IntakeView } from '../../../contracts/api/intakes.ts'
import type { Evidence } from '../../../contracts/api/lists.ts'
import type { ProposalFilters } from '../../../contracts/api/proposal-filters.ts'
import type {
  claimSchema,
  DecisionInput,
  duplicateDismissalSchema,
  leaseViewSchema,
  noteInputSchema,
  ProposalListQuery,
  ProposalView,
  proposalCountSchema,
  proposalPageSchema,
  queueCountsSchema,
  recallSchema,
  revealSchema,
  setAsideSchema,
  withdrawalSchema,
} from '../../../contracts/api/proposals.ts'
import type {
  ListOfficesQuery,
  ListRegionsQuery,
  listOfficesResponse,
  listRegionsResponse,
  OfficeItem,
  RegionResponse,
} from '../../../contracts/api/regions.ts'
import type { View, viewChangeSchema, viewInputSchema, viewListSchema } from '../../../contracts/api/views.ts'
import type { ProposalMessages } from '../../../contracts/api/whatsapp.ts'
import { type Call, defineCall, defineDownload } from '../../lib/call.ts'

type Id = { id: string }
type Write<Body, Response = null> = { params: Id; body: Body; response: Response }

export const listProposals = defineCall<{
  query: Partial<ProposalListQuery>
  response: z.output<typeof proposalPageSchema>
}>('GET', '/api/v1/proposals')
export const countProposals = defineCall<{ query: ProposalFilters; response: z.output<typeof proposalCountSchema> }>(
  'GET',
  '/api/v1/proposals/count',
)
export const countQueues = defineCall<{ response: z.output<typeof queueCountsSchema> }>('GET', '/api/v1/queues')

export const getProposal = defineCall<{ params: Id; response: ProposalView }>('GET', '/api/v1/proposals/:id')
export const getIntake = defineCall<{ params: Id; response: IntakeView }>('GET', '/api/v1/intakes/:id')
export const getMessages = defineCall<{ params: Id; response: ProposalMessages }>(
  'GET',
  '/api/v1/proposals/:id/messages',
)
export const getEvidence = defineCall<{ params: Id; response: Evidence }>('GET', '/api/v1/proposals/:id/evidence')
export const reveal = defineCall<{ params: Id; response: z.output<typeof revealSchema> }>(
  'POST',
  '/api/v1/proposals/:id/reveal',
)

export const claim = defineCall<Write<z.input<typeof claimSchema>, z.output<typeof leaseViewSchema>>>(
  'POST',
  '/api/v1/proposals/:id/claim',
)
export const release = defineCall<{ params: Id; response: z.output<typeof leaseViewSchema> }>(
  'POST',
  '/api/v1/proposals/:id/release',
)
export const decide = defineCall<Write<Omit<DecisionInput, 'duplicateOf'> & { duplicateOf?: string }, ProposalView>>(
  'POST',
  '/api/v1/proposals/:id/decisions',
)
export const dismissDuplicate = defineCall<{
  params: Id & { otherId: string }
  body: z.output<typeof duplicateDismissalSchema>
  response: ProposalView
}>('POST', '/api/v1/proposals/:id/duplicates/:otherId/dismiss')

/** Moves that need a version and a few words, by the action of the lifecycle they are. */
export const NOTED_MOVES = {
  withdraw: defineCall<Write<z.output<typeof withdrawalSchema>>>('POST', '/api/v1/proposals/:id/withdraw'),
  recall: defineCall<Write<z.output<typeof recallSchema>, ProposalView>>('POST', '/api/v1/proposals/:id/recall'),
  set_aside: defineCall<Write<z.output<typeof setAsideSchema>, ProposalView>>(
    'POST',
    '/api/v1/proposals/:id/set-aside',
  ),
} satisfies Record<string, Call<Write<{ version: number; note: string }, ProposalView | null>>>
export type NotedMove = keyof typeof NOTED_MOVES

/** Whom cases can be given to. */
export const listReviewers = defineCall<{ response: z.output<typeof reviewerListSchema> }>('GET', '/api/v1/reviewers')
export const assign = defineCall<Write<AssignmentInput>>('POST', '/api/v1/proposals/:id/assignment')

export const addNote = defineCall<Write<z.output<typeof noteInputSchema>>>('POST', '/api/v1/proposals/:id/notes')

export const listViews = defineCall<{ response: z.output<typeof viewListSchema> }>('GET', '/api/v1/views')
export const createView = defineCall<{ body: z.input<typeof viewInputSchema>; response: View }>('POST', '/api/v1/views')
export const changeView = defineCall<{ params: Id; body: z.input<typeof viewChangeSchema>; response: View }>(
  'PUT',
  '/api/v1/views/:id',
)
export const removeView = defineCall<{ params: Id; response: null }>('DELETE', '/api/v1/views/:id')
export const exportProposals = defineDownload<{ body: z.input<typeof exportInputSchema> }>('POST', '/api/v1/exports')

export const listRegions = defineCall<{
  query: Partial<ListRegionsQuery>
  response: z.output<typeof listRegionsResponse>
}>('GET', '/api/v1/regions')
export const getRegion = defineCall<{ params: { code: string }; response: RegionResponse }>(
  'GET',
  '/api/v1/regions/:code',
)
export const listOffices = defineCall<{
  query: Partial<ListOfficesQuery>
  response: z.output<typeof listOfficesResponse>
}>('GET', '/api/v1/offices')
export const getOffice = defineCall<{ params: Id; response: OfficeItem }>('GET', '/api/v1/offices/:id')
