import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createMockPopulation } from '../../../src/features/bpjs/mock/index.ts'
import { decryptPayload } from '../../../src/features/bpjs/protocol/decryption.ts'
import { signRequest, timestampOf } from '../../../src/features/bpjs/protocol/signing.ts'
import { createFakeClock } from '../../support/fake-clock.ts'
import { CREDENTIALS, type MockControl, startMock } from './mock-world.ts'

// What the mock says on the wire, before any client of ours has put it right.
const clock = createFakeClock()
const NOBODY = '3274010101709001'
let mock: MockControl
beforeAll(async () => {
  mock = await startMock(clock)
})
afterAll(() => mock.mock.close())

const member = createMockPopulation().find(({ participant }) => participant.status.kode === '9')?.participant
if (!member) throw new Error('no synthetic member in arrears')
const { nik, noKartu } = member
const [year, month, day] = member.tglLahir.split('-')

type Said = { status: number; code: unknown; message: string; response: string | null; data: unknown }

async function ask(path: string, change: object = {}, at = clock.now()): Promise<Said> {
  const { headers, decryptKey } = signRequest({ ...CREDENTIALS, ...change }, timestampOf(at))
  const answer = await fetch(`${mock.url}${path}`, { headers })
  const { metaData, response } = (await answer.json()) as {
    metaData: { code: unknown; message: string }
    response: string | null
  }
  const data = response === null ? null : decryptPayload(response, decryptKey)?.value
  return { status: answer.status, ...metaData, response, data }
}

describe('PCare', () => {
  const found = {
    noKTP: nik,
    noKartu,
    tglLahir: `${day}-${month}-${year}`,
    aktif: false,
    ketAktif: 'NON AKTIF KARENA PREMI',
    tunggakan: member.tunggakan,
  }

  test.each([
    ['NIK', `/pcare-rest/peserta/nik/${nik}`],
    ['card', `/pcare-rest/peserta/noka/${noKartu}`],
    ['card alone', `/pcare-rest/peserta/${noKartu}`],
  ])('finds a member by %s, with its code as a number and its dates from the day on', async (_, path) => {
    expect(await ask(path)).toMatchObject({ status: 200, code: 200, data: found })
  })

  test('says 201 as a number of somebody it does not know', async () => {
    expect(await ask(`/pcare-rest/peserta/nik/${NOBODY}`)).toMatchObject({ status: 200, code: 201, response: null })
  })
})

describe('VClaim', () => {
  const found = {
    peserta: {
      nik,
      noKartu,
      tglLahir: member.tglLahir,
      statusPeserta: { kode: '9', keterangan: 'NON AKTIF KARENA PREMI' },
    },
  }

  test.each([
    ['NIK', `/vclaim-rest/Peserta/nik/${nik}/tglSEP/2026-11-23`],
    ['card', `/vclaim-rest/Peserta/nokartu/${noKartu}/tglSEP/2026-11-23`],
  ])('finds a member by %s, with its code as text and its dates from the year on', async (_, path) => {
    expect(await ask(path)).toMatchObject({ status: 200, code: '200', data: found })
  })

  test('says 201 as text of somebody it does not know', async () => {
    const path = `/vclaim-rest/Peserta/nik/${NOBODY}/tglSEP/2026-11-23`
    expect(await ask(path)).toMatchObject({ status: 200, code: '201', response: null })
  })
})

describe.each([
  ['PCare', `/pcare-rest/peserta/nik/${nik}`, 401],
  ['VClaim', `/vclaim-rest/Peserta/nik/${nik}/tglSEP/2026-11-23`, '401'],
] as const)('%s refuses in its own envelope', (_, path, code) => {
  const ago = (minutes: number) => new Date(clock.now().getTime() - minutes * 60_000)

  test.each([
    ['an unknown consumer id', { consId: 'other' }, clock.now(), /cons-id/],
    ['another user key', { userKey: 'other' }, clock.now(), /user_key/],
    ['a wrong signature', { secret: 'other' }, clock.now(), /signature/],
    ['a stale timestamp', {}, ago(6), /expired/],
    ['a timestamp from the future', {}, ago(-6), /expired/],
  ])('%s', async (_what, change, at, message) => {
    const said = await ask(path, change, at)
    expect(said).toMatchObject({ status: 401, code, response: null })
    expect(said.message).toMatch(message)
  })
})
