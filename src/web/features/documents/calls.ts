import type { DocumentCreated, DocumentLinked, DocumentList } from '../../../contracts/api/documents.ts'
import type { DocumentKind } from '../../../contracts/document-kinds.ts'
import { defineCall } from '../../lib/call.ts'
import { defineUpload } from '../../lib/upload.ts'
import { shrinkPhoto } from './shrink-photo.ts'

export const listDocuments = defineCall<{ params: { id: string }; response: DocumentList }>(
  'GET',
  '/api/v1/proposals/:id/documents',
)
export const renewLink = defineCall<{ params: { id: string }; response: DocumentLinked }>(
  'POST',
  '/api/v1/documents/:id/link',
)
export const uploadDocument = defineUpload<DocumentCreated>('POST', '/api/v1/documents')

type Given = {
  kind: DocumentKind
  /** Goes to the person's household at once; without it the upload waits for a registration or correction that names it. */
  proposalId?: string | undefined
  onProgress?: (share: number) => void
}

/** Makes a photo small, then sends it. Errors as of `defineUpload`. */
export async function uploadPhoto(file: File, { kind, proposalId, onProgress }: Given): Promise<DocumentCreated> {
  const form = new FormData()
  form.set('kind', kind)
  if (proposalId !== undefined) form.set('proposalId', proposalId)
  const photo = await shrinkPhoto(file)
  form.set('file', photo, file.name)
  return uploadDocument(form, onProgress ? { onProgress } : {})
}
