import { Alert, Checkbox, Paper, Stack, Text, Textarea } from '@mantine/core'
import type { ReactNode } from 'react'
import { REASONS } from '../../../contracts/lifecycle/reasons.ts'
import { useFieldLabel } from '../../ui/field-label.ts'
import { useTerms } from '../../ui/terms/terms.ts'
import type { Returned } from './correction-fields.ts'
import { useCorrectionText } from './texts.ts'

type Props = {
  returned: Returned
  /** Why it is right already; null: it is corrected instead. */
  answer: string | null
  onAnswer: (answer: string | null) => void
  error: string | undefined
  answerError: string | undefined
  children: ReactNode
}

/** One thing that was asked for: why, in words, and beside it what corrects it or the answer that it is right already. */
export function ReturnedBlock({ returned, answer, onAnswer, error, answerError, children }: Props) {
  const t = useCorrectionText()
  const terms = useTerms()
  const label = useFieldLabel()
  const { field, reasons } = returned
  // Nothing in the form mends a missing consent: it is asked for again at the counter, and told here.
  const isToldOnly = field === 'consent'
  return (
    <Paper component="fieldset" withBorder p="sm" m={0} miw={0} data-returned={field}>
      <Text component="legend" fw={600} px={4}>
        {label(field)}
      </Text>
      <Stack gap="xs">
        <Alert color="orange" variant="light" p="xs">
          {reasons.map(({ code, note }) => (
            <Text size="sm" key={code}>
              {[code in REASONS ? terms(`reason.${code}` as 'reason.LAINNYA') : null, note].filter(Boolean).join(': ')}
            </Text>
          ))}
        </Alert>
        {!isToldOnly && answer === null && children}
        {error !== undefined && (
          <Text size="sm" c="var(--mantine-color-error)" role="alert">
            {error}
          </Text>
        )}
        {!isToldOnly && (
          <Checkbox
            label={t('returned.right')}
            checked={answer !== null}
            onChange={({ currentTarget }) => onAnswer(currentTarget.checked ? '' : null)}
          />
        )}
        {(isToldOnly || answer !== null) && (
          <Textarea
            label={t(isToldOnly ? 'returned.consent' : 'returned.why')}
            value={answer ?? ''}
            onChange={({ currentTarget }) => onAnswer(currentTarget.value)}
            autosize
            minRows={2}
            error={answerError}
          />
        )}
      </Stack>
    </Paper>
  )
}
