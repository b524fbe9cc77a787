import { expect, test } from 'vitest'
import { runLimited } from './concurrency.ts'

test.each([
  [1, 1],
  [3, 3],
  [50, 10],
])('at a limit of %i no more than %i of ten items are worked on at a time, each once', async (limit, most) => {
  let atWork = 0
  let highest = 0
  const done: number[] = []
  const items = Array.from({ length: 10 }, (_, index) => index)
  await runLimited(items, limit, async (item) => {
    atWork += 1
    highest = Math.max(highest, atWork)
    await new Promise((resolve) => setImmediate(resolve))
    atWork -= 1
    done.push(item)
  })
  expect(highest).toBe(most)
  expect(done.toSorted((a, b) => a - b)).toEqual(items)
})

test('no items are done at once', async () => {
  await runLimited([], 5, async () => {
    throw new Error('never called')
  })
})
