import { z } from 'zod'
import { defineJob, type QueueName } from './define-job.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND

/** Work inside our own database: a failure is a fault or an outage, so it is tried until it works. */
const UNTIL_IT_WORKS = {
  backoffMs: [5 * SECOND, 15 * SECOND, 30 * SECOND, 60 * SECOND, 2 * MINUTE, 5 * MINUTE],
  afterLast: 'repeat-last',
} as const

/** Every kind of work, by topic. */
export const JOBS = {
  'intake.received': defineJob({
    topic: 'intake.received',
    queue: 'intake',
    mode: 'batch',
    concurrency: 2,
    payload: z.strictObject({ intakeId: z.uuid() }),
    retry: UNTIL_IT_WORKS,
  }),
  // BPJS may be down for days; silence never decides, so the check is never given up.
  'proposal.check': defineJob({
    topic: 'proposal.check',
    queue: 'verification',
    mode: 'batch',
    batchSize: 50,
    concurrency: 4,
    payload: z.strictObject({ proposalId: z.uuid(), version: z.int().positive() }),
    retry: UNTIL_IT_WORKS,
  }),
  'whatsapp.compose': defineJob({
    topic: 'whatsapp.compose',
    queue: 'whatsapp',
    mode: 'batch',
    concurrency: 2,
    payload: z.strictObject({ intakeId: z.uuid() }),
    retry: UNTIL_IT_WORKS,
  }),
  // A notice that could not be sent for an hour needs a person, not another try.
  'whatsapp.send': defineJob({
    topic: 'whatsapp.send',
    queue: 'whatsapp-send',
    mode: 'single',
    concurrency: 4,
    payload: z.strictObject({ messageId: z.uuid() }),
    retry: {
      backoffMs: [5 * SECOND, 30 * SECOND, 2 * MINUTE, 10 * MINUTE, 20 * MINUTE, 30 * MINUTE],
      afterLast: 'dead',
    },
  }),
} as const

export type Topic = keyof typeof JOBS
export type PayloadOf<T extends Topic> = z.infer<(typeof JOBS)[T]['payload']>

/** The topics whose jobs travel on one of the queues `Q`. */
export type TopicOn<Q extends QueueName> = {
  [T in Topic]: (typeof JOBS)[T]['queue'] extends Q ? T : never
}[Topic]

export const TOPICS = Object.keys(JOBS) as Topic[]

export const isTopic = (name: string): name is Topic => Object.hasOwn(JOBS, name)
