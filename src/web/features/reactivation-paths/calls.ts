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
  /** What was typed and is no number goes as it is: the server says what it has to be. */
  body: Omit<z.input<typeof putReactivationPathSchema>, 'deadlineDays'> & { deadlineDays: number | string | null }
  response: ReactivationPath
}>('PUT', '/api/v1/enrolment/reactivation-paths/:code/:reason/:validFrom')
