export type {
  BatchHandler,
  JobContext,
  JobHandlers,
  JobItem,
  ScheduleContext,
  ScheduleHandlers,
} from './handlers.ts'
export type { JobObserver } from './job-runner.ts'
export { createJobRuntime, type JobRuntime, type JobRuntimeOptions } from './job-runtime.ts'
export { createOutbox, type DeadWork, type NewWork, type Outbox, type TopicStats } from './outbox.ts'
