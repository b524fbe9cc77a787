export type {
  BatchHandler,
  JobContext,
  JobHandlers,
  JobItem,
  ScheduleContext,
  ScheduleHandlers,
} from './handlers.ts'
export type { JobObserver } from './job-runner.ts'
export { createJobRuntime, type JobRuntime, type JobRuntimeOptions, OUTBOX_CONNECTIONS } from './job-runtime.ts'
export type { StartedRow } from './outbox.repository.ts'
export {
  type Begin,
  createOutbox,
  type DeadWork,
  type NewWork,
  type Outbox,
  RELAY_IS_TOLD,
  type TopicStats,
} from './outbox.ts'
