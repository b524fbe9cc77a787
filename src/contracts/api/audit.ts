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
  /** Null for the system, strangers and accounts that are gone. */
  actorName: z.string().max(100).nullable(),
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

// The chain

/** Of an entry: changed, removed, put in behind the product's back; of the chain: cut off, or its head is not as it was left. */
export const CHAIN_FAULTS = ['changed', 'removed', 'inserted', 'truncated', 'head', 'noted_head'] as const

const chainPoint = z.strictObject({
  position: z.int().min(0),
  hash: z
    .string()
    .max(64)
    .regex(/^[0-9a-f]{64}$/),
})

/** `from`: `next` of the part before; left out: from the beginning. */
export const verifyAuditBody = z.strictObject({ from: chainPoint.optional() })
export type VerifyAudit = z.infer<typeof verifyAuditBody>

export const auditCheck = z.object({
  fault: z.object({ kind: z.enum(CHAIN_FAULTS), position: z.int().nullable(), eventId: z.int().nullable() }).nullable(),
  /** Links of this part that fit. */
  verified: z.int(),
  /** Links of the whole chain. */
  total: z.int(),
  /** Entries that nothing proves yet: the log is sealed every few seconds. */
  unsealed: z.int(),
  /** Where this part ended; of the last part worth noting elsewhere, as "position:hash". */
  head: chainPoint,
  /** Where to go on; null: all is checked, or a fault was found. */
  next: chainPoint.nullable(),
})
export type AuditCheck = z.infer<typeof auditCheck>
