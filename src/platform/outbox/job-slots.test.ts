import { expect, test } from 'vitest'
import { createJobSlots } from './job-slots.ts'

const tick = () => new Promise((resolve) => setImmediate(resolve))

function startJob(slots: ReturnType<typeof createJobSlots>) {
  const end = Promise.withResolvers<void>()
  const job = { begun: false, end: end.resolve, fail: end.reject, ended: Promise.resolve() }
  job.ended = slots.run('intake', async () => {
    job.begun = true
    await end.promise
  })
  return job
}

test('what one way takes is missing to the other', async () => {
  const slots = createJobSlots(new Map([['intake', 2]]))
  expect(slots.takeFree('intake', 9)).toBe(2)
  const job = startJob(slots)
  await tick()
  expect(job.begun).toBe(false)
  slots.giveBack('intake', 2)
  await tick()
  expect(job.begun).toBe(true)
  expect(slots.takeFree('intake', 9)).toBe(1)
  job.end()
  await job.ended
  expect(slots.takeFree('intake', 9)).toBe(1)
})

test('a job that waits gets the next slot before anything new is begun', async () => {
  const slots = createJobSlots(new Map([['intake', 1]]))
  const [first, second, third] = [startJob(slots), startJob(slots), startJob(slots)]
  await tick()
  expect([first.begun, second.begun, third.begun]).toEqual([true, false, false])
  first.end()
  await first.ended
  expect(slots.takeFree('intake', 9)).toBe(0)
  await tick()
  expect([second.begun, third.begun]).toEqual([true, false])
  second.end()
  third.end()
  await Promise.all([second.ended, third.ended])
  expect(slots.takeFree('intake', 9)).toBe(1)
})

test('a job that fails gives its slot back', async () => {
  const slots = createJobSlots(new Map([['intake', 1]]))
  const job = startJob(slots)
  job.fail(new Error('on purpose'))
  await expect(job.ended).rejects.toThrow('on purpose')
  expect(slots.takeFree('intake', 9)).toBe(1)
})

test('as many as wanted are left, and no more taken than asked for', () => {
  const slots = createJobSlots(new Map([['intake', 4]]))
  expect(slots.takeFree('intake', 2, 1)).toBe(2)
  expect(slots.takeFree('intake', 2, 1)).toBe(1)
  expect(slots.takeFree('intake', 2, 1)).toBe(0)
  expect(slots.takeFree('intake', 2)).toBe(1)
  expect(slots.takeFree('intake', 2, 1)).toBe(0)
})

test('a queue the process does not work on has none', async () => {
  const slots = createJobSlots(new Map())
  slots.giveBack('intake', 5)
  expect(slots.takeFree('intake', 9)).toBe(0)
  await expect(slots.run('intake', async () => {})).rejects.toThrow('intake')
})
