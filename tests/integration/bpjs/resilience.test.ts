import http from 'node:http'
import https from 'node:https'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createMockPopulation } from '../../../src/features/bpjs/mock/index.ts'
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts'
import { createClient, type MockControl, startMock } from './mock-world.ts'
import { SELF_SIGNED } from './self-signed.ts'

const nik = createMockPopulation()[0]?.applicant.nik ?? ''

describe('the circuit breaker', () => {
  let clock: FakeClock
  let mock: MockControl

  beforeEach(async () => {
    clock = createFakeClock()
    mock = await startMock(clock)
    return () => mock.mock.close()
  })

  const open = (change: object = {}) => createClient({ baseUrl: `${mock.url}/pcare-rest`, ...change }, { clock })
  const askTimes = async (client: ReturnType<typeof open>, times: number) => {
    for (let count = 0; count < times; count += 1) await client.ask(nik)
  }

  test('stops asking after five failures and says until when', async () => {
    const client = open()
    await mock.fault('500')
    await askTimes(client, 5)
    expect(client.health()).toMatchObject({
      breaker: 'open',
      retryAt: new Date(clock.now().getTime() + 5_000).toISOString(),
    })
    expect(await client.ask(nik)).toEqual({
      kind: 'unavailable',
      reason: 'breaker_open',
      retryAfterMs: 5_000,
      asOf: null,
    })
    expect((await mock.requests()).total).toBe(5)
    await client.close()
  })

  test('lets one probe through when its pause is over, and everybody when that succeeds', async () => {
    const client = open()
    await mock.fault('500')
    await askTimes(client, 5)
    await mock.fault('delay', 30)
    await mock.reset()
    clock.advance(5_000)
    const answers = await Promise.all(Array.from({ length: 4 }, () => client.ask(nik)))
    expect(answers.map((answer) => answer.kind).sort()).toEqual(['found', 'unavailable', 'unavailable', 'unavailable'])
    expect((await mock.requests()).total).toBe(1)
    expect(client.health().breaker).toBe('closed')
    expect(await client.ask(nik)).toMatchObject({ kind: 'found' })
    await client.close()
  })

  test('stays away twice as long when the probe fails', async () => {
    const client = open()
    await mock.fault('500')
    await askTimes(client, 5)
    clock.advance(5_000)
    await client.ask(nik)
    expect(await client.ask(nik)).toMatchObject({ reason: 'breaker_open', retryAfterMs: 10_000 })
    await client.close()
  })

  test('honours Retry-After from the first 429', async () => {
    const client = open()
    await mock.fault('rateLimit', 90_000)
    expect(await client.ask(nik)).toMatchObject({ reason: 'rate_limited', retryAfterMs: 90_000 })
    await mock.fault('none')
    expect(await client.ask(nik)).toMatchObject({ reason: 'breaker_open', retryAfterMs: 90_000 })
    clock.advance(90_000)
    expect(await client.ask(nik)).toMatchObject({ kind: 'found' })
    expect((await mock.requests()).total).toBe(2)
    await client.close()
  })

  test('does not blame the service when the caller had no time', async () => {
    const client = open({ timeoutMs: 5_000 })
    await mock.fault('hang')
    for (let count = 0; count < 6; count += 1) {
      expect(await client.ask(nik, 20)).toMatchObject({ reason: 'timeout' })
    }
    expect(client.health().breaker).toBe('closed')
    await client.close()
  })

  test('does not open for people whom BPJS does not know', async () => {
    const client = open()
    await mock.fault('code201')
    await askTimes(client, 10)
    expect(client.health().breaker).toBe('closed')
    await client.close()
  })

  test('never has more calls under way than allowed, and every caller gets an answer', async () => {
    const client = open({ concurrency: 3 })
    await mock.fault('delay', 10)
    const answers = await Promise.all(Array.from({ length: 30 }, () => client.ask(nik)))
    expect(answers.every((answer) => answer.kind === 'found')).toBe(true)
    expect((await mock.requests()).peakInFlight).toBe(3)
    await client.close()
  })

  test('lets nobody wait for a free place beyond their deadline, nor asks for them afterwards', async () => {
    const client = open({ concurrency: 1, timeoutMs: 300 })
    await mock.fault('hang')
    const first = client.ask(nik)
    expect(await client.ask(nik, 50)).toMatchObject({ reason: 'overloaded' })
    expect(client.health()).toMatchObject({ inFlight: 1, waiting: 1 })
    expect(await first).toMatchObject({ reason: 'timeout' })
    await expect.poll(() => client.health().waiting).toBe(0)
    expect((await mock.requests()).total).toBe(1)
    expect(await client.ask(nik, -1)).toMatchObject({ reason: 'overloaded' })
    await client.close()
  })
})

describe('a server that misbehaves on the wire', () => {
  const clock = createFakeClock()
  let behave: http.RequestListener = () => {}
  let connections = 0
  const server = http.createServer((request, response) => behave(request, response))
  server.on('connection', () => {
    connections += 1
  })
  let baseUrl = ''

  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/pcare-rest`
  })
  afterAll(() => {
    server.closeAllConnections()
    server.close()
  })
  beforeEach(() => {
    connections = 0
  })

  const ask = async (timeoutMs = 1_000) => {
    const client = createClient({ baseUrl, timeoutMs }, { clock })
    const answer = await client.ask(nik)
    await client.close()
    return answer
  }

  test('a body without end is cut off', async () => {
    let written = 0
    behave = (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      const pour = (): void => {
        while (!response.destroyed && response.write('x'.repeat(16_384))) written += 16_384
        if (!response.destroyed) response.once('drain', pour)
      }
      pour()
    }
    expect(await ask()).toMatchObject({ reason: 'body_too_large' })
    expect(written).toBeLessThan(8 * 1024 * 1024)
  })

  test('a body that drips is bounded by the time of the whole call', async () => {
    behave = (_, response) => {
      response.writeHead(200)
      const drip = setInterval(() => response.write(' '), 20)
      response.once('close', () => clearInterval(drip))
    }
    const startedAt = performance.now()
    expect(await ask(200)).toMatchObject({ reason: 'timeout' })
    expect(performance.now() - startedAt).toBeLessThan(2_000)
  })

  test('a connection lost before the answer is tried once more, not for ever', async () => {
    behave = (request) => request.socket.destroy()
    expect(await ask()).toMatchObject({ reason: 'connection_lost' })
    expect(connections).toBe(2)
  })

  test('the second try can succeed', async () => {
    let calls = 0
    behave = (request, response) => {
      calls += 1
      if (calls === 1) request.socket.destroy()
      else response.end('{"metaData":{"code":201,"message":"tidak ada"},"response":null}')
    }
    expect(await ask()).toMatchObject({ kind: 'not_found' })
  })

  test('a body that breaks off is no answer', async () => {
    behave = (request, response) => {
      response.writeHead(200, { 'content-length': '100' })
      response.write('{"metaData":', () => request.socket.destroy())
    }
    expect(await ask()).toMatchObject({ reason: 'connection_lost' })
  })

  test('a redirect is not followed', async () => {
    let calls = 0
    behave = (_, response) => {
      calls += 1
      response.writeHead(302, { location: '/pcare-rest/elsewhere' }).end()
    }
    expect(await ask()).toMatchObject({ reason: 'http_error' })
    expect(calls).toBe(1)
  })

  test('plain data with both kinds of code are read', async () => {
    behave = (_, response) =>
      response.end(
        JSON.stringify({ metaData: { code: '200', message: 'OK' }, response: { aktif: true, ketAktif: 'AKTIF' } }),
      )
    expect(await ask()).toMatchObject({ kind: 'found', participant: { nik: null, status: { standing: 'active' } } })
  })

  test('a VClaim look-up names the day of the service in Jakarta', async () => {
    const asked: string[] = []
    behave = (request, response) => {
      asked.push(request.url ?? '')
      response.end('{"metaData":{"code":"201","message":"tidak ada"},"response":null}')
    }
    for (const now of ['2026-11-23T16:59:59Z', '2026-11-23T17:00:00Z']) {
      const settings = { protocol: 'vclaim' as const, baseUrl: baseUrl.replace('pcare', 'vclaim') }
      const client = createClient(settings, { clock: createFakeClock(new Date(now)) })
      expect(await client.ask(nik)).toMatchObject({ kind: 'not_found' })
      await client.close()
    }
    expect(asked).toEqual(['2026-11-23', '2026-11-24'].map((day) => `/vclaim-rest/Peserta/nik/${nik}/tglSEP/${day}`))
  })

  test.each([
    [401, 'open'],
    [500, 'open'],
    // Of one question, not of the service: the next one may well be answered.
    [412, 'closed'],
    [202, 'closed'],
  ] as const)('five answers with code %i leave the breaker %s', async (code, state) => {
    behave = (_, response) => response.end(JSON.stringify({ metaData: { code, message: 'pesan' }, response: null }))
    const client = createClient({ baseUrl }, { clock })
    for (let count = 0; count < 5; count += 1) expect(await client.ask(nik)).toMatchObject({ kind: 'unavailable' })
    expect(client.health().breaker).toBe(state)
    await client.close()
  })

  test('a success that is no member is unavailable', async () => {
    behave = (_, response) => response.end('{"metaData":{"code":200,"message":"OK"},"response":{"list":[]}}')
    expect(await ask()).toMatchObject({ reason: 'bad_answer' })
  })
})

test('nobody listening, and a name that does not exist', async () => {
  const clock = createFakeClock()
  for (const baseUrl of ['http://127.0.0.1:9/pcare-rest', 'https://bpjs.invalid/pcare-rest']) {
    const client = createClient({ baseUrl }, { clock })
    expect(await client.ask(nik)).toMatchObject({ reason: 'connection_failed' })
    await client.close()
  }
})

test('a certificate that nobody vouches for is refused', async () => {
  const server = https.createServer(SELF_SIGNED, (_, response) => response.end('{"metaData":{"code":201}}'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const client = createClient({ baseUrl: `https://127.0.0.1:${port}/pcare-rest` }, { clock: createFakeClock() })
  expect(await client.ask(nik)).toMatchObject({ reason: 'tls_refused' })
  expect(client.health().lastFailure).toMatchObject({ kind: 'rejected' })
  await client.close()
  server.close()
})

test('credentials never go over plain HTTP to a public host', () => {
  const clock = createFakeClock()
  expect(() => createClient({ baseUrl: 'http://apijkn.bpjs-kesehatan.go.id/pcare-rest' }, { clock })).toThrow(/https/)
  expect(() => createClient({ baseUrl: 'not an address' }, { clock })).toThrow()
})
