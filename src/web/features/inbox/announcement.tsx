import { VisuallyHidden } from '@mantine/core'

/** Said by a screen reader when it changes; shown to nobody. It must be on the page before it says something. */
export function Announcement({ text }: { text: string }) {
  return (
    <VisuallyHidden role="status" aria-live="polite">
      {text}
    </VisuallyHidden>
  )
}
