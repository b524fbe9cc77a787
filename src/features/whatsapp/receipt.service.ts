import type { Ids } from '../../platform/ids.ts'
import type { Db, Tx } from '../database.ts'
import {
  findReported,
  insertReceipt,
  listReceipts,
  lockGatewayId,
  lockState,
  recordReceived,
  type StoredReceipt,
  setGatewayId,
} from './message.repository.ts'
import { applyReceipt, type MessageState, type ReceiptStatus } from './whatsapp.domain.ts'
import type { Receipt, WhatsAppGateway } from './whatsapp.ports.ts'

export type Receipts = {
  /** Takes one report of the gateway: stored first, so that one which comes before its message is known waits for it. */
  receive(receipt: Receipt): Promise<void>
  /** Ties a message to the gateway's id and applies every receipt that came before. Part of the caller's transaction. */
  recordSent(tx: Tx, messageId: string, sent: { gatewayMessageId: string | null; at: Date }): Promise<void>
}

export function createReceipts(deps: { db: Db; ids: Ids; gateway: Pick<WhatsAppGateway, 'name'> }): Receipts {
  const gateway = deps.gateway.name

  const apply = async (tx: Tx, messageId: string, receipts: readonly StoredReceipt[]): Promise<void> => {
    const before = await lockState(tx, messageId)
    if (before === undefined || before === 'suppressed') return
    const state = receipts.reduce<MessageState>((reached, receipt) => applyReceipt(reached, receipt.status), before)
    const times: Partial<Record<ReceiptStatus, Date>> = {}
    for (const { status, at } of receipts) {
      // Whatever reached the phone was sent by then, also when nobody told us so.
      const proves: ReceiptStatus[] = status === 'failed' ? ['failed'] : [status, 'sent']
      for (const proven of proves) {
        const known = times[proven]
        if (!known || at < known) times[proven] = at
      }
    }
    if (state !== 'failed') await recordReceived(tx, messageId, { state, times, outcome: null })
    else if (before === 'failed') await recordReceived(tx, messageId, { state, times })
    else await recordReceived(tx, messageId, { state, times, outcome: 'gateway_reported_failure' })
  }

  return {
    async receive(receipt) {
      const { gatewayMessageId } = receipt
      await deps.db.transaction().execute(async (tx) => {
        await lockGatewayId(tx, gateway, gatewayMessageId)
        await insertReceipt(tx, { ...receipt, id: deps.ids.next(), gateway })
        const message = await findReported(tx, { gateway, gatewayMessageId, reference: receipt.reference })
        if (!message) return
        if (receipt.reference) await setGatewayId(tx, message.id, { gateway, gatewayMessageId })
        await apply(tx, message.id, await listReceipts(tx, { gateway, gatewayMessageId }))
      })
    },

    async recordSent(tx, messageId, { gatewayMessageId, at }) {
      const accepted: StoredReceipt = { status: 'sent', at, code: null }
      if (gatewayMessageId === null) return await apply(tx, messageId, [accepted])
      await lockGatewayId(tx, gateway, gatewayMessageId)
      await setGatewayId(tx, messageId, { gateway, gatewayMessageId })
      await apply(tx, messageId, [accepted, ...(await listReceipts(tx, { gateway, gatewayMessageId }))])
    },
  }
}
