/**
 * Papers that are photographed. `kk` belongs to the household, `ktp` to one person, a letter to whom it is about; `other` is whatever else a
 * reviewer asks for. Reasons of a return name them as `documents.<kind>`.
 */
export const DOCUMENT_KINDS = ['kk', 'ktp', 'facility_letter', 'birth_letter', 'other'] as const
export type DocumentKind = (typeof DOCUMENT_KINDS)[number]

export const MAX_DOCUMENT_MEGABYTES = 10
