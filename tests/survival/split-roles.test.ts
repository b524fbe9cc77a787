import { inject, test } from 'vitest'
import { doMainJobInRoles } from '../support/split-roles.ts'

test('api, worker, whatsapp and mock do the main job as processes of their own, with queues on Redis', async ({
  skip,
}) => {
  const redisUrl = inject('redisUrl')
  if (redisUrl === null) return skip('there is no Redis')
  await doMainJobInRoles(redisUrl)
})
