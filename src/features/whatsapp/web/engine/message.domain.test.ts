import { describe, expect, test } from 'vitest'
import {
  addressesOf,
  claimedReferenceOf,
  keyText,
  parsePageMessage,
  referenceOf,
  toAddress,
  toEditedWish,
  toFound,
  toInbound,
  toOwnText,
  toPeer,
  toReceipt,
} from './message.domain.ts'

const NOW = new Date('2026-11-26T03:00:00.000Z')
const REMOTE = '6281200000001@c.us'

const message = (changes: object = {}, id: object = {}) => {
  const key = { id: '3EB0AA', fromMe: false, remote: REMOTE, _serialized: `false_${REMOTE}_3EB0AA`, ...id }
  return (
    parsePageMessage({ id: key, type: 'chat', body: 'Halo', t: 1_790_000_000, ack: 0, ...changes }) ??
    expect.unreachable()
  )
}
const own = (changes: object = {}) => message(changes, { fromMe: true })

test.each([undefined, null, 'x', {}, { id: null }, { id: { id: '1', fromMe: true } }])(
  'does not take %j for a message',
  (told) => {
    expect(parsePageMessage(told)).toBeUndefined()
  },
)

describe('the id', () => {
  test('is the same under every field that holds its text and under every address of the person', () => {
    const ids = [{}, { _serialized: undefined, $1: 'b' }, { _serialized: undefined }, { remote: '77@lid' }]
    expect(ids.map((id) => keyText(message({}, id)))).toEqual(ids.map(() => 'false_3EB0AA'))
    expect(keyText(own())).toBe('true_3EB0AA')
  })

  test('may hold the other side as an object', () => {
    expect(message({}, { remote: { server: 'c.us', user: '6281200000001', _serialized: REMOTE } }).id.remote).toBe(
      REMOTE,
    )
  })
})

describe('the reference', () => {
  test('is what the page says, and is claimed by what the text says', () => {
    const told = own({ body: 'Ref 0123456789', puntadewaReference: 'R1' })
    expect([referenceOf(told), claimedReferenceOf(told)]).toEqual(['R1', null])
    const copied = own({ body: 'Ref 0123456789' })
    expect([referenceOf(copied), claimedReferenceOf(copied)]).toEqual([null, '0123456789'])
  })

  test.each([
    ['Halo\nRef 0123456789', '0123456789'],
    ['Ref ABCDEFGHJK\n', 'ABCDEFGHJK'],
    ['Ref ABCDEFGHJK lalu', null],
    ['Ref ABCDEFGHIL', null],
    ['xRef ABCDEFGHJK', null],
    ['', null],
    [null, null],
  ])('claimed by %j is %j', (body, expected) => {
    expect(claimedReferenceOf(own({ body }))).toBe(expected)
  })
})

describe('a receipt', () => {
  test.each([
    [-1, 'failed', 'ack_error'],
    [1, 'sent', null],
    [2, 'delivered', null],
    [3, 'read', null],
    [4, 'read', null],
  ])('of ack %i is %s', (ack, status, code) => {
    expect(toReceipt(own(), ack, NOW)).toEqual({
      gatewayMessageId: keyText(own()),
      status,
      at: NOW,
      code,
      reference: null,
    })
  })

  test.each([0, 5, -2, Number.NaN])('is none of ack %d', (ack) => {
    expect(toReceipt(own(), ack, NOW)).toBeUndefined()
  })

  test('is none of somebody else’s text, nor of one to a group', () => {
    expect(toReceipt(message(), 3, NOW)).toBeUndefined()
    expect(toReceipt(message({}, { fromMe: true, remote: '1@g.us' }), 3, NOW)).toBeUndefined()
  })
})

describe('what a resident wrote', () => {
  const told = { now: NOW, backfilled: false }

  test.each(['chat', 'list_response', 'buttons_response', 'template_button_reply'])('is words for %s', (type) => {
    expect(toInbound(message({ type }), told)).toMatchObject({
      kind: 'text',
      body: 'Halo',
      at: new Date(1_790_000_000_000),
    })
  })

  test.each(['image', 'video', 'audio', 'ptt', 'document', 'sticker', 'location', 'vcard'])(
    'is an attachment for %s',
    (type) => {
      expect(toInbound(message({ type, body: '/9j/thumbnail', caption: 'KTP' }), told)).toMatchObject({
        kind: 'attachment',
        body: 'KTP',
      })
      expect(toInbound(message({ type, body: '/9j/thumbnail' }), told)).toMatchObject({ kind: 'attachment', body: '' })
    },
  )

  test.each([
    'ciphertext',
    'e2e_notification',
    'gp2',
    'call_log',
    'protocol',
    'reaction',
    'revoked',
    'unknown',
    undefined,
  ])('is nothing for %s', (type) => {
    expect(toInbound(message({ type }), told)).toBeUndefined()
  })

  test.each(['1203@g.us', 'status@broadcast', '1@broadcast', '1@newsletter', '0@bot'])('is nothing in %s', (remote) => {
    expect(toInbound(message({}, { remote }), told)).toBeUndefined()
  })

  test('is nothing as a broadcast, as a status and from ourselves', () => {
    expect(toInbound(message({ broadcast: true }), told)).toBeUndefined()
    expect(toInbound(message({ isStatusV3: true }), told)).toBeUndefined()
    expect(toInbound(own(), told)).toBeUndefined()
  })

  test('has the time of now when the page does not tell', () => {
    expect(toInbound(message({ t: undefined }), told)?.at).toEqual(NOW)
  })
})

test('an own text is what was typed on the phone, and no text of ours', () => {
  expect(toOwnText(own(), NOW)).toMatchObject({ body: 'Halo' })
  expect(toOwnText(own({ body: 'Halo\nRef 0123456789' }), NOW)).toMatchObject({ reference: '0123456789' })
  expect(toOwnText(own({ puntadewaReference: 'R1' }), NOW)).toBeUndefined()
  expect(toOwnText(message(), NOW)).toBeUndefined()
  expect(toOwnText(own({ type: 'protocol' }), NOW)).toBeUndefined()
})

test('an address names a person by number, by LID, or by both', () => {
  expect(toPeer(REMOTE)).toEqual({ phone: '6281200000001', alias: null })
  expect(toPeer('99@lid')).toEqual({ phone: null, alias: { kind: 'lid', value: '99@lid' } })
  const both = { phone: '6281200000001', alias: { kind: 'lid', value: '99@lid' } } as const
  expect(toPeer('99@lid', { lid: '99@lid', pn: REMOTE })).toEqual(both)
  expect(toPeer(REMOTE, { lid: '99@lid', pn: REMOTE })).toEqual(both)
  expect(addressesOf(both)).toEqual([REMOTE, '99@lid'])
  expect(addressesOf({ phone: null, alias: { kind: 'lid', value: '99' } })).toEqual(['99@lid'])
  expect(addressesOf({ phone: null, alias: { kind: 'user_id', value: 'x' } })).toEqual([])
})

test('a bare number is an address, and an address stays what it is', () => {
  expect(toAddress('6281200000001')).toBe(REMOTE)
  expect(toAddress('99@lid')).toBe('99@lid')
})

describe('a text that was edited', () => {
  const editedAt = NOW.getTime() - 60_000
  const edited = (body: string) => message({ body, latestEditSenderTimestampMs: editedAt })

  test('into a wish is the same edit, told live and found later', () => {
    const found = toFound(edited('BERHENTI'), NOW)
    expect(found).toMatchObject({ body: 'BERHENTI', at: new Date(editedAt), backfilled: true })
    expect(found?.gatewayMessageId).toBe(toEditedWish(edited('BERHENTI'), 'CEK', NOW)?.gatewayMessageId)
    expect(found?.gatewayMessageId).not.toBe(keyText(edited('BERHENTI')))
  })

  test('into anything else is found as the text that it is now', () => {
    expect(toFound(edited('CEK status'), NOW)).toEqual(toInbound(edited('CEK status'), { now: NOW, backfilled: true }))
  })

  test('and deleted for everybody has nothing left to find', () => {
    expect(toFound(message({ type: 'revoked', body: '' }), NOW)).toBeUndefined()
    expect(toOwnText(own({ type: 'revoked', body: '' }), NOW)).toBeUndefined()
  })
})
