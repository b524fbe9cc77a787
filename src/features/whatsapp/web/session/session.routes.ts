import { z } from 'zod'
import type { RouteAccess } from '../../../../contracts/access.ts'
import {
  pairingCodeBody,
  whatsappQrResponse,
  whatsappSessionResponse,
} from '../../../../contracts/api/whatsapp-session.ts'
import { type App, getActor } from '../../../../platform/http/index.ts'
import type { WhatsappSessions } from './session.service.ts'

const access: RouteAccess = { roles: ['admin'] }
/** Whoever links a phone reads every chat: not by a session that was left open. */
const acts = { access, freshSignIn: ['admin'] } as const
const tags = ['whatsapp']
const asked = z.null()

/** The link to WhatsApp, for admins. What is asked for is done by the holder within seconds: look again. */
export function registerSessionRoutes(app: App, sessions: WhatsappSessions): void {
  app.get(
    '/api/v1/whatsapp/session',
    {
      config: { access },
      schema: { summary: 'How the link to WhatsApp is', tags, response: { 200: whatsappSessionResponse } },
    },
    (request) => sessions.show(request.language),
  )
  app.get(
    '/api/v1/whatsapp/session/qr',
    {
      config: acts,
      schema: {
        summary: 'What to scan or type on the phone to link it',
        tags,
        response: { 200: whatsappQrResponse },
      },
    },
    (request, reply) => {
      reply.header('cache-control', 'no-store')
      return sessions.showQr(getActor(request), request.id)
    },
  )
  app.post(
    '/api/v1/whatsapp/session/qr',
    { config: acts, schema: { summary: 'Ask for a new QR', tags, response: { 202: asked } } },
    async (request, reply) => {
      await sessions.request(getActor(request), request.id, 'show_qr')
      return reply.code(202).send(null)
    },
  )
  app.post(
    '/api/v1/whatsapp/session/pairing-code',
    {
      config: acts,
      schema: {
        summary: 'Ask for a code to type on the phone instead of scanning',
        tags,
        body: pairingCodeBody,
        response: { 202: asked },
      },
    },
    async (request, reply) => {
      await sessions.request(getActor(request), request.id, 'pairing_code', request.body.phone)
      return reply.code(202).send(null)
    },
  )
  app.post(
    '/api/v1/whatsapp/session/restart',
    { config: acts, schema: { summary: 'Start the browser anew', tags, response: { 202: asked } } },
    async (request, reply) => {
      await sessions.request(getActor(request), request.id, 'restart')
      return reply.code(202).send(null)
    },
  )
  app.post(
    '/api/v1/whatsapp/session/log-out',
    {
      config: acts,
      schema: {
        summary: 'Unlink from WhatsApp and forget the link: it must be made again',
        tags,
        response: { 202: asked },
      },
    },
    async (request, reply) => {
      await sessions.request(getActor(request), request.id, 'log_out')
      return reply.code(202).send(null)
    },
  )
}
