import type { Logger } from 'pino'
import type { Clock } from '../../platform/clock.ts'
import type { Sealer } from '../../platform/crypto/sealer.ts'
import type { Outbox } from '../../platform/outbox/outbox.ts'
import type { Db, Tx } from '../database.ts'
import type { Contacts } from './contact.service.ts'
import { findHiddenNumber, type HiddenNumber } from './contact-identity.repository.ts'
import { errorName } from './error-name.ts'
import type { InboundEffects } from './inbound-effects.ts'
import type { WakeContact } from './inbox/inbox.ports.ts'
import { nextQuestion } from './retry.domain.ts'
import { sealContext } from './seal-context.ts'
import type { Settle } from './settling.service.ts'
import type { Unreachable } from './unreachable.service.ts'
import type { FindNumberResult, Peer, WhatsAppGateway } from './whatsapp.ports.ts'
import { withDeadline } from './with-deadline.ts'

export type HiddenNumbers = {
  /** Somebody wrote whose number is hidden: it is asked for, where the transport may tell. Last in the caller's transaction; repeatable. */
  ask(tx: Tx, contactId: string): Promise<void>
  /**
   * Asks the transport for the number of a contact known by an alias only, and ties both: what was wished under the alias holds for the number
   * from then on. Not told yet, it is asked again ever more seldom for two days after the last text. `settle` commits together with what
   * was learnt. Repeatable.
   */
  lookUp(contactId: string, settle: Settle): Promise<void>
}

export function createHiddenNumbers(deps: {
  db: Db
  clock: Clock
  sealer: Sealer
  outbox: Pick<Outbox, 'add'>
  logger: Logger
  gateway: Pick<WhatsAppGateway, 'findNumber'>
  contacts: Contacts
  effects: InboundEffects
  unreachable: Pick<Unreachable, 'lift'>
  wakeContact: WakeContact
  settings: { askTimeoutMs: number }
}): HiddenNumbers {
  const { db, clock, sealer, outbox, logger, gateway, contacts, effects } = deps

  const queue = async (tx: Tx, contactId: string, dueAt: Date): Promise<void> =>
    await outbox.add(tx, [{ topic: 'whatsapp.identify', key: contactId, payload: { contactId }, dueAt }])

  const find = async (alias: NonNullable<Peer['alias']>): Promise<FindNumberResult> => {
    if (!gateway.findNumber) return { kind: 'never' }
    return await withDeadline(gateway.findNumber(alias), deps.settings.askTimeoutMs).catch((error: unknown) => {
      logger.warn({ errorName: errorName(error) }, 'could not ask WhatsApp for the number behind an alias')
      return { kind: 'not_yet' } as const
    })
  }

  const tie = async (tx: Tx, peer: Peer, { seenAt, wroteAt }: HiddenNumber): Promise<void> => {
    const who = await contacts.findOfPeer(tx, peer, seenAt)
    await effects.applyLearnt(tx, who)
    await effects.link(tx, who.contactId, await effects.holdHouseholds(tx, who.phone))
    await deps.unreachable.lift(tx, who.contactId, wroteAt)
    // Last: it locks pieces of work.
    await deps.wakeContact(tx, who.contactId)
  }

  const lookUpOne = async (hidden: HiddenNumber, settle: Settle): Promise<void> => {
    const value = sealer.open(hidden.value, sealContext.alias(hidden.kind, hidden.index))
    const alias = { kind: hidden.kind, value }
    const result = await find(alias)
    await db.transaction().execute(async (tx) => {
      const dueAt = nextQuestion(hidden.wroteAt, clock.now())
      if (result.kind === 'found') await tie(tx, { phone: result.phone, alias }, hidden)
      else if (result.kind === 'not_yet' && dueAt) await queue(tx, hidden.contactId, dueAt)
      else logger.info({ contactId: hidden.contactId }, 'the number behind an alias was not told')
      await settle(tx)
    })
  }

  return {
    async ask(tx, contactId) {
      if (gateway.findNumber) await queue(tx, contactId, clock.now())
    },

    async lookUp(contactId, settle) {
      const hidden = await findHiddenNumber(db, contactId)
      if (!hidden) return await db.transaction().execute(settle)
      await lookUpOne(hidden, settle)
    },
  }
}
