import type { Clock } from '../../../platform/clock.ts'
import type { Sealer } from '../../../platform/crypto/sealer.ts'
import { AppError } from '../../../platform/errors.ts'
import type { Ids } from '../../../platform/ids.ts'
import type { Outbox } from '../../../platform/outbox/outbox.ts'
import type { Db } from '../../database.ts'
import { sealContext } from '../seal-context.ts'
import { insertReport } from './cloud.repository.ts'
import type { CloudSettings } from './cloud-settings.ts'
import { isText, readCloudEvents } from './webhook-events.domain.ts'
import { isSameSecret, isSignedBy } from './webhook-signature.ts'

/** The kind of the blind index that knows a call again. */
const REPORT_INDEX = 'whatsapp-cloud-report'

export type Webhook = {
  /** Whether somebody who asks with this token may set the webhook up. Throws `forbidden`. */
  verify(mode: string, token: string): void
  /** Stores one call of the service and queues it, once however often it comes. Throws `forbidden` when it is not signed, and keeps nothing. */
  receive(body: Buffer, signature: string | undefined): Promise<void>
}

export function createWebhook(deps: {
  db: Db
  clock: Clock
  ids: Ids
  sealer: Sealer
  outbox: Pick<Outbox, 'add' | 'announce'>
  settings: Pick<CloudSettings, 'appSecret' | 'verifyToken' | 'phoneNumberId'>
}): Webhook {
  const { db, clock, ids, sealer, outbox, settings } = deps
  return {
    verify(mode, token) {
      if (mode !== 'subscribe' || !isSameSecret(settings.verifyToken, token)) throw new AppError('forbidden')
    },

    async receive(body, signature) {
      if (!isSignedBy(settings.appSecret, body, signature)) throw new AppError('forbidden')
      const payload = body.toString('utf8')
      const id = ids.next()
      const report = {
        id,
        digest: sealer.blindIndex(REPORT_INDEX, payload),
        payload: sealer.seal(payload, sealContext.cloudReport(id)),
        at: clock.now(),
      }
      await db.transaction().execute(async (tx) => {
        if (!(await insertReport(tx, report))) return
        const events = readCloudEvents(payload, { phoneNumberId: settings.phoneNumberId, receivedAt: report.at })
        const topic = events.some(isText) ? 'whatsapp.hear' : 'whatsapp.report'
        await outbox.add(tx, [{ topic, key: id, payload: { reportId: id } }])
      })
      outbox.announce()
    },
  }
}
