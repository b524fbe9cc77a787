import type { App } from './app.ts'

const FORM_TYPE = 'application/x-www-form-urlencoded'

/**
 * Registers routes of pages that work without scripts: a form's own content type is understood there and nowhere else.
 * `maxBytes` bounds the encoded body.
 */
export function registerFormRoutes(app: App, maxBytes: number, register: (scope: App) => void): void {
  app.register(async (scope: App) => {
    scope.addContentTypeParser(FORM_TYPE, { parseAs: 'string', bodyLimit: maxBytes }, (_request, body, done) => {
      done(null, Object.fromEntries(new URLSearchParams(String(body))))
    })
    register(scope)
  })
}
