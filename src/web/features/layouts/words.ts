import type { CodedSource, ProfileSource } from '../../../contracts/api/template-profiles.ts'
import type { MARITAL_STATUSES, RELATIONSHIPS, SEXES } from '../../../contracts/household-terms.ts'
import { useTerms } from '../../ui/terms/terms.ts'
import { useBatchText } from '../batches/texts.ts'
import { useLayoutText } from './texts.ts'

export const SOURCES = [
  'rowNumber',
  'familyCardNumber',
  'nik',
  'fullName',
  'familyRole',
  'relationship',
  'birthPlace',
  'birthDate',
  'sex',
  'maritalStatus',
  'phone',
  'street',
  'rt',
  'rw',
  'postalCode',
  'districtCode',
  'districtName',
  'villageCode',
  'villageName',
  'facilityCode',
  'facilityName',
  'receiptNumber',
  'proposedOn',
  'constant',
  'empty',
] as const satisfies ProfileSource[]

const ROLES = ['peserta', 'suami', 'istri', 'anak', 'tambahan'] as const
const RELATIONS = [
  'kepala_keluarga',
  'suami',
  'istri',
  'anak',
  'menantu',
  'cucu',
  'orang_tua',
  'mertua',
  'famili_lain',
  'pembantu',
  'lainnya',
] as const satisfies (typeof RELATIONSHIPS)[number][]
const SEX = ['male', 'female'] as const satisfies (typeof SEXES)[number][]
const MARITAL = [
  'belum_kawin',
  'kawin',
  'cerai_hidup',
  'cerai_mati',
] as const satisfies (typeof MARITAL_STATUSES)[number][]

/** Our words that a column of codes has to give a code to. */
export const CODED: Record<CodedSource, readonly string[]> = {
  familyRole: ROLES,
  relationship: RELATIONS,
  sex: SEX,
  maritalStatus: MARITAL,
}
export const isCoded = (source: ProfileSource): source is CodedSource => Object.hasOwn(CODED, source)

const isOf = <Word extends string>(words: readonly Word[], word: string): word is Word =>
  words.some((one) => one === word)

/** A word of ours, or the source of a column, as people say it. */
export function useWordName(): (word: string, source?: CodedSource) => string {
  const t = useLayoutText()
  const terms = useTerms()
  const batches = useBatchText()
  return (word, source) => {
    if (source === 'familyRole' && isOf(ROLES, word)) return batches(`role.${word}`)
    if (isOf(RELATIONS, word)) return terms(`relationship.${word}`)
    if (isOf(SEX, word)) return terms(`sex.${word}`)
    if (isOf(MARITAL, word)) return terms(`marital.${word}`)
    if (isOf(ROLES, word)) return batches(`role.${word}`)
    return isOf(SOURCES, word) ? t(`source.${word}`) : word
  }
}
