import { expect, test } from 'vitest'
import { signedHeaders, writeSecret } from './signature.domain.ts'

// The example of the Standard Webhooks specification, as its libraries test it.
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const EXAMPLE = {
  id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  at: new Date(1_614_265_330_000),
  body: '{"test": 2432232314}',
}

test('the example of the specification gets its signature', () => {
  expect(signedHeaders([SECRET], EXAMPLE)).toEqual({
    'webhook-id': EXAMPLE.id,
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  })
})

test('each secret signs by itself', () => {
  const other = writeSecret(Buffer.alloc(32, 7))
  const one = signedHeaders([SECRET], EXAMPLE)['webhook-signature']
  const two = signedHeaders([other], EXAMPLE)['webhook-signature']
  expect(two).not.toBe(one)
  expect(signedHeaders([other, SECRET], EXAMPLE)['webhook-signature']).toBe(`${two} ${one}`)
})
