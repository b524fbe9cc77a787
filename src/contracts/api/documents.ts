import { z } from 'zod'
import { DOCUMENT_KINDS, MAX_DOCUMENT_MEGABYTES } from '../document-kinds.ts'
import { issue } from '../issues.ts'
import { idSchema } from '../primitives/ids.ts'

/** A link shows its document for so long, to the account that was given it. */
export const DOCUMENT_LINK_MINUTES = 5
/** An upload that no household names by then is gone. */
export const UPLOAD_LIFETIME_HOURS = 24

const kindSchema = z.enum(DOCUMENT_KINDS)

/** The fields of the multipart form. */
export const documentUploadSchema = z.strictObject({
  file: z
    .custom<Uint8Array>((value) => value instanceof Uint8Array, issue('required'))
    .meta({
      type: 'string',
      format: 'binary',
      description: `JPEG, PNG, WebP, HEIC or PDF (its first page), at most ${MAX_DOCUMENT_MEGABYTES} MB`,
    }),
  kind: kindSchema,
  intakeId: idSchema.optional().describe('the household it is for, when that is registered already'),
  proposalId: idSchema.optional().describe('the person it is about, when registered already; required for a `ktp`'),
})
export type DocumentUpload = z.output<typeof documentUploadSchema>

const contentUrl = z
  .string()
  .nullable()
  .describe(
    `the picture, for ${DOCUMENT_LINK_MINUTES} minutes and for this account alone; null for callers who may not see it`,
  )

const sizes = { width: z.int(), height: z.int() }

export const documentCreatedSchema = z.object({
  id: idSchema,
  kind: kindSchema,
  intakeId: idSchema.nullable(),
  proposalId: idSchema.nullable(),
  uploadedAt: z.string(),
  expiresAt: z.string().nullable().describe('when it is gone unless a household names it; null once one does'),
  ...sizes,
  contentUrl,
})
export type DocumentCreated = z.output<typeof documentCreatedSchema>

export const documentListSchema = z.object({
  items: z.array(
    z.object({
      id: idSchema,
      kind: kindSchema,
      proposalId: idSchema.nullable().describe('null: of the household'),
      uploadedAt: z.string(),
      uploadedBy: z.object({ id: z.string(), name: z.string() }),
      addedAt: z.string().describe('when the household got it'),
      supersededAt: z.string().nullable().describe('when a newer one took its place'),
      ...sizes,
      contentUrl,
    }),
  ),
})
export type DocumentList = z.output<typeof documentListSchema>

export const documentLinkSchema = z.strictObject({
  expires: z.coerce.number().int().min(0).max(100_000_000_000),
  signature: z
    .string()
    .max(64)
    .regex(/^[\w-]{43}$/),
})
export type DocumentLink = z.output<typeof documentLinkSchema>

export const documentLinkedSchema = z.object({ contentUrl })
export type DocumentLinked = z.output<typeof documentLinkedSchema>

/** In a registration: uploads of the caller's own that no household has yet. */
export const intakeDocumentSchema = z.strictObject({
  id: idSchema,
  kind: kindSchema,
  member: z
    .int()
    .min(0)
    .max(19)
    .optional()
    .describe('position of the proposed member it is about, from 0; required for a `ktp`; a `kk` is of the household'),
})
export type IntakeDocument = z.output<typeof intakeDocumentSchema>

/** In a correction: about the corrected person; a `kk` of the household. */
export const correctionDocumentSchema = intakeDocumentSchema.omit({ member: true })
