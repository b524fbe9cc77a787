import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { ROLES, type RouteAccess } from '../../contracts/access.ts'
import {
  holidayItem,
  holidayParams,
  listHolidaysQuery,
  listHolidaysResponse,
  putHolidayBody,
} from '../../contracts/api/holidays.ts'
import { type App, getActor } from '../../platform/http/index.ts'
import type { HolidayService } from './holidays.service.ts'
import type { Caller } from './offices.service.ts'

const ADMIN: RouteAccess = { roles: ['admin'] }
const tags = ['holidays']

const callerOf = (request: FastifyRequest): Caller => ({ actor: getActor(request), requestId: request.id })

export function registerHolidayRoutes(app: App, { holidays }: { holidays: HolidayService }): void {
  app.get(
    '/api/v1/holidays',
    {
      config: { access: { roles: ROLES } },
      schema: {
        summary: 'Days of a year on which the offices of the own region are closed',
        tags,
        querystring: listHolidaysQuery,
        response: { 200: listHolidaysResponse },
      },
    },
    (request) => holidays.listHolidays(callerOf(request), request.query.year),
  )
  app.put(
    '/api/v1/holidays/:day',
    {
      config: { access: ADMIN },
      schema: {
        summary: 'Close the offices of the own region on a day, or rename that day',
        tags,
        params: holidayParams,
        body: putHolidayBody,
        response: { 200: holidayItem },
      },
    },
    (request) => holidays.putHoliday(callerOf(request), request.params.day, request.body),
  )
  app.delete(
    '/api/v1/holidays/:day',
    {
      config: { access: ADMIN },
      schema: {
        summary: 'Take a day off the holidays of the own region',
        tags,
        params: holidayParams,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      await holidays.deleteHoliday(callerOf(request), request.params.day)
      return reply.code(204).send(null)
    },
  )
}
