import { describe, expect, test } from 'vitest'
import { readEnvelope } from './envelope.ts'

const KEY = Buffer.alloc(32)
const read = (httpStatus: number, body: unknown) =>
  readEnvelope({ httpStatus, body: typeof body === 'string' ? body : JSON.stringify(body) }, KEY)
const answer = (code: unknown, response: unknown = null, message = 'pesan') => ({
  metaData: { code, message },
  response,
})

describe('only a parsed 201 without data is "no data"', () => {
  test.each(['201', 201, ' 201 '])('code %j', (code) => {
    expect(read(200, answer(code))).toEqual({ kind: 'no_data' })
    expect(read(200, answer(code, ''))).toEqual({ kind: 'no_data' })
    expect(read(200, { metaData: { code, message: null } })).toEqual({ kind: 'no_data' })
    expect(read(200, { metadata: { code }, response: null })).toEqual({ kind: 'no_data' })
  })

  test.each([
    ['with data', 200, answer(201, { nama: 'X' }), 'unexpected_code'],
    ['under an HTTP error', 500, answer(201), 'http_error'],
    ['under a gateway error', 404, answer(201), 'http_error'],
    ['about the signature', 200, answer(201, null, 'Invalid Signature'), 'credentials_refused'],
    ['about the time', 200, answer('201', null, 'Request Expired'), 'credentials_refused'],
    ['code 202', 200, answer(202), 'unexpected_code'],
    ['code 204', 200, answer(204), 'unexpected_code'],
    ['code 404', 200, answer(404), 'unexpected_code'],
  ] as const)('%s is not', (_, httpStatus, body, reason) => {
    expect(read(httpStatus, body)).toMatchObject({ kind: 'failure', reason })
  })
})

describe('success', () => {
  test.each(['200', 200])('plain data is taken as it is, code %j', (code) => {
    expect(read(200, answer(code, { nama: 'X' }))).toEqual({ kind: 'data', data: { nama: 'X' } })
  })

  test.each([
    ['no data', answer(200, null), 'bad_answer'],
    ['empty data', answer(200, ''), 'bad_answer'],
    ['text that does not decrypt', answer(200, 'c2FsYWg='), 'undecryptable'],
  ] as const)('%s is a failure', (_, body, reason) => {
    expect(read(200, body)).toMatchObject({ kind: 'failure', reason })
  })

  test('text under an error code is never decrypted', () => {
    expect(read(200, answer(412, 'c2FsYWg='))).toMatchObject({ kind: 'failure', reason: 'request_refused' })
  })
})

describe('failures are told apart', () => {
  test.each([
    [200, '', 'empty_body'],
    [200, '   \n', 'empty_body'],
    [200, '<html></html>', 'not_json'],
    [200, 'Service Unavailable', 'not_json'],
    [200, '{"metaData":', 'not_json'],
    [200, 'null', 'bad_answer'],
    [200, '[]', 'bad_answer'],
    [200, '{}', 'bad_answer'],
    [200, '{"metaData":{"code":null}}', 'bad_answer'],
    [200, answer(401), 'credentials_refused'],
    [200, answer('403'), 'credentials_refused'],
    [200, answer(400), 'request_refused'],
    [200, answer(412), 'request_refused'],
    [200, answer(429), 'rate_limited'],
    [200, answer('500'), 'server_error'],
    [200, answer(1), 'unexpected_code'],
    [301, '', 'http_error'],
    [401, '', 'credentials_refused'],
    [403, '<html></html>', 'credentials_refused'],
    [401, answer(401, null, 'Invalid signature'), 'credentials_refused'],
    [404, '<html></html>', 'http_error'],
    [412, answer(412), 'request_refused'],
    [429, '', 'rate_limited'],
    [500, '<html>Runtime Error</html>', 'http_error'],
    [500, answer(500), 'server_error'],
    [502, answer(200, { nama: 'X' }), 'http_error'],
    [503, '', 'http_error'],
  ] as const)('HTTP %i %j is %s', (httpStatus, body, reason) => {
    expect(read(httpStatus, body)).toMatchObject({ kind: 'failure', reason })
  })
})
