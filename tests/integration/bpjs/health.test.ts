import { expect, test, vi } from 'vitest'
import { ROLES } from '../../../src/contracts/access.ts'
import { createTestServer } from '../../support/test-server.ts'
import { actorWith, createBpjsWorld } from './bpjs-world.ts'
import { startMock } from './mock-world.ts'

test('GET /api/v1/bpjs/health tells admin and supervisor how BPJS is doing, and nobody else', async () => {
  const world = await createBpjsWorld()
  const mock = await startMock(world.clock)
  const bpjs = world.open({ source: 'mock', baseUrl: mock.url })
  const app = await createTestServer((request) => {
    const role = ROLES.find((candidate) => candidate === request.headers['x-api-key'])
    return role && actorWith(role)
  })
  bpjs.registerRoutes(app)
  const get = (role: string) =>
    app.inject({ method: 'GET', url: '/api/v1/bpjs/health', headers: { 'x-api-key': role } })

  const quiet = await get('admin')
  expect(quiet.statusCode).toBe(200)
  expect(quiet.json()).toEqual({
    source: 'mock',
    breaker: 'closed',
    retryAt: null,
    lastSuccessAt: null,
    lastFailure: null,
    clockSkewSeconds: null,
    inFlight: 0,
    waiting: 0,
  })

  await mock.fault('clockSkew')
  const applicant = { nik: '3274014505900001', fullName: 'SITI', birthDate: '1990-05-05', sex: 'female' } as const
  await bpjs.directory.lookUp(applicant)
  const troubled = await get('supervisor')
  expect(troubled.json()).toMatchObject({
    clockSkewSeconds: -600,
    lastFailure: {
      reason: 'clock_skew',
      kind: 'rejected',
      httpStatus: 401,
      answerCode: '401',
      answerMessage: 'Timestamp expired',
    },
  })
  expect(troubled.body).not.toContain(applicant.nik)

  for (const role of ROLES.filter((candidate) => candidate !== 'admin' && candidate !== 'supervisor')) {
    expect((await get(role)).statusCode, role).toBe(403)
  }
  expect((await get('')).statusCode).toBe(401)
  await app.close()
  await mock.mock.close()
  await world.close()
})

test('a process that never asks tells what the one that does has found out, the newest of it', async () => {
  const world = await createBpjsWorld()
  const mock = await startMock(world.clock)
  const [asking, serving] = [1, 2].map(() => world.open({ source: 'mock', baseUrl: mock.url }))
  if (!asking || !serving) throw new Error('two were opened')
  expect(await serving.pulse('id')).toMatchObject({ state: 'unknown', code: 'not_asked' })
  const lookUp = (nik: string) =>
    asking.directory.lookUp({ nik, fullName: 'SITI', birthDate: '1990-05-05', sex: 'female' })
  await lookUp('3274014505900001')
  await vi.waitFor(async () => expect(await serving.pulse('id')).toMatchObject({ state: 'ok', code: 'answering' }))
  await mock.fault('clockSkew')
  world.clock.advance(1_000)
  await lookUp('3274014505900002')
  await vi.waitFor(async () =>
    expect(await serving.pulse('en')).toMatchObject({ state: 'degraded', code: 'clock_skew' }),
  )
  expect((await serving.pulse('id')).text).not.toBe((await serving.pulse('en')).text)
  await asking.close()
  await serving.close()
  await mock.mock.close()
  await world.close()
})
