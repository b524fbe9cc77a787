import { randomUUID } from 'node:crypto'
import type { Kysely } from 'kysely'
import type { DB } from '../../../src/features/database.ts'
import type { InboundText, OwnText, Peer, Receipt } from '../../../src/features/whatsapp/whatsapp.ports.ts'
import type { Worker, World } from './world.ts'

export type Reporter = {
  worker: Worker
  /** Reports a text of a resident, as a gateway does; `changes` say what is unusual about it. */
  text(from: Peer, body: string, changes?: Partial<InboundText>): Promise<void>
  /** Reports what somebody of the office typed on the paired phone. */
  own(to: Peer, body: string, changes?: Partial<OwnText>): Promise<void>
  /** Reports what became of a text. */
  receipt(receipt: Pick<Receipt, 'gatewayMessageId' | 'status'> & Partial<Receipt>): Promise<void>
}

export const byPhone = (phone: string): Peer => ({ phone, alias: null })
export const byAlias = (value: string): Peer => ({ phone: null, alias: { kind: 'lid', value } })
export const byBoth = (phone: string, value: string): Peer => ({ phone, alias: { kind: 'lid', value } })

/** A worker whose gateway reports what the test says, and sends through the simulated phones. */
export function createReporter(world: World, changes: { db?: Kysely<DB> } = {}): Reporter {
  let receive = async (_: InboundText): Promise<void> => {}
  let receiveOwn = async (_: OwnText): Promise<void> => {}
  let receiveReceipt = async (_: Receipt): Promise<void> => {}
  const worker = world.createWorker({
    ...changes,
    gateway: {
      ...world.simulator.gateway,
      onReceipt(handler) {
        receiveReceipt = handler
        world.simulator.gateway.onReceipt(handler)
      },
      onInbound(handler) {
        receive = handler
      },
      onOwnText(handler) {
        receiveOwn = handler
      },
    },
  })
  return {
    worker,
    text: (from, body, unusual = {}) =>
      receive({
        gatewayMessageId: randomUUID(),
        from,
        body,
        kind: 'text',
        at: world.clock.now(),
        backfilled: false,
        ...unusual,
      }),
    receipt: (receipt) => receiveReceipt({ at: world.clock.now(), code: null, reference: null, ...receipt }),
    own: (to, body, unusual = {}) =>
      receiveOwn({ gatewayMessageId: randomUUID(), to, body, at: world.clock.now(), ...unusual }),
  }
}
