export const CHANNELS = ['puskesmas', 'mpp', 'mobile', 'hospital', 'village', 'campaign'] as const
export type Channel = (typeof CHANNELS)[number]
/** As printed on the KK (domain terms: docs/glossary.md). */
export const RELATIONSHIPS = [
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
] as const
export type Relationship = (typeof RELATIONSHIPS)[number]
export const SEXES = ['male', 'female'] as const
export type Sex = (typeof SEXES)[number]
export const MARITAL_STATUSES = ['belum_kawin', 'kawin', 'cerai_hidup', 'cerai_mati'] as const
export type MaritalStatus = (typeof MARITAL_STATUSES)[number]

/** What an officer may confirm after looking again. Anything else that is wrong refuses the intake. */
export const WARNINGS = [
  'nik_birthdate_differs',
  'nik_sex_differs',
  'nik_date_not_calendar',
  'nik_region_unknown',
  'nik_region_differs',
  'nik_missing_not_newborn',
  'family_card_region_unknown',
  'family_card_day_over_31',
  'village_code_unknown',
  'outside_domicile',
  'family_head_differs',
] as const
export type Warning = (typeof WARNINGS)[number]
