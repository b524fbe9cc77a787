import { Button, Group, NativeSelect, Stack, Table, Text, TextInput } from '@mantine/core'
import { useRef } from 'react'
import { REASON_CODES } from '../../../contracts/lifecycle/reasons.ts'
import { fieldError } from '../../lib/field-error.ts'
import { Section } from '../../ui/section.tsx'
import { useTerms } from '../../ui/terms/terms.ts'
import type { ReasonDraft } from './profile-draft.ts'
import { useResultText } from './texts.ts'

/** What the server takes. */
const REASONS_MAX = 300

type Props = {
  reasons: readonly ReasonDraft[]
  error: unknown
  isReadOnly: boolean
  onChange: (to: readonly ReasonDraft[]) => void
}

/** BPJS's codes and texts, each with the reason of ours that it means. */
export function ReasonsSection({ reasons, error, isReadOnly, onChange }: Props) {
  const t = useResultText()
  const terms = useTerms()
  const table = useRef<HTMLTableElement>(null)
  const adding = useRef<HTMLButtonElement>(null)
  const change = (key: number, to: Partial<ReasonDraft>): void =>
    onChange(reasons.map((one) => (one.key === key ? { ...one, ...to } : one)))
  const add = (): void => {
    const key = Math.max(-1, ...reasons.map((one) => one.key)) + 1
    onChange([...reasons, { key, answer: '', reason: 'LAINNYA' }])
    // The line that has just come is the one to fill in.
    requestAnimationFrame(() => table.current?.querySelector<HTMLInputElement>('tbody tr:last-child input')?.focus())
  }
  const remove = (key: number): void => {
    onChange(reasons.filter((one) => one.key !== key))
    adding.current?.focus()
  }
  return (
    <Section title={t('profile.reasons')}>
      <Text size="sm">{t('profile.reasons.lead')}</Text>
      {reasons.length > 0 && (
        <Table ref={table} verticalSpacing={6} aria-label={t('profile.reasons')}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('profile.answer')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {reasons.map(({ key, answer, reason }, index) => (
              <Table.Tr key={key}>
                <Table.Td>
                  {isReadOnly ? (
                    <Text size="sm">{t('profile.means', { answer, reason: terms(`reason.${reason}`) })}</Text>
                  ) : (
                    <Group align="flex-start" gap="xs">
                      <TextInput
                        flex={1}
                        miw={180}
                        aria-label={t('profile.answer.of', { position: index + 1 })}
                        value={answer}
                        onChange={({ currentTarget: { value } }) => change(key, { answer: value })}
                        error={fieldError(error, `definition.reasons.${index}`)}
                        autoComplete="off"
                      />
                      <NativeSelect
                        miw={180}
                        aria-label={t('profile.reason.of', { position: index + 1 })}
                        data={REASON_CODES.map((value) => ({ value, label: terms(`reason.${value}`) }))}
                        value={reason}
                        onChange={({ currentTarget: { value } }) =>
                          change(key, { reason: REASON_CODES.find((one) => one === value) ?? reason })
                        }
                      />
                      <Button
                        variant="default"
                        onClick={() => remove(key)}
                        aria-label={t('profile.remove.of', { answer: answer || String(index + 1) })}
                      >
                        {t('profile.remove')}
                      </Button>
                    </Group>
                  )}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
      {!isReadOnly && (
        <Stack align="flex-start">
          <Button ref={adding} variant="default" disabled={reasons.length >= REASONS_MAX} onClick={add}>
            {t('profile.add')}
          </Button>
        </Stack>
      )}
    </Section>
  )
}
