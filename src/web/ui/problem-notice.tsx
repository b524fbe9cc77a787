import { Alert, List, Text } from '@mantine/core'
import { ChangedFile } from '../lib/chosen-file.ts'
import { ApiProblem, NoAnswer } from '../lib/problem.ts'
import { useUiText } from './texts.ts'

/** An error in the words the server chose: what is wrong, and what to do. Nothing when there is none. */
export function ProblemNotice({ error }: { error: unknown }) {
  const t = useUiText()
  if (error === null || error === undefined) return null
  if (error instanceof ApiProblem) {
    const { title, detail, errors = [], requestId } = error.body
    return (
      <Alert color="red" title={title} role="alert">
        {errors.length > 0 ? (
          <List>
            {errors.map(({ path, message }) => (
              <List.Item key={path}>{message}</List.Item>
            ))}
          </List>
        ) : (
          detail
        )}
        {error.body.status >= 500 && <Text size="sm">{t('request', { id: requestId })}</Text>}
      </Alert>
    )
  }
  const kind = error instanceof NoAnswer ? 'no-answer' : error instanceof ChangedFile ? 'file-changed' : 'unexpected'
  return (
    <Alert color="red" title={t(`${kind}.title`)} role="alert">
      {t(`${kind}.text`)}
    </Alert>
  )
}
