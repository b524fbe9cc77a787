import type { ScheduleQueueName } from './define-job.ts'

export type ScheduleDefinition<N extends string = string> = { name: N; everyMs: number; queue: ScheduleQueueName }

/** Declares recurring work: one run per interval in the whole fleet. A run that fails is not retried; the next one is. */
export function defineSchedule<const N extends string>(definition: {
  name: N
  everyMs: number
  queue?: ScheduleQueueName
}): ScheduleDefinition<N> {
  return { ...definition, queue: definition.queue ?? 'schedules' }
}
