import type { z } from 'zod'
import type {
  DriftDetail,
  DriftPeopleQuery,
  driftListSchema,
  driftPeoplePageSchema,
  ListKind,
  ListView,
  listApprovalSchema,
  listInputSchema,
  listPageSchema,
  Telling,
  tellingInputSchema,
} from '../../../contracts/api/lists.ts'
import { defineCall, defineDownload } from '../../lib/call.ts'
import { defineUpload } from '../../lib/upload.ts'

type Id = { id: string }

export const listLists = defineCall<{
  query: { kind?: ListKind | undefined }
  response: z.output<typeof listPageSchema>
}>('GET', '/api/v1/lists')
export const getList = defineCall<{ params: Id; response: ListView }>('GET', '/api/v1/lists/:id')
export const createList = defineCall<{ body: z.input<typeof listInputSchema>; response: ListView }>(
  'POST',
  '/api/v1/lists',
)
export const putPart = defineUpload<ListView>('PUT', '/api/v1/lists/:id/parts/:position')
export const startList = defineCall<{ params: Id; response: ListView }>('POST', '/api/v1/lists/:id/start')
export const approveList = defineCall<{ params: Id; body: z.input<typeof listApprovalSchema>; response: ListView }>(
  'POST',
  '/api/v1/lists/:id/approve',
)
export const abortList = defineCall<{ params: Id; response: ListView }>('POST', '/api/v1/lists/:id/abort')
export const downloadRefused = defineDownload<{ params: Id }>('GET', '/api/v1/lists/:id/refused')

export const listDrifts = defineCall<{ response: z.output<typeof driftListSchema> }>('GET', '/api/v1/drifts')
export const getDrift = defineCall<{ params: Id; response: DriftDetail }>('GET', '/api/v1/drifts/:id')
export const listDriftPeople = defineCall<{
  params: Id
  query: Partial<DriftPeopleQuery>
  response: z.output<typeof driftPeoplePageSchema>
}>('GET', '/api/v1/drifts/:id/people')
export const tellMembers = defineCall<{ params: Id; body: z.input<typeof tellingInputSchema>; response: Telling }>(
  'POST',
  '/api/v1/drifts/:id/tellings',
)
