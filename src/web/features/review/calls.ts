import type { z } from 'zod'
import type {
  Comparison,
  claimedNextSchema,
  DraftInput,
  DraftSaved,
  NextCase,
  ProposalView,
  undoSchema,
} from '../../../contracts/api/proposals.ts'
import type { QueueKey } from '../../../contracts/lifecycle/queues.ts'
import { defineCall } from '../../lib/call.ts'

type Id = { id: string }

export const peekNext = defineCall<{ params: { queue: QueueKey }; response: NextCase }>(
  'GET',
  '/api/v1/queues/:queue/next',
)
export const claimNext = defineCall<{ params: { queue: QueueKey }; response: z.output<typeof claimedNextSchema> }>(
  'POST',
  '/api/v1/queues/:queue/claim-next',
)
export const undoDecision = defineCall<{ params: Id; body: z.output<typeof undoSchema>; response: ProposalView }>(
  'POST',
  '/api/v1/proposals/:id/undo',
)
export const saveDraft = defineCall<{ params: Id; body: DraftInput; response: DraftSaved }>(
  'PUT',
  '/api/v1/proposals/:id/draft',
)
export const compare = defineCall<{ params: Id & { otherId: string }; response: Comparison }>(
  'GET',
  '/api/v1/proposals/:id/duplicates/:otherId',
)
