import type { Clock } from '../../platform/clock.ts'
import type { Sealer } from '../../platform/crypto/sealer.ts'
import type { Ids } from '../../platform/ids.ts'
import type { Tx } from '../database.ts'
import { ensureContact } from './contact.repository.ts'
import {
  type AliasKey,
  type ContactRow,
  findContactIdByAlias,
  findContactIdByPhone,
  forgetAddress,
  insertAliasContact,
  lockContacts,
  lockIdentities,
  setAddress,
  setAlias,
  setPhone,
} from './contact-identity.repository.ts'
import { mergeContacts } from './contact-merge.repository.ts'
import type { InboundEffects } from './inbound-effects.ts'
import { suppressQueued } from './message.repository.ts'
import { PHONE_INDEX } from './message-writer.ts'
import { sealContext } from './seal-context.ts'
import { systemEvent } from './system-event.ts'
import type { AuditTrail, Peer, WhatsAppGateway } from './whatsapp.ports.ts'

/** Who writes, as the rest of a transaction needs it. */
export type Correspondent = {
  contactId: string
  /** Null while only an alias is known. */
  phone: string | null
  /** Where answers go: the number, else the alias itself. */
  recipient: string
  optedOut: boolean
  /** The number was called a wrong one. */
  disowned: boolean
  /** When the alias had said "wrong number", and now we know which number that is. */
  learntWrongAt: Date | null
  /** When it was last shown that the number is the household's. */
  verifiedAt: Date | null
}

export type Contacts = {
  /**
   * The contact of a peer, made when it is new and locked until the transaction ends. A report that brings number and alias together ties
   * them: a contact that was known by the alias only gets the number, or goes up in the number's contact with all that was
   * written. An alias that comes with another number than before moves to that number; what was written stays with the old one.
   */
  findOfPeer(tx: Tx, peer: Peer, seenAt: Date): Promise<Correspondent>
}

export function createContacts(deps: {
  clock: Clock
  ids: Ids
  sealer: Sealer
  audit: AuditTrail
  gateway: Pick<WhatsAppGateway, 'name'>
  effects: Pick<InboundEffects, 'holdHouseholds'>
}): Contacts {
  const { clock, ids, sealer, audit } = deps
  const gateway = deps.gateway.name

  const tell = async (tx: Tx, action: 'merge_contact' | 'move_alias' | 'opt_in', contactId: string, from: string) =>
    await audit.record(tx, [systemEvent({ action, subjectType: 'contact', subjectId: contactId, details: { from } })])

  const makeByPhone = async (tx: Tx, phone: string, index: Buffer): Promise<string> => {
    const id = ids.next()
    const sealed = sealer.seal(phone, sealContext.phone(id))
    const made = { id, phoneIndex: index, phone: sealed, createdAt: clock.now() }
    return (await ensureContact(tx, made, 'update')).id
  }

  const makeByAlias = async (tx: Tx, value: string): Promise<string> => {
    const id = ids.next()
    await insertAliasContact(tx, {
      id,
      address: sealer.seal(value, sealContext.address(id)),
      gateway,
      createdAt: clock.now(),
    })
    return id
  }

  /** The alias's contact goes up in the number's one. */
  const merge = async (tx: Tx, from: ContactRow, into: ContactRow): Promise<Date | null> => {
    const { optedOut, wrongNumberAt } = await mergeContacts(tx, { from: from.id, into: into.id })
    const isKnown = into.address !== null && into.addressGateway === gateway
    if (!isKnown && from.address && from.addressGateway === gateway) {
      const address = sealer.open(from.address, sealContext.address(from.id))
      await setAddress(tx, into.id, { address: sealer.seal(address, sealContext.address(into.id)), gateway })
    }
    if (optedOut) await suppressQueued(tx, into.id, clock.now())
    await tell(tx, 'merge_contact', into.id, from.id)
    if (into.optedOutAt && !optedOut) await tell(tx, 'opt_in', into.id, from.id)
    return into.wrongNumberAt === null ? wrongNumberAt : null
  }

  /** Which contact a number and an alias belong to when each may be known already. */
  const tie = async (
    tx: Tx,
    known: { byAlias: string | undefined; byPhone: string | undefined },
    phone: { number: string; index: Buffer },
  ): Promise<{ contactId: string; learntWrongAt: Date | null }> => {
    const { byAlias, byPhone } = known
    if (byAlias === undefined || byAlias === byPhone) {
      const contactId = byPhone ?? (await makeByPhone(tx, phone.number, phone.index))
      return { contactId, learntWrongAt: null }
    }
    // Held before what hangs on a contact moves to another.
    await deps.effects.holdHouseholds(tx, phone.number)
    const rows = await lockContacts(tx, byPhone === undefined ? [byAlias] : [byAlias, byPhone])
    const aliased = rows.find((row) => row.id === byAlias)
    const numbered = rows.find((row) => row.id === byPhone)
    if (!aliased) throw new Error('an alias names no contact')
    if (aliased.phone === null && !numbered) {
      await setPhone(tx, aliased.id, {
        index: phone.index,
        sealed: sealer.seal(phone.number, sealContext.phone(aliased.id)),
      })
      return { contactId: aliased.id, learntWrongAt: aliased.wrongNumberAt }
    }
    if (aliased.phone === null && numbered) {
      return { contactId: numbered.id, learntWrongAt: await merge(tx, aliased, numbered) }
    }
    // The person has another number now. Two numbers are two contacts: a household may still be reached at the old one.
    const contactId = numbered?.id ?? (await makeByPhone(tx, phone.number, phone.index))
    await forgetAddress(tx, aliased.id)
    await tell(tx, 'move_alias', contactId, aliased.id)
    return { contactId, learntWrongAt: null }
  }

  return {
    async findOfPeer(tx, peer, seenAt) {
      const number = peer.phone
      const phone = number === null ? null : { number, index: sealer.blindIndex(PHONE_INDEX, number) }
      const alias: (AliasKey & { text: string }) | null = peer.alias && {
        kind: peer.alias.kind,
        index: sealer.blindIndex(peer.alias.kind, peer.alias.value),
        text: peer.alias.value,
      }
      await lockIdentities(tx, [...(phone ? [phone.index] : []), ...(alias ? [alias.index] : [])])
      const byAlias = alias ? await findContactIdByAlias(tx, alias) : undefined
      let found: { contactId: string; learntWrongAt: Date | null }
      if (phone) {
        found = await tie(tx, { byAlias, byPhone: await findContactIdByPhone(tx, phone.index) }, phone)
      } else if (alias) {
        found = { contactId: byAlias ?? (await makeByAlias(tx, alias.text)), learntWrongAt: null }
      } else {
        throw new Error('a report names nobody')
      }
      const { contactId, learntWrongAt } = found
      if (alias) {
        const value = sealer.seal(alias.text, sealContext.alias(alias.kind, alias.index))
        await setAlias(tx, { kind: alias.kind, index: alias.index, value, contactId, seenAt })
      }
      const [contact] = await lockContacts(tx, [contactId])
      if (!contact) throw new Error('a contact disappeared while it was looked at')
      const stored = contact.phone && sealer.open(contact.phone, sealContext.phone(contactId))
      const address = contact.address && sealer.open(contact.address, sealContext.address(contactId))
      // Known by an alias only, and now heard of by another transport than before: from here on answers go this way.
      if (stored === null && alias && contact.addressGateway !== gateway) {
        await setAddress(tx, contactId, { address: sealer.seal(alias.text, sealContext.address(contactId)), gateway })
      }
      const recipient = stored ?? alias?.text ?? address
      if (!recipient) throw new Error('a contact has neither number nor alias')
      return {
        contactId,
        phone: stored,
        recipient,
        optedOut: contact.optedOutAt !== null,
        disowned: contact.wrongNumberAt !== null,
        verifiedAt: contact.verifiedAt,
        learntWrongAt,
      }
    },
  }
}
