import type { LikenessCode } from '../../contracts/api/proposals.ts'
import { type ComparableName, compareNames } from './name-similarity.domain.ts'

/** What the search compares of a person. Dates are yyyy-MM-dd. */
export type PersonTraits = { name: ComparableName; birthDate: string; sex: string }

export type SharedNumbers = { sameNik: boolean; sameFamilyCard: boolean }

export type LikenessPart = { field: 'nik' | 'fullName' | 'birthDate' | 'familyCardNumber' | 'sex'; score: number }
export type Likeness = { score: number; parts: LikenessPart[] }

/**
 * From here on a person must say whether two proposals are one person. Of 2,000 made pairs of one person (slips, old
 * spelling, shortened and missing words, swapped dates) 0.85 finds 97 %; of 20,000 pairs of strangers born on one day it
 * stops 2 in 1,000. duplicates.domain.test.ts holds it to that.
 */
export const DUPLICATE_THRESHOLD = 0.85

const NAME_WEIGHT = 0.6
const BIRTH_WEIGHT = 0.35
const FAMILY_CARD_WEIGHT = 0.05
/** Sex is the field most often entered wrongly: it lowers a finding, it does not settle it. */
const OTHER_SEX_FACTOR = 0.92

const MONTHS = 12
const SWAPPED_SCORE = 0.9
const NEIGHBOUR_YEAR_SCORE = 0.85
const ONE_PART_OFF_SCORE = 0.7
const BIRTH_DATE_CODES: ReadonlyMap<number, LikenessCode> = new Map([
  [1, 'birth_date_same'],
  [SWAPPED_SCORE, 'birth_date_swapped'],
  [NEIGHBOUR_YEAR_SCORE, 'birth_date_neighbour_year'],
  [ONE_PART_OFF_SCORE, 'birth_date_one_part_off'],
])
/** Below this two names make no pair even with all else equal: 0.75 of the weight is what the threshold leaves to the name. */
const ALIKE_NAME_SCORE = 0.75

/**
 * Birth dates under which the same person may have been entered: the stated one, day and month swapped, the year before
 * and after. The search in the region is bounded to them. Without repeats; only days that exist.
 */
export function likelyBirthDates(birthDate: string): string[] {
  const [year = '', month = '', day = ''] = birthDate.split('-')
  const likely = [birthDate]
  if (Number(day) <= MONTHS && day !== month) likely.push(`${year}-${day}-${month}`)
  if (birthDate.endsWith('02-29')) return likely
  for (const years of [-1, 1]) likely.push(`${String(Number(year) + years).padStart(4, '0')}${birthDate.slice(4)}`)
  return likely
}

function compareBirthDates(left: string, right: string): number {
  if (left === right) return 1
  const [year, month, day] = left.split('-')
  const [otherYear, otherMonth, otherDay] = right.split('-')
  if (year === otherYear && month === otherDay && day === otherMonth) return SWAPPED_SCORE
  const sameParts = Number(year === otherYear) + Number(month === otherMonth) + Number(day === otherDay)
  if (sameParts < 2) return 0
  return Math.abs(Number(year) - Number(otherYear)) === 1 ? NEIGHBOUR_YEAR_SCORE : ONE_PART_OFF_SCORE
}

/** How likely two proposals are one person, 0 to 1, and why. One NIK is one person whatever else was written. */
export function scoreLikeness(left: PersonTraits, right: PersonTraits, shared: SharedNumbers): Likeness {
  const birthDate = compareBirthDates(left.birthDate, right.birthDate)
  const familyCard = shared.sameFamilyCard ? 1 : 0
  const sex = left.sex === right.sex ? 1 : 0
  const name = compareNames(left.name, right.name)
  const weighed = name * NAME_WEIGHT + birthDate * BIRTH_WEIGHT + familyCard * FAMILY_CARD_WEIGHT
  const likeness = weighed * (sex === 1 ? 1 : OTHER_SEX_FACTOR)
  return {
    score: shared.sameNik ? 1 : rounded(likeness),
    parts: [
      { field: 'nik', score: shared.sameNik ? 1 : 0 },
      { field: 'fullName', score: rounded(name) },
      { field: 'birthDate', score: birthDate },
      { field: 'familyCardNumber', score: familyCard },
      { field: 'sex', score: sex },
    ],
  }
}

/** Why a part of a score is what it is, in a word that has a text. */
export function explainPart({ field, score }: LikenessPart, hasBothNiks: boolean): LikenessCode {
  switch (field) {
    case 'nik':
      if (score === 1) return 'nik_same'
      return hasBothNiks ? 'nik_differs' : 'nik_missing'
    case 'fullName':
      if (score === 1) return 'name_same'
      return score >= ALIKE_NAME_SCORE ? 'name_alike' : 'name_differs'
    case 'birthDate':
      return BIRTH_DATE_CODES.get(score) ?? 'birth_date_differs'
    case 'familyCardNumber':
      return score === 1 ? 'family_card_same' : 'family_card_differs'
    case 'sex':
      return score === 1 ? 'sex_same' : 'sex_differs'
  }
}

/** Two decimals are what a person can make use of; stored and compared figures are the same. */
function rounded(score: number): number {
  return Math.round(score * 100) / 100
}
