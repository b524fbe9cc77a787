import { UNAVAILABLE_REASONS } from '../../contracts/api/bpjs.ts'
import type { Clock } from '../../platform/clock.ts'
import type { AnswerCache } from './answer-cache.service.ts'
import type { ManualChecks } from './manual-check.service.ts'
import {
  type Enquiry,
  findDifferences,
  isAskableNik,
  judgeOutcome,
  type MembershipResult,
} from './membership.domain.ts'
import { type MembershipSource, type SourceAnswer, unavailable } from './membership-source.domain.ts'

export type LookUpOptions = {
  /** The answer is `unavailable` at the latest by then. Default: 30 seconds from now. */
  deadline?: Date
  /** True: not from the same-day cache (before a decision, after a payment). */
  fresh?: boolean
}

export type MembershipDirectory = {
  /**
   * Whether the applicant is a member of JKN, according to the configured source. Never throws for a failing source: that is the
   * outcome `unavailable`, and never "not found". May be repeated; a definite answer is kept until the day ends in the installation's time zone.
   * What the caller leaves out of the applicant is not compared.
   * When the source is unavailable, a manual check recorded within its validity answers instead, marked `source: 'manual'`.
   */
  lookUp(applicant: Enquiry, options?: LookUpOptions): Promise<MembershipResult>
}

/** `cache` is null for sources that already answer from our own tables. */
type DirectoryDeps = { source: MembershipSource; cache: AnswerCache | null; manualChecks: ManualChecks; clock: Clock }

const DEFAULT_DEADLINE_MS = 30_000

export function createMembershipDirectory({ source, cache, manualChecks, clock }: DirectoryDeps): MembershipDirectory {
  const ask = async (nik: string, options: LookUpOptions): Promise<{ answer: SourceAnswer; checkedAt: Date }> => {
    const cached = options.fresh ? undefined : await cache?.find(nik, clock.now())
    if (cached) return cached
    const deadline = options.deadline ?? new Date(clock.now().getTime() + DEFAULT_DEADLINE_MS)
    const answer = await source.ask(nik, deadline)
    const checkedAt = clock.now()
    if (answer.kind !== 'unavailable') await cache?.put(nik, answer, checkedAt)
    return { answer, checkedAt }
  }

  return {
    async lookUp(applicant, options = {}) {
      if (!isAskableNik(applicant.nik)) return toResult(applicant, unavailable('unusable_nik'), clock.now())
      const { answer, checkedAt } = await ask(applicant.nik, options)
      if (answer.kind === 'unavailable') {
        const manual = await manualChecks.findValid(applicant.nik)
        if (manual) return manual
      }
      return toResult(applicant, answer, checkedAt)
    },
  }

  function toResult(applicant: Enquiry, answer: SourceAnswer, checkedAt: Date): MembershipResult {
    const answered = { source: source.name, checkedAt, asOf: answer.asOf }
    if (answer.kind === 'not_found') return { ...answered, outcome: 'not_found' }
    if (answer.kind === 'unavailable') {
      const { reason, retryAfterMs } = answer
      return { ...answered, outcome: 'unavailable', reason, retryAfterMs, ...UNAVAILABLE_REASONS[reason] }
    }
    const { participant } = answer
    const differences = findDifferences(applicant, participant)
    return {
      ...answered,
      outcome: judgeOutcome(participant, differences),
      statusCode: participant.status.code,
      statusText: participant.status.text,
      statusKnown: participant.status.standing !== 'unknown',
      segmentCode: participant.segmentCode,
      segmentText: participant.segmentText,
      cardNumber: participant.cardNumber,
      arrears: participant.arrears,
      differences,
    }
  }
}
