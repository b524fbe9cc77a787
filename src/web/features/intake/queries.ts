import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { findNikFault } from '../../../contracts/primitives/nik-digits.ts'
import { currentLanguage } from '../../lib/language.ts'
import { isCode } from '../../lib/problem.ts'
import {
  getConsentText,
  getOffice,
  getReceipt,
  getRegion,
  listRegions,
  lookUpHousehold,
  lookUpPerson,
} from './calls.ts'

// Codes, names and texts do not change while somebody fills in a form.
const DAY_MS = 24 * 60 * 60_000
/** Numbers of people stay in memory no longer than a form takes. */
const FORM_MS = 10 * 60_000

export const householdQuery = (familyCardNumber: string) =>
  queryOptions({
    queryKey: ['household', familyCardNumber],
    queryFn: ({ signal }) => lookUpHousehold({ body: { familyCardNumber } }, { signal }),
    enabled: findNikFault(familyCardNumber) === null,
    staleTime: FORM_MS,
    gcTime: FORM_MS,
    retry: false,
    refetchOnWindowFocus: false,
  })

export const personQuery = (nik: string, fullName: string, birthDate: string | null) =>
  queryOptions({
    queryKey: ['person', nik, fullName, birthDate],
    queryFn: ({ signal }) =>
      lookUpPerson({ body: { nik, ...(fullName && { fullName }), ...(birthDate && { birthDate }) } }, { signal }),
    enabled: findNikFault(nik) === null,
    staleTime: FORM_MS,
    gcTime: FORM_MS,
    retry: false,
    refetchOnWindowFocus: false,
    // The same person with one more field: no flicker.
    placeholderData: (previous, query) => (query?.queryKey[1] === nik ? previous : undefined),
  })

/** The kecamatan that the first six digits of a NIK name, with what it lies in; null: in no table of today. */
export const nikRegionQuery = (nik: string) => {
  const code = `${nik.slice(0, 2)}.${nik.slice(2, 4)}.${nik.slice(4, 6)}`
  return queryOptions({
    queryKey: ['region', code],
    queryFn: async ({ signal }) => {
      try {
        return await getRegion({ params: { code } }, { signal })
      } catch (error) {
        if (isCode(error, 'not_found')) return null
        throw error
      }
    },
    enabled: findNikFault(nik) === null,
    staleTime: DAY_MS,
    retry: false,
  })
}

export const kecamatanQuery = (kabkota: string) =>
  queryOptions({
    queryKey: ['regions', kabkota, 3],
    queryFn: ({ signal }) => listRegions({ query: { parent: kabkota, level: 3, limit: 100 } }, { signal }),
    staleTime: DAY_MS,
  })

const FOUND_MAX = 30

export const villagesQuery = (parent: string, q: string) =>
  queryOptions({
    queryKey: ['regions', parent, 4, q],
    queryFn: ({ signal }) => listRegions({ query: { parent, level: 4, q, limit: FOUND_MAX } }, { signal }),
    enabled: q.length >= 2,
    staleTime: DAY_MS,
    placeholderData: keepPreviousData,
  })

export const officeQuery = (id: string) =>
  queryOptions({
    queryKey: ['office', id],
    queryFn: ({ signal }) => getOffice({ params: { id } }, { signal }),
    staleTime: DAY_MS,
  })

export const consentQuery = () =>
  queryOptions({
    queryKey: ['consent', currentLanguage()],
    queryFn: ({ signal }) => getConsentText({}, { signal }),
    staleTime: FORM_MS,
  })

export const receiptQuery = (id: string) =>
  queryOptions({
    queryKey: ['receipt', id],
    queryFn: ({ signal }) => getReceipt({ params: { id } }, { signal }),
    staleTime: DAY_MS,
  })
