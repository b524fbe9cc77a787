import { finished, Readable } from 'node:stream'
import { z } from 'zod'
import { CONTENT_TYPES, exportInputSchema } from '../../contracts/api/exports.ts'
import { type App, getActor } from '../../platform/http/index.ts'
import type { Exports } from './exports.service.ts'
import { READERS } from './intake.routes.ts'

const fileSchema = z
  .custom<Readable>((value) => value instanceof Readable)
  .meta({ type: 'string', format: 'binary', description: 'The file' })

export function registerExportRoutes(app: App, exports: Exports): void {
  app.post(
    '/api/v1/exports',
    {
      // A whole list leaves the house: never from a session that was left open.
      config: { access: { roles: READERS }, rateClass: 'export', freshSignIn: READERS },
      schema: {
        tags: ['exports'],
        summary: 'Download a list as CSV or XLSX',
        description:
          'Streamed; one at a time per account, within 15 minutes after signing in. The file is whole when the transfer ends without an error.',
        body: exportInputSchema,
        produces: Object.values(CONTENT_TYPES),
        response: { 200: fileSchema },
      },
    },
    async (request, reply) => {
      const caller = { actor: getActor(request), requestId: request.id, language: request.language }
      const started = await exports.start(caller, request.body)
      finished(reply.raw, (error) => {
        started.end(!error).catch((cause: unknown) => {
          request.log.error(
            { errorName: cause instanceof Error ? cause.name : 'unknown' },
            'end of export not recorded',
          )
        })
      })
      return reply
        .type(CONTENT_TYPES[request.body.format])
        .header('content-disposition', `attachment; filename="${started.fileName}"`)
        .header('cache-control', 'no-store')
        .send(started.content)
    },
  )
}
