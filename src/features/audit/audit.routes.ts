import { ROLES } from '../../contracts/access.ts'
import { listAuditQuery, listAuditResponse } from '../../contracts/api/audit.ts'
import { type App, getActor } from '../../platform/http/index.ts'
import type { AuditReader } from './audit.service.ts'

/** Every role may ask: those who do not oversee a region get their own entries. */
export function registerAuditRoutes(app: App, { audit }: { audit: { list: AuditReader } }): void {
  app.get(
    '/api/v1/audit',
    {
      config: { access: { roles: ROLES } },
      schema: {
        summary: 'Read the audit log: the own entries, or those of the own region',
        tags: ['audit'],
        querystring: listAuditQuery,
        response: { 200: listAuditResponse },
      },
    },
    (request) => audit.list({ actor: getActor(request), requestId: request.id }, request.query),
  )
}
