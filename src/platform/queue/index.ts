export { createPostgresQueueBackend, prepareQueueSchema, queueConnectionsOf } from './postgres-backend.ts'
export type { JobQueue, JobWorker, QueueBackend, QueuedJob } from './queue-backend.ts'
export { createRedisQueueBackend } from './redis-backend.ts'
