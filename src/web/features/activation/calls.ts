import type { z } from 'zod'
import type { NotYetActiveQuery, notYetActivePageSchema } from '../../../contracts/api/batch-results.ts'
import { defineCall } from '../../lib/call.ts'

export const listNotYetActive = defineCall<{
  query: Partial<NotYetActiveQuery>
  response: z.output<typeof notYetActivePageSchema>
}>('GET', '/api/v1/enrolment/not-yet-active')
