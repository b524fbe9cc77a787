import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { RouteAccess } from '../../../contracts/access.ts'
import {
  conversationAnswerBody,
  conversationAnswerResponse,
  conversationClaimBody,
  conversationCountsResponse,
  conversationListQuery,
  conversationListResponse,
  conversationParams,
  conversationPauseBody,
  conversationQuery,
  conversationReadBody,
  conversationResponse,
  quickRepliesResponse,
} from '../../../contracts/api/whatsapp-inbox.ts'
import { type App, getActor } from '../../../platform/http/index.ts'
import type { Inbox } from './inbox.service.ts'
import type { InboxActions } from './inbox-actions.service.ts'
import type { InboxCaller } from './inbox-audit.ts'
import { INBOX_ROLES } from './inbox-scope.ts'

const OFFICERS: RouteAccess = { roles: ['petugas', 'verifikator', 'supervisor'] }
const READERS: RouteAccess = { roles: ['petugas', 'verifikator', 'supervisor', 'auditor'] }
const LISTERS: RouteAccess = { roles: INBOX_ROLES }

const callerOf = (request: FastifyRequest): InboxCaller => ({ actor: getActor(request), requestId: request.id })

export function registerInboxRoutes(app: App, { inbox, actions }: { inbox: Inbox; actions: InboxActions }): void {
  const tags = ['whatsapp']
  app.get(
    '/api/v1/conversations',
    {
      config: { access: LISTERS },
      schema: {
        summary: 'Conversations with residents, the latest first',
        tags,
        querystring: conversationListQuery,
        response: { 200: conversationListResponse },
      },
    },
    (request) => inbox.list(callerOf(request), request.query),
  )
  app.get(
    '/api/v1/conversations/counts',
    {
      config: { access: LISTERS },
      schema: {
        summary: 'How many conversations are unread, wait for a person, or are held by the caller',
        tags,
        response: { 200: conversationCountsResponse },
      },
    },
    (request) => inbox.count(getActor(request)),
  )
  app.get(
    '/api/v1/quick-replies',
    {
      config: { access: OFFICERS },
      schema: { summary: 'Texts to start an answer from', tags, response: { 200: quickRepliesResponse } },
    },
    // Residents are written to in Indonesian, whatever language the officer reads.
    () => inbox.quickReplies('id'),
  )
  app.get(
    '/api/v1/conversations/:id',
    {
      config: { access: READERS },
      schema: {
        summary: 'Both sides of a conversation, with the proposals of linked households',
        tags,
        params: conversationParams,
        querystring: conversationQuery,
        response: { 200: conversationResponse },
      },
    },
    (request) => inbox.read(callerOf(request), request.params.id, request.query),
  )
  app.post(
    '/api/v1/conversations/:id/answers',
    {
      config: { access: OFFICERS },
      schema: {
        summary: 'Answer a resident',
        description: 'The caller must hold the conversation. The same key again is the same answer.',
        tags,
        params: conversationParams,
        body: conversationAnswerBody,
        response: { 200: conversationAnswerResponse },
      },
    },
    (request) => actions.answer(callerOf(request), request.params.id, request.body),
  )
  app.post(
    '/api/v1/conversations/:id/claim',
    {
      config: { access: OFFICERS },
      schema: {
        summary: 'Take a conversation for 20 minutes',
        tags,
        params: conversationParams,
        body: conversationClaimBody.nullish(),
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      await actions.claim(callerOf(request), request.params.id, request.body?.takeOver ?? false)
      return reply.code(204).send(null)
    },
  )
  app.post(
    '/api/v1/conversations/:id/read',
    {
      config: { access: OFFICERS },
      schema: {
        summary: 'Everything up to this message has been read',
        tags,
        params: conversationParams,
        body: conversationReadBody,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      await actions.markRead(callerOf(request), request.params.id, request.body.upTo)
      return reply.code(204).send(null)
    },
  )
  app.post(
    '/api/v1/conversations/:id/pause-bot',
    {
      config: { access: OFFICERS },
      schema: {
        summary: 'Keep the bot silent for a while',
        tags,
        params: conversationParams,
        body: conversationPauseBody.nullish(),
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      await actions.pauseBot(callerOf(request), request.params.id, request.body?.minutes)
      return reply.code(204).send(null)
    },
  )
  const plainActs = [
    { path: 'release', summary: 'Give a conversation back: it waits for a person', act: actions.release },
    { path: 'confirm-number', summary: 'The number is the household’s after all', act: actions.confirmNumber },
    { path: 'close', summary: 'Give a conversation back to the bot', act: actions.close },
    { path: 'resume-bot', summary: 'Let the bot answer again', act: actions.resumeBot },
  ] as const
  for (const { path, summary, act } of plainActs) {
    app.post(
      `/api/v1/conversations/:id/${path}`,
      {
        config: { access: OFFICERS },
        schema: { summary, tags, params: conversationParams, response: { 204: z.null() } },
      },
      async (request, reply) => {
        await act(callerOf(request), request.params.id)
        return reply.code(204).send(null)
      },
    )
  }
}
