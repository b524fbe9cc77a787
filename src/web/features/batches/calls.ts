import type { z } from 'zod'
import type {
  Batch,
  BatchExportInput,
  BatchInput,
  BatchListQuery,
  BatchRowQuery,
  BatchRowsAdded,
  batchListSchema,
  batchRowInputSchema,
  batchRowPageSchema,
  batchRowsInputSchema,
  batchRowsRemovalSchema,
  batchSealInputSchema,
} from '../../../contracts/api/batches.ts'
import type { EnrolmentRule } from '../../../contracts/api/enrolment-rules.ts'
import { defineCall, defineDownload } from '../../lib/call.ts'

type Id = { params: { id: string } }

export const listBatches = defineCall<{ query: Partial<BatchListQuery>; response: z.output<typeof batchListSchema> }>(
  'GET',
  '/api/v1/enrolment/batches',
)
export const createBatch = defineCall<{ body: BatchInput; response: Batch }>('POST', '/api/v1/enrolment/batches')
export const getBatch = defineCall<Id & { response: Batch }>('GET', '/api/v1/enrolment/batches/:id')
export const discardBatch = defineCall<Id & { response: Batch }>('POST', '/api/v1/enrolment/batches/:id/discard')
export const listBatchRows = defineCall<
  Id & { query: Partial<BatchRowQuery>; response: z.output<typeof batchRowPageSchema> }
>('GET', '/api/v1/enrolment/batches/:id/rows')
export const addBatchRows = defineCall<Id & { body: z.input<typeof batchRowsInputSchema>; response: BatchRowsAdded }>(
  'POST',
  '/api/v1/enrolment/batches/:id/rows',
)
export const removeBatchRows = defineCall<Id & { body: z.input<typeof batchRowsRemovalSchema>; response: Batch }>(
  'POST',
  '/api/v1/enrolment/batches/:id/rows/remove',
)
export const putFamilyRole = defineCall<{
  params: { id: string; proposalId: string }
  body: z.output<typeof batchRowInputSchema>
  response: null
}>('PUT', '/api/v1/enrolment/batches/:id/rows/:proposalId')
export const sealBatch = defineCall<Id & { body: z.input<typeof batchSealInputSchema>; response: Batch }>(
  'POST',
  '/api/v1/enrolment/batches/:id/seal',
)
export const stopSealing = defineCall<Id & { response: Batch }>('POST', '/api/v1/enrolment/batches/:id/stop')
export const exportBatch = defineDownload<Id & { body: BatchExportInput }>(
  'POST',
  '/api/v1/enrolment/batches/:id/exports',
)
export const listRules = defineCall<{ query: { regionCode: string }; response: { items: EnrolmentRule[] } }>(
  'GET',
  '/api/v1/enrolment/rules',
)
