import type { OutcomeCode } from '../../contracts/api/whatsapp.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Sealer } from '../../platform/crypto/sealer.ts'
import type { Ids } from '../../platform/ids.ts'
import type { Outbox } from '../../platform/outbox/outbox.ts'
import type { Tx } from '../database.ts'
import { type Contact, ensureContact } from './contact.repository.ts'
import { insertMessage, type MessageKind } from './message.repository.ts'
import { type MessageMedia, sealMedia } from './message-media.ts'
import { sealTemplate } from './message-template.ts'
import { sealContext } from './seal-context.ts'
import { messageReference } from './whatsapp.domain.ts'
import type { OutgoingTemplate } from './whatsapp.ports.ts'

/** The kind of the blind index that finds a phone number. */
export const PHONE_INDEX = 'phone'

export type MessageDraft = {
  kind: MessageKind
  essential: boolean
  intakeId: string | null
  regionCode: string | null
  contactId: string
  /** E.164 digits; of a contact whose number is not known the alias. */
  phone: string
  suppressedAs: OutcomeCode | null
  /** Of the household, for its quiet hours; left out: nobody knows. */
  timeZone?: string
  answer?: { sentBy: string; key: string }
  /** Writes the text around the message's reference. */
  write(reference: string): string
  /** The approved template that says the same; an answer has none. */
  writeTemplate?: (reference: string) => OutgoingTemplate
  /** The picture that the text goes under; left out: none. */
  media?: MessageMedia | null
}

export type MessageWriter = {
  /** The contact of a number, locked until the transaction ends; made when it is new. */
  findContact(tx: Tx, phone: string, lock: 'share' | 'update'): Promise<Contact>
  /** Stores one message, sealed, and queues it unless it is suppressed. Answers with its id. */
  add(tx: Tx, draft: MessageDraft): Promise<string>
}

export function createMessageWriter(deps: {
  clock: Clock
  ids: Ids
  sealer: Sealer
  outbox: Pick<Outbox, 'add'>
}): MessageWriter {
  const { clock, ids, sealer, outbox } = deps
  return {
    async findContact(tx, phone, lock) {
      const id = ids.next()
      return await ensureContact(
        tx,
        {
          id,
          phoneIndex: sealer.blindIndex(PHONE_INDEX, phone),
          phone: sealer.seal(phone, sealContext.phone(id)),
          createdAt: clock.now(),
        },
        lock,
      )
    },

    async add(tx, { phone, write, writeTemplate, media = null, ...draft }) {
      const id = ids.next()
      const reference = messageReference(id)
      await insertMessage(tx, {
        ...draft,
        timeZone: draft.timeZone ?? null,
        id,
        reference,
        recipient: sealer.seal(phone, sealContext.recipient(id)),
        body: sealer.seal(write(reference), sealContext.body(id)),
        template: writeTemplate ? sealTemplate(sealer, id, writeTemplate(reference)) : null,
        media: media && sealMedia(sealer, id, media),
        at: clock.now(),
      })
      if (!draft.suppressedAs) {
        await outbox.add(tx, [{ topic: 'whatsapp.send', key: id, payload: { messageId: id } }])
      }
      return id
    },
  }
}
