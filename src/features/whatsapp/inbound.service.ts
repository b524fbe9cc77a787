import type { Language, TextKey } from '../../contracts/text/index.ts'
import { translate } from '../../contracts/text/index.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Sealer } from '../../platform/crypto/sealer.ts'
import type { Ids } from '../../platform/ids.ts'
import type { Db, Tx } from '../database.ts'
import { type Contact, recordHelped, recordOptIn, recordOptOut } from './contact.repository.ts'
import { HELP_INTERVAL_MS, type InboundMeaning, inboundMeaning } from './inbound.domain.ts'
import { insertInbound } from './inbound.repository.ts'
import { suppressQueued } from './message.repository.ts'
import type { MessageWriter } from './message-writer.ts'
import { sealContext } from './seal-context.ts'
import type { AuditTrail, InboundText, WhatsAppGateway } from './whatsapp.ports.ts'

export type Inbound = {
  /** Stores what a resident wrote and does what it asks for, in one transaction and once per text however often it is reported. */
  receive(text: InboundText): Promise<void>
}

export function createInbound(deps: {
  db: Db
  clock: Clock
  ids: Ids
  sealer: Sealer
  gateway: Pick<WhatsAppGateway, 'name'>
  writer: MessageWriter
  audit: AuditTrail
  settings: { statusUrl: string; language: Language }
}): Inbound {
  const { db, clock, ids, sealer, gateway, writer, settings } = deps

  const reply = async (
    tx: Tx,
    to: { contactId: string; phone: string },
    key: Extract<TextKey<'whatsapp'>, `reply.${string}`>,
    kind: 'reply' | 'preference',
  ): Promise<void> => {
    await writer.add(tx, {
      ...to,
      kind,
      // The one text that may reach somebody who asked us to stop: that we have heard it.
      essential: kind === 'preference',
      intakeId: null,
      regionCode: null,
      suppressedAs: null,
      write: (reference) => translate(settings.language, 'whatsapp', key, { statusUrl: settings.statusUrl, reference }),
    })
  }

  const recordWish = async (tx: Tx, contactId: string, action: 'opt_out' | 'opt_in'): Promise<void> => {
    await deps.audit.record(tx, [
      { actorId: null, actorRole: 'system', action, subjectType: 'contact', subjectId: contactId, requestId: null },
    ])
  }

  /** Each wish is confirmed once: repeating it changes nothing. */
  const act = async (tx: Tx, contact: Contact, phone: string, meaning: InboundMeaning): Promise<void> => {
    const now = clock.now()
    const to = { contactId: contact.id, phone }
    const optedOut = contact.optedOutAt !== null
    if (meaning === 'stop') {
      if (optedOut) return
      await recordOptOut(tx, contact.id, now)
      await suppressQueued(tx, contact.id, now)
      await recordWish(tx, contact.id, 'opt_out')
      return await reply(tx, to, 'reply.stopped', 'preference')
    }
    if (meaning === 'start' && optedOut) {
      await recordOptIn(tx, contact.id)
      await recordWish(tx, contact.id, 'opt_in')
      return await reply(tx, to, 'reply.started', 'preference')
    }
    if (optedOut) return
    if (contact.helpedAt && now.getTime() - contact.helpedAt.getTime() < HELP_INTERVAL_MS) return
    await recordHelped(tx, contact.id, now)
    await reply(tx, to, 'reply.help', 'reply')
  }

  return {
    async receive(text) {
      const meaning = inboundMeaning(text.body)
      await db.transaction().execute(async (tx) => {
        // The contact's lock also lets two reports of the same text take turns.
        const contact = await writer.findContact(tx, text.from, 'update')
        const id = ids.next()
        const isNew = await insertInbound(tx, {
          id,
          gateway: gateway.name,
          gatewayMessageId: text.gatewayMessageId,
          contactId: contact.id,
          body: sealer.seal(text.body, sealContext.inbound(id)),
          meaning,
          at: text.at,
          receivedAt: clock.now(),
        })
        if (isNew) await act(tx, contact, text.from, meaning)
      })
    },
  }
}
