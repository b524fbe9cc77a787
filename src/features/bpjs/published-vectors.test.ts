import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { compressAnswer, encryptAnswer, expectedSignature } from './mock/seal.ts'
import { decryptPayload } from './protocol/decryption.ts'
import { signatureOf, signRequest, timestampOf } from './protocol/signing.ts'

// BPJS's own documentation values; the encrypted answer was made with node:crypto and lz-string from them.
const VECTOR = {
  consId: '1234',
  secret: 'pwd',
  timestamp: '433223232',
  signature: 'eXMtvX2r7e7CLCIu3kpEpCrvciZgK8FuOhKv06NDAHk=',
  keyHex: 'f75bf2014da65c8f1c39a47de848ba383d051f4e218fa70774fcd3fb216c5f9b',
  response:
    'vBgfM7imABG5vvq2oOfc/3Vgr2ar5/gXFZg2EkxSXuzsujs0lBgAPq1isUuAdJmtD/VbQF1D3yxZMWOMqU1RdwpjGA4+zYtCR+o3Uk7AoQZNpOoEp3+jRKtIuWFyATezk5Vdvv/Zc7HonLGGkerArnYQ+ImD5L8IcMaKsyMBfy0=',
  plain: { peserta: { nik: '3274010101900001', noKartu: '0001234567890', nama: 'BUDI CONTOH' } },
}

describe('the client', () => {
  test('reproduces the HMAC check value that BPJS publishes', () => {
    expect(signatureOf('bbb', 'aaa')).toBe('20BKS3PWnD3XU4JbSSZvVlGi2WWnDa8Sv9uHJ+wsELA=')
  })

  test('signs consumer id and timestamp, and derives the answer key from the same timestamp', () => {
    const { headers, decryptKey } = signRequest(
      { consId: VECTOR.consId, secret: VECTOR.secret, userKey: 'key' },
      VECTOR.timestamp,
    )
    expect(headers).toMatchObject({
      'X-cons-id': '1234',
      'X-timestamp': '433223232',
      'X-signature': VECTOR.signature,
      user_key: 'key',
    })
    expect(headers).not.toHaveProperty('X-authorization')
    expect(decryptKey.toString('hex')).toBe(VECTOR.keyHex)
  })

  test('adds the PCare login as user, password and application code', () => {
    const pcareLogin = { username: 'user', password: 'pass:word', applicationCode: '095' }
    const { headers } = signRequest({ consId: '1', secret: '2', userKey: '3', pcareLogin }, '4')
    expect(headers['X-authorization']).toBe(`Basic ${Buffer.from('user:pass:word:095').toString('base64')}`)
  })

  test('writes the timestamp in whole seconds', () => {
    expect(timestampOf(new Date(433_223_232_999))).toBe(VECTOR.timestamp)
  })

  test('opens the documented answer', () => {
    expect(decryptPayload(VECTOR.response, Buffer.from(VECTOR.keyHex, 'hex'))).toEqual({ value: VECTOR.plain })
  })

  test.each([1, -1])('cannot open it with the key of a timestamp %i second away', (seconds) => {
    const timestamp = String(Number(VECTOR.timestamp) + seconds)
    const { decryptKey } = signRequest({ consId: VECTOR.consId, secret: VECTOR.secret, userKey: '' }, timestamp)
    expect(decryptPayload(VECTOR.response, decryptKey)).toBeUndefined()
  })

  test.each(['', 'AAAA', 'not base64 at all', 'vBgfM7imABG5vvq2oOfc/w=='])('makes nothing of %j', (garbage) => {
    expect(decryptPayload(garbage, Buffer.from(VECTOR.keyHex, 'hex'))).toBeUndefined()
  })

  test.each(['', '!!!', 'x', 'null'])(
    'makes nothing of the correctly encrypted text %j that does not decompress',
    (text) => {
      const encrypted = encryptAnswer(text, VECTOR.consId, VECTOR.secret, VECTOR.timestamp)
      expect(decryptPayload(encrypted, Buffer.from(VECTOR.keyHex, 'hex'))).toBeUndefined()
    },
  )
})

describe('the mock', () => {
  test('expects the published signature', () => {
    expect(expectedSignature(VECTOR.consId, VECTOR.secret, VECTOR.timestamp)).toBe(VECTOR.signature)
  })

  test('encrypts to the documented answer', () => {
    const encrypted = encryptAnswer(compressAnswer(VECTOR.plain), VECTOR.consId, VECTOR.secret, VECTOR.timestamp)
    expect(createHash('sha256').update(encrypted).digest()).toEqual(
      createHash('sha256').update(VECTOR.response).digest(),
    )
  })
})
