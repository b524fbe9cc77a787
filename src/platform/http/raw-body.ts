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

const BYTES_TYPE = 'application/octet-stream'

/** Registers routes that get their body as the bytes that came, sent as `application/octet-stream`: a part of a file. `maxBytes` bounds them. */
export function registerByteRoutes(app: App, maxBytes: number, register: (scope: App) => void): void {
  app.register(async (scope: App) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser(BYTES_TYPE, { parseAs: 'buffer', bodyLimit: maxBytes }, (_request, body, done) => {
      done(null, body)
    })
    register(scope)
  })
}
