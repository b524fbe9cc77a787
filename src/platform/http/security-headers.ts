import { IncomingMessage, type OutgoingHttpHeaders, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import helmet from 'helmet'
import type { App } from './app.ts'

/**
 * Headers of every response. Scripts only from ourselves, so that a name that made it into a page cannot run. Styles
 * may be inline: the console's and the API page's component libraries set them so, and a style cannot call out, as
 * images and connections are our own too. Whether browsers must use TLS is for a real https address to say.
 */
function computeHeaders(options: { publicUrl: string | null }): OutgoingHttpHeaders {
  const isHttps = options.publicUrl?.startsWith('https://') ?? false
  const apply = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        'default-src': ["'self'"],
        'script-src': ["'self'"],
        'script-src-attr': ["'none'"],
        'style-src': ["'self'", "'unsafe-inline'"],
        'img-src': ["'self'", 'data:', 'blob:'],
        'font-src': ["'self'", 'data:'],
        'connect-src': ["'self'"],
        'worker-src': ["'self'"],
        'manifest-src': ["'self'"],
        'object-src': ["'none'"],
        'base-uri': ["'none'"],
        'form-action': ["'self'"],
        'frame-ancestors': ["'none'"],
        ...(isHttps ? { 'upgrade-insecure-requests': [] } : {}),
      },
    },
    strictTransportSecurity: isHttps ? { maxAge: 31_536_000, includeSubDomains: false } : false,
    // Nothing to other sites. Not `no-referrer`: browsers then send our own forms with the origin "null", which is refused.
    referrerPolicy: { policy: 'same-origin' },
    frameguard: { action: 'deny' },
    crossOriginOpenerPolicy: { policy: 'same-origin' },
    crossOriginResourcePolicy: { policy: 'same-origin' },
  })
  const response = new ServerResponse(new IncomingMessage(new Socket()))
  apply(response.req, response, () => {})
  return response.getHeaders()
}

/** None of them depends on the request, so they are made once: helmet's own plugin makes them anew for each. */
export function registerSecurityHeaders(app: App, options: { publicUrl: string | null }): void {
  const headers = computeHeaders(options)
  app.addHook('onRequest', (_request, reply, done) => {
    reply.headers(headers)
    done()
  })
}
