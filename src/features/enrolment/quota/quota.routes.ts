import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { RouteAccess } from '../../../contracts/access.ts'
import {
  addOpeningBody,
  forecastQuery,
  forecastSchema,
  listQuotasQuery,
  listQuotasResponse,
  openingParams,
  putQuotaBody,
  putTariffBody,
  quotaLineQuery,
  quotaLineSchema,
  quotaParams,
  quotaSchema,
  TAKEOVER_FILE_MEGABYTES,
  takeoverForm,
  takeoverReportSchema,
  tariffParams,
  tariffSchema,
} from '../../../contracts/api/quota.ts'
import { issue } from '../../../contracts/issues.ts'
import type { SpooledFile, UploadSpool } from '../../../platform/files/upload-spool.ts'
import { type App, getActor, registerSpooledUploadRoutes } from '../../../platform/http/index.ts'
import type { Budgets } from './budget.service.ts'
import type { Forecasts } from './forecast.service.ts'
import type { Caller } from './quota.ports.ts'
import type { Takeovers } from './takeovers.service.ts'

const READERS: RouteAccess = { roles: ['verifikator', 'supervisor', 'penyetuju', 'auditor', 'admin'] }
/** Who sees the people of the line in the lists, too. */
const LINE_READERS: RouteAccess = { roles: ['verifikator', 'supervisor', 'penyetuju', 'auditor'] }
/** The approver answers for the budget that sealing goes by; the admin keeps the figures of the region. */
const EDITORS: RouteAccess = { roles: ['penyetuju', 'admin'] }
const tags = ['quota']
const tariffsResponse = z.object({ items: z.array(tariffSchema) })

const callerOf = (request: FastifyRequest): Caller => ({ actor: getActor(request), requestId: request.id })

const isSpooled = (value: unknown): value is SpooledFile =>
  typeof value === 'object' && value !== null && 'sha256' in value
const sentList = takeoverForm.extend({
  file: z
    .custom<SpooledFile>(isSpooled, issue('required'))
    .meta({ type: 'string', format: 'binary', description: `CSV or XLSX, at most ${TAKEOVER_FILE_MEGABYTES} MB` }),
})

export type QuotaRoutes = {
  budgets: Budgets
  takeovers: Takeovers
  forecasts: Forecasts
  spool: Pick<UploadSpool, 'take'>
}

export function registerQuotaRoutes(app: App, { budgets, takeovers, forecasts, spool }: QuotaRoutes): void {
  app.get(
    '/api/v1/quotas',
    {
      config: { access: READERS },
      schema: {
        summary: 'Seats that the local budget pays, by kab/kota of the own region',
        tags,
        querystring: listQuotasQuery,
        response: { 200: listQuotasResponse },
      },
    },
    (request) => budgets.list(callerOf(request), request.query.year),
  )
  app.get(
    '/api/v1/quotas/:regionCode/:year',
    {
      config: { access: READERS },
      schema: {
        summary: 'Budget, opening balance and tariffs of a kab/kota',
        tags,
        params: quotaParams,
        response: { 200: quotaSchema },
      },
    },
    (request) => budgets.get(callerOf(request), request.params),
  )
  app.put(
    '/api/v1/quotas/:regionCode/:year',
    {
      config: { access: EDITORS },
      schema: {
        summary: 'Enter or change the seats of a year',
        tags,
        params: quotaParams,
        body: putQuotaBody,
        response: { 200: quotaSchema },
      },
    },
    (request) => budgets.put(callerOf(request), request.params, request.body),
  )
  app.post(
    '/api/v1/quotas/:regionCode/:year/openings',
    {
      config: { access: EDITORS },
      schema: {
        summary: 'Add people whom the region pays already, such as those taken over from Jamkesda',
        tags,
        params: quotaParams,
        body: addOpeningBody,
        response: { 201: quotaSchema },
      },
    },
    async (request, reply) =>
      reply.code(201).send(await budgets.addOpening(callerOf(request), request.params, request.body)),
  )
  registerSpooledUploadRoutes(app, spool, TAKEOVER_FILE_MEGABYTES, (scope) => {
    scope.post(
      '/api/v1/quotas/:regionCode/:year/takeovers',
      {
        config: { access: EDITORS, rateClass: 'upload' },
        schema: {
          summary: 'Look at a list of people whom Jamkesda pays, or take them over as an opening balance',
          description:
            'Whole or not at all, and nobody twice. The same file again changes nothing. It is taken back as any opening total.',
          tags,
          consumes: ['multipart/form-data'],
          params: quotaParams,
          body: sentList,
          response: { 200: takeoverReportSchema },
        },
      },
      (request) => {
        const { file, ...form } = request.body
        return takeovers.take(callerOf(request), request.params, form, file, request.language)
      },
    )
  })
  app.delete(
    '/api/v1/quotas/:regionCode/:year/openings/:id',
    {
      config: { access: EDITORS },
      schema: {
        summary: 'Take back an opening total or a list that was taken over',
        tags,
        params: openingParams,
        response: { 200: quotaSchema },
      },
    },
    (request) => budgets.deleteOpening(callerOf(request), request.params, request.params.id),
  )
  app.get(
    '/api/v1/quotas/:regionCode/:year/line',
    {
      config: { access: LINE_READERS },
      schema: {
        summary: 'Approved proposals that wait for a seat, first in line first',
        tags,
        params: quotaParams,
        querystring: quotaLineQuery,
        response: { 200: quotaLineSchema },
      },
    },
    (request) => budgets.listLine(callerOf(request), request.params, request.query),
  )
  app.get(
    '/api/v1/quotas/:regionCode/:year/forecast',
    {
      config: { access: READERS },
      schema: {
        summary: 'Seats and rupiah to the end of the year, and what full coverage would cost',
        tags,
        params: quotaParams,
        querystring: forecastQuery,
        response: { 200: forecastSchema },
      },
    },
    (request) => forecasts.get(callerOf(request), request.params, request.query.registered),
  )
  app.put(
    '/api/v1/tariffs/:regionCode/:validFrom',
    {
      config: { access: EDITORS },
      schema: {
        summary: 'Enter or correct what a person costs a month from a day on',
        tags,
        params: tariffParams,
        body: putTariffBody,
        response: { 200: tariffsResponse },
      },
    },
    (request) =>
      budgets.putTariff(callerOf(request), request.params.regionCode, request.params.validFrom, request.body),
  )
  app.delete(
    '/api/v1/tariffs/:regionCode/:validFrom',
    {
      config: { access: EDITORS },
      schema: { summary: 'Take a tariff back', tags, params: tariffParams, response: { 200: tariffsResponse } },
    },
    (request) => budgets.deleteTariff(callerOf(request), request.params.regionCode, request.params.validFrom),
  )
}
