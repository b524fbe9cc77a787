import type { z } from 'zod'
import type { correctionSchema, reactivationPapersSchema } from '../../../contracts/api/proposals.ts'
import { defineCall } from '../../lib/call.ts'

type Id = { id: string }

export const sendCorrection = defineCall<{ params: Id; body: z.input<typeof correctionSchema>; response: null }>(
  'POST',
  '/api/v1/proposals/:id/corrections',
)
export const sendReactivationPapers = defineCall<{
  params: Id
  body: z.input<typeof reactivationPapersSchema>
  response: null
}>('POST', '/api/v1/proposals/:id/reactivation-papers')
