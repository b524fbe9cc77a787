import type { Sealer } from '../../platform/crypto/sealer.ts'
import type { Ids } from '../../platform/ids.ts'
import type { MembershipResult } from '../bpjs/index.ts'
import type { MembershipCheckRow } from './checks.repository.ts'

type Definite = Exclude<MembershipResult, { outcome: 'unavailable' }>

/** A definite answer as it is stored: the card number sealed, of differences only the names of the fields. */
export function toMembershipRow(
  deps: { sealer: Sealer; ids: Ids },
  answer: Definite,
  about: { proposalId: string; version: number; recordedAt: Date; recordedBy: string | null },
): MembershipCheckRow {
  const id = deps.ids.next()
  const { outcome, source, asOf, checkedAt } = answer
  const common = { ...about, id, outcome, source, asOf, checkedAt }
  if (answer.outcome === 'not_found') {
    const nothing = { statusCode: null, statusText: null, segmentCode: null, segmentText: null, cardSealed: null }
    return { ...common, ...nothing, differences: [] }
  }
  const { statusCode, statusText, segmentCode, segmentText, cardNumber } = answer
  return {
    ...common,
    statusCode,
    statusText,
    segmentCode,
    segmentText,
    differences: answer.differences.map((difference) => difference.field),
    cardSealed: cardNumber === null ? null : deps.sealer.seal(cardNumber, `membership_check:${id}:card`),
  }
}
