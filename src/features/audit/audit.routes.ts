import { ROLES } from '../../contracts/access.ts'
import { auditCheck, listAuditQuery, listAuditResponse, verifyAuditBody } from '../../contracts/api/audit.ts'
import { type App, getActor } from '../../platform/http/index.ts'
import type { AuditReader } from './audit.service.ts'
import type { AuditChecker } from './verify-part.service.ts'

/** Every role may ask: those who do not oversee a region get their own entries. */
export function registerAuditRoutes(app: App, { audit }: { audit: { list: AuditReader; check: AuditChecker } }): void {
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
  app.post(
    '/api/v1/audit/verify',
    {
      config: { access: { roles: ['auditor', 'admin'] }, rateClass: 'search' },
      schema: {
        summary: 'Check a part of the audit log against its chain',
        tags: ['audit'],
        body: verifyAuditBody,
        response: { 200: auditCheck },
      },
    },
    (request) => audit.check({ actor: getActor(request), requestId: request.id }, request.body),
  )
}
