import type { z } from 'zod'
import type {
  BatchResult,
  BatchResultApproval,
  BatchResultRowQuery,
  batchResultListSchema,
  batchResultRowPageSchema,
} from '../../../contracts/api/batch-results.ts'
import type { ResultProfile, ResultProfileChange } from '../../../contracts/api/result-profiles.ts'
import { defineCall } from '../../lib/call.ts'
import { defineUpload } from '../../lib/upload.ts'

type Id = { params: { id: string } }
type Place = { params: { code: string } }

export const uploadResults = defineUpload<BatchResult>('POST', '/api/v1/enrolment/batches/:id/results')
export const listResults = defineCall<Id & { response: z.output<typeof batchResultListSchema> }>(
  'GET',
  '/api/v1/enrolment/batches/:id/results',
)
export const getResult = defineCall<Id & { response: BatchResult }>('GET', '/api/v1/enrolment/results/:id')
export const listResultRows = defineCall<
  Id & { query: Partial<BatchResultRowQuery>; response: z.output<typeof batchResultRowPageSchema> }
>('GET', '/api/v1/enrolment/results/:id/rows')
export const approveResults = defineCall<Id & { body: BatchResultApproval; response: BatchResult }>(
  'POST',
  '/api/v1/enrolment/results/:id/approve',
)
export const abortResults = defineCall<Id & { response: BatchResult }>('POST', '/api/v1/enrolment/results/:id/abort')
export const undoResults = defineCall<Id & { response: BatchResult }>('POST', '/api/v1/enrolment/results/:id/undo')

export const getResultProfile = defineCall<Place & { response: ResultProfile }>(
  'GET',
  '/api/v1/enrolment/result-profiles/:code',
)
export const putResultProfile = defineCall<Place & { body: ResultProfileChange; response: ResultProfile }>(
  'PUT',
  '/api/v1/enrolment/result-profiles/:code',
)
