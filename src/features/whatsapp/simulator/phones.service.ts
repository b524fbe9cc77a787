import type { SimulatorPhone } from '../../../contracts/api/whatsapp.ts'
import type { Clock } from '../../../platform/clock.ts'
import type { Ids } from '../../../platform/ids.ts'
import type { Db } from '../../database.ts'
import {
  findBehaviour,
  insertEvents,
  insertPhoneMessage,
  listPhoneMessages,
  listPhones,
  markRead,
  type PhoneMessage,
  type PhoneSummary,
  setBehaviour,
  WELL_BEHAVED,
} from './simulator.repository.ts'

const MESSAGES_SHOWN = 500
const PHONES_SHOWN = 200
/** What is the same of everything that a person types. */
const TYPED = { media: null, reference: null, fate: 'on_phone' } as const

/** The simulated phones as their owners hold them. */
export type SimulatedPhones = {
  /** Phones with messages, the latest first. */
  list(): Promise<PhoneSummary[]>
  /** Both sides of one chat, oldest first, at most the last 500 texts. */
  listChat(phone: string): Promise<PhoneMessage[]>
  /** The resident reads what stands there and writes an answer. */
  write(phone: string, body: string): Promise<PhoneMessage>
  /** Somebody of the office types on the phone that sends. */
  typeOnOwnPhone(to: string, body: string): Promise<void>
  /** Makes a phone, or `all`, behave well or badly from now on. */
  behave(phone: string, behaviour: SimulatorPhone): Promise<void>
}

export function createSimulatedPhones(deps: {
  db: Db
  clock: Clock
  ids: Ids
  /** Told after each change: a gateway of the same process reports it at once, one elsewhere within two seconds. */
  wake: () => void
}): SimulatedPhones {
  const { db, clock, ids } = deps
  return {
    list: () => listPhones(db, { until: clock.now(), limit: PHONES_SHOWN }),
    listChat: (phone) => listPhoneMessages(db, phone, { until: clock.now(), limit: MESSAGES_SHOWN }),

    async write(phone, body) {
      const at = clock.now()
      const id = ids.next()
      const written = { id, phone, fromResident: true, ...TYPED, body, at }
      await db.transaction().execute(async (tx) => {
        const read = await markRead(tx, phone, at)
        const { repeatReceipts } = await findBehaviour(tx, phone, false)
        await insertPhoneMessage(tx, written)
        await insertEvents(tx, [
          ...read.map((messageId) => ({ id: ids.next(), messageId, kind: 'read' as const, at, dueAt: at, times: 1 })),
          { id: ids.next(), messageId: id, kind: 'inbound', at, dueAt: at, times: repeatReceipts },
        ])
      })
      deps.wake()
      return written
    },

    async typeOnOwnPhone(to, body) {
      const at = clock.now()
      const id = ids.next()
      await db.transaction().execute(async (tx) => {
        const typed = { id, phone: to, fromResident: false, ...TYPED, body, at }
        await insertPhoneMessage(tx, typed)
        await insertEvents(tx, [{ id: ids.next(), messageId: id, kind: 'own', at, dueAt: at, times: 1 }])
      })
      deps.wake()
    },

    async behave(phone, behaviour) {
      await setBehaviour(db, phone, {
        mode: behaviour.mode,
        remaining: behaviour.remaining ?? null,
        delayMs: behaviour.delayMs ?? WELL_BEHAVED.delayMs,
        repeatReceipts: behaviour.repeatReceipts ?? WELL_BEHAVED.repeatReceipts,
        answersLookUp: behaviour.answersLookUp ?? WELL_BEHAVED.answersLookUp,
      })
    },
  }
}
