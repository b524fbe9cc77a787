import { expect, test } from 'vitest'
import { inboundMeaning } from './inbound.domain.ts'

test.each(['BERHENTI', 'berhenti', ' Berhenti. ', 'STOP', 'stop!!!', 'Unsub', '*STOP*', 'stop 🙏', 'ＳＴＯＰ'])(
  '%s asks us to stop',
  (body) => {
    expect(inboundMeaning(body)).toBe('stop')
  },
)

test.each(['MULAI', 'mulai', 'Start.'])('%s asks us to write again', (body) => {
  expect(inboundMeaning(body)).toBe('start')
})

test.each(['', 'tolong jangan berhenti', 'stop dulu ya bu', 'apa kabar', '12345', 'berhentikan', '👍'])(
  '"%s" is for a person',
  (body) => {
    expect(inboundMeaning(body)).toBe('other')
  },
)
