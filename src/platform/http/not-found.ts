import type { FastifyReply, FastifyRequest } from 'fastify'
import type { RegisteredRoute } from './app.ts'
import { sendProblem } from './problem.ts'

function toPattern(template: string): RegExp {
  const escaped = template.replace(/[.+?^${}()|[\]\\]/g, '\\$&')
  return new RegExp(`^${escaped.replace(/:\w+/g, '[^/]+').replaceAll('*', '.*')}$`)
}

/** Unknown path: `not_found`. Known path, other method: `method_not_allowed` with the methods it takes. */
export function createNotFoundHandler(routes: readonly RegisteredRoute[]) {
  return (request: FastifyRequest, reply: FastifyReply): void => {
    const path = request.url.split('?', 1)[0] ?? ''
    const methods = new Set(routes.filter((route) => toPattern(route.url).test(path)).map((route) => route.method))
    if (methods.size === 0) {
      sendProblem(request, reply, 'not_found')
      return
    }
    reply.header('allow', [...methods].sort().join(', '))
    sendProblem(request, reply, 'method_not_allowed')
  }
}
