import { createTexts } from '../../lib/text.ts'
import { useTimes } from '../../lib/time.ts'
import en from './en.json' with { type: 'json' }
import id from './id.json' with { type: 'json' }

export const useQuotaText = createTexts(id, en)

/** Sums as they are written on papers: "Rp 35.000". Null: nobody can say. */
export function useRupiah(): (sum: number | null) => string {
  const { number } = useTimes()
  return (sum) => (sum === null ? '–' : `Rp\u00A0${number(sum)}`)
}

/** A whole number as people type it, with or without dots between thousands. */
export const toNumber = (typed: string): number => Number(typed.replace(/[.\s]/g, ''))
