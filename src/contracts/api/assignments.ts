import { z } from 'zod'
import { idSchema } from '../primitives/ids.ts'
import { regionCode } from '../primitives/region-code.ts'

/** Roles that review. */
const REVIEWING_ROLES = ['verifikator', 'supervisor'] as const

/** A person whom cases can be given to. */
export const reviewerSchema = z.object({
  id: idSchema,
  displayName: z.string(),
  role: z.enum(REVIEWING_ROLES),
  regionCode,
})
export type Reviewer = z.output<typeof reviewerSchema>
export const reviewerListSchema = z.object({ items: z.array(reviewerSchema) })

export const assignmentSchema = z.strictObject({
  version: z.int().min(1).max(1_000_000),
  reviewerId: idSchema.describe('one of GET /api/v1/reviewers'),
})
export type AssignmentInput = z.output<typeof assignmentSchema>
