import type { z } from 'zod'
import type {
  putReactivationItemSchema,
  putReactivationReasonSchema,
  ReactivationView,
} from '../../../contracts/api/reactivation.ts'
import type { ReactivationItem } from '../../../contracts/reactivation-terms.ts'
import { defineCall } from '../../lib/call.ts'

export const recordItem = defineCall<{
  params: { id: string; item: ReactivationItem }
  body: z.input<typeof putReactivationItemSchema>
  response: ReactivationView
}>('PUT', '/api/v1/proposals/:id/reactivation/items/:item')
export const setReason = defineCall<{
  params: { id: string }
  body: z.input<typeof putReactivationReasonSchema>
  response: ReactivationView
}>('PUT', '/api/v1/proposals/:id/reactivation/reason')
