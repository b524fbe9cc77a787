import { z } from 'zod'
import { AUDIT_ACTIONS } from '../audit-actions.ts'
import { limitSchema } from '../primitives/paging.ts'
import { regionCode } from '../primitives/region-code.ts'

/** Newest first. `from` is included, `to` is not. */
export const listAuditQuery = z.strictObject({
  actor: z.string().min(1).max(64).optional(),
  action: z.enum(AUDIT_ACTIONS).optional(),
  subjectType: z.string().min(1).max(64).optional(),
  subjectId: z.string().min(1).max(128).optional(),
  from: z.iso.datetime({ offset: true }).optional(),
  to: z.iso.datetime({ offset: true }).optional(),
  /** Id of the last entry of the page before. */
  cursor: z
    .string()
    .max(15)
    .regex(/^\d{1,15}$/)
    .optional(),
  limit: limitSchema,
})
export type ListAuditQuery = z.infer<typeof listAuditQuery>

export const auditItem = z.object({
  id: z.int(),
  at: z.iso.datetime(),
  actorId: z.string().max(64).nullable(),
  actorRole: z.string().max(32),
  officeId: z.guid().nullable(),
  regionCode: regionCode.nullable(),
  action: z.string().max(64),
  subjectType: z.string().max(64).nullable(),
  subjectId: z.string().max(128).nullable(),
  requestId: z.string().max(128).nullable(),
  details: z.record(z.string().max(64), z.unknown()).nullable(),
})
export type AuditItem = z.infer<typeof auditItem>

export const listAuditResponse = z.object({
  items: z.array(auditItem).max(100),
  nextCursor: z.string().max(200).nullable(),
})
