import { defineSchedule, type ScheduleDefinition } from './define-schedule.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

const definitions = [
  defineSchedule({ name: 'audit.seal', everyMs: 5 * SECOND }),
  defineSchedule({ name: 'counts.rollup', everyMs: 5 * SECOND }),
  defineSchedule({ name: 'whatsapp.settle', everyMs: 15 * SECOND }),
  defineSchedule({ name: 'membership.retry', everyMs: 60 * SECOND }),
  defineSchedule({ name: 'corrections.expire', everyMs: 15 * MINUTE }),
  defineSchedule({ name: 'idempotency.purge', everyMs: HOUR }),
  defineSchedule({ name: 'accounts.sweep', everyMs: HOUR }),
] as const

export type ScheduleName = (typeof definitions)[number]['name']

export const SCHEDULES: readonly ScheduleDefinition<ScheduleName>[] = definitions
