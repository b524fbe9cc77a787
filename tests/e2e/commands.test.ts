import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, onTestFinished, test } from 'vitest'
import { findFreePort } from '../../scripts/lib/free-port.ts'
import { SETTING_NAMES } from '../../src/processes/config.ts'
import { startProduct } from '../support/product.ts'

const place = mkdtempSync(path.join(tmpdir(), 'puntadewa-'))
const DATA_DIR = path.join(place, 'data')
afterAll(() => rm(place, { recursive: true, force: true, maxRetries: 5 }))

test('the first admin comes from the command line, beside the running product or before it', async () => {
  const settings = {
    DATA_DIR,
    PORT: String(await findFreePort()),
    BPJS_MOCK_PORT: String(await findFreePort()),
    DEMO: 'false',
    LOG_LEVEL: 'warn',
  }
  const run = async (...args: string[]): Promise<{ code: number | null; text: string }> => {
    const command = startProduct({ settings, args })
    return { code: await command.exited, text: command.output() }
  }
  expect(await run('outbox', 'dead')).toMatchObject({ code: 0 })
  expect(await run('outbox', 'retry', '7')).toMatchObject({ code: 1 })
  const product = startProduct({ settings })
  onTestFinished(async () => void (await product.end('SIGTERM')))
  const address = await product.ready()

  const created = await run('account', 'create', 'kepala.dinas', '--name', 'Kepala Dinas', '--region', '32.74')
  expect(created).toMatchObject({ code: 0 })
  const password = /sekali pakai: (\S+)/u.exec(created.text)?.[1]
  const signedIn = await fetch(`${address}/api/auth/sign-in/username`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: 'kepala.dinas', password }),
  })
  expect(signedIn.status).toBe(200)
  const cookie = signedIn.headers.getSetCookie().join('; ')
  const accounts = await fetch(`${address}/api/v1/accounts`, { headers: { cookie } })
  expect(await accounts.json()).toMatchObject({ code: 'password_change_required' })

  expect(await run('account', 'create', 'kepala.dinas', '--name', 'Lagi', '--region', '32.74')).toMatchObject({
    code: 1,
  })
  expect(await run('account', 'create', 'lain', '--name', 'Lain', '--region', '99.99')).toMatchObject({ code: 1 })
  expect((await run('account', 'create')).text).toContain('Cara pakai')
  expect(await run('audit', 'verify')).toMatchObject({ code: 0 })
  expect(await run('data', 'verify')).toEqual({ code: 0, text: expect.stringContaining('Data utuh.') })

  const templates = await run('whatsapp', 'templates')
  expect(templates).toMatchObject({
    code: 0,
    text: expect.stringContaining('puntadewa_household_v1\tUTILITY\tid\n*PuntaDewa* – {{1}}'),
  })
  const requests: unknown = JSON.parse((await run('whatsapp', 'templates', '--json')).text)
  expect(requests).toContainEqual({
    name: 'puntadewa_eligible_v1',
    category: 'UTILITY',
    language: 'id',
    components: [{ type: 'BODY', text: expect.stringContaining('{{6}}'), example: { body_text: [expect.any(Array)] } }],
  })

  expect(await product.end('SIGTERM')).toBe(0)
  expect(await run('audit', 'verify')).toMatchObject({ code: 0 })
})

test('an empty value counts as not set, as compose passes it', async () => {
  const empty = SETTING_NAMES.filter((name) => name !== 'ENV_FILE').map((name) => [name, ''])
  const settings = { ...Object.fromEntries(empty), DATA_DIR }
  const command = startProduct({ settings, args: ['migrate'] })
  expect({ code: await command.exited, text: command.output() }).toMatchObject({ code: 0 })
})
