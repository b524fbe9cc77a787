import type { ZodTypeProvider } from '@fastify/type-provider-zod'
import Fastify, { type FastifyBaseLogger, LogController } from 'fastify'
import type { Logger } from 'pino'
import type { App } from './app.ts'
import { type HealthOptions, registerHealthRoutes } from './health.ts'
import { createSerializerCompiler } from './serialization.ts'

/**
 * Only `/livez`, `/readyz` and, when a registry is given, `/metrics`: for processes that serve nobody else, so that an
 * orchestrator can ask them too. Rejects when the port is taken.
 */
export async function startHealthServer(
  options: HealthOptions & { host: string; port: number; logger: Logger },
): Promise<{ address: string; stop(): Promise<void> }> {
  const loggerInstance: FastifyBaseLogger = options.logger
  const app: App = Fastify({
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true }),
  }).withTypeProvider<ZodTypeProvider>()
  app.setSerializerCompiler(createSerializerCompiler({ verify: false }))
  registerHealthRoutes(app, options)
  const address = await app.listen({ host: options.host, port: options.port })
  return { address, stop: () => app.close() }
}
