import type { JobHandlers, ScheduleHandlers } from '../../platform/outbox/handlers.ts'
import type { Db } from '../database.ts'
import type { Delivery } from './delivery.service.ts'
import type { Notices } from './notice.service.ts'

// A transaction each: a household that cannot be put together does not hold up the others.
const COMPOSE_CONCURRENCY = 3

export type WhatsappJobs = JobHandlers<'whatsapp' | 'whatsapp-send'> & Pick<ScheduleHandlers, 'whatsapp.settle'>

export function createWhatsappJobs({
  db,
  notices,
  delivery,
}: {
  db: Db
  notices: Notices
  delivery: Delivery
}): WhatsappJobs {
  return {
    'whatsapp.compose': async (items, context) => {
      await context.each(items, COMPOSE_CONCURRENCY, async (item) => {
        await db.transaction().execute(async (tx) => {
          await notices.compose(tx, item.payload.intakeId)
          await context.settle(tx, [item.id])
        })
      })
    },
    'whatsapp.send': async (item, context) => {
      await delivery.send(item.payload.messageId, (tx) => context.settle(tx, [item.id]))
    },
    'whatsapp.settle': ({ signal }) => delivery.settleOpen(signal),
  }
}
