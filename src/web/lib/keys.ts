import { useEffect, useRef } from 'react'

const TYPING = 'input, textarea, select, [contenteditable="true"], [role="combobox"], [role="listbox"]'

/** Keys by what they type ("m", "+", "Enter", "Escape"). */
export type KeyBindings = Record<string, (() => void) | undefined>

/**
 * Single keys as commands of a page, while nobody is typing and no modifier is held: a reader's own shortcuts stay theirs. A
 * button or link that has the focus keeps Enter and space; in a dialog nothing happens to the page behind it.
 */
export function useKeys(bindings: KeyBindings, isOn = true): void {
  const current = useRef(bindings)
  useEffect(() => {
    current.current = bindings
  })
  useEffect(() => {
    if (!isOn) return
    const onKey = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) return
      const { target, key } = event
      if (!(target instanceof Element)) return
      if (target.closest('[role="dialog"]') || (key !== 'Escape' && target.closest(TYPING))) return
      if ((key === 'Enter' || key === ' ') && target.closest('button, a, [role="button"]')) return
      const act = current.current[key.length === 1 ? key.toLowerCase() : key]
      if (!act) return
      event.preventDefault()
      act()
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [isOn])
}
