import { findNikDifferences, findNikFault } from '../../contracts/primitives/nik-digits.ts'
import type { CheckResult } from './check-result.domain.ts'

/** The person as entered. Dates are yyyy-MM-dd. */
export type CheckedPerson = {
  nik: string | null
  familyCardNumber: string
  birthDate: string
  sex: 'male' | 'female'
  relationship: string
  maritalStatus: string | null
  /** What the officer confirmed at the counter; the reviewer sees it again. */
  confirmedWarnings: readonly string[]
}

/** The head of the same family card, when they are proposed too. */
export type HeadOfFamily = { birthDate: string }

/** Law 16/2019 sets 19 and courts allow less; below 15 a marriage is nearly always a slip of the pen. */
const MARRIAGE_AGE_MIN = 15
/** A family card of one's own needs 17 years or a marriage. */
const HEAD_AGE_MIN = 17
/** Parents younger than this are a mistake in one of the two dates. */
const PARENT_AGE_MIN = 12
const AGE_MAX = 110

const HARD = new Set(['nik_invalid', 'family_card_invalid', 'nik_is_family_card', 'born_in_future'])

/**
 * Format of the numbers, and whether the stated data make sense together. What the digits of a NIK say is a warning only: the
 * number never changes, data do. `today` is the day in the region's zone.
 */
export function checkFormat(person: CheckedPerson, head: HeadOfFamily | undefined, today: string): CheckResult {
  const codes = new Set([
    ...person.confirmedWarnings,
    ...checkNumbers(person),
    ...checkAge(person, today),
    ...checkFamily(person, head),
  ])
  const isHard = [...codes].some((code) => HARD.has(code))
  const outcome = isHard ? 'fail' : codes.size > 0 ? 'warn' : 'ok'
  return { kind: 'format', outcome, codes: [...codes].sort(), details: {} }
}

function* checkNumbers(person: CheckedPerson): Generator<string> {
  if (findNikFault(person.familyCardNumber)) yield 'family_card_invalid'
  if (person.nik === null) yield 'nik_missing'
  else if (findNikFault(person.nik)) yield 'nik_invalid'
  else {
    if (person.nik === person.familyCardNumber) yield 'nik_is_family_card'
    yield* findNikDifferences(person.nik, person)
  }
}

function* checkAge(person: CheckedPerson, today: string): Generator<string> {
  const age = yearsBetween(person.birthDate, today)
  const isMarried = person.maritalStatus !== null && person.maritalStatus !== 'belum_kawin'
  const isSpouse = person.relationship === 'suami' || person.relationship === 'istri'
  if (person.birthDate > today) yield 'born_in_future'
  if (age > AGE_MAX) yield 'age_over_110'
  if (isSpouse && age < MARRIAGE_AGE_MIN) yield 'spouse_under_15'
  else if (isMarried && age < MARRIAGE_AGE_MIN) yield 'married_under_15'
  if (person.relationship === 'kepala_keluarga' && age < HEAD_AGE_MIN && !isMarried) yield 'head_is_child'
}

function* checkFamily(person: CheckedPerson, head: HeadOfFamily | undefined): Generator<string> {
  if (person.relationship === 'suami' && person.sex !== 'male') yield 'spouse_sex_differs'
  if (person.relationship === 'istri' && person.sex !== 'female') yield 'spouse_sex_differs'
  const isSpouse = person.relationship === 'suami' || person.relationship === 'istri'
  if (isSpouse && person.maritalStatus === 'belum_kawin') yield 'spouse_not_married'
  if (!head) return
  const youngerThanHead = yearsBetween(head.birthDate, person.birthDate)
  if (person.relationship === 'anak' && youngerThanHead < PARENT_AGE_MIN) {
    yield person.birthDate <= head.birthDate ? 'child_older_than_head' : 'child_near_age_of_head'
  }
  if (person.relationship === 'cucu' && youngerThanHead < 2 * PARENT_AGE_MIN) yield 'grandchild_near_age_of_head'
  if (person.relationship === 'orang_tua' && yearsBetween(person.birthDate, head.birthDate) < PARENT_AGE_MIN) {
    yield 'parent_near_age_of_head'
  }
}

/** Whole years from one day to another; negative when the second comes first. */
function yearsBetween(from: string, to: string): number {
  const years = Number(to.slice(0, 4)) - Number(from.slice(0, 4))
  return to.slice(5) < from.slice(5) ? years - 1 : years
}
