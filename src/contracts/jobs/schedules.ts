import { defineSchedule, type ScheduleDefinition } from './define-schedule.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

const definitions = [
  defineSchedule({ name: 'audit.seal', everyMs: 5 * SECOND }),
  defineSchedule({ name: 'counts.rollup', everyMs: 15 * SECOND }),
  // Only a gateway knows what became of a text, and some live in one process.
  defineSchedule({ name: 'whatsapp.settle', everyMs: 15 * SECOND, queue: 'whatsapp-schedules' }),
  defineSchedule({ name: 'membership.retry', everyMs: 60 * SECOND }),
  // Some of those due, each time: the nights of a region pass while it runs. Whoever is active the day they are accepted hears it soon.
  defineSchedule({ name: 'activation.recheck', everyMs: MINUTE }),
  defineSchedule({ name: 'corrections.remind', everyMs: 15 * MINUTE }),
  defineSchedule({ name: 'corrections.expire', everyMs: 15 * MINUTE }),
  defineSchedule({ name: 'idempotency.purge', everyMs: HOUR }),
  defineSchedule({ name: 'status-guesses.purge', everyMs: HOUR }),
  defineSchedule({ name: 'accounts.sweep', everyMs: HOUR }),
  defineSchedule({ name: 'bulk.purge', everyMs: HOUR }),
  defineSchedule({ name: 'documents.sweep', everyMs: HOUR }),
  defineSchedule({ name: 'exports.purge', everyMs: HOUR }),
  defineSchedule({ name: 'figures.purge', everyMs: HOUR }),
  defineSchedule({ name: 'quota.roll-over', everyMs: HOUR }),
  defineSchedule({ name: 'webhooks.purge', everyMs: HOUR }),
  defineSchedule({ name: 'lists.purge', everyMs: HOUR }),
] as const

export type ScheduleName = (typeof definitions)[number]['name']

export const SCHEDULES: readonly ScheduleDefinition<ScheduleName>[] = definitions
