import type { Clock } from '../../platform/clock.ts'
import type { Sealer } from '../../platform/crypto/sealer.ts'
import type { Tx } from '../database.ts'
import { recordReached, recordUnreachable } from './contact.repository.ts'
import type { Message } from './message.repository.ts'
import { sealContext } from './seal-context.ts'
import type { ContactUnreachable } from './whatsapp.ports.ts'

export type Unreachable = {
  /** The number of a message is not on WhatsApp: its contact and its household say so from now on. Repeatable. */
  record(tx: Tx, message: Pick<Message, 'id' | 'contactId' | 'intakeId' | 'recipient'>): Promise<void>
  /**
   * The contact wrote or got a text at that moment: the number is on WhatsApp, and no household that gives it is flagged any more. Not when it
   * was called a wrong one, nor when it was found missing later. Repeatable.
   */
  lift(tx: Tx, contactId: string, at: Date): Promise<void>
}

export function createUnreachable(deps: {
  clock: Clock
  sealer: Sealer
  contactUnreachable: ContactUnreachable
}): Unreachable {
  const { clock, sealer, contactUnreachable } = deps
  return {
    async record(tx, message) {
      await recordUnreachable(tx, message.contactId, { at: clock.now(), code: 'not_on_whatsapp' })
      if (message.intakeId === null) return
      const number = sealer.open(message.recipient, sealContext.recipient(message.id))
      await contactUnreachable.record(tx, message.intakeId, number)
    },

    async lift(tx, contactId, at) {
      const lifted = await recordReached(tx, contactId, at)
      if (!lifted?.phone) return
      await contactUnreachable.clear(tx, sealer.open(lifted.phone, sealContext.phone(contactId)))
    },
  }
}
