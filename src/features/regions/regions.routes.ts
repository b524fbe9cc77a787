import type { FastifyRequest } from 'fastify'
import { ROLES, type RouteAccess } from '../../contracts/access.ts'
import {
  createOfficeBody,
  listOfficesQuery,
  listOfficesResponse,
  listRegionsQuery,
  listRegionsResponse,
  officeItem,
  officeParams,
  populationFigure,
  populationResponse,
  putPopulationBody,
  regionParams,
  regionResponse,
  updateOfficeBody,
} from '../../contracts/api/regions.ts'
import { type App, getActor } from '../../platform/http/index.ts'
import type { Caller, OfficeService } from './offices.service.ts'
import type { RegionService } from './regions.service.ts'

// Codes, names and addresses of public offices: open to everybody who may sign in, and to machines that ask for it.
const READERS: RouteAccess = { roles: ROLES, scope: 'regions:read' }
const ADMIN: RouteAccess = { roles: ['admin'] }

const callerOf = (request: FastifyRequest): Caller => ({ actor: getActor(request), requestId: request.id })

export function registerRegionRoutes(
  app: App,
  { regions }: { regions: { regions: RegionService; offices: OfficeService } },
): void {
  app.get(
    '/api/v1/regions',
    {
      config: { access: READERS },
      schema: {
        summary: 'List or search regions',
        tags: ['regions'],
        querystring: listRegionsQuery,
        response: { 200: listRegionsResponse },
      },
    },
    (request) => Promise.resolve(regions.regions.listRegions(callerOf(request), request.query)),
  )
  app.get(
    '/api/v1/regions/:code',
    {
      config: { access: READERS },
      schema: {
        summary: 'A region with its ancestors',
        tags: ['regions'],
        params: regionParams,
        response: { 200: regionResponse },
      },
    },
    (request) => Promise.resolve(regions.regions.getRegion(request.params.code)),
  )
  app.get(
    '/api/v1/regions/:code/population',
    {
      config: { access: READERS },
      schema: {
        summary: 'Population figures of a region',
        tags: ['regions'],
        params: regionParams,
        response: { 200: populationResponse },
      },
    },
    async (request) => ({ items: await regions.regions.listPopulation(request.params.code) }),
  )
  app.put(
    '/api/v1/regions/:code/population',
    {
      config: { access: ADMIN },
      schema: {
        summary: 'Add or correct a population figure',
        tags: ['regions'],
        params: regionParams,
        body: putPopulationBody,
        response: { 200: populationFigure },
      },
    },
    (request) => regions.regions.putPopulation(callerOf(request), request.params.code, request.body),
  )
  app.get(
    '/api/v1/offices',
    {
      config: { access: READERS },
      schema: {
        summary: 'List offices of the own kab/kota',
        tags: ['offices'],
        querystring: listOfficesQuery,
        response: { 200: listOfficesResponse },
      },
    },
    (request) => regions.offices.listOffices(callerOf(request), request.query),
  )
  app.get(
    '/api/v1/offices/:id',
    {
      config: { access: READERS },
      schema: { summary: 'An office', tags: ['offices'], params: officeParams, response: { 200: officeItem } },
    },
    (request) => regions.offices.getOffice(callerOf(request), request.params.id),
  )
  app.post(
    '/api/v1/offices',
    {
      config: { access: ADMIN },
      schema: { summary: 'Create an office', tags: ['offices'], body: createOfficeBody, response: { 201: officeItem } },
    },
    async (request, reply) => {
      const office = await regions.offices.createOffice(callerOf(request), request.body)
      return reply.code(201).header('location', `/api/v1/offices/${office.id}`).send(office)
    },
  )
  app.patch(
    '/api/v1/offices/:id',
    {
      config: { access: ADMIN },
      schema: {
        summary: 'Change an office',
        tags: ['offices'],
        params: officeParams,
        body: updateOfficeBody,
        response: { 200: officeItem },
      },
    },
    (request) => regions.offices.updateOffice(callerOf(request), request.params.id, request.body),
  )
}
