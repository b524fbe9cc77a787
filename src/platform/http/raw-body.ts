import type { App } from './app.ts'

const JSON_TYPE = 'application/json'

/**
 * Registers routes that get their JSON body as the bytes that came (a `Buffer`, empty when there is none), because a signature is
 * over those. `maxBytes` bounds them.
 */
export function registerRawJsonRoutes(app: App, maxBytes: number, register: (scope: App) => void): void {
  app.register(async (scope: App) => {
    scope.removeContentTypeParser(JSON_TYPE)
    scope.addContentTypeParser(JSON_TYPE, { parseAs: 'buffer', bodyLimit: maxBytes }, (_request, body, done) => {
      done(null, body)
    })
    register(scope)
  })
}
