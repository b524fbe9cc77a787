import { Alert } from '@mantine/core'
import type { Language } from '../../../contracts/text/message-format.ts'
import { useReactivationText } from './texts.ts'

/** What the officer says at the counter. `language`: of the text, where it is not that of the page. */
export function CounterNote({ text, language }: { text: string; language?: Language }) {
  const t = useReactivationText()
  return (
    <Alert role="note" color="blue" variant="light" title={t('counter')}>
      <span {...(language && { lang: language })} style={{ whiteSpace: 'pre-wrap' }}>
        {text}
      </span>
    </Alert>
  )
}

/** What cannot be done on a path. */
export function WayLimits({ mayBeProposed, endsInReview }: { mayBeProposed: boolean; endsInReview: boolean }) {
  const t = useReactivationText()
  return (
    <>
      {!mayBeProposed && (
        <Alert role="note" color="yellow" variant="light">
          {t('not-new')}
        </Alert>
      )}
      {!endsInReview && (
        <Alert role="note" color="yellow" variant="light">
          {t('to-person')}
        </Alert>
      )}
    </>
  )
}
