import { existsSync } from 'node:fs'
import path from 'node:path'
import fastifyStatic from '@fastify/static'
import type { App } from './app.ts'

export type StaticSite = {
  /** What the build made: `index.html`, `assets/` with a hash in each name, and a few files beside them. */
  directory: string
  /** Addresses that the site's own router answers, with all that is below them. */
  pages: readonly string[]
}

const config = { access: 'public' } as const
const schema = { hide: true } as const
// A file with a hash in its name never changes under that name.
const FOREVER = 'public, max-age=31536000, immutable'

/**
 * Serves a built single-page site at `/` beside the API. Its page is never cached, so that a new version shows at the next
 * load; its assets always are. Returns false, and registers nothing, when there is no build.
 */
export async function registerStaticSite(app: App, { directory, pages }: StaticSite): Promise<boolean> {
  if (!existsSync(path.join(directory, 'index.html'))) return false
  await app.register(fastifyStatic, { root: directory, serve: false, preCompressed: true, cacheControl: false })
  app.get('/assets/*', { config, schema }, (request, reply) =>
    reply.header('cache-control', FOREVER).sendFile(path.posix.normalize(request.url.split('?', 1)[0] ?? '')),
  )
  for (const file of ['icon.svg', 'color-scheme.js']) {
    app.get(`/${file}`, { config, schema }, (_request, reply) =>
      reply.header('cache-control', 'no-cache').sendFile(file),
    )
  }
  for (const page of ['/', ...pages.flatMap((one) => [one, `${one}/*`])]) {
    app.get(page, { config, schema }, (_request, reply) =>
      reply.header('cache-control', 'no-cache').sendFile('index.html'),
    )
  }
  return true
}
