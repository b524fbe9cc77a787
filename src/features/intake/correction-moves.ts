import type { CorrectionInput } from '../../contracts/api/proposals.ts'
import { ACTIONS } from '../../contracts/lifecycle/actions.ts'
import type { Flag, State } from '../../contracts/lifecycle/states.ts'
import { type HouseholdDifference, memberOf, type StandingHousehold } from './correction-rules.domain.ts'
import type { Household } from './household.ts'
import { type Move, type Mover, SYSTEM } from './move.ts'
import type { ProposalRow } from './proposal.repository.ts'
import { FLAG_OF_WARNING } from './registration-compose.ts'

/** One correction with all that it touches, as it was and as it becomes. */
export type Correction = {
  row: ProposalRow
  siblings: readonly ProposalRow[]
  input: CorrectionInput
  sealed: Household
  before: StandingHousehold
  after: StandingHousehold
  changed: HouseholdDifference
  /** What each proposal of the household carries now. */
  warnings: ReadonlyMap<string, string[]>
}

/** Flags that follow from the warnings about what a household shares. */
const SHARED_FLAGS: ReadonlySet<Flag> = new Set(['outside_domicile', 'kk_region_unknown'])
/** Flags that follow from an answer of BPJS, which another content has not had. */
const ANSWER_FLAGS: ReadonlySet<Flag> = new Set([
  'membership_unknown',
  'membership_mismatch',
  'membership_status_unknown',
  'membership_deceased',
  'facility_letter_needed',
])
/** What is true of a person whatever the corrected content says. */
const KEPT_FLAGS: ReadonlySet<Flag> = new Set(['wa_unreachable', 'urgent_care'])
/** Whoever is sent back from here comes to people a second time. */
const SEEN_STATES: ReadonlySet<State> = new Set(['in_review', 'needs_reactivation', 'eligible'])

const flagsOfWarnings = (codes: readonly string[]): Flag[] => codes.flatMap((code) => FLAG_OF_WARNING[code] ?? [])

/** The names of the fields that a correction brings, those of the address one by one. */
export function changedFields({ address = {}, ...others }: CorrectionInput['changes']): string[] {
  return [...Object.keys(others), ...Object.keys(address).map((field) => `address.${field}`)]
}

/** All that a correction brings that is new. */
export const correctedFields = ({ changes, documents }: CorrectionInput): string[] => [
  ...changedFields(changes),
  ...new Set(documents.map(({ kind }) => `documents.${kind}`)),
]

const isPhoneNew = ({ input, sealed }: Correction): boolean =>
  input.changes.whatsappNumber !== undefined && input.changes.whatsappNumber !== sealed.phone

const mayMove = (action: 'household_changed' | 'record_flags', state: State): boolean =>
  (ACTIONS[action].from as readonly State[]).includes(state)

/** A new number may well be reachable; the old one's failure says nothing about it. */
const withoutOldPhone = (flags: readonly Flag[], correction: Correction): Flag[] =>
  flags.filter((flag) => flag !== 'wa_unreachable' || !isPhoneNew(correction))

function correctMove(correction: Correction, mover: Mover): Move {
  const { row, input, warnings } = correction
  const kept = row.snapshot.flags.filter((flag) => KEPT_FLAGS.has(flag))
  const flags = flagsOfWarnings(warnings.get(row.proposalId) ?? [])
  return {
    proposalId: row.proposalId,
    action: 'correct',
    mover,
    version: input.version,
    data: { flags: ['resubmitted', ...withoutOldPhone(kept, correction), ...flags] },
    reasons: [
      ...correctedFields(input).map((field) => ({ code: 'CHANGED', field })),
      ...input.answers.map(({ field, explanation }) => ({ code: 'ANSWERED', field, note: explanation })),
    ],
  }
}

/** What of a sibling's own content is another one now. Phone, street, RT/RW and postal code decide nothing. */
export function changesOfSibling({ changed, after }: Correction, sibling: ProposalRow): string[] {
  return [
    ...(changed.card ? ['familyCardNumber'] : []),
    ...(changed.village ? ['address.villageCode'] : []),
    ...(memberOf(after, sibling.proposalId)?.relationship === sibling.relationship ? [] : ['relationship']),
  ]
}

function siblingMove(correction: Correction, sibling: ProposalRow): Move[] {
  const { proposalId, snapshot } = sibling
  const reachable = withoutOldPhone(snapshot.flags, correction)
  const fields = changesOfSibling(correction, sibling)
  if (fields.length === 0 || !mayMove('household_changed', snapshot.state)) {
    if (reachable.length === snapshot.flags.length || !mayMove('record_flags', snapshot.state)) return []
    return [{ proposalId, action: 'record_flags', mover: SYSTEM, data: { flags: reachable } }]
  }
  const kept = reachable.filter((flag) => !SHARED_FLAGS.has(flag) && !ANSWER_FLAGS.has(flag))
  const flags = [...kept, ...flagsOfWarnings(correction.warnings.get(proposalId) ?? [])]
  if (SEEN_STATES.has(snapshot.state)) flags.push('resubmitted')
  const reasons = fields.map((field) => ({ code: 'CHANGED', field }))
  return [{ proposalId, action: 'household_changed', mover: SYSTEM, data: { flags }, reasons }]
}

/** The moves that a correction takes: of the corrected member, and of every other one that it makes another content of. */
export function planCorrectionMoves(correction: Correction, mover: Mover): Move[] {
  const { siblings } = correction
  return [correctMove(correction, mover), ...siblings.flatMap((sibling) => siblingMove(correction, sibling))]
}
