import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { publicStatusQuerySchema } from '../../contracts/api/public-status.ts'
import { receiptNumberSchema } from '../../contracts/primitives/receipt-number.ts'
import { translate } from '../../contracts/text/index.ts'
import { AppError } from '../../platform/errors.ts'
import { type App, registerFormRoutes, SCRIPTLESS_PAGE_POLICY } from '../../platform/http/index.ts'
import type { PublicStatusService } from './public-status.service.ts'
import { renderStatusPage, type StatusPage } from './status-page.ts'

const FORM_LIMIT = 1024
// What was typed, bounded only: the page answers a typing error with itself, not with a problem document.
const formSchema = z.strictObject({ receiptNumber: z.string().max(40), phoneLast4: z.string().max(4) })

const linkSchema = z.object({ receiptNumber: receiptNumberSchema })

/** `/status`, the page behind the link in every WhatsApp message. */
export function registerStatusPageRoutes(app: App, publicStatus: PublicStatusService): void {
  const send = (request: FastifyRequest, reply: FastifyReply, page: Omit<StatusPage, 'language'>) =>
    reply
      .header('content-security-policy', SCRIPTLESS_PAGE_POLICY)
      .header('cache-control', 'no-store')
      .type('text/html; charset=utf-8')
      .send(renderStatusPage({ language: request.language, ...page }))

  registerFormRoutes(app, FORM_LIMIT, (scope) => {
    scope.get('/status', { config: { access: 'public' }, schema: { hide: true } }, (request, reply) => {
      // The QR code of a receipt fills the number in; anything else in the address is left out, as if it were not there.
      const { data } = linkSchema.safeParse(request.query)
      return send(request, reply, { receiptNumber: data?.receiptNumber ?? '', result: { kind: 'ask' } })
    })
    scope.post(
      '/status',
      { config: { access: 'public', rateClass: 'public-status' }, schema: { hide: true, body: formSchema } },
      async (request, reply) => {
        const { receiptNumber } = request.body
        const refused = (reason: 'not_found' | 'receipt_locked') =>
          ({ receiptNumber, result: { kind: 'refused', reason } }) as const
        const query = publicStatusQuerySchema.safeParse(request.body)
        if (!query.success) return send(request, reply.code(404), refused('not_found'))
        try {
          const status = await publicStatus.getStatus(query.data, request.id, (label) =>
            translate(request.language, 'labels', label),
          )
          return send(request, reply, { receiptNumber, result: { kind: 'found', status } })
        } catch (error) {
          if (!(error instanceof AppError)) throw error
          if (error.code === 'not_found') return send(request, reply.code(404), refused('not_found'))
          if (error.code !== 'receipt_locked') throw error
          reply.code(429).header('retry-after', String(error.details.retryAfterSeconds))
          return send(request, reply, refused('receipt_locked'))
        }
      },
    )
  })
}
