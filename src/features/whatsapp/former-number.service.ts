import type { Clock } from '../../platform/clock.ts'
import type { Sealer } from '../../platform/crypto/sealer.ts'
import type { Outbox } from '../../platform/outbox/outbox.ts'
import type { Tx } from '../database.ts'
import { type Message, moveMessage, recordReplaced } from './message.repository.ts'
import { PHONE_INDEX } from './message-writer.ts'
import { lockIntakeNotices, unlinkNotices } from './notice.repository.ts'
import type { IntakeContact } from './whatsapp.ports.ts'

/** As much of a message as says whose it is. */
export type MessageOfHousehold = Pick<Message, 'id' | 'kind' | 'intakeId' | 'phoneIndex' | 'replacedAt'>

export type FormerNumbers = {
  /** Until the transaction ends the number of the household stays as it is. Before contacts and messages are locked. */
  hold(tx: Tx, intakeId: string): Promise<void>
  /** Whether a message of a held household must not go where it was for: another number is the household's. */
  isFormer(tx: Tx, message: MessageOfHousehold): Promise<boolean>
  /** A queued one leaves the queue for good; what it said is told anew. Last in the transaction. */
  suppress(tx: Tx, message: MessageOfHousehold): Promise<void>
  /** One that a person wants sent again stays what it is, and what it said is told anew. Last in the transaction. */
  replace(tx: Tx, message: MessageOfHousehold): Promise<void>
}

/**
 * What names a household goes to the number that it gives. A correction suppresses what waits in the queue at that moment; what is being handed
 * over then, or has failed, may come back to the queue later.
 */
export function createFormerNumbers(deps: {
  clock: Clock
  sealer: Pick<Sealer, 'blindIndex'>
  outbox: Pick<Outbox, 'add'>
  intakeContact: IntakeContact
}): FormerNumbers {
  const { clock, sealer, outbox } = deps

  /** An answer of the bot is told to nobody else. */
  const tellAnew = async (tx: Tx, { id, kind, intakeId }: MessageOfHousehold): Promise<void> => {
    if (kind !== 'notice' || intakeId === null) return
    await unlinkNotices(tx, [id])
    await outbox.add(tx, [{ topic: 'whatsapp.compose', key: intakeId, payload: { intakeId } }])
  }

  return {
    hold: lockIntakeNotices,

    async isFormer(tx, { intakeId, phoneIndex, replacedAt }) {
      if (replacedAt !== null) return true
      const card = intakeId === null ? undefined : await deps.intakeContact.find(tx, intakeId)
      return card !== undefined && phoneIndex !== null && !phoneIndex.equals(sealer.blindIndex(PHONE_INDEX, card.phone))
    },

    async suppress(tx, message) {
      const at = clock.now()
      await moveMessage(tx, message.id, { from: ['queued'], to: 'suppressed', at, outcome: 'number_changed' })
      await tellAnew(tx, message)
    },

    async replace(tx, message) {
      await recordReplaced(tx, message.id, clock.now())
      await tellAnew(tx, message)
    },
  }
}
