import type { InjectOptions } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { AppError } from '../../../src/platform/errors.ts'
import { createServerWorld, type ServerWorld } from './server-world.ts'

let world: ServerWorld
beforeAll(async () => {
  world = await createServerWorld()
  const config = { access: 'public' } as const
  world.app.get('/throws/app', { config }, () => {
    throw new AppError('already_claimed', { details: { holder: 'Dewi' } })
  })
  world.app.get('/throws/bug', { config }, () => {
    throw new Error('a bug that says too much: 3274014505900001')
  })
  world.app.get('/throws/database', { config }, () => {
    throw Object.assign(new Error('duplicate key value: SITI AMINAH'), {
      severity: 'ERROR',
      code: '23505',
      detail: 'Key (nik)=(3274014505900001) already exists.',
      constraint: 'proposal_nik_key',
    })
  })
  world.app.get('/throws/away', { config }, () => {
    throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })
  })
})
afterAll(() => world.app.close())

const MEMBER = { nik: '3274014505900001', fullName: 'SITI AMINAH' }
const send = (payload: unknown, headers: Record<string, string> = {}) => {
  const options: InjectOptions = {
    method: 'POST',
    url: '/api/v1/things',
    headers: { cookie: 'session=petugas', 'content-type': 'application/json', ...headers },
    payload: typeof payload === 'string' || Buffer.isBuffer(payload) ? payload : JSON.stringify(payload),
  }
  return world.app.inject(options)
}

describe('bad input', () => {
  test.each<[string, unknown, string, string, string, string]>([
    [
      'a NIK that is too short',
      { members: [MEMBER, { ...MEMBER, nik: '327401' }] },
      'members.1.nik',
      'bad_format',
      'Anggota keluarga 2: NIK tidak sesuai bentuknya. Periksa penulisannya, lalu perbaiki.',
      'Family member 2: NIK is not in the right form. Check how it is written and correct it.',
    ],
    [
      'a missing name',
      { members: [{ nik: MEMBER.nik }] },
      'members.0.fullName',
      'required',
      'Anggota keluarga 1: Nama lengkap wajib diisi. Lengkapi isian ini, lalu kirim lagi.',
      'Family member 1: Full name is required. Fill it in and send again.',
    ],
    [
      'no members',
      { members: [] },
      'members',
      'too_few',
      'Anggota keluarga terlalu sedikit. Isi paling sedikit 1 butir.',
      'List of family members has too few items. Enter at least 1 item.',
    ],
    [
      'an unknown channel',
      { members: [MEMBER], channel: 'pasar' },
      'channel',
      'unknown_value',
      'Saluran tidak dikenal. Pilih salah satu: puskesmas, mpp.',
      'Channel is not a known choice. Choose one of: puskesmas, mpp.',
    ],
    [
      'a field nobody asked for',
      { members: [MEMBER], isAdmin: true },
      'isAdmin',
      'unknown_field',
      '"isAdmin" tidak dikenal di sini. Hapus isian itu, atau periksa namanya.',
      '"isAdmin" is not known here. Remove the field, or check its name.',
    ],
    [
      'a list for a body',
      [],
      '',
      'wrong_type',
      'Isi permintaan harus berupa objek. Ganti jenis nilainya.',
      'Request body must be an object. Change the type of the value.',
    ],
    [
      'no body at all',
      '',
      '',
      'required',
      'Isi permintaan wajib diisi. Lengkapi isian ini, lalu kirim lagi.',
      'Request body is required. Fill it in and send again.',
    ],
    [
      'NUL in a text',
      { members: [{ ...MEMBER, fullName: 'SITI\u0000' }] },
      'members.0.fullName',
      'control_character',
      'Anggota keluarga 1: Nama lengkap memuat karakter yang tidak terlihat. Ketik ulang isiannya.',
      'Family member 1: Full name holds an invisible character. Type the value again.',
    ],
    [
      'a key that reaches the prototype',
      '{"members":[],"anything":{"__proto__":{"isAdmin":true}}}',
      'anything',
      'forbidden_key',
      '"anything" memakai nama isian yang dilarang. Hapus isian itu.',
      '"anything" uses a field name that is not allowed. Remove the field.',
    ],
  ])('%s', async (_case, payload, path, code, indonesian, english) => {
    const inIndonesian = await send(payload)
    expect(inIndonesian.statusCode).toBe(400)
    expect(inIndonesian.headers['content-type']).toBe('application/problem+json; charset=utf-8')
    expect(inIndonesian.headers['content-language']).toBe('id')
    expect(inIndonesian.json().errors).toEqual([{ path, code, message: indonesian }])
    const inEnglish = await send(payload, { 'accept-language': 'en-GB,en;q=0.9' })
    expect(inEnglish.headers['content-language']).toBe('en')
    expect(inEnglish.json().errors).toEqual([{ path, code, message: english }])
  })

  test('is told whole, field by field, without repeating what was sent', async () => {
    const reply = await send({ members: [{ nik: '327401450590000X', fullName: 5 }], channel: 'rahasia-sekali' })
    expect(reply.json().errors.map(({ path }: { path: string }) => path)).toEqual([
      'members.0.nik',
      'members.0.fullName',
      'channel',
    ])
    expect(reply.body).not.toContain('327401450590000X')
    expect(reply.body).not.toContain('rahasia')
    expect(world.log.join('')).not.toContain('327401450590000X')
    expect(world.log.join('')).not.toContain('rahasia')
  })

  test('has the shape of RFC 9457', async () => {
    const reply = await send({ members: [] }, { 'accept-language': 'en', 'x-request-id': 'my-request-1' })
    expect(reply.json()).toEqual({
      type: 'urn:puntadewa:problem:invalid_input',
      title: 'The data is not right yet',
      status: 400,
      detail: 'Some fields are not right. Correct the fields named in the list of errors and send again.',
      code: 'invalid_input',
      requestId: 'my-request-1',
      errors: [expect.objectContaining({ path: 'members' })],
    })
    expect(reply.headers['x-request-id']).toBe('my-request-1')
  })
})

describe('a request that is wrong as a whole', () => {
  const ok = JSON.stringify({ members: [MEMBER] })
  const deep = `${'{"anything":'.repeat(30)}1${'}'.repeat(30)}`

  test.each<[string, string | Buffer, Record<string, string>, number, string]>([
    ['is no JSON', '{"members":', {}, 400, 'invalid_json'],
    ['is no UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), {}, 400, 'invalid_json'],
    ['is a form', 'members=1', { 'content-type': 'application/x-www-form-urlencoded' }, 415, 'unsupported_media_type'],
    ['is plain text', ok, { 'content-type': 'text/plain' }, 415, 'unsupported_media_type'],
    ['is XML', '<a/>', { 'content-type': 'application/xml' }, 415, 'unsupported_media_type'],
    ['has a content type that is none', ok, { 'content-type': 'rubbish' }, 415, 'unsupported_media_type'],
    ['is too large', JSON.stringify({ note: 'x'.repeat(300_000) }), {}, 413, 'body_too_large'],
    ['is nested too deeply', deep, {}, 400, 'invalid_input'],
  ])('%s', async (_case, payload, headers, status, code) => {
    const reply = await send(payload, headers)
    expect(reply.json()).toMatchObject({ status, code })
    expect(reply.statusCode).toBe(status)
  })

  test('is accepted with a charset on its content type', async () => {
    expect((await send(ok, { 'content-type': 'application/json; charset=utf-8' })).statusCode).toBe(200)
  })

  test('may be 256 kB', async () => {
    const reply = await send({ members: [MEMBER], note: 'x'.repeat(250_000) })
    expect(reply.json().errors).toMatchObject([{ path: 'note', code: 'too_long' }])
  })
})

describe('an address', () => {
  const get = (url: string, method: 'GET' | 'DELETE' | 'PUT' = 'GET') =>
    world.app.inject({ method, url, headers: { cookie: 'session=petugas', 'accept-language': 'en' } })

  test('that does not exist is not found, signed in or not', async () => {
    expect((await get('/api/v1/nothing')).json()).toMatchObject({ code: 'not_found', status: 404 })
    expect((await world.app.inject('/api/v1/nothing')).statusCode).toBe(404)
  })

  test('called by another method names the ones it takes', async () => {
    const reply = await get('/api/v1/things', 'PUT')
    expect(reply.json()).toMatchObject({ code: 'method_not_allowed', status: 405 })
    expect(reply.headers.allow).toBe('GET, HEAD, POST')
    expect((await get('/api/v1/things/01937000-0000-7000-8000-000000000001', 'DELETE')).headers.allow).toBe('GET, HEAD')
  })

  test.each([
    ['with an id that is none', '/api/v1/things/1', 'id', 'not_an_id'],
    ['with a parameter nobody asked for', '/api/v1/things?x=1', 'x', 'unknown_field'],
    ['with a parameter twice', '/api/v1/things?q=a&q=b', 'q', 'wrong_type'],
    ['with NUL in it', '/api/v1/things?q=%00', 'url', 'control_character'],
    ['with a line break in it', '/api/v1/things?q=a%0d%0aSet-Cookie:x', 'url', 'control_character'],
  ])('%s is bad input', async (_case, url, path, code) => {
    const reply = await get(url)
    expect(reply.statusCode).toBe(400)
    expect(reply.json().errors).toMatchObject([{ path, code }])
  })

  test('that cannot be decoded is a bad request', async () => {
    expect((await get('/api/v1/things/%zz')).json()).toMatchObject({ code: 'bad_request', status: 400 })
  })

  test('with a parameter that is far too long is not found', async () => {
    expect((await get(`/api/v1/things/${'a'.repeat(500)}`)).statusCode).toBe(404)
  })
})

describe('an error thrown inside', () => {
  test('of ours keeps its details', async () => {
    const reply = await world.app.inject('/throws/app')
    expect(reply.json()).toMatchObject({ code: 'already_claimed', status: 409, details: { holder: 'Dewi' } })
  })

  test('that is a bug says nothing but the request id, and is logged', async () => {
    const reply = await world.app.inject('/throws/bug')
    expect(reply.json()).toMatchObject({ code: 'internal_error', status: 500 })
    expect(reply.body).not.toContain('3274014505900001')
    expect(world.log.some((line) => line.includes(reply.json().requestId) && line.includes('at '))).toBe(true)
  })

  test('of the database is logged without the row it quotes', async () => {
    world.log.length = 0
    const reply = await world.app.inject('/throws/database')
    expect(reply.statusCode).toBe(500)
    const log = world.log.join('')
    expect(log).toContain('proposal_nik_key')
    expect(log).not.toContain('SITI AMINAH')
    expect(log).not.toContain('3274014505900001')
  })

  test('because the database is away asks to come back', async () => {
    const reply = await world.app.inject('/throws/away')
    expect(reply.json()).toMatchObject({ code: 'service_unavailable', status: 503 })
    expect(Number(reply.headers['retry-after'])).toBeGreaterThan(0)
  })
})

test('a request id that is not a plain word is replaced', async () => {
  const reply = await world.app.inject({ url: '/livez', headers: { 'x-request-id': 'a b\u007f"<script>' } })
  expect(reply.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/)
})
