import { z } from 'zod'
import { cloudWebhookQuery } from '../../../contracts/api/whatsapp-cloud.ts'
import { AppError } from '../../../platform/errors.ts'
import { type App, registerRawJsonRoutes } from '../../../platform/http/index.ts'
import type { Webhook } from './webhook.service.ts'

const PATH = '/api/public/whatsapp/webhook'
// Meta's signature is the caller's proof; there is no account. Hidden: nobody but Meta calls it, and Meta does not read our document.
const config = { access: 'public', rateClass: 'webhook' } as const
/** What Meta documents as the largest call. */
const MAX_BODY_BYTES = 3 * 1024 * 1024

/** Where the service proves that it may call us, and calls us. Answered at once: what is told is worked on from the queue. */
export function registerWebhookRoutes(app: App, { webhook }: { webhook: Webhook }): void {
  registerRawJsonRoutes(app, MAX_BODY_BYTES, (scope) => {
    scope.get(
      PATH,
      { config, schema: { hide: true, response: { 200: z.string().max(200) } } },
      async (request, reply) => {
        const { data } = cloudWebhookQuery.safeParse(request.query)
        if (!data) throw new AppError('forbidden')
        webhook.verify(data['hub.mode'], data['hub.verify_token'])
        return reply.type('text/plain; charset=utf-8').send(data['hub.challenge'])
      },
    )

    scope.post(
      PATH,
      { config, schema: { hide: true, response: { 200: z.strictObject({}) } } },
      async (request, reply) => {
        const signature = request.headers['x-hub-signature-256']
        const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
        await webhook.receive(body, typeof signature === 'string' ? signature : undefined)
        return reply.code(200).send({})
      },
    )
  })
}
