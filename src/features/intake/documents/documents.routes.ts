import { z } from 'zod'
import type { Role } from '../../../contracts/access.ts'
import {
  documentCreatedSchema,
  documentLinkedSchema,
  documentLinkSchema,
  documentListSchema,
  documentUploadSchema,
} from '../../../contracts/api/documents.ts'
import { MAX_DOCUMENT_MEGABYTES } from '../../../contracts/document-kinds.ts'
import { idSchema } from '../../../contracts/primitives/ids.ts'
import { type App, getActor, registerUploadRoutes } from '../../../platform/http/index.ts'
import { VIEWERS } from './documents.domain.ts'
import type { Documents } from './documents.service.ts'

const byId = z.strictObject({ id: idSchema })
const tags = ['documents']
const jpegSchema = z
  .custom<Buffer>((value) => Buffer.isBuffer(value))
  .meta({ type: 'string', format: 'binary', description: 'A JPEG of at most 1,600 pixels' })

export type DocumentRoutesDeps = {
  documents: Documents
  readers: readonly Role[]
  uploaders: readonly Role[]
  /** They see a whole region: pictures show full numbers, so they need a fresh sign-in as for those. */
  overseers: readonly Role[]
}

export function registerDocumentRoutes(app: App, deps: DocumentRoutesDeps): void {
  const { documents, readers, uploaders, overseers } = deps
  registerUploadRoutes(app, MAX_DOCUMENT_MEGABYTES, (scope) => {
    scope.post(
      '/api/v1/documents',
      {
        config: { access: { roles: uploaders, scope: 'intakes:write' }, rateClass: 'upload' },
        schema: {
          tags,
          summary: 'Upload the photo of a paper',
          description:
            'Kept as a JPEG without metadata. Without a household it belongs to the caller and is gone after 24 hours, unless a registration or a correction names it.',
          consumes: ['multipart/form-data'],
          body: documentUploadSchema,
          response: { 201: documentCreatedSchema },
        },
      },
      async (request, reply) => {
        const created = await documents.upload(getActor(request), request.body, request.id)
        return reply.code(201).send(created)
      },
    )
  })

  app.get(
    '/api/v1/intakes/:id/documents',
    {
      config: { access: { roles: readers, scope: 'proposals:read' } },
      schema: { tags, summary: 'Documents of a household', params: byId, response: { 200: documentListSchema } },
    },
    (request) => documents.listOfIntake(getActor(request), request.params.id, request.id),
  )

  app.get(
    '/api/v1/proposals/:id/documents',
    {
      config: { access: { roles: readers, scope: 'proposals:read' } },
      schema: {
        tags,
        summary: 'Documents about a person and its household',
        params: byId,
        response: { 200: documentListSchema },
      },
    },
    (request) => documents.listOfProposal(getActor(request), request.params.id, request.id),
  )

  app.post(
    '/api/v1/documents/:id/link',
    {
      config: { access: { roles: VIEWERS } },
      schema: {
        tags,
        summary: 'A new link to a picture',
        description: 'Also to an upload of the caller that no household has yet, for as long as there is one.',
        params: byId,
        response: { 200: documentLinkedSchema },
      },
    },
    (request) => documents.renewLink(getActor(request), request.params.id),
  )

  app.get(
    '/api/v1/documents/:id/content',
    {
      config: { access: { roles: VIEWERS }, rateClass: 'search', freshSignIn: overseers },
      schema: {
        tags,
        summary: 'The picture behind a link; audited',
        description: 'Links stand in the lists. Supervisor and penyetuju: within 15 minutes after signing in.',
        params: byId,
        querystring: documentLinkSchema,
        produces: ['image/jpeg'],
        response: { 200: jpegSchema },
      },
    },
    async (request, reply) => {
      const jpeg = await documents.getContent(getActor(request), request.params.id, request.query, request.id)
      return reply
        .type('image/jpeg')
        .header('content-disposition', 'inline')
        .header('content-security-policy', "default-src 'none'; sandbox; frame-ancestors 'none'")
        .send(jpeg)
    },
  )
}
