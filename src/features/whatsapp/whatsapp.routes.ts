import { z } from 'zod'
import type { RouteAccess } from '../../contracts/access.ts'
import { ROLES } from '../../contracts/access.ts'
import { messageTemplatesResponse } from '../../contracts/api/message-templates.ts'
import {
  operatorMessagesQuery,
  operatorMessagesResponse,
  proposalMessagesParams,
  proposalMessagesResponse,
  settleMessageBody,
  settleMessageParams,
} from '../../contracts/api/whatsapp.ts'
import { type App, getActor } from '../../platform/http/index.ts'
import { MESSAGE_MAX_LENGTH } from './notice-text.domain.ts'
import { OPERATOR_ROLES, type Operator } from './operator.service.ts'
import { listTemplatePreviews } from './template-preview.domain.ts'

// Whoever may read a proposal may read what its household was told; the service asks which proposals those are.
const READERS: RouteAccess = { roles: ROLES.filter((role) => role !== 'admin'), scope: 'proposals:read' }
const OPERATORS: RouteAccess = { roles: OPERATOR_ROLES }

// Nobody's data: those who answer for what residents are told.
const TEMPLATE_READERS: RouteAccess = { roles: ['supervisor', 'auditor', 'admin'] }

export function registerWhatsappRoutes(app: App, { operator }: { operator: Operator }): void {
  const tags = ['whatsapp']
  app.get(
    '/api/v1/message-templates',
    {
      config: { access: TEMPLATE_READERS },
      schema: {
        summary: 'Messages to residents as written to an invented household, with a check of their variables',
        tags,
        response: { 200: messageTemplatesResponse },
      },
    },
    async () => ({ maxLength: MESSAGE_MAX_LENGTH, items: listTemplatePreviews() }),
  )
  app.get(
    '/api/v1/proposals/:id/messages',
    {
      config: { access: READERS },
      schema: {
        summary: 'Notices of a proposal with their delivery',
        tags,
        params: proposalMessagesParams,
        response: { 200: proposalMessagesResponse },
      },
    },
    (request) => operator.listProposalMessages(getActor(request), request.id, request.params.id),
  )
  app.get(
    '/api/v1/whatsapp/messages',
    {
      config: { access: OPERATORS },
      schema: {
        summary: 'Messages that failed or whose outcome is unknown',
        tags,
        querystring: operatorMessagesQuery,
        response: { 200: operatorMessagesResponse },
      },
    },
    (request) => operator.listMessages(getActor(request), request.id, request.query),
  )
  app.post(
    '/api/v1/whatsapp/messages/:id/settle',
    {
      config: { access: OPERATORS },
      schema: {
        summary: 'Say what became of a message with an unknown outcome',
        tags,
        params: settleMessageParams,
        body: settleMessageBody,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      await operator.settleMessage(getActor(request), request.id, request.params.id, request.body)
      return reply.code(204).send(null)
    },
  )
}
