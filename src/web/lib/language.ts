import { useSyncExternalStore } from 'react'
import { LANGUAGES, type Language } from '../../contracts/text/message-format.ts'

const STORED = 'puntadewa.language'
const listeners = new Set<() => void>()

function readStored(): Language {
  const stored = localStorage.getItem(STORED)
  return LANGUAGES.find((language) => language === stored) ?? 'id'
}

let language = readStored()
document.documentElement.lang = language

export const currentLanguage = (): Language => language

export function switchLanguage(to: Language): void {
  language = to
  localStorage.setItem(STORED, to)
  document.documentElement.lang = to
  for (const listener of listeners) listener()
}

export function useLanguage(): Language {
  return useSyncExternalStore((listener) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }, currentLanguage)
}
