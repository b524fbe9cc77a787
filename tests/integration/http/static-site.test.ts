import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { brotliCompressSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type App, registerStaticSite } from '../../../src/platform/http/index.ts'
import { createTemporaryDirectory } from '../../support/temporary-directory.ts'
import { createTestServer } from '../../support/test-server.ts'

const SCRIPT = 'console.log("a script of the site, long enough to be worth a compressed copy")'

function buildSite(): string {
  const outside = createTemporaryDirectory()
  const directory = path.join(outside, 'site')
  mkdirSync(path.join(directory, 'assets'), { recursive: true })
  writeFileSync(path.join(outside, 'secret.txt'), 'not for anybody')
  writeFileSync(path.join(directory, 'index.html'), '<!doctype html><title>Situs</title>')
  writeFileSync(path.join(directory, 'assets/main-1a2b.js'), SCRIPT)
  writeFileSync(path.join(directory, 'assets/main-1a2b.js.br'), brotliCompressSync(SCRIPT))
  return directory
}

describe('a site beside the API', () => {
  let app: App
  beforeEach(async () => {
    app = await createTestServer(() => null)
    await registerStaticSite(app, { directory: buildSite(), pages: ['/usulan'] })
    await app.ready()
  })
  afterEach(() => app.close())

  test.each(['/', '/usulan', '/usulan/0198/riwayat?a=b'])(
    'answers %s with its page, which nobody keeps',
    async (url) => {
      const reply = await app.inject({ url })
      expect(reply.statusCode).toBe(200)
      expect(reply.headers).toMatchObject({
        'cache-control': 'no-cache',
        'content-type': expect.stringContaining('text/html'),
      })
      expect(reply.headers['content-security-policy']).toContain("script-src 'self'")
      expect(reply.body).toContain('Situs')
    },
  )

  test('gives a file with a hash in its name for ever, compressed to who can read it', async () => {
    const plain = await app.inject({ url: '/assets/main-1a2b.js' })
    expect(plain.body).toBe(SCRIPT)
    expect(plain.headers).toMatchObject({ 'cache-control': 'public, max-age=31536000, immutable' })
    const compressed = await app.inject({ url: '/assets/main-1a2b.js', headers: { 'accept-encoding': 'gzip, br' } })
    expect(compressed.headers).toMatchObject({
      'content-encoding': 'br',
      'content-type': expect.stringContaining('javascript'),
    })
  })

  test.each([
    '/assets/missing-9f.js',
    '/assets/../../secret.txt',
    '/assets/%2e%2e/%2e%2e/secret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '/unknown',
  ])('has nothing at %s, and says so as a problem', async (url) => {
    const reply = await app.inject({ url })
    expect(reply.statusCode).toBeGreaterThanOrEqual(400)
    expect(reply.statusCode).toBeLessThan(500)
    expect(reply.headers['content-type']).toContain('application/problem+json')
    expect(reply.body).not.toContain('not for anybody')
  })
})

test('without a build there is no site, and the API goes on', async () => {
  const app = await createTestServer(() => null)
  expect(await registerStaticSite(app, { directory: createTemporaryDirectory(), pages: ['/usulan'] })).toBe(false)
  expect((await app.inject({ url: '/usulan' })).statusCode).toBe(404)
  await app.close()
})
