import type {
  Enquiry,
  FoundMembership,
  MembershipDirectory,
  MembershipResult,
} from '../../../src/features/bpjs/index.ts'
import type { Clock } from '../../../src/platform/clock.ts'

export type MembershipStandIn = MembershipDirectory & {
  /** Every question, in order. */
  readonly asked: string[]
  isDown: boolean
  /** False: asking again gives the same silence. */
  isRetryable: boolean
  /** What a look-up waits for before it answers. */
  gate: Promise<void>
  /** The person as BPJS knows them, with a status; differences are stated, not computed: comparing is bpjs's own. */
  teach(nik: string, answer: Partial<FoundMembership>): void
  throwFor(nik: string): void
  reset(): void
}

/** The directory as verification sees it: whoever was not taught is not a member. */
export function createMembershipStandIn(clock: Clock): MembershipStandIn {
  const members = new Map<string, Partial<FoundMembership>>()
  const broken = new Set<string>()
  const answer = ({ nik }: Enquiry): MembershipResult => {
    const answered = { source: 'mock', checkedAt: clock.now(), asOf: null } as const
    if (broken.has(nik)) throw new Error('a stored answer does not open')
    if (standIn.isDown) {
      const { isRetryable: retryable } = standIn
      return { ...answered, outcome: 'unavailable', kind: 'outage', reason: 'timeout', retryable, retryAfterMs: null }
    }
    const member = members.get(nik)
    if (!member) return { ...answered, outcome: 'not_found' }
    return {
      ...answered,
      outcome: 'found_active',
      statusCode: '0',
      statusText: 'AKTIF',
      statusKnown: true,
      segmentCode: '22',
      segmentText: 'PBI (APBD)',
      cardNumber: '0001234567890',
      arrears: null,
      differences: [],
      ...member,
    }
  }
  const standIn: MembershipStandIn = {
    asked: [],
    isDown: false,
    isRetryable: true,
    gate: Promise.resolve(),
    async lookUp(applicant) {
      standIn.asked.push(applicant.nik)
      await standIn.gate
      return answer(applicant)
    },
    teach: (nik, member) => void members.set(nik, member),
    throwFor: (nik) => void broken.add(nik),
    reset() {
      members.clear()
      broken.clear()
      standIn.asked.length = 0
      standIn.isDown = false
      standIn.isRetryable = true
      standIn.gate = Promise.resolve()
    },
  }
  return standIn
}

export const INACTIVE: Partial<FoundMembership> = {
  outcome: 'found_inactive',
  statusCode: '9',
  statusText: 'NON AKTIF KARENA PREMI',
}
