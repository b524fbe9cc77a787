import { pino } from 'pino'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Peer } from '../../whatsapp.ports.ts'
import { createTelling, type Telling } from './telling.ts'

const SLOW = '6281200000001@c.us'
const KNOWN = '7700@lid'
const HIDDEN = '7701@lid'
const named: Peer = { phone: '6281200000002', alias: { kind: 'lid', value: KNOWN } }

let told: Peer[]
let names: Map<string, PromiseWithResolvers<Peer>>
let ended: PromiseWithResolvers<void>
let telling: Telling
const tell = (peer: Peer): void => void told.push(peer)
const nameOf = (address: string): PromiseWithResolvers<Peer> => {
  const name = names.get(address) ?? Promise.withResolvers<Peer>()
  names.set(address, name)
  return name
}
beforeEach(() => {
  vi.useFakeTimers()
  told = []
  names = new Map()
  ended = Promise.withResolvers()
  telling = createTelling({
    peerOf: async (address) => await nameOf(address).promise,
    ended: ended.promise,
    logger: pino({ level: 'silent' }),
  })
  nameOf(KNOWN).resolve(named)
})
afterEach(() => {
  vi.useRealTimers()
})

test('what is told in order waits for those before it, however slow the page is to name them', async () => {
  telling.inOrder(SLOW, tell)
  telling.inOrder(KNOWN, tell)
  await vi.advanceTimersByTimeAsync(60_000)
  expect(told).toEqual([])
  nameOf(SLOW).resolve({ phone: '6281200000001', alias: null })
  await telling.untilTold()
  expect(told.map(({ phone }) => phone)).toEqual(['6281200000001', '6281200000002'])
})

test('a wish waits for nobody, with its writer’s name when the page knows it', async () => {
  telling.inOrder(SLOW, tell)
  telling.soon(KNOWN, tell)
  await vi.advanceTimersByTimeAsync(0)
  expect(told).toEqual([named])
})

test('a wish goes under the address alone when the page does not say in time who that is, or fails to', async () => {
  telling.soon(HIDDEN, tell)
  telling.soon(SLOW, tell)
  nameOf(SLOW).reject(new Error('a page that fails'))
  await vi.advanceTimersByTimeAsync(1_000)
  expect(told).toEqual([
    { phone: '6281200000001', alias: null },
    { phone: null, alias: { kind: 'lid', value: HIDDEN } },
  ])
})

test('the end of the run drops nothing: the addresses name the people', async () => {
  telling.inOrder(SLOW, tell)
  telling.soon(HIDDEN, tell)
  telling.inOrder(KNOWN, tell)
  ended.resolve()
  await telling.untilTold()
  expect(told).toHaveLength(3)
})

test('somebody who fails to listen does not keep the next from being told', async () => {
  telling.inOrder(KNOWN, () => {
    throw new Error('a handler that fails')
  })
  telling.inOrder(KNOWN, tell)
  await telling.untilTold()
  expect(told).toEqual([named])
})
