import type { DocumentCreated, DocumentList } from '../../../contracts/api/documents.ts'
import type { DocumentKind } from '../../../contracts/document-kinds.ts'
import { defineCall } from '../../lib/call.ts'

export const listDocuments = defineCall<{ params: { id: string }; response: DocumentList }>(
  'GET',
  '/api/v1/proposals/:id/documents',
)
export const uploadDocument = defineCall<{ body: FormData; response: DocumentCreated }>('POST', '/api/v1/documents')

/** `proposalId`: goes to the person's household at once; without it the upload waits for a registration or correction that names it. */
export function uploadForm(file: File, kind: DocumentKind, proposalId?: string): FormData {
  const form = new FormData()
  form.set('kind', kind)
  if (proposalId !== undefined) form.set('proposalId', proposalId)
  form.set('file', file)
  return form
}
