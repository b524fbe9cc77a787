import type { IntakeInput, MemberInput } from '../../contracts/api/intakes.ts'
import { CONSENT_VERSION } from '../../contracts/consent.ts'
import type { Warning } from '../../contracts/household-terms.ts'
import { findNikDifferences, readNik } from '../../contracts/primitives/nik-digits.ts'
import type { FieldIssue } from '../../platform/errors.ts'

/** What the rules must know beside the input itself. */
export type IntakeContext = {
  /** "yyyy-MM-dd" in the region's zone. */
  today: string
  officeRegionCode: string
  isKnownVillage(code: string): boolean
  /** Six digits of a kecamatan of today's table; retired ones count as unknown. */
  isKnownNikRegion(digits: string): boolean
  /** The head of this KK from earlier visits against the one of this visit. */
  knownHead: 'none' | 'same' | 'other'
}

export type IntakeAssessment = {
  /** Hard faults: the intake is refused. */
  issues: FieldIssue[]
  /** Soft findings: the officer confirms them or mends the input. */
  warnings: (FieldIssue & { code: Warning })[]
}

/**
 * Somebody older without a NIK is asked about. Births are reported within 60 days and late reports take their time; whoever
 * is still without a NIK after a year has one on a card that was left at home, or a case for Dukcapil.
 */
const NEWBORN_YEARS = 1

/** Of a household, what the rules about all of it look at. */
export type RuledHousehold = {
  familyCardNumber: string
  address: { villageCode: string }
  members: readonly (Pick<MemberInput, 'birthDate' | 'sex'> & {
    nik?: string | null | undefined
    relationship: string
  })[]
}

type Finding = { path: string; code: Warning }

/**
 * What the digits of a NIK say against what was entered; `villageCode` is where the household lives. Warnings only: a NIK
 * never changes, data do.
 */
export function compareNik(
  member: Pick<MemberInput, 'birthDate' | 'sex'>,
  nik: string,
  context: Pick<IntakeContext, 'isKnownNikRegion'> & { villageCode: string },
): Warning[] {
  const found: Warning[] = findNikDifferences(nik, member)
  const { regionDigits } = readNik(nik)
  if (!context.isKnownNikRegion(regionDigits)) found.push('nik_region_unknown')
  // Usual for somebody who moved here: the number keeps the kab/kota that first issued it.
  else if (regionDigits.slice(0, 4) !== context.villageCode.slice(0, 5).replace('.', '')) {
    found.push('nik_region_differs')
  }
  return found
}

function isNewborn(birthDate: string, today: string): boolean {
  return birthDate >= `${Number(today.slice(0, 4)) - NEWBORN_YEARS}${today.slice(4)}`
}

/** Where a member of the household stands a second time: the same NIK, or the same person as far as nothing tells two apart. */
function findTwice(members: readonly MemberInput[]): FieldIssue[] {
  return members.flatMap((member, index) => {
    const earlier = members.slice(0, index)
    const sameNik = member.nik ? earlier.findIndex((other) => other.nik === member.nik) : -1
    if (sameNik >= 0) return [{ path: `members.${index}.nik`, code: 'nik_twice', params: { other: sameNik + 1 } }]
    const same = earlier.findIndex(
      (other) =>
        other.fullName === member.fullName && other.birthDate === member.birthDate && !(other.nik && member.nik),
    )
    return same < 0 ? [] : [{ path: `members.${index}.fullName`, code: 'member_twice', params: { other: same + 1 } }]
  })
}

function findMemberIssues(input: IntakeInput, context: IntakeContext): FieldIssue[] {
  const issues: FieldIssue[] = []
  input.members.forEach((member, index) => {
    if (member.birthDate > context.today) issues.push({ path: `members.${index}.birthDate`, code: 'date_in_future' })
    if (member.nik === input.familyCardNumber) issues.push({ path: `members.${index}.nik`, code: 'nik_is_family_card' })
  })
  return [...issues, ...findTwice(input.members)]
}

export function findHeadIssues(input: RuledHousehold, context: IntakeContext): FieldIssue[] {
  const heads = input.members.flatMap((member, index) => (member.relationship === 'kepala_keluarga' ? [index] : []))
  if (heads.length > 1) {
    return heads.slice(1).map((index) => ({ path: `members.${index}.relationship`, code: 'family_card_two_heads' }))
  }
  const isHeadKnown = heads.length === 1 || context.knownHead !== 'none'
  return isHeadKnown ? [] : [{ path: 'members', code: 'family_card_without_head' }]
}

export function findWarnings(input: RuledHousehold, context: IntakeContext): Finding[] {
  const warnings: Finding[] = []
  const card = input.familyCardNumber
  if (!context.isKnownNikRegion(card.slice(0, 6))) {
    warnings.push({ path: 'familyCardNumber', code: 'family_card_region_unknown' })
  }
  if (Number(card.slice(6, 8)) > 31) warnings.push({ path: 'familyCardNumber', code: 'family_card_day_over_31' })
  const village = input.address.villageCode
  if (!context.isKnownVillage(village)) warnings.push({ path: 'address.villageCode', code: 'village_code_unknown' })
  if (!village.startsWith(`${context.officeRegionCode}.`)) {
    warnings.push({ path: 'address.villageCode', code: 'outside_domicile' })
  }
  input.members.forEach((member, index) => {
    if (!member.nik) return
    const against = { ...context, villageCode: village }
    for (const code of compareNik(member, member.nik, against)) warnings.push({ path: `members.${index}.nik`, code })
  })
  const head = input.members.findIndex((member) => member.relationship === 'kepala_keluarga')
  if (head >= 0 && context.knownHead === 'other') {
    warnings.push({ path: `members.${head}.relationship`, code: 'family_head_differs' })
  }
  return warnings
}

function findMissingNiks(input: IntakeInput, context: IntakeContext): Finding[] {
  return input.members.flatMap(({ nik, propose, birthDate }, index): Finding[] =>
    nik || !propose || isNewborn(birthDate, context.today)
      ? []
      : [{ path: `members.${index}.nik`, code: 'nik_missing_not_newborn' }],
  )
}

/** Everything that is wrong or odd with a household, all at once, so that the officer mends it in one go. */
export function assessIntake(input: IntakeInput, context: IntakeContext): IntakeAssessment {
  const issues: FieldIssue[] = []
  if (!input.originalsSeen) issues.push({ path: 'originalsSeen', code: 'originals_not_seen' })
  if (!input.consent.processing) issues.push({ path: 'consent.processing', code: 'consent_missing' })
  // A device that was offline for long may still show an older text. What was agreed to must be what is stored.
  if ((input.consent.version ?? CONSENT_VERSION) !== CONSENT_VERSION) {
    issues.push({ path: 'consent.version', code: 'consent_text_outdated', params: { current: CONSENT_VERSION } })
  }
  if (!input.members.some((member) => member.propose)) issues.push({ path: 'members', code: 'nobody_proposed' })
  issues.push(...findMemberIssues(input, context), ...findHeadIssues(input, context))
  return { issues, warnings: [...findWarnings(input, context), ...findMissingNiks(input, context)] }
}
