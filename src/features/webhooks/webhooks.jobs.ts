import type { JobHandlers } from '../../platform/outbox/handlers.ts'
import type { Db } from '../database.ts'
import type { Compose } from './compose.service.ts'
import type { Deliver } from './deliver.service.ts'

export type WebhookJobs = JobHandlers<'webhooks'>

export function createWebhookJobs(deps: { db: Db; compose: Compose; deliver: Deliver }): WebhookJobs {
  return {
    'webhooks.compose': async (items, context) => {
      const idOf = new Map(items.map((item) => [item.payload.eventId, item.id]))
      await deps.db.transaction().execute(async (tx) => {
        const faulty = new Set<number>()
        await deps.compose.compose(tx, [...idOf.keys()], (eventId, error) => {
          const id = idOf.get(eventId)
          if (id === undefined) return
          faulty.add(id)
          context.fail(id, error)
        })
        const done = items.map(({ id }) => id).filter((id) => !faulty.has(id))
        if (done.length > 0) await context.settle(tx, done)
      })
    },
    'webhooks.deliver': async (item, context) => {
      await deps.deliver.deliver(item.payload.endpointId, context.signal, (tx) => context.settle(tx, [item.id]))
    },
  }
}
