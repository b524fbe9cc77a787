import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Role } from '../../../contracts/access.ts'
import {
  batchResultApprovalSchema,
  batchResultListSchema,
  batchResultRowPageSchema,
  batchResultRowQuery,
  batchResultSchema,
} from '../../../contracts/api/batch-results.ts'
import {
  resultProfileChangeSchema,
  resultProfileParams,
  resultProfileSchema,
} from '../../../contracts/api/result-profiles.ts'
import { issue } from '../../../contracts/issues.ts'
import { idSchema } from '../../../contracts/primitives/ids.ts'
import { lineSchema } from '../../../contracts/primitives/text.ts'
import { RESULT_FILE_MEGABYTES } from '../../../contracts/result-terms.ts'
import type { SpooledFile, UploadSpool } from '../../../platform/files/upload-spool.ts'
import { type App, getActor, registerSpooledUploadRoutes } from '../../../platform/http/index.ts'
import type { Caller } from '../enrolment.ports.ts'
import type { ResultProfiles } from './result-profiles.service.ts'
import type { ResultUndo } from './result-undo.service.ts'
import type { Results } from './results.service.ts'

const tags = ['enrolment']
const READERS = ['penyetuju', 'supervisor', 'auditor'] as const satisfies readonly Role[]
const RECORDERS = ['penyetuju'] as const satisfies readonly Role[]
const PROFILE_READERS = ['penyetuju', 'supervisor', 'auditor', 'admin'] as const satisfies readonly Role[]
const PROFILE_EDITORS = ['penyetuju', 'admin'] as const satisfies readonly Role[]
const reading = { access: { roles: READERS } }
const recording = { access: { roles: RECORDERS } }
const deciding = { ...recording, freshSignIn: RECORDERS }
const byId = z.strictObject({ id: idSchema })

const isSpooled = (value: unknown): value is SpooledFile =>
  typeof value === 'object' && value !== null && 'sha256' in value
const uploadSchema = z.strictObject({
  file: z
    .custom<SpooledFile>(isSpooled, issue('required'))
    .meta({ type: 'string', format: 'binary', description: `CSV or XLSX, at most ${RESULT_FILE_MEGABYTES} MB` }),
  sheet: lineSchema(1, 100).optional().describe('of an XLSX with several'),
})

const callerOf = (request: FastifyRequest): Caller => ({ actor: getActor(request), requestId: request.id })

export type ResultRoutesDeps = {
  results: Results
  undo: ResultUndo
  profiles: ResultProfiles
  spool: Pick<UploadSpool, 'take'>
}

export function registerResultRoutes(app: App, { results, undo, profiles, spool }: ResultRoutesDeps): void {
  registerSpooledUploadRoutes(app, spool, RESULT_FILE_MEGABYTES, (scope) => {
    scope.post(
      '/api/v1/enrolment/batches/:id/results',
      {
        config: { ...recording, rateClass: 'upload' },
        schema: {
          tags,
          summary: "Send a file of BPJS's results of a sealed batch; it is looked at, and nothing is applied yet",
          description: 'The same file again, of a workbook the same sheet, answers with the import that it made.',
          consumes: ['multipart/form-data'],
          params: byId,
          body: uploadSchema,
          response: { 201: batchResultSchema },
        },
      },
      async (request, reply) => {
        const { file, sheet } = request.body
        return reply.code(201).send(await results.upload(callerOf(request), request.params.id, file, sheet))
      },
    )
  })
  app.get(
    '/api/v1/enrolment/batches/:id/results',
    {
      config: reading,
      schema: {
        tags,
        summary: 'Files of results of a batch, the newest first',
        params: byId,
        response: { 200: batchResultListSchema },
      },
    },
    async (request) => ({ items: await results.list(callerOf(request), request.params.id) }),
  )
  app.get(
    '/api/v1/enrolment/results/:id',
    {
      config: reading,
      schema: {
        tags,
        summary: 'A file of results, and how far it is',
        params: byId,
        response: { 200: batchResultSchema },
      },
    },
    (request) => results.get(callerOf(request), request.params.id),
  )
  app.get(
    '/api/v1/enrolment/results/:id/rows',
    {
      config: reading,
      schema: {
        tags,
        summary: 'What is made of each row of the file, and why',
        params: byId,
        querystring: batchResultRowQuery,
        response: { 200: batchResultRowPageSchema },
      },
    },
    (request) => results.listRows(callerOf(request), request.params.id, request.query, request.language),
  )
  app.post(
    '/api/v1/enrolment/results/:id/approve',
    {
      config: deciding,
      schema: {
        tags,
        summary: "Apply what the dry run of BPJS's results found",
        description: 'Goes on by itself; `GET` tells how far it is. Within 15 minutes after signing in.',
        params: byId,
        body: batchResultApprovalSchema,
        response: { 202: batchResultSchema },
      },
    },
    async (request, reply) =>
      reply.code(202).send(await results.approve(callerOf(request), request.params.id, request.body)),
  )
  app.post(
    '/api/v1/enrolment/results/:id/abort',
    {
      config: recording,
      schema: {
        tags,
        summary: 'End an import that is not approved',
        description: 'Not when some of its rows are applied: it was approved before, and given back.',
        params: byId,
        response: { 200: batchResultSchema },
      },
    },
    (request) => results.abort(callerOf(request), request.params.id),
  )
  app.post(
    '/api/v1/enrolment/results/:id/undo',
    {
      config: deciding,
      schema: {
        tags,
        summary: 'Take back all that a file has done, while nothing of it has moved on',
        description: 'Also of one that was given back half-applied. Within 15 minutes after signing in.',
        params: byId,
        response: { 200: batchResultSchema },
      },
    },
    (request) => undo.undo(callerOf(request), request.params.id),
  )
  app.get(
    '/api/v1/enrolment/result-profiles/:code',
    {
      config: { access: { roles: PROFILE_READERS } },
      schema: {
        tags,
        summary: 'How files of results are read in a kab/kota',
        params: resultProfileParams,
        response: { 200: resultProfileSchema },
      },
    },
    (request) => profiles.get(callerOf(request), request.params.code),
  )
  app.put(
    '/api/v1/enrolment/result-profiles/:code',
    {
      config: { access: { roles: PROFILE_EDITORS } },
      schema: {
        tags,
        summary: 'Change which headers, words and codes mean what in files of results',
        params: resultProfileParams,
        body: resultProfileChangeSchema,
        response: { 200: resultProfileSchema },
      },
    },
    (request) => profiles.put(callerOf(request), request.params.code, request.body),
  )
}
