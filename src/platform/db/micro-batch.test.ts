import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createMicroBatch } from './micro-batch.ts'

/** A batch whose goes end when the test says so; each answers its items doubled. */
function createHeld(limits: { maxItems?: number; maxInFlight: number; patienceMs?: number }) {
  const goes: { items: number[]; end(): void; fail(cause: Error): void }[] = []
  const batch = createMicroBatch<number, number>({
    maxItems: 3,
    ...limits,
    run(items) {
      const { promise, resolve, reject } = Promise.withResolvers<number[]>()
      goes.push({ items, end: () => resolve(items.map((item) => 2 * item)), fail: reject })
      return promise
    },
  })
  const itemsOf = () => goes.map(({ items }) => items)
  return { batch, goes, itemsOf }
}

/** What has been added leaves when the event loop has read everything there was. */
const turn = (): Promise<void> => delay(5)

test('a lone call goes at once, those that come meanwhile go together, no more than may, and each gets its own answer', async () => {
  const { batch, goes, itemsOf } = createHeld({ maxInFlight: 1 })
  const answers = [batch.add(1)]
  await turn()
  for (const item of [2, 3, 4, 5]) answers.push(batch.add(item))
  await turn()
  expect(itemsOf()).toEqual([[1]])
  for (const [index, items] of [[1], [2, 3, 4], [5]].entries()) {
    expect(goes[index]?.items).toEqual(items)
    goes[index]?.end()
    await turn()
  }
  expect(await Promise.all(answers)).toEqual([2, 4, 6, 8, 10])
})

test('without patience a further go leaves at once, as many as may', async () => {
  const { batch, goes, itemsOf } = createHeld({ maxInFlight: 2 })
  const answers: Promise<number>[] = []
  for (const item of [1, 2, 3]) {
    answers.push(batch.add(item))
    await turn()
  }
  expect(itemsOf()).toEqual([[1], [2]])
  for (const go of goes) go.end()
  await turn()
  goes[2]?.end()
  expect(await Promise.all(answers)).toEqual([2, 4, 6])
})

test('with patience a further go leaves only when the one before it has been under way for so long', async () => {
  const { batch, goes, itemsOf } = createHeld({ maxInFlight: 2, patienceMs: 150 })
  const first = batch.add(1)
  await turn()
  const began = performance.now()
  const second = batch.add(2)
  await turn()
  const third = batch.add(3)
  await turn()
  expect(itemsOf()).toEqual([[1]])
  await expect.poll(itemsOf).toEqual([[1], [2, 3]])
  expect(performance.now() - began).toBeGreaterThan(100)
  goes[1]?.end()
  expect(await Promise.all([second, third])).toEqual([4, 6])
  goes[0]?.end()
  expect(await first).toBe(2)
})

test('with patience the next go leaves as soon as the one before it has ended', async () => {
  const { batch, goes, itemsOf } = createHeld({ maxInFlight: 2, patienceMs: 60_000 })
  const first = batch.add(1)
  await turn()
  const second = batch.add(2)
  goes[0]?.end()
  expect(await first).toBe(2)
  await turn()
  expect(itemsOf()).toEqual([[1], [2]])
  goes[1]?.end()
  expect(await second).toBe(4)
})

test('of a go that fails each item is tried alone, and only the bad one fails', async () => {
  const ran: number[][] = []
  const batch = createMicroBatch<number, number>({
    maxItems: 10,
    maxInFlight: 1,
    async run(items) {
      ran.push(items)
      if (items.includes(2)) throw new Error(`no ${items.join()}`)
      return items
    },
  })
  const answers = await Promise.allSettled([1, 2, 3].map((item) => batch.add(item)))
  expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  expect(ran).toEqual([[1, 2, 3], [1], [2], [3]])
})
