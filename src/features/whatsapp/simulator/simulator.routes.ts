import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import {
  simulatorMessagesQuery,
  simulatorMessagesResponse,
  simulatorPageQuery,
  simulatorPhoneBody,
  simulatorPhoneParams,
  simulatorWriteBody,
  simulatorWriteResponse,
} from '../../../contracts/api/whatsapp.ts'
import { type App, registerFormRoutes, SCRIPTLESS_PAGE_POLICY } from '../../../platform/http/index.ts'
import type { SimulatedPhones } from './phones.service.ts'
import { renderSimulatorPage } from './simulator-page.ts'

// A phone has no account. Production may have the simulator for a gateway, but not these routes (processes/wiring/api.ts).
const config = { access: 'public' } as const
// Pictures stand in the page itself.
const PAGE_POLICY = `${SCRIPTLESS_PAGE_POLICY}; img-src data:`
// Room for 4,096 characters, each percent-encoded in up to four bytes.
const FORM_LIMIT = 64 * 1024
export type SimulatorRoutesDeps = { phones: SimulatedPhones; timeZone: string }

/** The phone API and the page at `/simulator`. Register only when the gateway is the simulator and this is not production. */
export function registerSimulatorRoutes(app: App, { phones, timeZone }: SimulatorRoutesDeps): void {
  const tags = ['simulator']
  app.get(
    '/api/v1/simulator/messages',
    {
      config,
      schema: {
        summary: 'What arrived on a simulated phone',
        tags,
        querystring: simulatorMessagesQuery,
        response: { 200: simulatorMessagesResponse },
      },
    },
    async (request) => {
      const chat = await phones.listChat(request.query.to)
      const arrived = chat.filter((message) => !message.fromResident)
      return {
        items: arrived.map(({ id, phone, body, media, at }) => ({
          id,
          to: phone,
          body,
          ...(media && { media: { mediaType: 'image/png' as const, base64: media.toString('base64') } }),
          at: at.toISOString(),
        })),
      }
    },
  )
  app.post(
    '/api/v1/simulator/messages',
    {
      config,
      schema: {
        summary: 'Write as a resident',
        tags,
        body: simulatorWriteBody,
        response: { 201: simulatorWriteResponse },
      },
    },
    async (request, reply) => {
      const written = await phones.write(request.body.from, request.body.body)
      return reply
        .code(201)
        .send({ id: written.id, from: written.phone, body: written.body, at: written.at.toISOString() })
    },
  )
  app.put(
    '/api/v1/simulator/phones/:number',
    {
      config,
      schema: {
        summary: 'Tell a simulated phone how to behave',
        tags,
        params: simulatorPhoneParams,
        body: simulatorPhoneBody,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      await phones.behave(request.params.number, request.body)
      return reply.code(204).send(null)
    },
  )

  const sendPage = async (request: FastifyRequest, reply: FastifyReply, phone: string | undefined) => {
    const page = renderSimulatorPage({
      language: request.language,
      timeZone,
      phones: phone ? [] : await phones.list(),
      chat: phone ? { phone, messages: await phones.listChat(phone) } : null,
    })
    return reply
      .header('content-security-policy', PAGE_POLICY)
      .header('cache-control', 'no-store')
      .type('text/html; charset=utf-8')
      .send(page)
  }
  registerFormRoutes(app, FORM_LIMIT, (scope) => {
    scope.get('/simulator', { config, schema: { hide: true, querystring: simulatorPageQuery } }, (request, reply) =>
      sendPage(request, reply, request.query.phone),
    )
    scope.post('/simulator', { config, schema: { hide: true, body: simulatorWriteBody } }, async (request, reply) => {
      await phones.write(request.body.from, request.body.body)
      return reply.redirect(`/simulator?phone=${request.body.from}`, 303)
    })
  })
}
