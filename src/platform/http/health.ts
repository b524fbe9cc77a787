import type { Registry } from 'prom-client'
import { z } from 'zod'
import type { App } from './app.ts'

/** Resolves when the dependency can serve. What it rejects with is logged, not shown. */
export type ReadinessCheck = () => Promise<void>

export type HealthOptions = {
  checks: Record<string, ReadinessCheck>
  metrics: Registry | null
}

// An orchestrator's own probe gives up after one to five seconds; slower than this is as bad as down.
const CHECK_TIMEOUT_MS = 2000

const readinessSchema = z.object({
  status: z.enum(['ready', 'not_ready']),
  checks: z.record(z.string().max(40), z.enum(['ok', 'failed'])),
})

async function runCheck(check: ReadinessCheck): Promise<void> {
  const { promise: expired, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error('timed out')), CHECK_TIMEOUT_MS)
  try {
    await Promise.race([check(), expired])
  } finally {
    clearTimeout(timer)
  }
}

/**
 * `/livez`: the process answers. `/readyz`: everything it needs answers too, and it is not stopping.
 * `/metrics` only when a registry is given. None of them counts against rate limits.
 */
export function registerHealthRoutes(app: App, options: HealthOptions): void {
  const config = { access: 'public', rateClass: 'none' } as const
  let isStopping = false
  app.addHook('preClose', async () => {
    isStopping = true
  })

  app.get(
    '/livez',
    {
      config,
      schema: {
        summary: 'The process answers',
        tags: ['health'],
        response: { 200: z.object({ status: z.literal('alive') }) },
      },
    },
    () => ({ status: 'alive' as const }),
  )

  app.get(
    '/readyz',
    {
      config,
      schema: {
        summary: 'Everything the process needs answers too',
        tags: ['health'],
        response: { 200: readinessSchema, 503: readinessSchema },
      },
    },
    async (request, reply) => {
      const names = Object.keys(options.checks)
      const results = await Promise.allSettled(Object.values(options.checks).map(runCheck))
      const checks: Record<string, 'ok' | 'failed'> = {}
      for (const [index, name] of names.entries()) {
        const result = results[index]
        checks[name] = result?.status === 'fulfilled' ? 'ok' : 'failed'
        if (result?.status === 'rejected') request.log.warn({ check: name }, 'not ready')
      }
      const isReady = !isStopping && results.every((result) => result.status === 'fulfilled')
      return reply.code(isReady ? 200 : 503).send({ status: isReady ? 'ready' : 'not_ready', checks })
    },
  )

  const registry = options.metrics
  if (registry) {
    app.get('/metrics', { config, schema: { hide: true } }, async (_request, reply) => {
      return reply.header('content-type', registry.contentType).send(await registry.metrics())
    })
  }
}
