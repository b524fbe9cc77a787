import { describe, expect, test } from 'vitest'
import { loadConfig } from '../config.ts'
import { readPacing } from './whatsapp-pacing.settings.ts'

const paced = (environment: Record<string, string> = {}) => loadConfig(environment).whatsapp.pacing
const FREE = {
  quietHours: null,
  jitter: null,
  contactHourLimit: null,
  contactDayLimit: null,
  warmUp: null,
  coldDayLimit: null,
  coldNotices: true,
}

describe('what is not set', () => {
  const defaultsOf = (gateway: 'simulator' | 'web' | 'cloud', isProduction: boolean, isDemo = false) =>
    readPacing({ WHATSAPP_COLD_NOTICES: 'on' }, { gateway, isProduction, isDemo, timeZone: 'Asia/Makassar' })

  test('lets a newcomer see every message at once', () => {
    expect(paced()).toMatchObject(FREE)
    expect(defaultsOf('simulator', true, true)).toMatchObject(FREE)
    expect(defaultsOf('simulator', false, false)).toMatchObject(FREE)
  })

  test.each([
    ['web', false],
    ['web', true],
    ['simulator', true],
  ] as const)('is cautious with %s (production: %s)', (gateway, isProduction) => {
    expect(defaultsOf(gateway, isProduction)).toMatchObject({
      quietHours: { from: 1_200, to: 480 },
      jitter: { minMs: 8_000, maxMs: 25_000 },
      contactHourLimit: 4,
      contactDayLimit: 8,
      coldDayLimit: 100,
      coldNotices: true,
      timeZone: 'Asia/Makassar',
    })
  })

  test('leaves the speed to the official interface, not the hours', () => {
    expect(defaultsOf('cloud', true)).toMatchObject({
      quietHours: { from: 1_200, to: 480 },
      jitter: null,
      contactHourLimit: 4,
      warmUp: null,
      coldDayLimit: null,
    })
  })
})

test('everything can be set, and switched off', () => {
  expect(
    paced({
      WHATSAPP_QUIET_HOURS: '21:30-06:00',
      WHATSAPP_JITTER_SECONDS: '5-5',
      WHATSAPP_CONTACT_HOUR_LIMIT: '2',
      WHATSAPP_CONTACT_DAY_LIMIT: '3',
      WHATSAPP_WARM_UP: '1:5,8:50',
      WHATSAPP_COLD_DAY_LIMIT: '7',
      WHATSAPP_COLD_NOTICES: 'off',
    }),
  ).toMatchObject({
    quietHours: { from: 1_290, to: 360 },
    jitter: { minMs: 5_000, maxMs: 5_000 },
    contactHourLimit: 2,
    contactDayLimit: 3,
    warmUp: [
      { day: 1, limit: 5 },
      { day: 8, limit: 50 },
    ],
    coldDayLimit: 7,
    coldNotices: false,
  })
  const off = Object.fromEntries(
    ['QUIET_HOURS', 'JITTER_SECONDS', 'CONTACT_HOUR_LIMIT', 'CONTACT_DAY_LIMIT', 'WARM_UP', 'COLD_DAY_LIMIT'].map(
      (name) => [`WHATSAPP_${name}`, 'off'],
    ),
  )
  const production = { NODE_ENV: 'production', PROCESS_ROLES: 'bpjs-mock', WHATSAPP_GATEWAY: 'simulator' }
  expect(paced({ ...production, ...off })).toMatchObject(FREE)
})

test.each([
  ['WHATSAPP_QUIET_HOURS', '20-8'],
  ['WHATSAPP_QUIET_HOURS', '24:00-08:00'],
  ['WHATSAPP_QUIET_HOURS', '08:00-08:00'],
  ['WHATSAPP_JITTER_SECONDS', '25-8'],
  ['WHATSAPP_JITTER_SECONDS', '8'],
  ['WHATSAPP_CONTACT_HOUR_LIMIT', '0'],
  ['WHATSAPP_CONTACT_DAY_LIMIT', 'many'],
  ['WHATSAPP_WARM_UP', '2:10'],
  ['WHATSAPP_WARM_UP', '1:10,3:25,3:60'],
  ['WHATSAPP_COLD_DAY_LIMIT', '-1'],
  ['WHATSAPP_COLD_NOTICES', 'yes'],
])('%s=%s is refused with what to write', (name, value) => {
  expect(() => loadConfig({ [name]: value })).toThrow(new RegExp(`^${name}: write `))
})
