import { createContext, type RefObject, useContext, useLayoutEffect, useRef } from 'react'

/** What the hand is at: what was pointed at, pressed, typed in or given the focus last. */
export const Hand = createContext<RefObject<Element | null>>({ current: null })

/**
 * For what is answered late or told when a field is left: when it grows while the hand is at something below it, the page is scrolled by as
 * much, so that this stays where it is on the screen; nor does it shrink then, as a page at its top or end cannot be scrolled on. A button
 * that moves between press and release is not clicked. The browser's own anchoring is off for forms (`data-entry`): it keeps something
 * else in place.
 */
export function useSteady<Kind extends HTMLElement>(): RefObject<Kind | null> {
  const steady = useRef<Kind>(null)
  const hand = useContext(Hand)
  useLayoutEffect(() => {
    const element = steady.current
    if (!element) return
    const measure = (): number => element.getBoundingClientRect().height
    let height = measure()
    const isBelow = (other: Node | null): boolean =>
      other !== null &&
      !element.contains(other) &&
      (element.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0
    const keep = (): void => {
      const isKept = isBelow(hand.current?.isConnected ? hand.current : document.activeElement)
      element.style.minHeight = isKept ? `${height}px` : ''
      const before = height
      height = measure()
      if (isKept && height !== before) window.scrollBy({ top: height - before, behavior: 'instant' })
    }
    // Told before anything else happens, and so before a button is released; a resize, only before the next paint.
    const changes = new MutationObserver(keep)
    changes.observe(element, { childList: true, characterData: true, subtree: true })
    const sizes = new ResizeObserver(keep)
    sizes.observe(element)
    return () => {
      changes.disconnect()
      sizes.disconnect()
    }
  }, [hand])
  return steady
}
