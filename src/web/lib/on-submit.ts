import type { SubmitEvent } from 'react'

/** A form that is sent by a call instead of by the browser. */
export const onSubmit =
  (act: () => void) =>
  (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault()
    act()
  }
