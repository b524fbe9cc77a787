import { type RefObject, useLayoutEffect, useRef } from 'react'

/**
 * For what is answered late: when it grows or shrinks, the page is scrolled by as much, so that the field below it in which somebody types
 * stays where it is on the screen. The browser's own anchoring is off for forms (`data-entry`): it keeps something else in place.
 */
export function useSteady<Element extends HTMLElement>(): RefObject<Element | null> {
  const steady = useRef<Element>(null)
  useLayoutEffect(() => {
    const element = steady.current
    if (!element) return
    const measure = (): number => element.getBoundingClientRect().height
    let height = measure()
    // Told after layout and before paint: nobody sees it move.
    const observer = new ResizeObserver(() => {
      const before = height
      height = measure()
      const grown = height - before
      const focused = document.activeElement
      if (grown === 0 || !focused) return
      const isBelow = element.compareDocumentPosition(focused) & Node.DOCUMENT_POSITION_FOLLOWING
      if (isBelow) window.scrollBy({ top: grown, behavior: 'instant' })
    })
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  return steady
}
