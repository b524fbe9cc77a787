import { asPcare, asVclaim, type MockParticipant } from './participant.ts'
import { compressAnswer } from './seal.ts'

export type MockProtocol = 'pcare' | 'vclaim'
export type Register = {
  teach(participant: MockParticipant): void
  forget(nik: string): void
  /** The compressed answer for a member found by NIK or card number; undefined when there is none. */
  find(protocol: MockProtocol, kind: 'nik' | 'card', number: string): string | undefined
}

/** Members in memory. Compressed answers are kept: compressing costs more than all the rest of an answer. */
export function createRegister(initial: readonly MockParticipant[]): Register {
  const byNik = new Map<string, MockParticipant>()
  const byCard = new Map<string, MockParticipant>()
  const compressed = { pcare: new Map<string, string>(), vclaim: new Map<string, string>() }

  const forget = (nik: string): void => {
    const known = byNik.get(nik)
    if (known && byCard.get(known.noKartu) === known) byCard.delete(known.noKartu)
    byNik.delete(nik)
    compressed.pcare.delete(nik)
    compressed.vclaim.delete(nik)
  }
  const teach = (participant: MockParticipant): void => {
    forget(participant.nik)
    byNik.set(participant.nik, participant)
    byCard.set(participant.noKartu, participant)
  }
  for (const participant of initial) teach(participant)

  return {
    teach,
    forget,
    find(protocol, kind, number) {
      const member = (kind === 'nik' ? byNik : byCard).get(number)
      if (!member) return undefined
      const kept = compressed[protocol].get(member.nik)
      if (kept !== undefined) return kept
      const answer = compressAnswer(protocol === 'pcare' ? asPcare(member) : asVclaim(member))
      compressed[protocol].set(member.nik, answer)
      return answer
    },
  }
}
