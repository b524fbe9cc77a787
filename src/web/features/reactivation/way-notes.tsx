import { Alert } from '@mantine/core'
import type { Language } from '../../../contracts/text/message-format.ts'
import { useReactivationText } from './texts.ts'

type Props = {
  counterText: string
  /** Of the text, where it is not that of the page. */
  language?: Language
  mayBeProposed: boolean
  endsInReview: boolean
}

/** What the officer says at the counter, and what cannot be done on this path. */
export function WayNotes({ counterText, language, mayBeProposed, endsInReview }: Props) {
  const t = useReactivationText()
  return (
    <>
      <Alert role="note" color="blue" variant="light" title={t('counter')}>
        <span {...(language && { lang: language })} style={{ whiteSpace: 'pre-wrap' }}>
          {counterText}
        </span>
      </Alert>
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
