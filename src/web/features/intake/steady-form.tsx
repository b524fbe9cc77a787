import { type ComponentProps, type SyntheticEvent, useRef } from 'react'
import { Hand } from './use-steady.ts'

/** A form in which nothing moves under the hand: what is `useSteady` in it learns here where the hand is. */
export function SteadyForm({ children, ...rest }: ComponentProps<'form'>) {
  const hand = useRef<Element>(null)
  const note = ({ target }: SyntheticEvent): void => {
    if (target instanceof Element) hand.current = target
  }
  // A finger that scrolls wants nothing of what it touches.
  const leave = (): void => {
    hand.current = null
  }
  return (
    <form
      {...rest}
      data-entry
      onPointerMoveCapture={note}
      onPointerDownCapture={note}
      onPointerCancelCapture={leave}
      onFocusCapture={note}
      onKeyDownCapture={note}
    >
      <Hand value={hand}>{children}</Hand>
    </form>
  )
}
