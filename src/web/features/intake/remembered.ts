import type { Village } from './draft.ts'

// Names of places and sizes of paper: nothing about anybody.
const VILLAGE = 'puntadewa.village'
const PAPER = 'puntadewa.paper'
/** Of this tab: a second one has a form of its own. */
const CURRENT = 'puntadewa.draft'

export const PAPERS = ['a6', 'thermal'] as const
export type Paper = (typeof PAPERS)[number]

export function recallVillage(): Village | null {
  try {
    const { code, name }: Partial<Village> = JSON.parse(localStorage.getItem(VILLAGE) ?? '{}')
    return typeof code === 'string' && typeof name === 'string' ? { code, name } : null
  } catch {
    return null
  }
}
export const rememberVillage = ({ code, name }: Village): void =>
  localStorage.setItem(VILLAGE, JSON.stringify({ code, name }))

export const recallPaper = (): Paper => PAPERS.find((paper) => paper === localStorage.getItem(PAPER)) ?? 'a6'
export const rememberPaper = (paper: Paper): void => localStorage.setItem(PAPER, paper)

export const recallCurrentDraft = (): string | null => sessionStorage.getItem(CURRENT)
export const rememberCurrentDraft = (id: string): void => sessionStorage.setItem(CURRENT, id)
