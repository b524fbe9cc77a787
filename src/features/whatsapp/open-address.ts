import type { Sealer } from '../../platform/crypto/sealer.ts'
import type { Message } from './message.repository.ts'
import { sealContext } from './seal-context.ts'
import type { WhatsAppGateway } from './whatsapp.ports.ts'

/** The address of a message's contact; null when it is not known, or another transport found it. */
export function openAddress(
  sealer: Sealer,
  gateway: Pick<WhatsAppGateway, 'name'>,
  { address, addressGateway, contactId }: Pick<Message, 'address' | 'addressGateway' | 'contactId'>,
): string | null {
  return address && addressGateway === gateway.name ? sealer.open(address, sealContext.address(contactId)) : null
}
