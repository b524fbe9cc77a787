import { expect, test } from 'vitest'
import { z } from 'zod'
import { defineJob } from './define-job.ts'
import { isTopic, JOBS, TOPICS } from './jobs.ts'
import { SCHEDULES } from './schedules.ts'

test.each(TOPICS)('%s is listed under its own name, waits longer each time and fits one job', (topic) => {
  const job = JOBS[topic]
  expect(job.topic).toBe(topic)
  expect(topic).not.toContain(':')
  expect(job.retry.backoffMs).toEqual(job.retry.backoffMs.toSorted((a, b) => a - b))
  expect(job.batchSize).toBeGreaterThanOrEqual(1)
  expect(job.batchSize).toBeLessThanOrEqual(50)
})

test.each(TOPICS)('%s carries ids and numbers only, and nothing beside them', (topic) => {
  const schema = z.toJSONSchema(JOBS[topic].payload)
  expect(schema.additionalProperties).toBe(false)
  for (const field of Object.values(schema.properties ?? {})) {
    expect(field).toMatchObject(
      typeof field === 'object' && field.type === 'string' ? { format: 'uuid' } : { type: 'integer' },
    )
  }
})

test('a name that only objects know is no topic', () => {
  expect(isTopic('proposal.check')).toBe(true)
  expect(isTopic('toString')).toBe(false)
  expect(isTopic('proposal.chek')).toBe(false)
})

test('a batch larger than fifty cannot be declared', () => {
  const declare = () =>
    defineJob({
      topic: 'too.large',
      queue: 'intake',
      mode: 'batch',
      batchSize: 51,
      concurrency: 1,
      payload: z.strictObject({}),
      retry: { backoffMs: [1], afterLast: 'dead' },
    })
  expect(declare).toThrow('batchSize')
})

test('every schedule has a name of its own', () => {
  expect(new Set(SCHEDULES.map((schedule) => schedule.name)).size).toBe(SCHEDULES.length)
})
