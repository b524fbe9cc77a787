import { Kbd } from '@mantine/core'

/** The key that does the same as a button; people with a keyboard see it, readers hear the button's `aria-keyshortcuts`. */
export function KeyHint({ keys }: { keys: string }) {
  return (
    <Kbd size="xs" visibleFrom="sm" aria-hidden="true">
      {keys}
    </Kbd>
  )
}
