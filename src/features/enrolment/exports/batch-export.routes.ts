import { finished, Readable } from 'node:stream'
import { z } from 'zod'
import type { Role } from '../../../contracts/access.ts'
import { batchExportInputSchema } from '../../../contracts/api/batches.ts'
import { CONTENT_TYPES } from '../../../contracts/api/exports.ts'
import { idSchema } from '../../../contracts/primitives/ids.ts'
import { type App, getActor } from '../../../platform/http/index.ts'
import type { BatchExports } from './batch-export.service.ts'

const EXPORTERS = ['penyetuju'] as const satisfies readonly Role[]

const fileSchema = z
  .custom<Readable>((value) => value instanceof Readable)
  .meta({ type: 'string', format: 'binary', description: 'The file' })

export function registerBatchExportRoutes(app: App, exports: BatchExports): void {
  app.post(
    '/api/v1/enrolment/batches/:id/exports',
    {
      // Full identity numbers leave the house: never from a session that was left open.
      config: { access: { roles: EXPORTERS }, rateClass: 'export', freshSignIn: EXPORTERS },
      schema: {
        tags: ['enrolment'],
        summary: 'Download the file of a sealed batch for BPJS',
        description:
          'Streamed, within 15 minutes after signing in. The file is whole when the transfer ends without an error.',
        params: z.strictObject({ id: idSchema }),
        body: batchExportInputSchema,
        produces: Object.values(CONTENT_TYPES),
        response: { 200: fileSchema },
      },
    },
    async (request, reply) => {
      const caller = { actor: getActor(request), requestId: request.id }
      const started = await exports.start(caller, request.params.id, request.body)
      finished(reply.raw, (error) => {
        started.end(!error).catch((cause: unknown) => {
          request.log.error(
            { errorName: cause instanceof Error ? cause.name : 'unknown' },
            'end of the export of a batch not recorded',
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
