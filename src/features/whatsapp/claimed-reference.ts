import type { Sealer } from '../../platform/crypto/sealer.ts'
import type { Db } from '../database.ts'
import { findClaimed } from './message.repository.ts'
import { sealContext } from './seal-context.ts'
import type { Peer } from './whatsapp.ports.ts'

export type ClaimedReference = {
  /**
   * The message that a reference names which was only read in a text of our own side. Undefined unless the text stands in the chat
   * with the very person the message is for: an officer may have forwarded it to somebody else.
   */
  find(executor: Db, reference: string, chat: Peer): Promise<{ id: string; contactId: string } | undefined>
}

export function createClaimedReference({ sealer }: { sealer: Sealer }): ClaimedReference {
  return {
    async find(executor, reference, chat) {
      const alias = chat.alias && {
        kind: chat.alias.kind,
        index: sealer.blindIndex(chat.alias.kind, chat.alias.value),
      }
      const message = await findClaimed(executor, reference, alias)
      if (!message) return undefined
      const found = { id: message.id, contactId: message.contactId }
      if (message.isAliasOfContact) return found
      const names = [
        sealer.open(message.recipient, sealContext.recipient(message.id)),
        message.phone && sealer.open(message.phone, sealContext.phone(message.contactId)),
        message.address && sealer.open(message.address, sealContext.address(message.contactId)),
      ]
      const isToThem = names.some((name) => name !== null && (name === chat.phone || name === chat.alias?.value))
      return isToThem ? found : undefined
    },
  }
}
