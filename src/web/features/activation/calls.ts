import type { z } from 'zod'
import type {
  NotYetActiveQuery,
  notYetActiveAskedSchema,
  notYetActivePageSchema,
} from '../../../contracts/api/batch-results.ts'
import { defineCall } from '../../lib/call.ts'

export const listNotYetActive = defineCall<{
  query: Partial<NotYetActiveQuery>
  response: z.output<typeof notYetActivePageSchema>
}>('GET', '/api/v1/enrolment/not-yet-active')
export const askWhetherActive = defineCall<{
  params: { id: string }
  response: z.output<typeof notYetActiveAskedSchema>
}>('POST', '/api/v1/enrolment/not-yet-active/:id/ask')
