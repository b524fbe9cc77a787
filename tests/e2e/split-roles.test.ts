import { test } from 'vitest'
import { doMainJobInRoles } from '../support/split-roles.ts'

// With queues on Redis: tests/survival/split-roles.test.ts.
test('api, worker, whatsapp and mock do the main job as processes of their own, with queues on PostgreSQL', () =>
  doMainJobInRoles(null))
