import { Alert, Checkbox, Stack, Text } from '@mantine/core'
import type { Warning } from '../../../contracts/household-terms.ts'
import { useIntakeText } from './texts.ts'

export type FoundWarning = { code: Warning; path: string; message: string; isConfirmed: boolean }

/** The server found something odd. Each is looked at and confirmed by itself; whoever mends the field instead is asked anew. */
export function WarningsSection({
  warnings,
  onConfirm,
}: {
  warnings: readonly FoundWarning[]
  onConfirm: (index: number, isConfirmed: boolean) => void
}) {
  const t = useIntakeText()
  if (warnings.length === 0) return null
  return (
    <Alert color="orange" title={t('warnings.title')} role="alert">
      <Stack gap="sm">
        <Text size="sm">{t('warnings.text')}</Text>
        {warnings.map(({ path, code, message, isConfirmed }, index) => (
          <Checkbox
            key={`${path} ${code}`}
            label={message}
            checked={isConfirmed}
            onChange={({ currentTarget }) => onConfirm(index, currentTarget.checked)}
            {...(!isConfirmed && { 'data-wrong': true })}
          />
        ))}
      </Stack>
    </Alert>
  )
}
