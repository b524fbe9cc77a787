import type { CorrectionInput } from '../../contracts/api/proposals.ts'
import type { FieldIssue } from '../../platform/errors.ts'
import { findHeadIssues, findWarnings, type IntakeContext } from './intake-rules.domain.ts'

export type StandingMember = {
  /** Null: on the KK but not proposed. */
  proposalId: string | null
  nik: string | null
  relationship: string
  birthDate: string
  sex: 'male' | 'female'
  /** A closed proposal holds its NIK no longer. */
  isOpen: boolean
  /** What was confirmed about the member and the household, as codes. */
  warnings: readonly string[]
}

/** A household as it stands: everybody on the KK, proposed or not. */
export type StandingHousehold = {
  familyCardNumber: string
  address: { villageCode: string }
  members: readonly StandingMember[]
}

type Changes = CorrectionInput['changes']
type Finding = { path: string; code: string }

export const HEAD = 'kepala_keluarga'
const HEAD_WARNING = 'family_head_differs'
/** Warnings about what all members share; each of them carries these. */
const SHARED_WARNINGS: ReadonlySet<string> = new Set([
  'family_card_region_unknown',
  'family_card_day_over_31',
  'village_code_unknown',
  'outside_domicile',
])

/** The household with the correction of one member in it. */
export function correctHousehold(before: StandingHousehold, subjectId: string, changes: Changes): StandingHousehold {
  return {
    familyCardNumber: changes.familyCardNumber ?? before.familyCardNumber,
    address: { villageCode: changes.address?.villageCode ?? before.address.villageCode },
    members: before.members.map((member) => {
      if (member.proposalId !== subjectId) {
        const isFormerHead = member.relationship === HEAD && changes.formerHeadRelationship !== undefined
        return isFormerHead ? { ...member, relationship: changes.formerHeadRelationship ?? HEAD } : member
      }
      const { nik = member.nik, relationship = member.relationship } = changes
      const { birthDate = member.birthDate, sex = member.sex } = changes
      return { ...member, nik, relationship, birthDate, sex }
    }),
  }
}

export const headOf = (household: StandingHousehold): StandingMember | undefined =>
  household.members.find((member) => member.relationship === HEAD)

export const memberOf = (household: StandingHousehold, proposalId: string): StandingMember | undefined =>
  household.members.find((member) => member.proposalId === proposalId)

/** What of the household is another one now. */
export type HouseholdDifference = { card: boolean; village: boolean; head: boolean }

export function differenceOf(before: StandingHousehold, after: StandingHousehold): HouseholdDifference {
  const [oldHead, newHead] = [headOf(before), headOf(after)]
  const card = before.familyCardNumber !== after.familyCardNumber
  const isSamePerson = oldHead?.proposalId === newHead?.proposalId && oldHead?.nik === newHead?.nik
  return { card, village: before.address.villageCode !== after.address.villageCode, head: card || !isSamePerson }
}

function findNumberIssues(after: StandingHousehold, subject: StandingMember, context: IntakeContext): FieldIssue[] {
  const issues: FieldIssue[] = []
  const others = after.members.filter((member) => member !== subject)
  if (subject.birthDate > context.today) issues.push({ path: 'changes.birthDate', code: 'date_in_future' })
  if (subject.nik === null) return [...issues, { path: 'changes.nik', code: 'required' }]
  if (subject.nik === after.familyCardNumber) issues.push({ path: 'changes.nik', code: 'nik_is_family_card' })
  if (others.some((other) => other.nik === after.familyCardNumber)) {
    issues.push({ path: 'changes.familyCardNumber', code: 'family_card_is_nik' })
  }
  // Members stand here in an order that nobody sees: the number of the other one would name somebody else.
  if (others.some((other) => other.isOpen && other.nik === subject.nik)) {
    issues.push({ path: 'changes.nik', code: 'nik_of_member' })
  }
  return issues
}

function findHeadRuleIssues(
  before: StandingHousehold,
  after: StandingHousehold,
  subject: StandingMember,
  changes: Changes,
  context: IntakeContext,
): FieldIssue[] {
  if (changes.formerHeadRelationship !== undefined) {
    const isReplaced = before.members.some(
      (member) => member.relationship === HEAD && member.proposalId !== subject.proposalId,
    )
    if (!isReplaced || subject.relationship !== HEAD) {
      return [{ path: 'changes.formerHeadRelationship', code: 'no_head_replaced' }]
    }
  }
  // A household that got through without a head, or with two, is not what an unrelated correction has to mend.
  if (changes.relationship === undefined && before.familyCardNumber === after.familyCardNumber) return []
  const path = changes.relationship === undefined ? 'changes.familyCardNumber' : 'changes.relationship'
  const [issue] = findHeadIssues(after, context)
  return issue ? [{ path, code: issue.code }] : []
}

export type CorrectionAssessment = {
  issues: FieldIssue[]
  /** Warnings that this correction brings up and that nobody has confirmed. */
  unconfirmed: Finding[]
  /** All warning codes that each proposal carries now, by id. */
  warnings: ReadonlyMap<string, string[]>
}

/**
 * What is wrong or odd with a household once one member has been corrected. What was confirmed before holds as long as the
 * values that it was about are the same.
 */
export function assessCorrection(
  given: { before: StandingHousehold; after: StandingHousehold; subjectId: string; input: CorrectionInput },
  context: IntakeContext,
): CorrectionAssessment {
  const { before, after, subjectId, input } = given
  const index = after.members.findIndex((member) => member.proposalId === subjectId)
  const [old, subject] = [before.members[index], after.members[index]]
  if (!old || !subject) throw new Error('the corrected member is not of the household')
  const changed = differenceOf(before, after)
  const isSamePerson = old.nik === subject.nik && old.birthDate === subject.birthDate && old.sex === subject.sex
  const found = findWarnings(after, context)
  const own = found.filter(({ path, code }) => path.startsWith(`members.${index}.`) && code !== HEAD_WARNING)
  const shared = found.filter(({ code }) => SHARED_WARNINGS.has(code))
  const ofHead = found.filter(({ code }) => code === HEAD_WARNING)

  const isConfirmed = ({ path, code }: Finding): boolean => {
    if ((input.confirmWarnings as readonly string[]).includes(code)) return true
    if (code === HEAD_WARNING) return !changed.head
    if (path === 'familyCardNumber') return !changed.card
    if (path === 'address.villageCode') return !changed.village
    return isSamePerson && old.warnings.includes(code)
  }
  const pathOf = ({ path, code }: Finding): string => {
    if (path.startsWith(`members.${index}.`)) return path.replace(`members.${index}.`, 'changes.')
    return code === HEAD_WARNING ? 'changes.familyCardNumber' : `changes.${path}`
  }
  const warningsOf = (member: StandingMember, position: number): string[] => {
    const personal =
      member === subject
        ? own.map(({ code }) => code)
        : member.warnings.filter((code) => !SHARED_WARNINGS.has(code) && code !== HEAD_WARNING)
    const head = changed.head
      ? ofHead.filter(({ path }) => path.startsWith(`members.${position}.`)).map(({ code }) => code)
      : member.warnings.filter((code) => code === HEAD_WARNING)
    return [...personal, ...head, ...shared.map(({ code }) => code)]
  }

  return {
    issues: [
      ...findNumberIssues(after, subject, context),
      ...findHeadRuleIssues(before, after, subject, input.changes, context),
    ],
    unconfirmed: [...own, ...shared, ...ofHead]
      .filter((finding) => !isConfirmed(finding))
      .map((finding) => ({ path: pathOf(finding), code: finding.code })),
    warnings: new Map(
      after.members.flatMap((member, position) =>
        member.proposalId === null ? [] : [[member.proposalId, warningsOf(member, position)]],
      ),
    ),
  }
}
