import type { Sealer } from '../../../platform/crypto/sealer.ts'
import type { Participant } from '../membership.domain.ts'
import { storedParticipantSchema } from '../stored-participant.ts'
import type { ListMember } from './list-row.domain.ts'
import type { ListEntry } from './membership-list.repository.ts'

function contextOf(listId: string, nikIndex: Buffer): string {
  return `membership_list_entry:${listId}:${nikIndex.toString('hex')}`
}

export function sealMember(sealer: Sealer, listId: string, member: ListMember): ListEntry {
  const nikIndex = sealer.blindIndex('nik', member.nik)
  return { nikIndex, sealedMember: sealer.seal(JSON.stringify(member), contextOf(listId, nikIndex)) }
}

/** Throws when the value was altered, or sealed for another list or NIK. */
export function openMember(sealer: Sealer, listId: string, entry: ListEntry): Participant {
  const opened = sealer.open(entry.sealedMember, contextOf(listId, entry.nikIndex))
  return storedParticipantSchema.parse(JSON.parse(opened))
}
