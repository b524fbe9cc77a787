import type { z } from 'zod'
import type {
  BulkJob,
  BulkRowQuery,
  bulkJobInputSchema,
  bulkJobListSchema,
  bulkRowPageSchema,
} from '../../../contracts/api/bulk-jobs.ts'
import { defineCall } from '../../lib/call.ts'

type Id = { id: string }

export const startBulk = defineCall<{ body: z.input<typeof bulkJobInputSchema>; response: BulkJob }>(
  'POST',
  '/api/v1/bulk-jobs',
)
export const listBulk = defineCall<{ response: z.output<typeof bulkJobListSchema> }>('GET', '/api/v1/bulk-jobs')
export const getBulk = defineCall<{ params: Id; response: BulkJob }>('GET', '/api/v1/bulk-jobs/:id')
export const listBulkRows = defineCall<{
  params: Id
  query: Partial<BulkRowQuery>
  response: z.output<typeof bulkRowPageSchema>
}>('GET', '/api/v1/bulk-jobs/:id/rows')
export const runBulk = defineCall<{ params: Id; response: BulkJob }>('POST', '/api/v1/bulk-jobs/:id/run')
export const undoBulk = defineCall<{ params: Id; response: BulkJob }>('POST', '/api/v1/bulk-jobs/:id/undo')
