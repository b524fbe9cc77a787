import type { FastifyReply, FastifyRequest } from 'fastify'
import { Histogram, type Registry } from 'prom-client'

// From a cached read to the statement timeout.
const BUCKETS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

/** Observes how long each route took, by its template: an address may hold an identifier, a template never does. */
export function createRequestMetrics(registry: Registry): (request: FastifyRequest, reply: FastifyReply) => void {
  const histogram = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from the first byte of a request to the end of its response',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: BUCKETS,
    registers: [registry],
  })
  // Finding a child by its labels costs more than observing it.
  const children = new Map<string, Histogram.Internal<'method' | 'route' | 'status'>>()
  return (request, reply) => {
    const route = request.is404 ? 'unknown' : (request.routeOptions.url ?? 'unknown')
    const key = `${request.method} ${route} ${reply.statusCode}`
    let child = children.get(key)
    if (!child) {
      child = histogram.labels({ method: request.method, route, status: String(reply.statusCode) })
      children.set(key, child)
    }
    child.observe(reply.elapsedTime / 1000)
  }
}
