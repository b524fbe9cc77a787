import type { z } from 'zod'
import type {
  putReactivationPathSchema,
  ReactivationPath,
  reactivationPathParams,
  reactivationPathsSchema,
} from '../../../contracts/api/reactivation.ts'
import { defineCall } from '../../lib/call.ts'

export const listPaths = defineCall<{
  query: { regionCode: string }
  response: z.output<typeof reactivationPathsSchema>
}>('GET', '/api/v1/enrolment/reactivation-paths')
export const putPath = defineCall<{
  params: z.output<typeof reactivationPathParams>
  body: z.input<typeof putReactivationPathSchema>
  response: ReactivationPath
}>('PUT', '/api/v1/enrolment/reactivation-paths/:code/:reason/:validFrom')
