import { z } from 'zod'
import { ROLES } from '../../contracts/access.ts'
import { consentTextSchema } from '../../contracts/api/consent.ts'
import { receiptSchema } from '../../contracts/api/receipts.ts'
import { idSchema } from '../../contracts/primitives/ids.ts'
import { type App, getActor } from '../../platform/http/index.ts'
import type { Consent } from './consent.service.ts'
import { READERS } from './intake.routes.ts'
import type { Receipts } from './receipt.service.ts'

/** What is read out before a registration, and what is taken home after it. */
export function registerReceiptRoutes(app: App, deps: { receipts: Receipts; consent: Consent }): void {
  const tags = ['intakes']
  app.get(
    '/api/v1/consent-text',
    {
      config: { access: { roles: ROLES, scope: 'intakes:write' } },
      schema: {
        summary: 'The consent text to read out, with its version',
        tags,
        response: { 200: consentTextSchema },
      },
    },
    (request) => deps.consent.getText(getActor(request), request.language),
  )
  app.get(
    '/api/v1/intakes/:id/receipt',
    {
      config: { access: { roles: READERS, scope: 'proposals:read' } },
      schema: {
        summary: 'What the household takes home, with QR codes',
        tags,
        params: z.strictObject({ id: idSchema }),
        response: { 200: receiptSchema },
      },
    },
    (request) => deps.receipts.getReceipt(getActor(request), request.params.id, request.id),
  )
}
