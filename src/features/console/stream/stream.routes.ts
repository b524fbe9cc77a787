import { z } from 'zod'
import { ROLES } from '../../../contracts/access.ts'
import { eventsHeaders, LAST_EVENT_ID } from '../../../contracts/api/events.ts'
import { AppError } from '../../../platform/errors.ts'
import { type App } from '../../../platform/http/index.ts'
import type { ConsolePorts } from '../console.ports.ts'
import type { Feed } from './feed.service.ts'

const DESCRIPTION = `Server-sent events of what changed and the caller may see: kinds and ids, never what a record says. Load it with the other calls.
Kinds: ready, reset, proposals, seats, counts, conversations, messages, whatsapp, bpjs, end.`

/** `GET /api/v1/events`. Only for people: no key opens it. */
export function registerStreamRoutes(app: App, deps: { feed: Feed; ports: ConsolePorts }): void {
  const { feed, ports } = deps
  const { sessions, cases, talks } = ports
  app.addHook('preClose', () => feed.stop())

  app.get(
    '/api/v1/events',
    {
      config: { access: { roles: ROLES }, eventStream: true },
      // Asked for its head alone a stream would begin all the same.
      exposeHeadRoute: false,
      schema: {
        summary: 'What changes, as it changes',
        description: DESCRIPTION,
        tags: ['console'],
        headers: eventsHeaders,
        response: { 200: z.unknown() },
      },
    },
    async (request, reply) => {
      const session = await sessions.watchSession(request)
      if (!session) throw new AppError('not_signed_in')
      const { actor } = session
      const id = request.headers['last-event-id']
      const connection = feed.open({
        session,
        ears: {
          goesByVillage: cases.goesByVillage(actor),
          proposals: cases.sees(actor),
          conversations: talks.seesConversations(actor),
          messages: talks.seesMessages(actor),
        },
        resumeFrom: id !== undefined && LAST_EVENT_ID.test(id) ? BigInt(id) : null,
      })
      return (
        reply
          .type('text/event-stream; charset=utf-8')
          .header('cache-control', 'no-store, no-transform')
          // The socket is of no use to another request, and a server that stops need not wait for it.
          .header('connection', 'close')
          .header('x-accel-buffering', 'no')
          .send(connection.body)
      )
    },
  )
}
