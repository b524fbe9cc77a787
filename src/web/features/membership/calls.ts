import type { z } from 'zod'
import type { manualCheckSchema } from '../../../contracts/api/bpjs.ts'
import type { ProposalView } from '../../../contracts/api/proposals.ts'
import { defineCall } from '../../lib/call.ts'

type Id = { id: string }

export const askMembershipAgain = defineCall<{ params: Id; response: ProposalView }>(
  'POST',
  '/api/v1/proposals/:id/membership-checks/refresh',
)
export const recordCheck = defineCall<{ params: Id; body: z.input<typeof manualCheckSchema>; response: ProposalView }>(
  'POST',
  '/api/v1/proposals/:id/membership-checks',
)
