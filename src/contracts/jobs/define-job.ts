import type { z } from 'zod'

/** Schedules travel apart from work: those of `whatsapp-schedules` belong to the process that holds the gateway. */
export type ScheduleQueueName = 'schedules' | 'whatsapp-schedules'
export type QueueName =
  | 'intake'
  | 'verification'
  | 'whatsapp'
  | 'whatsapp-heard'
  | 'whatsapp-send'
  | 'webhooks'
  | ScheduleQueueName

/**
 * Waiting times between tries. After the last one the work is either tried on at the last interval for ever
 * (`repeat-last`) or kept as `dead` until an operator looks at it.
 */
export type RetryPolicy = { backoffMs: readonly [number, ...number[]]; afterLast: 'repeat-last' | 'dead' }

export type JobDefinition<
  T extends string = string,
  Q extends QueueName = QueueName,
  M extends 'batch' | 'single' = 'batch' | 'single',
  P extends z.ZodObject = z.ZodObject,
> = {
  topic: T
  queue: Q
  /** `batch`: a handler gets up to `batchSize` items at once, each settling on its own; `single`: one at a time. */
  mode: M
  batchSize: number
  /** Jobs (not items) one worker process runs side by side. */
  concurrency: number
  /** After some were taken, later ones gather for so long: nobody waits for them by the millisecond, and what is waited for goes first. */
  gatherMs: number
  /** Whoever adds it may begin it in the same commit: relays leave a slot of its queue free for that. */
  beginsWithCommit: boolean
  /** Ids only: this lies in the database and in Redis in clear. */
  payload: P
  retry: RetryPolicy
}

/** More ids than this in one job gain nothing (measured: 50 per claim is past the knee) and make a retry dearer. */
const MAX_BATCH = 50

/** Declares a kind of work. Whoever adds it and whoever handles it parse the payload by the same schema. */
export function defineJob<
  const T extends string,
  const Q extends QueueName,
  const M extends 'batch' | 'single',
  P extends z.ZodObject,
>(definition: {
  topic: T
  queue: Q
  mode: M
  batchSize?: number
  concurrency: number
  gatherMs?: number
  beginsWithCommit?: boolean
  payload: P
  retry: RetryPolicy
}): JobDefinition<T, Q, M, P> {
  const batchSize = definition.mode === 'batch' ? (definition.batchSize ?? MAX_BATCH) : 1
  if (batchSize < 1 || batchSize > MAX_BATCH)
    throw new Error(`${definition.topic}: batchSize must be 1 to ${MAX_BATCH}`)
  const { gatherMs = 0, beginsWithCommit = false } = definition
  return { ...definition, batchSize, gatherMs, beginsWithCommit }
}
