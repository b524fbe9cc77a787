import { SET_ASIDE_CODES, type SetAsideCode } from '../../../contracts/api/batches.ts'
import type { ErrorCode } from '../../../contracts/errors.ts'
import type { MembershipResult } from '../../bpjs/index.ts'

/** Why a row does not go with its batch after BPJS has answered; null: it goes. `acceptInactive`: a person has decided so. */
export function judgeAnswer(
  answer: Pick<MembershipResult, 'outcome'> & { statusKnown?: boolean },
  acceptInactive: boolean,
): SetAsideCode | null {
  switch (answer.outcome) {
    case 'not_found':
      return null
    case 'found_active':
      return 'member_active'
    case 'found_inactive':
      if (answer.statusKnown !== true) return 'membership_doubtful'
      return acceptInactive ? null : 'member_inactive'
    case 'found_mismatch':
      return 'membership_doubtful'
    case 'unavailable':
      return 'membership_unknown'
  }
}

const isSetAsideCode = (code: string): code is SetAsideCode => (SET_ASIDE_CODES as readonly string[]).includes(code)

/** A refusal of the lifecycle, as a reason to set a row aside: what has left `eligible` is that and nothing else. */
export function setAsideCodeOf(refusal: ErrorCode): SetAsideCode {
  return isSetAsideCode(refusal) ? refusal : 'not_eligible'
}
