export type ScheduleDefinition<N extends string = string> = { name: N; everyMs: number }

/** Declares recurring work: one run per interval in the whole fleet. A run that fails is not retried; the next one is. */
export function defineSchedule<const N extends string>(definition: ScheduleDefinition<N>): ScheduleDefinition<N> {
  return definition
}
