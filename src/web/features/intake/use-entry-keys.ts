import { useEffect, useRef } from 'react'
import { focusNext } from './focus.ts'

/**
 * Enter goes on to the next field, as a scanner and a spreadsheet do, and never sends half a form; with Ctrl it begins the next member.
 */
export function useEntryKeys(addMember: () => void): void {
  const current = useRef(addMember)
  useEffect(() => {
    current.current = addMember
  })
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      // A list that is open takes Enter for itself, and says so.
      if (event.key !== 'Enter' || event.defaultPrevented || !(event.target instanceof HTMLElement)) return
      const form = event.target.closest('form[data-entry]')
      if (!(form instanceof HTMLFormElement)) return
      if (event.ctrlKey || event.metaKey) {
        event.preventDefault()
        current.current()
        return
      }
      if (!event.target.matches('input, select')) return
      event.preventDefault()
      focusNext(form, event.target)
    }
    // Above the root of the page: whatever is in it has had its turn.
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [])
}
