import { Readable } from 'node:stream'
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { ROLES, type RouteAccess } from '../../contracts/access.ts'
import {
  contribution,
  coverageFileQuery,
  coverageParams,
  coverageQuery,
  coverageResponse,
  coverageRule,
  createRuleBody,
  deleteFigureQuery,
  enterFiguresBody,
  enterFiguresResponse,
  importDocument,
  importReport,
  listRulesResponse,
  publicCoverageQuery,
  publicCoverageResponse,
  putContributionBody,
  standingQuery,
  standingResponse,
  trendQuery,
  trendResponse,
} from '../../contracts/api/coverage.ts'
import { CONTENT_TYPES } from '../../contracts/api/exports.ts'
import { regionParams } from '../../contracts/api/regions.ts'
import type { SpooledFile, UploadSpool } from '../../platform/files/upload-spool.ts'
import { type App, getActor, registerSpooledUploadRoutes } from '../../platform/http/index.ts'
import type { EntryService } from './entry.service.ts'
import type { FiguresService, Reader } from './figures.service.ts'
import type { CoverageFiles } from './file.service.ts'
import type { ImportService } from './import.service.ts'
import type { PublicCoverageService } from './public.service.ts'
import type { Caller, StandingService } from './standing.service.ts'

// Totals without names: everybody who may sign in sees those of the own region.
const READERS: RouteAccess = { roles: ROLES }
const WRITERS: RouteAccess = { roles: ['supervisor', 'admin'] }
const ADMIN: RouteAccess = { roles: ['admin'] }
const tags = ['coverage']
/** All villages of the largest province, with room. */
const IMPORT_MEGABYTES = 20

const fileSchema = z
  .custom<Readable>((value) => value instanceof Readable)
  .meta({ type: 'string', format: 'binary', description: 'The file' })

const readerOf = (request: FastifyRequest): Reader => ({ actor: getActor(request), language: request.language })
const callerOf = (request: FastifyRequest): Caller => ({ actor: getActor(request), requestId: request.id })

const sentFile = z
  .custom<SpooledFile>((value) => typeof value === 'object' && value !== null && 'sha256' in value)
  .meta({ type: 'string', format: 'binary', description: 'CSV or XLSX' })

export type CoverageRoutes = {
  figures: FiguresService
  standing: StandingService
  entry: EntryService
  files: CoverageFiles
  imports: ImportService
  spool: Pick<UploadSpool, 'take'>
  publicCoverage: PublicCoverageService
}

export function registerCoverageRoutes(app: App, coverage: CoverageRoutes): void {
  const { figures, standing, entry, files, imports, publicCoverage } = coverage
  app.get(
    '/api/v1/coverage/rules',
    {
      config: { access: READERS },
      schema: { summary: 'Rules that hold for the own region', tags, response: { 200: listRulesResponse } },
    },
    async (request) => ({ items: await standing.listRules(callerOf(request)) }),
  )
  app.post(
    '/api/v1/coverage/rules',
    {
      config: { access: ADMIN },
      schema: { summary: 'Add a rule for a region', tags, body: createRuleBody, response: { 201: coverageRule } },
    },
    async (request, reply) => reply.code(201).send(await standing.createRule(callerOf(request), request.body)),
  )
  app.post(
    '/api/v1/coverage/figures',
    {
      config: { access: WRITERS },
      schema: {
        summary: 'Enter or correct figures of one document',
        tags,
        body: enterFiguresBody,
        response: { 200: enterFiguresResponse },
      },
    },
    async (request) => ({ changed: await entry.enter(callerOf(request), { ...request.body, origin: 'entered' }) }),
  )
  registerSpooledUploadRoutes(app, coverage.spool, IMPORT_MEGABYTES, (scope) => {
    scope.post(
      '/api/v1/coverage/imports',
      {
        config: { access: WRITERS, rateClass: 'upload' },
        schema: {
          summary: 'Read figures from a table, and store them when all of it is right',
          tags,
          consumes: ['multipart/form-data'],
          body: importDocument.extend({ file: sentFile }),
          response: { 200: importReport },
        },
      },
      (request) => {
        const { file, ...document } = request.body
        return imports.import(callerOf(request), document, file)
      },
    )
  })
  app.get(
    '/api/v1/coverage/:code',
    {
      config: { access: READERS },
      schema: {
        summary: 'Population, registered and active of a region and of those below it',
        description:
          'Every count has its source and date, every rate its counts. Of regions above the own one: as a whole only.',
        tags,
        params: coverageParams,
        querystring: coverageQuery,
        response: { 200: coverageResponse },
      },
    },
    (request) => figures.getCoverage(readerOf(request), request.params.code, request.query),
  )
  app.get(
    '/api/v1/coverage/:code/trend',
    {
      config: { access: READERS },
      schema: {
        summary: 'The figures of a region month by month',
        tags,
        params: coverageParams,
        querystring: trendQuery,
        response: { 200: trendResponse },
      },
    },
    (request) => figures.getTrend(readerOf(request), request.params.code, request.query),
  )
  app.get(
    '/api/v1/coverage/:code/standing',
    {
      config: { access: READERS },
      schema: {
        summary: 'How a region stands against each rule',
        tags,
        params: coverageParams,
        querystring: standingQuery,
        response: { 200: standingResponse },
      },
    },
    (request) => standing.getStanding(readerOf(request), request.params.code, request.query),
  )
  app.put(
    '/api/v1/coverage/:code/contributions',
    {
      config: { access: WRITERS },
      schema: {
        summary: 'Record whether the local government owes contributions',
        tags,
        params: regionParams,
        body: putContributionBody,
        response: { 200: contribution },
      },
    },
    (request) => standing.putContribution(callerOf(request), request.params.code, request.body),
  )
  app.delete(
    '/api/v1/coverage/:code/figures',
    {
      config: { access: WRITERS },
      schema: {
        summary: 'Take back a figure',
        tags,
        params: regionParams,
        querystring: deleteFigureQuery,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      await entry.remove(callerOf(request), request.params.code, request.query)
      return reply.code(204).send(null)
    },
  )
  app.get(
    '/api/v1/coverage/:code/file',
    {
      config: { access: READERS, rateClass: 'export' },
      schema: {
        summary: 'The figures of a region and of those below it as CSV or XLSX',
        tags,
        params: coverageParams,
        querystring: coverageFileQuery,
        produces: Object.values(CONTENT_TYPES),
        response: { 200: fileSchema },
      },
    },
    async (request, reply) => {
      const reader = { ...readerOf(request), requestId: request.id }
      const { fileName, content } = await files.start(reader, request.params.code, request.query)
      return reply
        .type(CONTENT_TYPES[request.query.format])
        .header('content-disposition', `attachment; filename="${fileName}"`)
        .header('cache-control', 'no-store')
        .send(content)
    },
  )
  app.get(
    '/api/public/coverage/:code',
    {
      config: { access: 'public', rateClass: 'public-coverage' },
      schema: {
        summary: 'Totals of a region down to kecamatan, none under five people',
        tags,
        params: coverageParams,
        querystring: publicCoverageQuery,
        response: { 200: publicCoverageResponse },
      },
    },
    (request) => publicCoverage.get(request.params.code, request.query.month, request.language),
  )
}
