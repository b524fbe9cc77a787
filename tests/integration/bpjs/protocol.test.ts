import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createMockPopulation } from '../../../src/features/bpjs/mock/index.ts'
import { createFakeClock } from '../../support/fake-clock.ts'
import { CREDENTIALS, createClient, createKeptLog, type MockControl, startMock } from './mock-world.ts'

const population = createMockPopulation()
const clock = createFakeClock()
const UNKNOWN_NIK = '3274010101709001'
let mock: MockControl

beforeAll(async () => {
  mock = await startMock(clock)
})
beforeEach(async () => {
  await mock.fault('none')
  await mock.reset()
})
afterAll(() => mock.mock.close())

const memberWith = (code: string) => {
  const member = population.find(({ participant }) => participant.status.kode === code)
  if (!member) throw new Error(`no synthetic member with status ${code}`)
  return member
}

describe.each(['pcare', 'vclaim'] as const)('over %s', (protocol) => {
  const open = (change: object = {}) =>
    createClient({ protocol, baseUrl: `${mock.url}/${protocol}-rest`, ...change }, { clock })

  test.each([
    ['0', 'active'],
    ['2', 'inactive'],
    ['6', 'inactive'],
    ['7', 'inactive'],
    ['9', 'inactive'],
    ['15', 'inactive'],
    ['88', 'unknown'],
  ])('a member with status %s is found %s', async (code, standing) => {
    const client = open()
    const { participant } = memberWith(code)
    const answer = await client.ask(participant.nik)
    expect(answer).toMatchObject({
      kind: 'found',
      participant: {
        nik: participant.nik,
        fullName: participant.nama,
        birthDate: participant.tglLahir,
        sex: participant.sex === 'L' ? 'male' : 'female',
        cardNumber: participant.noKartu,
        status: { text: participant.status.keterangan, standing },
        segmentCode: participant.jenis.kode,
        segmentText: participant.jenis.keterangan,
      },
    })
    await client.close()
  })

  test('every synthetic member is found as the register holds them', async () => {
    const client = open({ concurrency: 16 })
    const answers = await Promise.all(population.map(({ participant }) => client.ask(participant.nik)))
    expect(answers.map((answer) => answer.kind === 'found' && answer.participant.nik)).toEqual(
      population.map(({ participant }) => participant.nik),
    )
    await client.close()
  })

  test('somebody whom BPJS does not know is not found', async () => {
    const client = open()
    expect(await client.ask(UNKNOWN_NIK)).toEqual({ kind: 'not_found', asOf: null })
    expect(client.health().lastSuccessAt).not.toBeNull()
    await client.close()
  })

  test.each([
    ['500', 'http_error'],
    ['html', 'not_json'],
    ['empty', 'empty_body'],
    ['text', 'not_json'],
    ['badJson', 'not_json'],
    ['wrongKey', 'undecryptable'],
    ['clockSkew', 'clock_skew'],
    ['rateLimit', 'rate_limited'],
  ])('fault %s is unavailable because of %s, never "not found"', async (mode, reason) => {
    const client = open()
    await mock.fault(mode)
    expect(await client.ask(memberWith('0').participant.nik)).toMatchObject({ kind: 'unavailable', reason })
    expect(client.health().lastFailure).toMatchObject({ reason })
    await mock.fault('none')
    await client.close()
  })

  test('a server that takes its time is waited for, one that hangs is left', async () => {
    const client = open({ timeoutMs: 400 })
    await mock.fault('delay', 50)
    expect(await client.ask(memberWith('0').participant.nik)).toMatchObject({ kind: 'found' })
    await mock.fault('hang')
    expect(await client.ask(memberWith('0').participant.nik)).toMatchObject({ kind: 'unavailable', reason: 'timeout' })
    await client.close()
  })

  test('code 201 for everybody is not found, and no failure', async () => {
    const client = open()
    await mock.fault('code201')
    expect(await client.ask(memberWith('0').participant.nik)).toMatchObject({ kind: 'not_found' })
    expect(client.health().lastFailure).toBeNull()
    await client.close()
  })

  test.each([
    ['the consumer id', { consId: 'other' }],
    ['the secret', { secret: 'other' }],
    ['the user key', { userKey: 'other' }],
  ])('wrong credentials (%s) are refused and told to the operator', async (_, change) => {
    const client = open({ credentials: { ...CREDENTIALS, ...change } })
    expect(await client.ask(memberWith('0').participant.nik)).toMatchObject({ reason: 'credentials_refused' })
    expect(client.health().lastFailure).toMatchObject({ kind: 'rejected', httpStatus: 401, answerCode: '401' })
    expect(client.health().lastFailure?.answerMessage).toBeTruthy()
    await client.close()
  })

  test('a second that turns between two looks at the clock does not matter', async () => {
    let time = Date.now()
    // Every look at the clock is a second after the last.
    const restless = { now: () => new Date((time += 1_000)) }
    const client = createClient(
      { protocol, baseUrl: `${mock.url}/${protocol}-rest`, timeoutMs: 60_000 },
      { clock: restless },
    )
    const itsMock = await startMock({ now: () => new Date() })
    const other = createClient(
      { protocol, baseUrl: `${itsMock.url}/${protocol}-rest`, timeoutMs: 60_000 },
      { clock: restless },
    )
    for (const { participant } of population.slice(0, 20)) {
      expect(await other.ask(participant.nik, 10 * 60_000)).toMatchObject({ kind: 'found' })
    }
    await Promise.all([client.close(), other.close()])
    await itsMock.mock.close()
  })
})

test('PCare refuses a wrong login', async () => {
  const credentials = { ...CREDENTIALS, pcareLogin: { ...CREDENTIALS.pcareLogin, password: 'other' } }
  const client = createClient({ baseUrl: `${mock.url}/pcare-rest`, credentials }, { clock })
  expect(await client.ask(memberWith('0').participant.nik)).toMatchObject({ reason: 'credentials_refused' })
  await client.close()
})

test('PCare tells arrears', async () => {
  const client = createClient({ baseUrl: `${mock.url}/pcare-rest` }, { clock })
  const { participant } = memberWith('9')
  expect(participant.tunggakan).toBeGreaterThan(0)
  expect(await client.ask(participant.nik)).toMatchObject({ participant: { arrears: participant.tunggakan } })
  await client.close()
})

test('a timestamp off by six minutes is refused, by four it is accepted', async () => {
  const ahead = (ms: number) => ({ now: () => new Date(clock.now().getTime() + ms) })
  const far = createClient({ baseUrl: `${mock.url}/pcare-rest` }, { clock: ahead(6 * 60_000) })
  expect(await far.ask(memberWith('0').participant.nik)).toMatchObject({ reason: 'clock_skew' })
  expect(far.health().clockSkewSeconds).toBe(360)
  const near = createClient({ baseUrl: `${mock.url}/pcare-rest` }, { clock: ahead(4 * 60_000 - 1_000) })
  expect(await near.ask(memberWith('0').participant.nik)).toMatchObject({ kind: 'found' })
  await Promise.all([far.close(), near.close()])
})

test('the zero NIK brings up a stranger', async () => {
  const client = createClient({ baseUrl: `${mock.url}/pcare-rest` }, { clock })
  expect(await client.ask('0000000000000000')).toMatchObject({ participant: { fullName: 'BAYI BR LAHIR' } })
  await client.close()
})

test('a taught member is found at once, over both protocols, and forgotten when told so', async () => {
  const nik = '3274014505900001'
  const member = {
    nama: 'SITI AMINAH',
    tglLahir: '1990-05-05',
    sex: 'P',
    noKartu: '0001234567890',
    status: { kode: '0', keterangan: 'AKTIF' },
    jenis: { kode: '22', keterangan: 'PBI (APBD)' },
  }
  expect(await mock.teach(nik, member)).toBe(200)
  expect(await mock.teach('123', member)).toBe(400)
  expect(await mock.teach(nik, { ...member, sex: 'X' })).toBe(400)
  for (const protocol of ['pcare', 'vclaim'] as const) {
    const client = createClient({ protocol, baseUrl: `${mock.url}/${protocol}-rest` }, { clock })
    expect(await client.ask(nik)).toMatchObject({ participant: { fullName: 'SITI AMINAH', birthDate: '1990-05-05' } })
    await client.close()
  }
  await fetch(`${mock.url}/control/participants/${nik}`, { method: 'DELETE' })
  const client = createClient({ baseUrl: `${mock.url}/pcare-rest` }, { clock })
  expect(await client.ask(nik)).toMatchObject({ kind: 'not_found' })
  await client.close()
})

test('what was asked is counted under masked numbers', async () => {
  const client = createClient({ baseUrl: `${mock.url}/pcare-rest` }, { clock })
  await client.ask(UNKNOWN_NIK)
  await client.ask(UNKNOWN_NIK)
  const masked = `${UNKNOWN_NIK.slice(0, 4)}********${UNKNOWN_NIK.slice(-4)}`
  expect(await mock.requests()).toMatchObject({ total: 2, byNumber: { [masked]: 2 } })
  await client.close()
})

test('no log line and no health report holds identity data, whatever happens', async () => {
  const { logger, text } = createKeptLog()
  const asked = population.slice(90, 120)
  for (const protocol of ['pcare', 'vclaim'] as const) {
    for (const mode of [
      'none',
      '500',
      'html',
      'empty',
      'text',
      'badJson',
      'wrongKey',
      'code201',
      'rateLimit',
      'clockSkew',
      'hang',
    ]) {
      const settings = { protocol, baseUrl: `${mock.url}/${protocol}-rest`, timeoutMs: 50 }
      const client = createClient(settings, { clock, logger })
      await mock.fault(mode)
      await Promise.all(asked.map(({ participant }) => client.ask(participant.nik)))
      logger.trace(client.health())
      await client.close()
    }
  }
  expect(text()).toContain('bpjs did not answer')
  for (const { participant } of asked) {
    for (const secret of [participant.nik, participant.nama, participant.noKartu, participant.tglLahir]) {
      expect(text().includes(secret)).toBe(false)
    }
  }
  for (const secret of [CREDENTIALS.secret, CREDENTIALS.userKey, CREDENTIALS.pcareLogin.password]) {
    expect(text().includes(secret)).toBe(false)
  }
})
