import { Alert } from '@mantine/core'
import { isCode } from '../../lib/problem.ts'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { useInboxText } from './texts.ts'

/** As `ProblemNotice`; what the server says of cases is said of conversations. */
export function InboxProblem({ error }: { error: unknown }) {
  const t = useInboxText()
  if (isCode(error, 'lease_required')) {
    return (
      <Alert color="orange" title={t('problem.not-held')} role="alert">
        {t('problem.not-held.text')}
      </Alert>
    )
  }
  if (isCode(error, 'already_claimed')) {
    const { holder } = (error.body.details ?? {}) as { holder?: { name?: string } }
    return (
      <Alert color="orange" title={t('problem.held', { name: holder?.name ?? '–' })} role="alert">
        {t('problem.held.text')}
      </Alert>
    )
  }
  return <ProblemNotice error={error} />
}
