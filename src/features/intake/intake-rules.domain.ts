import type { IntakeInput, MemberInput, Warning } from '../../contracts/api/intakes.ts'
import { isCalendarDate } from '../../contracts/primitives/calendar-date.ts'
import { readNik } from '../../contracts/primitives/nik.ts'
import type { FieldIssue } from '../../platform/errors.ts'

/** What the rules must know beside the input itself. */
export type IntakeContext = {
  /** "yyyy-MM-dd" in the region's zone. */
  today: string
  officeRegionCode: string
  isKnownVillage(code: string): boolean
  /** Six digits of a kecamatan that exists or existed. */
  isKnownNikRegion(digits: string): boolean
  /** The head of this KK from earlier visits: a NIK, or null when none is known. */
  knownHead: 'none' | 'same' | 'other'
}

export type IntakeAssessment = {
  /** Hard faults: the intake is refused. */
  issues: FieldIssue[]
  /** Soft findings: the officer confirms them or mends the input. */
  warnings: (FieldIssue & { code: Warning })[]
}

type Finding = { path: string; code: Warning }

/** What the digits of a NIK say against what was entered. Warnings only: a NIK never changes, data do. */
export function compareNik(
  member: Pick<MemberInput, 'birthDate' | 'sex'>,
  nik: string,
  context: Pick<IntakeContext, 'isKnownNikRegion'>,
): Warning[] {
  const parts = readNik(nik)
  const found: Warning[] = []
  const stated = member.birthDate.slice(2).replaceAll('-', '')
  const inNumber = [parts.year, parts.month, parts.day].map((part) => String(part).padStart(2, '0')).join('')
  const century = member.birthDate.slice(0, 2)
  if (!isCalendarDate(`${century}${inNumber.slice(0, 2)}-${inNumber.slice(2, 4)}-${inNumber.slice(4)}`)) {
    found.push('nik_date_not_calendar')
  } else if (inNumber !== stated) found.push('nik_birthdate_differs')
  // Day 00 stands for an unknown birth date: it says nothing about the sex either.
  if (parts.day > 0 && parts.sex !== member.sex) found.push('nik_sex_differs')
  if (!context.isKnownNikRegion(parts.regionDigits)) found.push('nik_region_unknown')
  return found
}

function findMemberIssues(input: IntakeInput, context: IntakeContext): FieldIssue[] {
  const issues: FieldIssue[] = []
  const seen = new Map<string, number>()
  input.members.forEach((member, index) => {
    if (member.birthDate > context.today) issues.push({ path: `members.${index}.birthDate`, code: 'date_in_future' })
    if (!member.nik) return
    if (member.nik === input.familyCardNumber) issues.push({ path: `members.${index}.nik`, code: 'nik_is_family_card' })
    const first = seen.get(member.nik)
    if (first === undefined) seen.set(member.nik, index)
    else issues.push({ path: `members.${index}.nik`, code: 'nik_twice', params: { other: first + 1 } })
  })
  return issues
}

function findHeadIssues(input: IntakeInput, context: IntakeContext): FieldIssue[] {
  const heads = input.members.flatMap((member, index) => (member.relationship === 'kepala_keluarga' ? [index] : []))
  if (heads.length > 1) {
    return heads.slice(1).map((index) => ({ path: `members.${index}.relationship`, code: 'family_card_two_heads' }))
  }
  const isHeadKnown = heads.length === 1 || context.knownHead !== 'none'
  return isHeadKnown ? [] : [{ path: 'members', code: 'family_card_without_head' }]
}

function findWarnings(input: IntakeInput, context: IntakeContext): Finding[] {
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
    for (const code of compareNik(member, member.nik, context)) warnings.push({ path: `members.${index}.nik`, code })
  })
  const head = input.members.findIndex((member) => member.relationship === 'kepala_keluarga')
  if (head >= 0 && context.knownHead === 'other') {
    warnings.push({ path: `members.${head}.relationship`, code: 'family_head_differs' })
  }
  return warnings
}

/** Everything that is wrong or odd with a household, all at once, so that the officer mends it in one go. */
export function assessIntake(input: IntakeInput, context: IntakeContext): IntakeAssessment {
  const issues: FieldIssue[] = []
  if (!input.originalsSeen) issues.push({ path: 'originalsSeen', code: 'originals_not_seen' })
  if (!input.consent.processing) issues.push({ path: 'consent.processing', code: 'consent_missing' })
  if (!input.members.some((member) => member.propose)) issues.push({ path: 'members', code: 'nobody_proposed' })
  issues.push(...findMemberIssues(input, context), ...findHeadIssues(input, context))
  return { issues, warnings: findWarnings(input, context) }
}
