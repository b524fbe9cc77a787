import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { listUnknownSettings, loadConfig } from './config.ts'

const KEYS = { DATA_KEYS: `1:${randomBytes(32).toString('base64')}`, AUTH_SECRET: randomBytes(32).toString('base64') }
const PRODUCTION = { NODE_ENV: 'production', WHATSAPP_GATEWAY: 'simulator', ...KEYS }
const DATABASE_URL = 'postgres://me:secret@db/puntadewa'

test('needs no setting in development: everything in one process on the embedded database, with the demo', () => {
  expect(loadConfig({})).toMatchObject({
    isProduction: false,
    roles: ['api', 'worker', 'whatsapp', 'bpjs-mock'],
    demo: { isOn: true, password: 'puntadewa-demo' },
    http: { host: '127.0.0.1', port: 3000, open: { docs: true, metrics: true } },
    database: { url: null, ownerUrl: null },
    redisUrl: null,
    bpjs: { source: 'mock', baseUrl: 'http://127.0.0.1:3001' },
    bpjsMock: { port: 3001 },
    whatsapp: { gateway: 'simulator' },
  })
})

test('starts production without demo, mock, docs and metrics', () => {
  expect(loadConfig(PRODUCTION)).toMatchObject({
    isProduction: true,
    roles: ['api', 'worker', 'whatsapp'],
    demo: { isOn: false },
    http: { open: { docs: false, metrics: false } },
    bpjs: { source: 'manual' },
    log: { format: 'json' },
  })
})

test('lets production have demo and mock when they are asked for by name', () => {
  expect(loadConfig({ ...PRODUCTION, DEMO: 'true', BPJS_SOURCE: 'mock' })).toMatchObject({
    roles: ['api', 'worker', 'whatsapp', 'bpjs-mock'],
    demo: { isOn: true },
    bpjs: { source: 'mock' },
  })
})

test.each([
  ['WHATSAPP_GATEWAY', 'all'],
  ['DATA_KEYS', 'worker'],
  ['AUTH_SECRET', 'api'],
])('production without %s does not start %s', (name, roles) => {
  const { [name]: _missing, ...rest } = { ...PRODUCTION, PROCESS_ROLES: roles } as Record<string, string>
  expect(() => loadConfig(rest)).toThrow(new RegExp(`^${name}: production `))
})

test('asks a role only for what it uses', () => {
  const { AUTH_SECRET: _auth, ...withoutAuth } = PRODUCTION
  expect(loadConfig({ ...withoutAuth, PROCESS_ROLES: 'worker,whatsapp' }).roles).toEqual(['worker', 'whatsapp'])
  expect(loadConfig({ NODE_ENV: 'production', PROCESS_ROLES: 'bpjs-mock' }).roles).toEqual(['bpjs-mock'])
})

test('loads no demo into a database that somebody else runs, unless told to', () => {
  expect(loadConfig({ DATABASE_URL }).demo.isOn).toBe(false)
  expect(loadConfig({ DATABASE_URL, DEMO: 'true' }).demo.isOn).toBe(true)
})

test('migrates as the login of MIGRATION_DATABASE_URL, else of DATABASE_URL', () => {
  const owner = 'postgres://owner@db/puntadewa'
  expect(loadConfig({ DATABASE_URL }).database.ownerUrl).toBe(DATABASE_URL)
  expect(loadConfig({ DATABASE_URL, MIGRATION_DATABASE_URL: owner }).database).toMatchObject({
    url: DATABASE_URL,
    ownerUrl: owner,
  })
  expect(() => loadConfig({ MIGRATION_DATABASE_URL: owner })).toThrow(
    'MIGRATION_DATABASE_URL: is of use only with DATABASE_URL',
  )
})

test('takes the credentials of PCare together', () => {
  const pcare = {
    BPJS_SOURCE: 'pcare',
    BPJS_BASE_URL: 'https://apijkn.example/pcare-rest',
    BPJS_CONS_ID: '12345',
    BPJS_SECRET: 'secret',
    BPJS_USER_KEY: 'key',
    BPJS_PCARE_USERNAME: 'puskesmas',
    BPJS_PCARE_PASSWORD: 'word',
  }
  expect(loadConfig(pcare).bpjs).toEqual({
    source: 'pcare',
    baseUrl: 'https://apijkn.example/pcare-rest',
    credentials: {
      consId: '12345',
      secret: 'secret',
      userKey: 'key',
      pcareLogin: { username: 'puskesmas', password: 'word', applicationCode: '095' },
    },
    timeoutMs: 8_000,
  })
  expect(loadConfig(pcare).roles).not.toContain('bpjs-mock')
  expect(() => loadConfig({ ...pcare, BPJS_BASE_URL: 'http://apijkn.example/pcare-rest' })).toThrow(
    /^BPJS_BASE_URL: write an https/,
  )
  for (const name of Object.keys(pcare).filter((key) => key !== 'BPJS_SOURCE')) {
    const { [name]: _missing, ...rest } = pcare as Record<string, string>
    expect(() => loadConfig(rest)).toThrow(new RegExp(`^${name}: BPJS_SOURCE=pcare needs it`))
  }
})

test('takes WhatsApp Web, and a page in its place outside production only', () => {
  const web = { WHATSAPP_GATEWAY: 'web', WHATSAPP_WEB_ARGS: '--lang=id --mute-audio' }
  expect(loadConfig({ ...PRODUCTION, ...web }).whatsapp).toMatchObject({
    gateway: 'web',
    web: { chromium: null, args: ['--lang=id', '--mute-audio'], testPage: null, noSandbox: false },
  })
  const testPage = { ...web, WHATSAPP_WEB_TEST_PAGE: '127.0.0.1:8443' }
  expect(loadConfig(testPage).whatsapp.web.testPage).toBe('127.0.0.1:8443')
  expect(() => loadConfig({ ...PRODUCTION, ...testPage })).toThrow(/^WHATSAPP_WEB_TEST_PAGE: production /)
  expect(() => loadConfig({ ...web, WHATSAPP_WEB_TEST_PAGE: 'elsewhere.example:443' })).toThrow(
    /^WHATSAPP_WEB_TEST_PAGE: write /,
  )
})

test('never repeats the value of a wrong setting: it may be a password in the wrong place', () => {
  expect(() => loadConfig({ DATABASE_URL: 'hunter2@db' })).toThrow(/^DATABASE_URL: (?!.*hunter2)/)
  expect(() => loadConfig({ REDIS_URL: 'http://:hunter2@db' })).toThrow(/^REDIS_URL: (?!.*hunter2)/)
})

test('notices names that are most likely typing errors', () => {
  expect(listUnknownSettings({ BPJS_CONSID: '1', DATABASE_URL, PATH: '/bin', DATA_DIRECTORY: 'x' })).toEqual([
    'BPJS_CONSID',
    'DATA_DIRECTORY',
  ])
})

test('reads public holidays as days of the calendar, and nothing else', () => {
  expect(loadConfig({}).holidays).toEqual(new Set())
  expect(loadConfig({ HOLIDAYS: '2026-12-25, 2027-01-01' }).holidays).toEqual(new Set(['2026-12-25', '2027-01-01']))
  for (const HOLIDAYS of ['25-12-2026', '2026-12-25;2027-01-01', '2026-02-30']) {
    expect(() => loadConfig({ HOLIDAYS })).toThrow(/^HOLIDAYS: write days like 2026-12-25/)
  }
})

test('WHATSAPP_NUMBER is an Indonesian number, mobile or landline; a demo has one that reaches nobody', () => {
  expect(loadConfig({}).whatsapp.number).toBe('6284000000000')
  expect(loadConfig({ DATABASE_URL }).whatsapp.number).toBe(null)
  expect(loadConfig(PRODUCTION).whatsapp.number).toBe(null)
  for (const [written, number] of [
    ['0812-3456-7890', '6281234567890'],
    ['+62 231 203456', '62231203456'],
    ['62231203456', '62231203456'],
  ] as const) {
    expect(loadConfig({ ...PRODUCTION, WHATSAPP_NUMBER: written }).whatsapp.number).toBe(number)
  }
  for (const wrong of ['6284000000000', '+60 12 345 6789', '110', 'WhatsApp']) {
    expect(() => loadConfig({ WHATSAPP_NUMBER: wrong })).toThrow(/^WHATSAPP_NUMBER: /)
  }
})
