import { type BpjsHealth, bpjsHealthSchema } from '../../contracts/api/bpjs.ts'
import type { App } from '../../platform/http/index.ts'

export function registerBpjsRoutes(app: App, { health }: { health: () => Promise<BpjsHealth> }): void {
  app.get(
    '/api/v1/bpjs/health',
    {
      config: { access: { roles: ['admin', 'supervisor'] } },
      schema: { summary: 'How the membership source is doing', tags: ['bpjs'], response: { 200: bpjsHealthSchema } },
    },
    () => health(),
  )
}
