import { z } from 'zod'
import { defineJob, type QueueName } from './define-job.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND

/** Work inside our own database: a failure is a fault or an outage, so it is tried until it works. */
const UNTIL_IT_WORKS = {
  backoffMs: [5 * SECOND, 15 * SECOND, 30 * SECOND, 60 * SECOND, 2 * MINUTE, 5 * MINUTE],
  afterLast: 'repeat-last',
} as const

/** Texts to residents: a twentieth of a second later is soon enough, and checks do not share the machine with each of them. */
const TEXT_GATHER_MS = 50

/** One that cannot be read for an hour needs a person; the others go on. */
const REPORT_RETRY = {
  backoffMs: [1 * SECOND, 5 * SECOND, 30 * SECOND, 2 * MINUTE, 10 * MINUTE, 20 * MINUTE, 30 * MINUTE],
  afterLast: 'dead',
} as const

/** Every kind of work, by topic. */
export const JOBS = {
  'intake.received': defineJob({
    topic: 'intake.received',
    queue: 'intake',
    mode: 'batch',
    concurrency: 2,
    gatherMs: TEXT_GATHER_MS,
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
    beginsWithCommit: true,
    payload: z.strictObject({ proposalId: z.uuid(), version: z.int().positive() }),
    retry: UNTIL_IT_WORKS,
  }),
  // One row per job of a person; it goes on batch by batch and keeps where it is.
  'bulk.run': defineJob({
    topic: 'bulk.run',
    queue: 'verification',
    mode: 'single',
    concurrency: 2,
    payload: z.strictObject({ jobId: z.uuid() }),
    retry: UNTIL_IT_WORKS,
  }),
  // One row per batch to BPJS; it goes on group by group and keeps where it is. BPJS may be away for a while.
  'batch.seal': defineJob({
    topic: 'batch.seal',
    queue: 'verification',
    mode: 'single',
    concurrency: 1,
    payload: z.strictObject({ batchId: z.uuid() }),
    retry: UNTIL_IT_WORKS,
  }),
  // A list of a region: reads its file or applies it, and keeps where it is.
  'list.work': defineJob({
    topic: 'list.work',
    queue: 'verification',
    mode: 'single',
    concurrency: 1,
    payload: z.strictObject({ listId: z.uuid() }),
    retry: UNTIL_IT_WORKS,
  }),
  'list.tell': defineJob({
    topic: 'list.tell',
    queue: 'verification',
    mode: 'single',
    concurrency: 1,
    payload: z.strictObject({ tellingId: z.uuid() }),
    retry: UNTIL_IT_WORKS,
  }),
  // One row per file of BPJS's results: it is matched or applied group by group, and keeps where it is.
  'results.work': defineJob({
    topic: 'results.work',
    queue: 'verification',
    mode: 'single',
    concurrency: 1,
    payload: z.strictObject({ resultId: z.uuid() }),
    retry: UNTIL_IT_WORKS,
  }),
  'whatsapp.compose': defineJob({
    topic: 'whatsapp.compose',
    queue: 'whatsapp',
    mode: 'batch',
    concurrency: 2,
    gatherMs: TEXT_GATHER_MS,
    payload: z.strictObject({ intakeId: z.uuid() }),
    retry: UNTIL_IT_WORKS,
  }),
  // For whom the transport knows no number yet, the handler asks again by itself, and gives up quietly.
  'whatsapp.identify': defineJob({
    topic: 'whatsapp.identify',
    queue: 'whatsapp-send',
    mode: 'single',
    concurrency: 2,
    payload: z.strictObject({ contactId: z.uuid() }),
    retry: UNTIL_IT_WORKS,
  }),
  // What the official interface told us of texts of ours.
  'whatsapp.report': defineJob({
    topic: 'whatsapp.report',
    queue: 'whatsapp',
    mode: 'batch',
    concurrency: 2,
    payload: z.strictObject({ reportId: z.uuid() }),
    retry: REPORT_RETRY,
  }),
  // The same, with a text of somebody in it: a BERHENTI does not wait behind what became of a thousand notices.
  'whatsapp.hear': defineJob({
    topic: 'whatsapp.hear',
    queue: 'whatsapp-heard',
    mode: 'batch',
    batchSize: 10,
    concurrency: 2,
    payload: z.strictObject({ reportId: z.uuid() }),
    retry: REPORT_RETRY,
  }),
  // A notice that could not be sent for an hour needs a person, not another try.
  'whatsapp.send': defineJob({
    topic: 'whatsapp.send',
    queue: 'whatsapp-send',
    mode: 'single',
    concurrency: 4,
    gatherMs: TEXT_GATHER_MS,
    payload: z.strictObject({ messageId: z.uuid() }),
    retry: {
      backoffMs: [5 * SECOND, 30 * SECOND, 2 * MINUTE, 10 * MINUTE, 20 * MINUTE, 30 * MINUTE],
      afterLast: 'dead',
    },
  }),
  'webhooks.compose': defineJob({
    topic: 'webhooks.compose',
    queue: 'webhooks',
    mode: 'batch',
    concurrency: 1,
    gatherMs: TEXT_GATHER_MS,
    payload: z.strictObject({ eventId: z.uuid() }),
    retry: UNTIL_IT_WORKS,
  }),
  // One row per endpoint: the tries of single deliveries stand in their own rows, these are for outages of our database.
  'webhooks.deliver': defineJob({
    topic: 'webhooks.deliver',
    queue: 'webhooks',
    mode: 'single',
    concurrency: 8,
    payload: z.strictObject({ endpointId: z.uuid() }),
    retry: UNTIL_IT_WORKS,
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
