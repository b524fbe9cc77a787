import { pino } from 'pino'
import { expect, test } from 'vitest'
import { systemClock } from '../../../../platform/clock.ts'
import { completeOptions } from './engine-options.ts'
import { launchArguments, sessionMarker } from './launch.ts'
import { endOfState } from './level-watch.ts'

const config = (changes: Partial<Parameters<typeof completeOptions>[0]> = {}) =>
  completeOptions({
    executablePath: '/usr/bin/chromium',
    dataPath: '/data/whatsapp',
    clientId: 'main',
    clock: systemClock,
    logger: pino({ level: 'silent' }),
    ...changes,
  })

test('a browser of production keeps its sandbox, its certificates and its names', () => {
  const args = launchArguments(config())
  expect(args).not.toEqual(
    expect.arrayContaining([expect.stringMatching(/sandbox|resolver|insecure|web-security|isolation|single-process/)]),
  )
  expect(args).toContain(sessionMarker(config()))
})

test('a test page cuts everything else off', () => {
  expect(launchArguments(config({ testPage: '127.0.0.1:4433' }))).toContain(
    '--host-resolver-rules=MAP web.whatsapp.com:443 127.0.0.1:4433, MAP * ~NOTFOUND',
  )
})

test('further arguments and the sandbox are the operator’s choice', () => {
  const args = launchArguments(config({ extraArguments: ['--proxy-server=proxy:8080'], noSandbox: true }))
  expect(args).toEqual(expect.arrayContaining(['--proxy-server=proxy:8080', '--no-sandbox']))
})

test('two installations on one machine mark their browsers differently, each always the same', () => {
  expect(sessionMarker(config())).toBe(sessionMarker(config()))
  expect(sessionMarker(config())).not.toBe(sessionMarker(config({ dataPath: '/data2/whatsapp' })))
  expect(sessionMarker(config())).toMatch(/^--puntadewa-session=main-[0-9a-f]{12}$/)
})

test.each([
  ['CONFLICT', 'conflict'],
  ['TOS_BLOCK', 'restricted'],
  ['SMB_TOS_BLOCK', 'restricted'],
  ['PROXYBLOCK', 'restricted'],
  ['DEPRECATED_VERSION', 'deprecated_version'],
  ['CONNECTED', undefined],
  ['TIMEOUT', undefined],
])('the state %s ends a run as %s', (state, end) => {
  expect(endOfState(state)).toBe(end)
})
