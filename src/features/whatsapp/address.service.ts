import type { Clock } from '../../platform/clock.ts'
import type { Sealer } from '../../platform/crypto/sealer.ts'
import type { Tx } from '../database.ts'
import { recordAddress } from './contact.repository.ts'
import type { Contacts } from './contact.service.ts'
import { findContactIdByAlias, findSealedPhone } from './contact-identity.repository.ts'
import type { InboundEffects } from './inbound-effects.ts'
import { sealContext } from './seal-context.ts'
import { aliasOf } from './whatsapp.domain.ts'
import type { Peer, WhatsAppGateway } from './whatsapp.ports.ts'

export type Addresses = {
  /** Keeps the address of a contact, and knows whoever writes from there as this contact. In the caller's transaction; repeatable. */
  record(tx: Tx, contactId: string, address: string): Promise<void>
  /** The transport named the person a text went to: number and alias belong to one contact from now on. Repeatable. */
  recordPeer(tx: Tx, contactId: string, peer: Peer): Promise<void>
}

/**
 * A wish that comes from an alias must reach the number we write to. So whatever a transport tells about how it names a number is tied to
 * the number's contact, with all that was written and wished under that name before.
 */
export function createAddresses(deps: {
  clock: Clock
  sealer: Sealer
  gateway: Pick<WhatsAppGateway, 'name'>
  contacts: Contacts
  effects: InboundEffects
}): Addresses {
  const { clock, sealer, contacts, effects } = deps

  const recordPeer = async (tx: Tx, contactId: string, { phone, alias }: Peer): Promise<void> => {
    if (alias === null) return
    const index = sealer.blindIndex(alias.kind, alias.value)
    // Not locked: names are locked before contacts, and a number once known stays.
    const sealed = await findSealedPhone(tx, contactId)
    const stored = sealed && sealer.open(sealed, sealContext.phone(contactId))
    const isTied = (await findContactIdByAlias(tx, { kind: alias.kind, index })) === contactId
    const number = stored ?? phone
    if (number === null || (isTied && stored !== null)) return
    const who = await contacts.findOfPeer(tx, { phone: number, alias }, clock.now())
    await effects.applyLearnt(tx, who)
  }

  return {
    recordPeer,
    async record(tx, contactId, address) {
      const alias = aliasOf(address)
      if (alias) await recordPeer(tx, contactId, { phone: null, alias })
      const sealed = sealer.seal(address, sealContext.address(contactId))
      await recordAddress(tx, contactId, { address: sealed, gateway: deps.gateway.name })
    },
  }
}
