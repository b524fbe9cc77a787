import type { JobHandlers, ScheduleHandlers } from '../../platform/outbox/handlers.ts'
import type { Db } from '../database.ts'
import type { Delivery } from './delivery.service.ts'
import type { HiddenNumbers } from './hidden-number.service.ts'
import type { Notices } from './notice.service.ts'
import type { Pacing } from './pacing/pacing.service.ts'
import type { Settling } from './settling.service.ts'

// A transaction each: a household that cannot be put together does not hold up the others.
const COMPOSE_CONCURRENCY = 3
// Reports of one phone would wait for each other's lock anyway.
const REPORT_CONCURRENCY = 3

export type WhatsappJobs = JobHandlers<'whatsapp' | 'whatsapp-heard' | 'whatsapp-send'> &
  Pick<ScheduleHandlers, 'whatsapp.settle'>

export function createWhatsappJobs({
  db,
  notices,
  delivery,
  hiddenNumbers,
  settling,
  takeReport,
  pacing,
}: {
  db: Db
  notices: Notices
  delivery: Delivery
  hiddenNumbers: Pick<HiddenNumbers, 'lookUp'>
  settling: Pick<Settling, 'settleOpen'>
  takeReport: (reportId: string) => Promise<void>
  pacing: Pick<Pacing, 'forget'>
}): WhatsappJobs {
  const take: WhatsappJobs['whatsapp.report' | 'whatsapp.hear'] = async (items, context) => {
    await context.each(items, REPORT_CONCURRENCY, (item) => takeReport(item.payload.reportId))
  }
  return {
    'whatsapp.compose': async (items, context) => {
      await context.each(items, COMPOSE_CONCURRENCY, async (item) => {
        await db.transaction().execute(async (tx) => {
          await notices.compose(tx, item.payload.intakeId)
          await context.settle(tx, [item.id])
        })
      })
    },
    'whatsapp.report': take,
    'whatsapp.hear': take,
    'whatsapp.identify': async (item, context) => {
      await hiddenNumbers.lookUp(item.payload.contactId, (tx) => context.settle(tx, [item.id]))
    },
    'whatsapp.send': async (item, context) => {
      await delivery.send(item.payload.messageId, (tx) => context.settle(tx, [item.id]))
    },
    async 'whatsapp.settle'({ signal }) {
      await settling.settleOpen(signal)
      await pacing.forget()
    },
  }
}
