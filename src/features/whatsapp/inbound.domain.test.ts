import { expect, test } from 'vitest'
import { recognise } from './bot/index.ts'
import { inboundMeaning, storedBody } from './inbound.domain.ts'

const wishIn = (body: string) => inboundMeaning(recognise(body))

test.each(['BERHENTI', 'berhenti', ' Berhenti. ', 'STOP', 'stop!!!', 'Unsub', '*STOP*', 'stop 🙏', 'ＳＴＯＰ'])(
  '%s asks us to stop',
  (body) => {
    expect(wishIn(body)).toBe('stop')
  },
)

test.each(['MULAI', 'mulai', 'Start.'])('%s asks us to write again', (body) => {
  expect(wishIn(body)).toBe('start')
})

test.each(['Salah nomor', 'maaf salah sambung bu'])('%s says that the number is a wrong one', (body) => {
  expect(wishIn(body)).toBe('wrong_number')
})

test.each(['', 'tolong jangan berhenti', 'stop dulu ya bu', 'apa kabar', '12345', 'berhentikan', '👍'])(
  '"%s" is no wish',
  (body) => {
    expect(wishIn(body)).toBe('other')
  },
)

test('a text is kept up to what a phone shows, without halves of characters', () => {
  const kept = storedBody(`${'a'.repeat(4095)}😀${'b'.repeat(70_000)}`)
  expect(kept).toHaveLength(4096)
  expect(kept.isWellFormed()).toBe(true)
})
