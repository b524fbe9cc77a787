import { RESULT_VERDICTS, type ResultVerdict } from '../../../contracts/result-terms.ts'

/** Rows of one verdict, or those that had moved on when they were to be applied. */
export const SHOWN_ROWS = [...RESULT_VERDICTS, 'left_out'] as const
export type ShownRows = ResultVerdict | 'left_out'

export type ResultSearch = { rows?: ShownRows }

/** Which rows the address names; none: all of them. */
export function readResultSearch({ rows }: Record<string, unknown>): ResultSearch {
  const known = SHOWN_ROWS.find((one) => one === rows)
  return known === undefined ? {} : { rows: known }
}

export type ProfileSearch = { region?: string }

/** Of which kab/kota the address names the profile. */
export function readProfileSearch({ region }: Record<string, unknown>): ProfileSearch {
  return typeof region === 'string' && /^\d{2}\.\d{2}$/.test(region) ? { region } : {}
}
